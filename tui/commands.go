package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/theme"
	"credscope/tui/words"
)

// command is a key of the main screen, what it does, and whether it does something
// now. A key that does nothing may still say why.
type command struct {
	key   key.Binding
	act   func() tea.Cmd
	works bool
}

// commands are all keys of the main screen.
func (m *Model) commands() []command {
	k := &m.keys
	canAsk, hasRows := m.lost == nil && m.o.NoHost == nil, len(m.inv.Providers()) > 0
	inBuckets := m.focus != providersPane && len(m.buckets.list.rows) > 0
	canMark := inBuckets && m.changeOff(store.ActionRemove) == ""
	focus := func(p pane) func() tea.Cmd { return func() tea.Cmd { return m.setFocus(p) } }
	open := func(p pageKind) func() tea.Cmd { return do(func() { m.openPage(p) }) }
	commands := []command{
		{k.Left, focus(max(providersPane, m.focus-1)), hasRows},
		{k.Right, focus(min(detailPane, m.focus+1)), hasRows},
		{k.Next, focus((m.focus + 1) % (detailPane + 1)), hasRows},
		{k.Previous, focus((m.focus + detailPane) % (detailPane + 1)), hasRows},
		{k.Pane1, focus(providersPane), hasRows},
		{k.Pane2, focus(bucketsPane), hasRows},
		{k.Pane3, focus(detailPane), hasRows},
		{k.Open, m.open, hasRows && m.focus != detailPane},
		{k.Refresh, m.refreshThis, canAsk},
		{k.RefreshAll, m.refreshAll, canAsk && m.host.Version > 0},
		{k.Check, m.checkAll, canAsk && hasRows},
		{k.LookUp, do(m.openLookUp), canAsk && m.host.Version > 0},
		{k.Filter, do(m.openFilter), hasRows},
		{k.Sort, do(m.nextOrder), hasRows},
		{k.Back, m.back, hasRows && m.focus != providersPane || m.providers.filter != "" || m.buckets.filter != "" || len(m.buckets.active()) > 0},
		{k.Mark, m.toggleMark, canMark},
		{k.MarkAll, do(func() { m.buckets.toggleAll(&m.inv) }), canMark},
		{k.Range, do(m.toggleRange), canMark},
		{k.RangeUp, func() tea.Cmd { return m.extendRange(-1) }, canMark},
		{k.RangeDown, func() tea.Cmd { return m.extendRange(1) }, canMark},
		{k.Pick, m.togglePick, hasRows && !m.hidesLists()},
		{k.Remove, do(m.askRemoval), m.canRemove()},
		{k.Renew, do(m.askRenewal), m.canRenew()},
		{k.NotRemoved, do(func() { m.say(theme.Info, "x removes") }), false},
		{k.Times, do(m.nextTimes), hasRows},
		{k.Copy, m.copyName, hasRows},
		{k.CopyCommand, m.copyCommand, inBuckets},
		{k.History, open(historyPage), true},
		{k.Privacy, do(m.togglePrivacy), true},
		{k.Lock, do(m.toggleLock), !m.o.ReadOnly},
		{k.Help, open(helpPage), true},
		{k.Quit, m.quit, true},
	}
	for _, movement := range m.movements() {
		commands = append(commands, command{movement.key, func() tea.Cmd { return m.move(movement.by(m.rows())) }, true})
	}
	return commands
}

// do makes the act of a command of what returns nothing.
func do(act func()) func() tea.Cmd {
	return func() tea.Cmd {
		act()
		return nil
	}
}

// movement is a key that moves a cursor or scrolls.
type movement struct {
	key key.Binding
	by  func(rows int) int
}

