package theme

import (
	"os"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
)

// terminalIs sets the variables from which a terminal's colours are known. Those
// that are not given are emptied.
func terminalIs(t *testing.T, variables map[string]string) {
	t.Helper()
	for _, name := range []string{
		"TERM", "COLORTERM", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "WT_SESSION", "GOOGLE_CLOUD_SHELL", "TMUX", "TERM_PROGRAM", "STY",
	} {
		t.Setenv(name, variables[name])
	}
}

func TestNoColorOfAnyValueTurnsColoursOff(t *testing.T) {
	for _, value := range []string{"1", "true", "0", "false", "no", "off", " ", "any"} {
		for _, term := range []string{"xterm-256color", "xterm-kitty", "linux"} {
			terminalIs(t, map[string]string{"TERM": term, "COLORTERM": "truecolor", "NO_COLOR": value, "CLICOLOR_FORCE": "1"})
			if got := Profile(os.Environ()); got != colorprofile.ASCII {
				t.Errorf("NO_COLOR=%q on %s: %v", value, term, got)
			}
		}
	}
}

func TestWithoutNoColorTheTerminalDecides(t *testing.T) {
	for _, c := range []struct {
		term, colorterm string
		want            colorprofile.Profile
	}{
		{"xterm-256color", "truecolor", colorprofile.TrueColor},
		{"xterm-256color", "", colorprofile.ANSI256},
		{"xterm", "", colorprofile.ANSI},
		{"linux", "", colorprofile.ANSI},
		{"dumb", "", colorprofile.NoTTY},
	} {
		terminalIs(t, map[string]string{"TERM": c.term, "COLORTERM": c.colorterm, "NO_COLOR": ""})
		if got := Profile(os.Environ()); got != c.want {
			t.Errorf("%s %s: %v, not %v", c.term, c.colorterm, got, c.want)
		}
	}
}

func TestOnlyAUTF8LocaleGetsMoreThanASCII(t *testing.T) {
	for _, c := range []struct {
		all, ctype, lang, term string
		want                   bool
	}{
		{lang: "en_US.UTF-8", want: false},
		{lang: "en_US.utf8", want: false},
		{lang: "de_DE.Utf-8@euro", want: false},
		{ctype: "UTF-8", want: false},
		{all: "C.UTF-8", want: false},
		{lang: "en_US.UTF-8", term: "xterm-256color", want: false},
		{want: true},
		{term: "xterm-256color", want: true},
		{lang: "C", want: true},
		{lang: "POSIX", want: true},
		{lang: "de_DE", want: true},
		{lang: "de_DE.ISO-8859-15", want: true},
		{lang: "zh_TW.BIG5", want: true},
		// The first one that is set decides.
		{all: "C", ctype: "en_US.UTF-8", lang: "en_US.UTF-8", want: true},
		{all: "en_US.UTF-8", ctype: "C", lang: "C", want: false},
		{ctype: "C", lang: "en_US.UTF-8", want: true},
		{ctype: "en_US.UTF-8", lang: "C", want: false},
		// The Linux console has a small font, whatever the locale.
		{all: "en_US.UTF-8", ctype: "en_US.UTF-8", lang: "en_US.UTF-8", term: "linux", want: true},
		{term: "linux", want: true},
	} {
		set := map[string]string{"LC_ALL": c.all, "LC_CTYPE": c.ctype, "LANG": c.lang, "TERM": c.term}
		if got := OnlyASCII(func(name string) string { return set[name] }); got != c.want {
			t.Errorf("%v: %t", set, got)
		}
	}
}

func TestThemesAreParsedByTheirNames(t *testing.T) {
	for _, name := range Names() {
		if got, err := Parse(name); err != nil || string(got) != name {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for _, name := range []string{"", "Dark", "no\x1b[mne"} {
		if _, err := Parse(name); err == nil || !strings.Contains(err.Error(), "auto, dark, light, ansi and none") || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestEveryThemeHasItsPaletteAndAutoBeginsDark(t *testing.T) {
	for theme, want := range map[Theme]Palette{Auto: DarkPalette, Dark: DarkPalette, Light: LightPalette, ANSI: ansiPalette, None: nonePalette} {
		if got := theme.Palette(); got != want {
			t.Errorf("%s: %+v", theme, got)
		}
	}
}
