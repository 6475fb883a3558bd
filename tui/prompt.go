package tui

import (
	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"credscope/tui/text"
	"credscope/tui/theme"
)

// prompt is the text field above the footer. While it is open, letters are text.
type prompt struct {
	purpose promptPurpose
	field   textinput.Model
	wrong   string // why the text was not taken, "" if it was not tried
}

// promptPurpose is what the text is for.
type promptPurpose int

const (
	noPrompt promptPurpose = iota
	filterPrompt
	lookUpPrompt
)

func (p promptPurpose) label() string {
	if p == lookUpPrompt {
		return " look up PROVIDER[:BUCKET] "
	}
	return " / "
}

func newField() textinput.Model {
	f := textinput.New()
	f.Prompt = ""
	f.SetVirtualCursor(false)
	f.KeyMap.Paste = key.NewBinding() // it would start another program
	return f
}

func (p *prompt) open(purpose promptPurpose, value string) {
	*p = prompt{purpose: purpose, field: newField()}
	p.field.SetValue(value)
	p.field.CursorEnd()
	p.field.Focus()
}

func (p *prompt) close() { p.purpose = noPrompt }

func (p *prompt) isOpen() bool { return p.purpose != noPrompt }

// update takes a key or pasted text.
func (p *prompt) update(msg tea.Msg) {
	p.field, _ = p.field.Update(msg)
	p.wrong = ""
}

// view draws the field, with what is wrong with its text beside it.
func (p *prompt) view(c *canvas, w int) string {
	label, typed := p.label(w), text.Free(p.field.Value())
	if p.wrong == "" {
		return text.Pad(label+typed, w, c.glyphs.Ellipsis)
	}
	wrong := "  " + c.glyphs.Kinds[theme.Warning] + " " + p.wrong
	typed = text.Cut(typed, max(minTyped, w-text.Width(label+wrong)-1), c.glyphs.Ellipsis)
	return text.Pad(label+typed+c.styles.Kinds[theme.Warning].On(wrong), w, c.glyphs.Ellipsis)
}

// minTyped is how much of a text that was not taken is shown at least.
const minTyped = 6

// label says what the text is for, where that leaves room for what is wrong with it.
func (p *prompt) label(w int) string {
	label := p.purpose.label()
	if p.wrong != "" && text.Width(label+p.wrong)+minTyped+6 > w {
		return " "
	}
	return label
}

// cursor is the terminal's cursor in line y.
func (p *prompt) cursor(w, y int) *tea.Cursor {
	before := string([]rune(p.field.Value())[:p.field.Position()])
	return cursorAt(text.Width(p.label(w)+text.Free(before)), y, w)
}
