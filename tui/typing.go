package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"credscope/store"
)

// typeFilter takes a key while the filter is typed.
func (m *Model) typeFilter(msg tea.KeyPressMsg) tea.Cmd {
	k := &m.keys
	switch {
	case key.Matches(msg, k.Keep):
		m.prompt.close()
		return m.cursorMoved()
	case key.Matches(msg, k.Clear):
		m.prompt.field.SetValue("")
		m.prompt.close()
		return m.applyFilter()
	case key.Matches(msg, k.TypingUp):
		return m.move(-1)
	case key.Matches(msg, k.TypingDown):
		return m.move(1)
	case key.Matches(msg, k.TypingPageUp):
		return m.move(-m.pageRows())
	case key.Matches(msg, k.TypingPageDown):
		return m.move(m.pageRows())
	}
	m.prompt.update(msg)
	return m.applyFilter()
}

func (m *Model) applyFilter() tea.Cmd {
	filter := strings.ToLower(m.prompt.field.Value())
	switch {
	case m.page == helpPage:
		m.help = help{filter: filter}
		return nil
	case m.focus == providersPane:
		m.providers.filter = filter
		m.updateRows()
	default:
		m.buckets.filter = filter
		m.buckets.setRows(&m.inv, m.canvas.now)
	}
	return m.cursorMoved()
}

func (m *Model) openLookUp() {
	if !m.cannotAsk() {
		m.prompt.open(lookUpPrompt, "")
	}
}

// typeName takes a key while a name to look up is typed.
func (m *Model) typeName(msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(msg, m.keys.Clear):
		m.prompt.close()
		return nil
	case !key.Matches(msg, m.keys.Keep):
		m.prompt.update(msg)
		return nil
	}
	name, err := store.ParseKey(m.prompt.field.Value())
	if err != nil {
		m.prompt.wrong = "1 to 64 of a-z A-Z 0-9 . _ @ -"
		return nil
	}
	m.prompt.close()
	return m.lookUp(name)
}

// lookUp lists a name, moves the cursor to it and checks it.
func (m *Model) lookUp(name store.Key) tea.Cmd {
	m.inv.AddName(name)
	m.providers.filter, m.buckets.filter, m.focus = "", "", bucketsPane
	if m.buckets.picking {
		m.buckets.closePick(&m.inv, m.canvas.now)
	}
	m.updateRows()
	if m.buckets.provider != name.Provider {
		m.providers.chooseAll(m.inv.Providers())
	}
	m.updateRows()
	for i, b := range m.buckets.list.rows {
		if b.Key == name {
			m.buckets.list.to(i)
		}
	}
	m.checks.ask([]store.Key{name}, true)
	return nil
}
