package tui

import (
	"fmt"
	"image/color"

	"charm.land/lipgloss/v2"
)

// palette names the colours by their part. An empty one is no colour at all.
type palette struct {
	text, dim, accent, good, warn, bad string
	line                               string // of borders
	ink, bar                           string // of the row under the cursor: its text, and its ground elsewhere
	reverse                            bool   // mark that row by reverse video in place of colours
}

var (
	darkPalette  = palette{text: "#E6E6EA", dim: "#9A9AA6", line: "#6F6F82", accent: "#8FB8FF", good: "#7FD88F", warn: "#F2C55C", bad: "#FF8A80", ink: "#14141A", bar: "#3A3F58"}
	lightPalette = palette{text: "#1D1D24", dim: "#5B5B68", line: "#868695", accent: "#1F4FB8", good: "#1B6E2E", warn: "#7A5200", bad: "#B3261E", ink: "#FFFFFF", bar: "#D5DCF2"}
	// ansiPalette leaves the shades to the terminal's own 16 colours.
	ansiPalette = palette{accent: "6", good: "2", warn: "3", bad: "1", reverse: true}
	nonePalette = palette{reverse: true}
)

// Theme is a choice of palette.
type Theme string

// The themes. Auto follows what the terminal says of its background.
const (
	ThemeAuto  Theme = "auto"
	ThemeDark  Theme = "dark"
	ThemeLight Theme = "light"
	ThemeANSI  Theme = "ansi"
	ThemeNone  Theme = "none"
)

// Themes returns the names of all themes.
func Themes() []string {
	return []string{string(ThemeAuto), string(ThemeDark), string(ThemeLight), string(ThemeANSI), string(ThemeNone)}
}

// ParseTheme returns the theme of that name.
func ParseTheme(name string) (Theme, error) {
	switch t := Theme(name); t {
	case ThemeAuto, ThemeDark, ThemeLight, ThemeANSI, ThemeNone:
		return t, nil
	default:
		return "", fmt.Errorf("no theme %q; there are auto, dark, light, ansi and none", name)
	}
}

// palette of a theme; auto is dark until the terminal has said otherwise.
func (t Theme) palette() palette {
	switch t {
	case ThemeLight:
		return lightPalette
	case ThemeANSI:
		return ansiPalette
	case ThemeNone:
		return nonePalette
	default:
		return darkPalette
	}
}

func (p palette) style(colour string) lipgloss.Style {
	if colour == "" {
		return lipgloss.NewStyle()
	}
	return lipgloss.NewStyle().Foreground(lipgloss.Color(colour))
}

// colour is one of the palette's, for what draws itself.
func (palette) colour(name string) color.Color {
	if name == "" {
		return lipgloss.NoColor{}
	}
	return lipgloss.Color(name)
}

func (m *Model) setPalette(p palette) {
	m.palette = p
	m.styles = newStyles(p)
}