func (m *Model) movements() []movement {
	k, rows := &m.keys, m.pageRows()
	by := func(n int) func(int) int { return func(int) int { return n } }
	return []movement{
		{k.Up, by(-1)},
		{k.Down, by(1)},
		{k.Top, func(rows int) int { return -rows }},
		{k.Bottom, func(rows int) int { return rows }},
		{k.PageUp, by(-rows)},
		{k.PageDown, by(rows)},
		{k.HalfUp, by(-max(1, rows/2))},
		{k.HalfDown, by(max(1, rows/2))},
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

// rows is how far a movement key can go in the focused pane.
func (m *Model) rows() int {
	switch {
	case m.focus == detailPane || len(m.inv.Providers()) == 0:
		return maxScroll
	case m.focus == providersPane:
		return len(m.providers.list.rows)
	}
	return len(m.buckets.list.rows)
}

// pageRows is how many lines a page of the focused pane has.
func (m *Model) pageRows() int { return max(1, m.buckets.list.height) }

// move moves the cursor of the focused pane. Nothing is asked of the host before the
// cursor rests.
func (m *Model) move(by int) tea.Cmd { return m.moveIn(m.focus, by) }

func (m *Model) moveIn(p pane, by int) tea.Cmd {
	if len(m.inv.Providers()) == 0 {
		p = detailPane
	}
	switch p {
	case providersPane:
		m.providers.list.move(by)
		m.showProvider()
	case bucketsPane:
		m.buckets.move(&m.inv, by)
		m.detail.scroll = scroll{}
	case detailPane:
		m.detail.scroll.by(by)
		return nil
	}
	return m.cursorMoved()
}

// showProvider shows the buckets of the provider under the cursor.
func (m *Model) showProvider() {
	m.detail.scroll = scroll{}
	m.showSelected()
}

// showSelected shows the buckets of the provider under the cursor. What is worth
// removing is shown of all providers only.
func (m *Model) showSelected() {
	selected := m.providers.selected()
	if m.buckets.picking && selected != "" {
		m.buckets.closePick(&m.inv, m.canvas.now)
	}
	m.buckets.show(&m.inv, selected, m.canvas.now)
}

func (m *Model) setFocus(p pane) tea.Cmd {
	if len(m.inv.Providers()) > 0 {
		m.focus = p
	}
	return m.cursorMoved()
}

// open goes into a provider's buckets, or a bucket's detail.
func (m *Model) open() tea.Cmd { return m.setFocus(min(m.focus+1, detailPane)) }

// back undoes one step: a range, the pane, a filter, the list of stale ones, marks.
func (m *Model) back() tea.Cmd {
	now := m.canvas.now
	switch {
	case m.buckets.span != nil:
		m.buckets.span = nil
	case m.focus == detailPane:
		return m.setFocus(bucketsPane)
	case m.focus == providersPane && m.providers.filter != "":
		m.providers.filter = ""
		m.updateRows()
	case m.buckets.filter != "":
		m.buckets.filter = ""
		m.buckets.setRows(&m.inv, now)
	case m.buckets.picking:
		return m.togglePick()
	case len(m.buckets.active()) > 0:
		m.say(theme.Info, words.Count(m.buckets.clearMarks(), "mark")+" cleared")
	default:
		return m.setFocus(providersPane)
	}
	return m.cursorMoved()
}

func (m *Model) toggleMark() tea.Cmd {
	if m.focus == providersPane {
		m.say(theme.Warning, "Marks are for buckets: press enter first")
		return nil
	}
	if reason := m.buckets.toggleMark(&m.inv); reason != "" {
		m.say(theme.Warning, reason)
		return nil
	}
	m.detail.scroll = scroll{}
	return m.cursorMoved()
}

func (m *Model) toggleRange() {
	switch {
	case m.buckets.span != nil:
		m.buckets.span = nil
	case m.focus != bucketsPane:
		m.say(theme.Warning, "A range is marked among buckets: press 2 first")
	default:
		m.buckets.startRange(&m.inv, true)
	}
}

func (m *Model) extendRange(by int) tea.Cmd {
	if m.focus != bucketsPane {
		m.toggleRange()
		return nil
	}
	m.buckets.extendRange(&m.inv, by)
	return m.cursorMoved()
}

func (m *Model) nextOrder() {
	b := &m.buckets
	b.span = nil
	if !b.unsorted {
		b.order = (b.order + 1) % (inventory.ByExpiry + 1)
	}
	b.sort(&m.inv, m.canvas.now)
}

func (m *Model) nextTimes() {
	m.canvas.times = (m.canvas.times + 1) % (utcTimes + 1)
	m.say(theme.Info, "Times are "+m.canvas.times.String())
}

func (m *Model) togglePrivacy() {
	p := &m.canvas.privacy
	if p.on = !p.on; p.on {
		p.collect(&m.inv, m.canvas.glyphs.Ellipsis)
		m.say(theme.Info, "Names hidden")
		return
	}
	m.say(theme.Info, "Names shown")
}

// toggleLock switches read-only, which --read-only has settled for good.
func (m *Model) toggleLock() {
	switch {
	case m.o.ReadOnly:
		m.say(theme.Warning, "credscope was started with --read-only, which cannot be unlocked here")
	case m.locked:
		m.locked = false
		m.say(theme.Info, "Removals and renewals are possible again")
	default:
		m.locked = true
		m.say(theme.Info, "Read-only: nothing can be removed or renewed until L is pressed again")
	}
}

func (m *Model) quit() tea.Cmd {
	if m.running() {
		m.say(theme.Warning, m.runIsRunning()+", or quit now with ctrl+c")
		return nil
	}
	return tea.Quit
}

func (m *Model) openFilter() {
	if m.focus == providersPane {
		m.prompt.open(filterPrompt, m.providers.filter)
		return
	}
	m.focus, m.buckets.span = bucketsPane, nil
	m.prompt.open(filterPrompt, m.buckets.filter)
}
