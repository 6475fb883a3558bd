package theme

import (
	"strings"

	"charm.land/lipgloss/v2"

	"credscope/store"
)

// Kind is the kind of a message. Each has a sign as well as a colour.
type Kind int

// The kinds of messages, from mild to severe.
const (
	Info Kind = iota
	Success
	Warning
	Failure
)

func (k Kind) String() string {
	switch k {
	case Success:
		return "done"
	case Warning:
		return "note"
	case Failure:
		return "error"
	default:
		return "info"
	}
}

// Style is a lipgloss style, rendered once: the sequences before and after a text.
type Style struct{ before, after string }

func newStyle(s lipgloss.Style) Style {
	before, after, _ := strings.Cut(s.Render("x"), "x")
	return Style{before, after}
}

// On returns a text in this style.
func (s Style) On(text string) string {
	if text == "" || s.before == "" {
		return text
	}
	return s.before + text + s.after
}

// Styles are all colours and emphases.
type Styles struct {
	Plain, Dim, Strong Style
	Selected           Style // the row under the cursor of the focused pane
	Border             Style
	Focus              Style // border and title of the focused pane, and marks
	Heading            Style // titles of other panes
	Match              Style // what a filter matched
	Kinds              map[Kind]Style
	Status             map[store.Status]Style
	// SelectedMatch is what a filter matched within the row under the cursor.
	SelectedMatch Style
	// SelectedStatus is a status sign within the row under the cursor.
	SelectedStatus map[store.Status]Style
}

// NewStyles returns the styles of a palette.
func NewStyles(p Palette) Styles {
	text, accent := p.style(p.Text), p.style(p.Accent)
	good, warn, bad, dim := p.style(p.Good), p.style(p.Warn), p.style(p.Bad), p.style(p.Dim)
	underCursor := func(s lipgloss.Style) lipgloss.Style {
		if p.Reverse {
			return s.Reverse(true).Bold(true)
		}
		return s.Background(lipgloss.Color(p.Bar)).Bold(true)
	}
	s := Styles{
		Plain:         newStyle(text),
		Dim:           newStyle(dim),
		Strong:        newStyle(text.Bold(true)),
		Selected:      newStyle(underCursor(text)),
		Border:        newStyle(p.style(p.Line)),
		Focus:         newStyle(accent.Bold(true)),
		Heading:       newStyle(text.Bold(true)),
		Match:         newStyle(accent.Underline(true).Bold(true)),
		SelectedMatch: newStyle(underCursor(text.Underline(true))),
		Kinds:         map[Kind]Style{Info: newStyle(text), Success: newStyle(good), Warning: newStyle(warn), Failure: newStyle(bad)},
		Status:        map[store.Status]Style{}, SelectedStatus: map[store.Status]Style{},
	}
	for status, colour := range map[store.Status]string{
		store.Valid: p.Good, store.Expiring: p.Warn, store.Expired: p.Warn, store.Stale: p.Bad, store.Dead: p.Bad,
		store.NoExpiry: p.Text, store.InvalidExpiry: p.Warn, store.Unreadable: p.Bad,
		store.Absent: p.Warn, store.Denied: p.Dim, store.InvalidName: p.Warn, store.Unchecked: p.Dim,
	} {
		s.Status[status] = newStyle(p.style(colour))
		if colour == p.Dim {
			colour = p.Text // Dim has too little contrast with Bar
		}
		s.SelectedStatus[status] = newStyle(underCursor(p.style(colour)))
	}
	return s
}
