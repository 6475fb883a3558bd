package tui

import (
	"os"
	"strings"

	"github.com/charmbracelet/colorprofile"
)

// Colours tells what the terminal can show, from the environment alone: asking
// further would start other programs. Any NO_COLOR counts, not only the words
// that the framework takes for a yes.
func Colours(getenv func(string) string) colorprofile.Profile {
	if getenv("NO_COLOR") != "" {
		return colorprofile.ASCII
	}
	return colorprofile.Env(os.Environ())
}

// OnlyASCII reports whether characters beyond ASCII may not come out right.
func OnlyASCII(getenv func(string) string) bool {
	if getenv("TERM") == "linux" {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := strings.ToLower(getenv(name)); value != "" {
			return !strings.Contains(value, "utf-8") && !strings.Contains(value, "utf8")
		}
	}
	return true
}
