package tui

import (
	tea "charm.land/bubbletea/v2"

	"credscope/store"
	"credscope/tui/theme"
	"credscope/tui/words"
)

// togglePick shows only what is worth removing, of all providers, or all again. It
// asks for what is not checked.
func (m *Model) togglePick() tea.Cmd {
	b := &m.buckets
	switch reason := m.changeOff(store.ActionRemove); {
	case b.picking:
		if left := m.checks.left(); left > 0 {
			m.checks.cancel()
			m.say(theme.Info, words.Count(left, "check")+" canceled")
		}
		b.closePick(&m.inv, m.canvas.now)
		return m.cursorMoved()
	case m.hidesLists():
		m.say(theme.Warning, reason)
		return nil
	}
	if m.lost == nil && m.o.NoHost == nil {
		unchecked := m.unchecked(m.inv.Buckets(""))
		if m.needsSecondPress(m.keys.Pick, len(unchecked)) {
			return nil
		}
		m.askChecks(unchecked...)
	}
	m.providers.chooseAll(m.inv.Providers())
	m.focus, m.detail.scroll = bucketsPane, scroll{}
	b.show(&m.inv, "", m.canvas.now)
	b.openPick(&m.inv, m.canvas.now)
	m.used = false
	if gaps := failedLists(&m.inv); gaps != "" {
		m.say(theme.Warning, gaps)
	}
	return m.cursorMoved()
}
