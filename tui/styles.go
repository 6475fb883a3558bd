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

// write is on, without a string of its own.
func (p paint) write(b *strings.Builder, s string) {
	if s == "" {
		return
	}
	b.WriteString(p.open)
	b.WriteString(s)
	b.WriteString(p.close)
}

// styles are all colours and emphases of the screen.
type styles struct {
	plain, dim, strong paint
	selected, resting  paint // the row under the cursor, in the focused pane and elsewhere
	border, focus      paint
	title, heading     paint // of the focused pane and of the others
	match              paint
	kinds              map[kind]paint
	health             map[store.Health]paint
}

func newStyles(p palette) styles {
	good, warn, bad, dim := newPaint(p.style(p.good)), newPaint(p.style(p.warn)), newPaint(p.style(p.bad)), newPaint(p.style(p.dim))
	text, accent := p.style(p.text), p.style(p.accent)
	selected := lipgloss.NewStyle().Foreground(lipgloss.Color(p.ink)).Background(lipgloss.Color(p.accent)).Bold(true)
	resting := text.Background(lipgloss.Color(p.bar))
	if p.reverse {
		selected, resting = lipgloss.NewStyle().Reverse(true).Bold(true), lipgloss.NewStyle().Underline(true)
	}
	return styles{
		plain:    newPaint(text),
		dim:      dim,
		strong:   newPaint(text.Bold(true)),
		selected: newPaint(selected),
		resting:  newPaint(resting),
		border:   newPaint(p.style(p.line)),
		focus:    newPaint(accent.Bold(true)),
		title:    newPaint(accent.Bold(true)),
		heading:  newPaint(text.Bold(true)),
		match:    newPaint(accent.Underline(true).Bold(true)),
		kinds:    map[kind]paint{info: newPaint(text), success: good, warning: warn, failure: bad},
		health: map[store.Health]paint{
			store.Valid: good, store.Expiring: warn, store.Expired: warn, store.Stale: bad,
			store.NoExpiry: newPaint(text), store.OddExpiry: warn, store.Unreadable: bad,
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
