package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// command is a key of the main screen and what it does.
type command struct {
	key key.Binding
	act func() tea.Cmd
}

func (m *Model) commands() []command {
	k := &m.keys
	do := func(act func()) func() tea.Cmd {
		return func() tea.Cmd {
			act()
			return nil
		}
	}
	move := func(by func() int) func() tea.Cmd {
		return func() tea.Cmd { return m.move(by()) }
	}
	pane := func(p pane) func() tea.Cmd {
		return func() tea.Cmd { return m.setFocus(p) }
	}
	return []command{
		{k.Up, move(func() int { return -1 })},
		{k.Down, move(func() int { return 1 })},
		{k.Top, move(func() int { return -m.rows() })},
		{k.Bottom, move(m.rows)},
		{k.PageUp, move(func() int { return -m.page() })},
		{k.PageDown, move(m.page)},
		{k.HalfUp, move(func() int { return -max(1, m.page()/2) })},
		{k.HalfDown, move(func() int { return max(1, m.page()/2) })},
		{k.Left, func() tea.Cmd { return m.setFocus(max(providersPane, m.focus-1)) }},
		{k.Right, func() tea.Cmd { return m.setFocus(min(detailPane, m.focus+1)) }},
		{k.Next, func() tea.Cmd { return m.setFocus((m.focus + 1) % (detailPane + 1)) }},
		{k.Previous, func() tea.Cmd { return m.setFocus((m.focus + detailPane) % (detailPane + 1)) }},
		{k.Pane1, pane(providersPane)},
		{k.Pane2, pane(bucketsPane)},
		{k.Pane3, pane(detailPane)},
		{k.Look, m.enter},
		{k.Again, m.askAgain},
		{k.Everything, m.askEverything},
		{k.CheckAll, m.checkProvider},
		{k.Filter, do(m.openFilter)},
		{k.Back, m.back},
		{k.Remove, m.askRemoval},
		{k.Help, do(func() { m.help, m.helpTop = true, scroll{} })},
		{k.Redraw, func() tea.Cmd { return tea.ClearScreen }},
		{k.Quit, m.quit},
	}
}

// pane is one of the three parts of the screen.
type pane int

const (
	providersPane pane = iota
	bucketsPane
	detailPane
)

// rows is how far a movement key can go in the focused pane.
func (m *Model) rows() int {
	switch m.focus {
	case providersPane:
		return len(m.providers.rows)
	case bucketsPane:
		return len(m.buckets.rows)
	default:
		return maxScroll
	}
}

// page is how many lines the focused pane shows.
func (m *Model) page() int { return max(1, m.providers.height) }

// move moves the cursor of the focused pane. It asks nothing of the host: that
// waits until the cursor rests.
func (m *Model) move(by int) tea.Cmd {
	if len(m.inv.providers) == 0 {
		m.detail.by(by)
		return nil
	}
	switch m.focus {
	case providersPane:
		m.providers.move(by)
		m.refreshRows()
	case bucketsPane:
		m.buckets.move(by)
		m.detail = scroll{}
	case detailPane:
		m.detail.by(by)
		return nil
	}
	return m.rested()
}

func (m *Model) setFocus(p pane) tea.Cmd {
	if p == detailPane && len(m.buckets.rows) == 0 {
		p = bucketsPane
	}
	if p == bucketsPane && len(m.providers.rows) == 0 {
		p = providersPane
	}
	m.focus = p
	return m.rested()
}

// enter goes into a provider, or looks at a bucket.
func (m *Model) enter() tea.Cmd {
	if m.focus == providersPane {
		return m.setFocus(bucketsPane)
	}
	b, ok := m.buckets.current()
	if !ok || m.cannotAsk() {
		return nil
	}
	return m.lookAt([]*bucket{b}, true)
}

// back undoes one step: the filter of the focused pane, then the pane.
func (m *Model) back() tea.Cmd {
	if m.focus < detailPane && m.filters[m.focus] != "" {
		m.filters[m.focus] = ""
		m.refreshRows()
		return m.rested()
	}
	return m.setFocus(max(providersPane, m.focus-1))
}

func (m *Model) quit() tea.Cmd {
	if m.job != nil {
		m.status.note("A removal is running: wait for its verdict, or leave at once with ctrl+c")
		return nil
	}
	return tea.Quit
}

func (m *Model) pressHelp(msg tea.KeyPressMsg) tea.Cmd {
	k := &m.keys
	switch {
	case key.Matches(msg, k.Help, k.Back, k.Quit):
		m.help = false
	case key.Matches(msg, k.Up):
		m.helpTop.by(-1)
	case key.Matches(msg, k.Down):
		m.helpTop.by(1)
	case key.Matches(msg, k.PageUp, k.HalfUp):
		m.helpTop.by(-m.page())
	case key.Matches(msg, k.PageDown, k.HalfDown):
		m.helpTop.by(m.page())
	case key.Matches(msg, k.Top):
		m.helpTop = scroll{}
	case key.Matches(msg, k.Bottom):
		m.helpTop.by(maxScroll)
	}
	return nil
}

func (m *Model) openFilter() {
	if m.focus == detailPane {
		m.focus = bucketsPane
	}
	m.typing = true
	m.filter.SetValue(m.filters[m.focus])
	m.filter.CursorEnd()
	m.filter.Focus()
}

// typeFilter takes a key while the filter has the keyboard: every letter is text.
func (m *Model) typeFilter(msg tea.KeyPressMsg) tea.Cmd {
	k := &m.keys
	switch {
	case key.Matches(msg, k.Keep):
		m.typing = false
		return m.rested()
	case key.Matches(msg, k.Clear):
		m.typing = false
		m.filter.SetValue("")
		return m.filtered()
	case key.Matches(msg, k.TypingUp):
		return m.move(-1)
	case key.Matches(msg, k.TypingDown):
		return m.move(1)
	case key.Matches(msg, k.TypingPageUp):
		return m.move(-m.page())
	case key.Matches(msg, k.TypingPageDown):
		return m.move(m.page())
	}
	m.filter, _ = m.filter.Update(msg)
	return m.filtered()
}

// filtered applies what the filter says now.
func (m *Model) filtered() tea.Cmd {
	m.filters[m.focus] = strings.ToLower(m.filter.Value())
	m.refreshRows()
	return m.rested()
}
