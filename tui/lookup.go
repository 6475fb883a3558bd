package tui

import (
	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"credscope/store"
)

// prompt is what the text field above the footer is for.
type prompt int

const (
	noPrompt prompt = iota
	filterPrompt
	lookupPrompt
)

func (p prompt) String() string {
	switch p {
	case filterPrompt:
		return " / "
	case lookupPrompt:
		return " look up PROVIDER[:BUCKET] "
	default:
		return ""
	}
}

func newField() textinput.Model {
	f := textinput.New()
	f.Prompt = ""
	f.SetVirtualCursor(false)
	f.KeyMap.Paste = key.NewBinding() // would start another program
	return f
}

func (m *Model) openPrompt(p prompt, value string) {
	m.prompt = p
	m.field.SetValue(value)
	m.field.CursorEnd()
	m.field.Focus()
}

// openLookup asks for a name that the host does not list.
func (m *Model) openLookup() {
	if !m.cannotAsk() {
		m.openPrompt(lookupPrompt, "")
	}
}

// typeLookup takes a key while a name is typed.
func (m *Model) typeLookup(msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(msg, m.keys.Clear):
		m.prompt = noPrompt
		return nil
	case !key.Matches(msg, m.keys.Keep):
		m.field, _ = m.field.Update(msg)
		return nil
	}
	m.prompt = noPrompt
	k, err := store.ParseKey(m.field.Value())
	if err != nil {
		m.status.note("That is no name a host takes: PROVIDER or PROVIDER:BUCKET, each of 1 to 64 letters, digits, dots, underscores, @ and dashes")
		return nil
	}
	return m.lookUp(k)
}

// lookUp lists a name, puts the cursor on it and looks at it.
func (m *Model) lookUp(k store.Key) tea.Cmd {
	m.inv.addName(k)
	m.filters = [detailPane]string{}
	m.refreshRows()
	for i, p := range m.providers.rows {
		if p.name == k.Provider {
			m.providers.to(i)
		}
	}
	m.refreshRows()
	for i, b := range m.buckets.rows {
		if b.key == k {
			m.buckets.to(i)
			m.focus = bucketsPane
			return m.lookAt([]*bucket{b}, true)
		}
	}
	return nil
}

// copyName puts the name under the cursor into the terminal's clipboard. Only
// names that follow the hosts' rule are copied; no terminal tells whether it did.
func (m *Model) copyName() tea.Cmd {
	name := ""
	if p, ok := m.providers.current(); ok {
		name = p.name
	}
	if b, ok := m.buckets.current(); ok && m.focus != providersPane {
		name = b.key.Bucket
	}
	if !store.ValidName(name) {
		m.status.note("Only a provider or bucket with an ordinary name can be copied")
		return nil
	}
	m.status.say("Sent " + name + " to the terminal's clipboard; not every terminal takes it")
	return tea.SetClipboard(name)
}
