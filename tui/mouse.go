package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// wheelStep is how many rows one notch of the wheel moves.
const wheelStep = 3

// wheeled scrolls what the pointer is over, without moving the focus.
func (m *Model) wheeled(msg tea.MouseWheelMsg) tea.Cmd {
	by := wheelStep
	switch msg.Button {
	case tea.MouseWheelUp:
		by = -wheelStep
	case tea.MouseWheelDown:
	default:
		return nil
	}
	if m.confirm != nil {
		return nil
	}
	switch p, _, over := m.paneAt(msg.X, msg.Y); {
	case m.page == triagePage:
		m.triage.rows.move(by)
	case m.page != mainPage:
		m.pageTop.by(by)
	case len(m.inv.providers) == 0:
		m.detail.by(by)
	case over && (m.prompt == noPrompt || p == m.focus):
		return m.moveIn(p, by)
	}
	return nil
}

// clicked selects what was clicked, or presses a key of the footer. Nothing is
// ever removed by a click alone: the dialog takes none.
func (m *Model) clicked(msg tea.MouseClickMsg) tea.Cmd {
	if msg.Button != tea.MouseLeft || m.confirm != nil {
		return nil
	}
	if msg.Y == m.height-1 {
		return m.pressFooter(msg.X)
	}
	if m.page != mainPage || m.prompt != noPrompt {
		return nil
	}
	p, row, ok := m.paneAt(msg.X, msg.Y)
	if !ok {
		return nil
	}
	m.span = nil
	switch {
	case p == providersPane && row >= 0 && m.providers.top+row < len(m.providers.rows):
		m.providers.to(m.providers.top + row)
		m.refreshRows()
	case p == bucketsPane && row >= 0 && m.buckets.top+row < len(m.buckets.rows):
		m.buckets.to(m.buckets.top + row)
		m.detail = scroll{}
	}
	return m.setFocus(p)
}

// paneAt returns the pane at a cell and the line inside it.
func (m *Model) paneAt(x, y int) (p pane, row int, ok bool) {
	if m.width < minWidth || m.height < minHeight || len(m.inv.providers) == 0 {
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
			if y >= m.rowsIn(l) {
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
		if at+size > m.width {
			break // it is not drawn
		}
		if x >= at && x < at+size && len(binding.Keys()) > 0 {
			return m.pressed(keyPress(binding))
		}
		at += size + footerGap
	}
	return nil
}

// keyPress is the key press that a binding answers to first.
func keyPress(b key.Binding) tea.KeyPressMsg {
	name := b.Keys()[0]
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
