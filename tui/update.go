package tui

import (
	"time"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/spinner"
	tea "charm.land/bubbletea/v2"
)

type (
	restMsg    struct{ ticket uint } // the cursor has rested
	tickMsg    struct{ ticket uint } // a second has passed
	leaveMsg   struct{}              // the program is to end
	quitMsg    struct{}              // no more waiting for a removal
	suspendMsg struct{}              // the program is to stop itself
)

// Update routes a message to the method that acts on it.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	waiting := m.busy > 0
	cmd := m.route(msg)
	if m.job != nil {
		m.info = m.load.store.Client().Info() // the header counts removals as they are sent
	}
	m.arrange()
	if !waiting && m.busy > 0 {
		cmd = tea.Batch(cmd, m.spinner.Tick)
	}
	return m, tea.Batch(cmd, m.armTick())
}

func (m *Model) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.arrange()
		return m.moved()
	case tea.KeyPressMsg:
		return m.pressed(msg)
	case tea.PasteMsg:
		return m.pasted(msg)
	case tea.MouseClickMsg:
		return m.clicked(msg)
	case tea.MouseWheelMsg:
		return m.wheeled(msg)
	case tea.BackgroundColorMsg:
		m.gotBackground(msg)
	case suspendMsg:
		return tea.Batch(m.suspend(), m.stopped())
	case tea.ResumeMsg:
		return tea.ClearScreen
	case mailMsg:
		return m.gotMail(msg)
	case providersMsg, bucketsMsg, lookMsg:
		return m.gotAnswer(msg)
	case recheckedMsg:
		return m.gotRecheck(msg)
	case removedMsg:
		return m.gotRemoved(msg)
	case lostMsg:
		m.gotLoss(msg)
	case restMsg:
		return m.hasRested(msg)
	case tickMsg:
		m.tick.accept(msg.ticket)
	case spinner.TickMsg:
		return m.spin(msg)
	case leaveMsg:
		return m.leave()
	case quitMsg:
		return tea.Quit
	}
	return nil
}

func (m *Model) spin(msg spinner.TickMsg) tea.Cmd {
	if m.busy == 0 {
		return nil
	}
	var cmd tea.Cmd
	m.spinner, cmd = m.spinner.Update(msg)
	return cmd
}

// armTick keeps a second's tick going while something on the screen counts down.
func (m *Model) armTick() tea.Cmd {
	if m.tick.busy || !m.countsDown() {
		return nil
	}
	ticket := m.tick.ask()
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return tickMsg{ticket} })
}

// leave ends the program, after the verdict of a removal under way or a short
// while, whichever comes first.
func (m *Model) leave() tea.Cmd {
	if m.job == nil || m.leaving {
		return tea.Quit
	}
	m.leaving = true
	m.job.stopped = true
	m.status.note("Leaving: waiting for the removal under way")
	return tea.Tick(leaveGrace, func(time.Time) tea.Msg { return quitMsg{} })
}

func (m *Model) pressed(msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(msg, m.keys.Leave):
		return m.leave()
	case key.Matches(msg, m.keys.Suspend):
		return m.suspend()
	case key.Matches(msg, m.keys.Redraw):
		return tea.ClearScreen
	case m.confirm != nil:
		return m.answered(m.confirm.press(msg, &m.keys, m.o.Now()))
	case m.prompt == filterPrompt:
		return m.typeFilter(msg)
	case m.prompt == lookupPrompt:
		return m.typeLookup(msg)
	case m.page != mainPage:
		return m.pressPage(msg)
	}
	for _, c := range m.commands() {
		if key.Matches(msg, c.key) {
			return c.act()
		}
	}
	return nil
}

// page is what fills the body.
type page int

const (
	mainPage page = iota // the panes
	helpPage
	historyPage
	triagePage
	ledgerPage
)

func (m *Model) pressPage(msg tea.KeyPressMsg) tea.Cmd {
	switch m.page {
	case historyPage:
		return m.pressHistory(msg)
	case triagePage:
		return m.pressTriage(msg)
	case ledgerPage:
		return m.pressLedger(msg)
	default:
		return m.pressHelp(msg)
	}
}

func (m *Model) openPage(p page) { m.page, m.pageTop = p, scroll{} }

// gotBackground follows the terminal's answer about its background.
func (m *Model) gotBackground(msg tea.BackgroundColorMsg) {
	if m.o.Theme != ThemeAuto {
		return
	}
	if msg.IsDark() {
		m.setPalette(darkPalette)
	} else {
		m.setPalette(lightPalette)
	}
}

// answered acts on what a key in the dialog came to.
func (m *Model) answered(i intent) tea.Cmd {
	if i == stay {
		return nil
	}
	targets := m.confirm.targets
	m.confirm = nil
	if i == cancelled {
		m.status.say("Nothing was removed")
		return m.moved()
	}
	if reason := m.removalOff(); reason != "" {
		m.status.note(reason)
		return nil
	}
	return m.startRemoval(targets)
}

// pasted text goes into a text field above the footer, and never into a dialog
// or the commands.
func (m *Model) pasted(msg tea.PasteMsg) tea.Cmd {
	if m.prompt == noPrompt || m.confirm != nil {
		return nil
	}
	m.field, _ = m.field.Update(msg)
	if m.prompt == filterPrompt {
		return m.filtered()
	}
	return nil
}
