package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

func (m *Model) openFilter() {
	if m.focus == detailPane {
		m.focus = bucketsPane
	}
	m.span = nil
	m.openPrompt(filterPrompt, m.filters[m.focus])
}

// typeFilter takes a key while the filter has the keyboard: every letter is text.
func (m *Model) typeFilter(msg tea.KeyPressMsg) tea.Cmd {
	k := &m.keys
	switch {
	case key.Matches(msg, k.Keep):
		m.prompt = noPrompt
		return m.moved()
	case key.Matches(msg, k.Clear):
		m.prompt = noPrompt
		m.field.SetValue("")
		return m.filtered()
	case key.Matches(msg, k.TypingUp):
		return m.move(-1)
	case key.Matches(msg, k.TypingDown):
		return m.move(1)
	case key.Matches(msg, k.TypingPageUp):
		return m.move(-m.pageRows())
	case key.Matches(msg, k.TypingPageDown):
		return m.move(m.pageRows())
	}
	m.field, _ = m.field.Update(msg)
	return m.filtered()
}

// filtered applies what the filter says now.
func (m *Model) filtered() tea.Cmd {
	m.filters[m.focus] = strings.ToLower(m.field.Value())
	m.refreshRows()
	return m.moved()
}
