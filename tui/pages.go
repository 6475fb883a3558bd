package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"credscope/tui/words"
)

// pageKind is what fills the screen in place of the panes.
type pageKind int

const (
	noPage pageKind = iota
	helpPage
	historyPage
	runPage
)

func (m *Model) openPage(p pageKind) {
	m.page = p
	if p == historyPage {
		m.history.scroll = scroll{}
	} else {
		m.help = help{}
	}
}

// pressPage takes a key of help or history.
func (m *Model) pressPage(msg tea.KeyPressMsg) tea.Cmd {
	k, at := &m.keys, &m.help.scroll
	if m.page == historyPage {
		at = &m.history.scroll
	}
	switch {
	case key.Matches(msg, k.Back, k.Quit),
		m.page == helpPage && key.Matches(msg, k.Help),
		m.page == historyPage && key.Matches(msg, k.History):
		m.page = noPage
		return m.cursorMoved()
	case key.Matches(msg, k.Help):
		m.openPage(helpPage)
	case key.Matches(msg, k.History):
		m.openPage(historyPage)
	case key.Matches(msg, k.LastRun) && m.page == historyPage && m.hasRunPage():
		m.page = runPage
	case key.Matches(msg, k.Filter) && m.page == helpPage:
		m.prompt.open(filterPrompt, m.help.filter)
	case key.Matches(msg, k.CopyCommand) && m.page == historyPage:
		return m.copyLogin(m.history.lastOutcome())
	case key.Matches(msg, k.Times):
		m.nextTimes()
	case key.Matches(msg, k.Privacy):
		m.togglePrivacy()
	default:
		at.by(m.movement(msg, maxScroll))
	}
	return nil
}

// offeredOnPage are the keys of help, of the history, and of a run that has ended.
func (m *Model) offeredOnPage() []key.Binding {
	k := &m.keys
	offered := []key.Binding{k.Back}
	switch m.page {
	case runPage:
		if words.NeedsNewLogin(m.run.current()) {
			offered = append(offered, k.CopyCommand)
		}
		offered = append(offered, k.History, k.Help)
	case historyPage:
		if m.hasRunPage() {
			offered = append(offered, k.LastRun)
		}
		if words.NeedsNewLogin(m.history.lastOutcome()) {
			offered = append(offered, k.CopyCommand)
		}
		offered = append(offered, k.Times, k.Help)
	default:
		offered = append(offered, k.Filter)
	}
	return append(offered, k.Down, k.Up, k.Leave)
}

// hasRunPage reports whether a run over several buckets has a page to show.
func (m *Model) hasRunPage() bool { return m.run != nil && m.run.several() }
