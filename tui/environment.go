package tui

import (
	"strings"

	"github.com/charmbracelet/colorprofile"
)

// Colours tells what the terminal can show, from the environment alone: asking
// further would start other programs. Any NO_COLOR counts, not only the words
// that the framework takes for a yes.
func Colours(environ []string) colorprofile.Profile {
	profile := colorprofile.Env(environ)
	for _, variable := range environ {
		if name, value, _ := strings.Cut(variable, "="); name == "NO_COLOR" && value != "" {
			return min(profile, colorprofile.ASCII)
		}
	}
	return profile
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
