package tui

import (
	"strings"

	"charm.land/lipgloss/v2"

	"credscope/store"
)

// paint is a style reduced to the sequences before and after a text, because
// rendering a style for every cell costs more than the rest of a frame.
type paint struct{ open, close string }

func newPaint(s lipgloss.Style) paint {
	before, after, _ := strings.Cut(s.Render("x"), "x")
	return paint{before, after}
}

func (p paint) on(s string) string {
	if s == "" || p.open == "" {
		return s
	}
	return p.open + s + p.close
}

// styles are all colours and emphases of the screen.
type styles struct {
	plain, dim, strong paint
	selected, resting  paint // the row under the cursor, in the focused pane and elsewhere
	border, focus      paint
	title              paint
	match              paint
	kinds              map[kind]paint
	health             map[store.Health]paint
}

// palette names the colours by their part.
type palette struct{ text, dim, accent, good, warn, bad, ink, bar string }

var (
	darkPalette  = palette{text: "#E6E6EA", dim: "#9A9AA6", accent: "#8FB8FF", good: "#7FD88F", warn: "#F2C55C", bad: "#FF8A80", ink: "#14141A", bar: "#3A3F58"}
	lightPalette = palette{text: "#1D1D24", dim: "#5B5B68", accent: "#1F4FB8", good: "#1B6E2E", warn: "#7A5200", bad: "#B3261E", ink: "#FFFFFF", bar: "#D5DCF2"}
)

func newStyles(p palette) styles {
	fg := func(colour string) lipgloss.Style { return lipgloss.NewStyle().Foreground(lipgloss.Color(colour)) }
	good, warn, bad, dim := newPaint(fg(p.good)), newPaint(fg(p.warn)), newPaint(fg(p.bad)), newPaint(fg(p.dim))
	return styles{
		plain:    newPaint(fg(p.text)),
		dim:      dim,
		strong:   newPaint(fg(p.text).Bold(true)),
		selected: newPaint(lipgloss.NewStyle().Foreground(lipgloss.Color(p.ink)).Background(lipgloss.Color(p.accent)).Bold(true)),
		resting:  newPaint(fg(p.text).Background(lipgloss.Color(p.bar))),
		border:   dim,
		focus:    newPaint(fg(p.accent).Bold(true)),
		title:    newPaint(fg(p.accent).Bold(true)),
		match:    newPaint(fg(p.accent).Underline(true)),
		kinds:    map[kind]paint{info: newPaint(fg(p.text)), success: good, warning: warn, failure: bad},
		health: map[store.Health]paint{
			store.Valid: good, store.Expiring: warn, store.Expired: warn, store.Stale: bad,
			store.NoExpiry: newPaint(fg(p.text)), store.OddExpiry: warn, store.Unreadable: bad,
			store.Hidden: dim, store.Unchecked: dim,
		},
	}
}

// glyphs are the characters beyond letters, with a set for terminals that have
// only ASCII.
type glyphs struct {
	health                                 map[store.Health]string
	kinds                                  map[kind]string
	ellipsis, cursor, separator            string
	topLeft, topRight, botLeft, botRight   string
	horizontal, vertical, focusTop, marked string
	spinner                                []string
}

var unicodeGlyphs = glyphs{
	health: map[store.Health]string{
		store.Valid: "●", store.Expiring: "◐", store.Expired: "○", store.Stale: "✗", store.NoExpiry: "∞",
		store.OddExpiry: "?", store.Unreadable: "!", store.Hidden: "–", store.Unchecked: "·",
	},
	kinds:    map[kind]string{info: "·", success: "✓", warning: "!", failure: "✗"},
	ellipsis: "…", cursor: "▸", separator: "·",
	topLeft: "╭", topRight: "╮", botLeft: "╰", botRight: "╯",
	horizontal: "─", vertical: "│", focusTop: "━", marked: "◆",
	spinner: []string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"},
}

var asciiGlyphs = glyphs{
	health: map[store.Health]string{
		store.Valid: "v", store.Expiring: "e", store.Expired: "o", store.Stale: "x", store.NoExpiry: "n",
		store.OddExpiry: "?", store.Unreadable: "!", store.Hidden: "-", store.Unchecked: ".",
	},
	kinds:    map[kind]string{info: ".", success: "+", warning: "!", failure: "x"},
	ellipsis: "~", cursor: ">", separator: "-",
	topLeft: "+", topRight: "+", botLeft: "+", botRight: "+",
	horizontal: "-", vertical: "|", focusTop: "=", marked: "*",
	spinner: []string{"|", "/", "-", `\`},
}
