// Package theme holds the colours and signs of the screen and of the commands'
// tables.
package theme

import (
	"fmt"
	"image/color"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// Theme is a choice of colours, by the name that --theme takes.
type Theme string

// The themes. Auto follows what the terminal reports of its background.
const (
	Auto  Theme = "auto"
	Dark  Theme = "dark"
	Light Theme = "light"
	ANSI  Theme = "ansi"
	None  Theme = "none"
)

// Names returns the names of all themes.
func Names() []string {
	return []string{string(Auto), string(Dark), string(Light), string(ANSI), string(None)}
}

// Parse returns the theme with a name.
func Parse(name string) (Theme, error) {
	switch t := Theme(name); t {
	case Auto, Dark, Light, ANSI, None:
		return t, nil
	default:
		return "", fmt.Errorf("no theme %q; there are auto, dark, light, ansi and none", name)
	}
}

// Palette names colours by what they are for. "" is the terminal's own colour.
type Palette struct {
	Text, Dim, Accent, Good, Warn, Bad string
	Line                               string // borders
	Bar                                string // background of the row under the cursor
	Reverse                            bool   // show that row by reverse video in place of Bar
}

// The palettes of dark and light backgrounds.
var (
	DarkPalette  = Palette{Text: "#E6E6EA", Dim: "#9A9AA6", Line: "#6F6F82", Accent: "#8FB8FF", Good: "#7FD88F", Warn: "#F2C55C", Bad: "#FF8A80", Bar: "#3A3F58"}
	LightPalette = Palette{Text: "#1D1D24", Dim: "#5B5B68", Line: "#868695", Accent: "#1F4FB8", Good: "#1B6E2E", Warn: "#7A5200", Bad: "#B3261E", Bar: "#D5DCF2"}

	// ansiPalette uses the 16 colours that the user has chosen for the terminal.
	ansiPalette = Palette{Accent: "6", Good: "2", Warn: "3", Bad: "1", Reverse: true}
	nonePalette = Palette{Reverse: true}
)

// Palette returns the colours of a theme. Auto is dark until the terminal has
// answered.
func (t Theme) Palette() Palette {
	switch t {
	case Light:
		return LightPalette
	case ANSI:
		return ansiPalette
	case None:
		return nonePalette
	default:
		return DarkPalette
	}
}

func (p Palette) style(colour string) lipgloss.Style {
	if colour == "" {
		return lipgloss.NewStyle()
	}
	return lipgloss.NewStyle().Foreground(lipgloss.Color(colour))
}

// Profile returns what colours the terminal can show, from the environment alone:
// other ways of asking would start programs. A NO_COLOR of any value turns them off.
func Profile(environ []string) colorprofile.Profile {
	profile := colorprofile.Env(environ)
	for _, variable := range environ {
		if name, value, _ := strings.Cut(variable, "="); name == "NO_COLOR" && value != "" {
			return min(profile, colorprofile.ASCII)
		}
	}
	return profile
}

// OnlyASCII reports whether the terminal or the locale may show characters beyond
// ASCII wrongly.
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

// Colour returns a colour of a palette, for components that draw themselves.
func Colour(name string) color.Color {
	if name == "" {
		return lipgloss.NoColor{}
	}
	return lipgloss.Color(name)
}
