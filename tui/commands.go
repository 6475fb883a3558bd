package tui

import (
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
	focus := func(p pane) func() tea.Cmd { return func() tea.Cmd { return m.setFocus(p) } }
	open := func(p page) func() tea.Cmd { return do(func() { m.openPage(p) }) }
	commands := []command{
		{k.Left, focus(max(providersPane, m.focus-1))},
		{k.Right, focus(min(detailPane, m.focus+1))},
		{k.Next, focus((m.focus + 1) % (detailPane + 1))},
		{k.Previous, focus((m.focus + detailPane) % (detailPane + 1))},
		{k.Pane1, focus(providersPane)},
		{k.Pane2, focus(bucketsPane)},
		{k.Pane3, focus(detailPane)},
		{k.Look, m.enter},
		{k.Again, m.askAgain},
		{k.Everything, m.askEverything},
		{k.CheckAll, m.checkProvider},
		{k.LookUp, do(m.openLookup)},
		{k.Filter, do(m.openFilter)},
		{k.Sort, do(m.nextOrder)},
		{k.Back, m.back},
		{k.Mark, m.toggleMark},
		{k.MarkAll, do(m.markAll)},
		{k.Range, do(m.toggleSpan)},
		{k.RangeUp, func() tea.Cmd { return m.stretch(-1) }},
		{k.RangeDown, func() tea.Cmd { return m.stretch(1) }},
		{k.Triage, m.openTriage},
		{k.Remove, m.askRemoval},
		{k.Times, do(m.nextClock)},
		{k.Copy, m.copyName},
		{k.History, open(historyPage)},
		{k.Privacy, do(m.togglePrivacy)},
		{k.Lock, do(m.toggleLock)},
		{k.Help, open(helpPage)},
		{k.Quit, m.quit},
	}
	for _, movement := range m.movements() {
		commands = append(commands, command{movement.key, func() tea.Cmd { return m.move(movement.by(m.rows())) }})
	}
	return commands
}

// movement is a key that moves a cursor or scrolls.
type movement struct {
	key key.Binding
	by  func(rows int) int
}

func (m *Model) movements() []movement {
	k, page := &m.keys, m.pageRows()
	by := func(n int) func(int) int { return func(int) int { return n } }
	return []movement{
		{k.Up, by(-1)},
		{k.Down, by(1)},
		{k.Top, func(rows int) int { return -rows }},
		{k.Bottom, func(rows int) int { return rows }},
		{k.PageUp, by(-page)},
		{k.PageDown, by(page)},
		{k.HalfUp, by(-max(1, page/2))},
		{k.HalfDown, by(max(1, page/2))},
	}
}

// movement returns how far a key moves among so many rows, 0 for other keys.
func (m *Model) movement(msg tea.KeyPressMsg, rows int) int {
	for _, movement := range m.movements() {
		if key.Matches(msg, movement.key) {
			return movement.by(rows)
		}
	}
	return 0
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

// pageRows is how many lines a page of the focused pane has.
func (m *Model) pageRows() int { return max(1, m.providers.height) }

// move moves the cursor of the focused pane. It asks nothing of the host: that
// waits until the cursor rests.
func (m *Model) move(by int) tea.Cmd {
	if m.span != nil && !m.span.sticky {
		m.span = nil
	}
	return m.moveIn(m.focus, by)
}

func (m *Model) moveIn(p pane, by int) tea.Cmd {
	if len(m.inv.providers) == 0 {
		p = detailPane
	}
	switch p {
	case providersPane:
		m.providers.move(by)
		m.refreshRows()
	case bucketsPane:
		m.buckets.move(by)
		m.detail = scroll{}
		m.markSpan()
	case detailPane:
		m.detail.by(by)
		return nil
	}
	return m.moved()
}

func (m *Model) setFocus(p pane) tea.Cmd {
	if p == detailPane && len(m.buckets.rows) == 0 {
		p = bucketsPane
	}
	if p == bucketsPane && len(m.providers.rows) == 0 {
		p = providersPane
	}
	m.focus = p
	return m.moved()
}

// enter goes into a provider, or looks at a bucket.
func (m *Model) enter() tea.Cmd {
	if m.focus == providersPane {
		return m.setFocus(bucketsPane)
	}
	b, ok := m.buckets.current()
	switch {
	case !ok || m.cannotAsk():
		return nil
	case b.slot.busy:
		m.status.say("Still asking the host")
		return nil
	}
	return m.lookAt([]*bucket{b}, true)
}

// back undoes one step: a range, the filter of the focused pane, the marks,
// then the pane.
func (m *Model) back() tea.Cmd {
	if m.span != nil {
		m.span = nil
		return nil
	}
	if m.focus < detailPane && m.filters[m.focus] != "" {
		m.filters[m.focus] = ""
		m.refreshRows()
		return m.moved()
	}
	if m.filters[bucketsPane] != "" {
		m.filters[bucketsPane] = "" // marks may stand behind it
		m.refreshRows()
		return m.moved()
	}
	if n := m.clearMarks(); n > 0 {
		m.status.say("Took " + count(n, "mark") + " away")
		return nil
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

// toggleLock switches read-only, which --read-only has settled for good.
func (m *Model) toggleLock() {
	switch {
	case m.o.ReadOnly:
		m.status.note("credscope was started with --read-only, which cannot be unlocked here")
	case m.locked:
		m.locked = false
		m.status.say("Removals are possible again")
	default:
		m.locked = true
		m.status.say("Read-only: nothing can be removed until L is pressed again")
	}
}

func (m *Model) pressHelp(msg tea.KeyPressMsg) tea.Cmd {
	if key.Matches(msg, m.keys.Help, m.keys.Back, m.keys.Quit) {
		m.page = mainPage
		if m.triage != nil {
			m.page = triagePage
		}
		return m.moved()
	}
	m.pageTop.by(m.movement(msg, maxScroll))
	return nil
}
