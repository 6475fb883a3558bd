package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// wheelStep is how many rows one notch of the wheel moves.
const wheelStep = 3

// wheelTurned scrolls what is under the pointer, without moving the focus.
func (m *Model) wheelTurned(msg tea.MouseWheelMsg) tea.Cmd {
	by := wheelStep
	switch msg.Button {
	case tea.MouseWheelUp:
		by = -wheelStep
	case tea.MouseWheelDown:
	default:
		return nil
	}
	switch p, _, over := m.paneAt(msg.X, msg.Y); {
	case m.tooSmall():
	case m.dialog != nil:
		m.dialog.scroll.by(by)
	case m.page == helpPage:
		m.help.scroll.by(by)
	case m.page == historyPage:
		m.history.scroll.by(by)
	case m.page == runPage:
		m.run.rows.move(by)
	case len(m.inv.Providers()) == 0:
		m.detail.scroll.by(by)
	case over && (!m.prompt.isOpen() || p == m.focus):
		m.use()
		return m.moveIn(p, by)
	}
	return nil
}

// clicked selects what was clicked, or presses a key of the footer. The only answer
// that a click gives to a question is Cancel.
func (m *Model) clicked(msg tea.MouseClickMsg) tea.Cmd {
	if msg.Button != tea.MouseLeft || m.tooSmall() {
		return nil
	}
	if m.dialog != nil {
		if m.dialog.listens(m.o.Now()) && m.question().cancelsAt(msg.X, msg.Y) {
			return m.answerDialog(canceled)
		}
		return nil
	}
	m.use()
	if msg.Y == m.size.h-1 {
		return m.pressFooter(msg.X)
	}
	p, row, ok := m.paneAt(msg.X, msg.Y)
	if !ok || m.page != noPage || m.prompt.isOpen() {
		return nil
	}
	m.buckets.span = nil
	switch {
	case p == providersPane && row >= 0 && m.providers.list.top+row < len(m.providers.list.rows):
		m.providers.list.to(m.providers.list.top + row)
		m.showProvider()
	case p == bucketsPane && row >= 0:
		row -= m.headLines()
		if row >= 0 && m.buckets.list.top+row < len(m.buckets.list.rows) {
			m.buckets.list.to(m.buckets.list.top + row)
			m.detail.scroll = scroll{}
		}
	}
	return m.setFocus(p)
}

// paneAt returns the pane at a cell and the line inside it.
func (m *Model) paneAt(x, y int) (p pane, row int, ok bool) {
	if m.tooSmall() || len(m.inv.Providers()) == 0 {
		return 0, 0, false
	}
	l := m.layout()
	if l.header {
		y--
	}
	if y < 0 || y >= l.body {
		return 0, 0, false
	}
	if l.boxed {
		y--
	}
	for p, w := range l.panes {
		if x < w {
			if y >= l.inner(w).h {
				y = -1 // the border
			}
			return pane(p), y, true
		}
		x -= w
	}
	return 0, 0, false
}

// pressFooter presses the key whose words are at column x.
func (m *Model) pressFooter(x int) tea.Cmd {
	at := 1
	for _, binding := range m.offered() {
		size := m.footerSize(binding)
		if at+size > m.size.w {
			break // it is not drawn
		}
		if x >= at && x < at+size && len(binding.Keys()) > 0 {
			return m.keyPressed(pressOf(binding))
		}
		at += size + footerGap
	}
	return nil
}

// pressOf is a press of a binding's first key.
func pressOf(binding key.Binding) tea.KeyPressMsg {
	name := binding.Keys()[0]
	special := map[string]tea.Key{
		"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab},
		"space": {Code: tea.KeySpace, Text: " "}, "up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown},
		"ctrl+c": {Code: 'c', Mod: tea.ModCtrl},
	}
	if k, ok := special[name]; ok {
		return tea.KeyPressMsg(k)
	}
	return tea.KeyPressMsg(tea.Key{Text: name, Code: []rune(name)[0]})
}
