package tui

import (
	"time"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/spinner"
	tea "charm.land/bubbletea/v2"

	"credscope/tui/theme"
	"credscope/tui/words"
)

type (
	cursorRestedMsg struct{ generation uint } // the cursor has not moved for a while
	tickMsg         struct{ generation uint } // a time on the screen may have changed
	leaveMsg        struct{}                  // the program is to end
	quitMsg         struct{}                  // what is under way is not waited for any longer
	suspendMsg      struct{}                  // the program is to stop itself
)

// pane is one of the three parts of the main screen.
type pane int

const (
	providersPane pane = iota
	bucketsPane
	detailPane
)

// Update routes a message to the method that acts on it.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	waited := m.waits()
	m.setNow()
	cmds := []tea.Cmd{m.route(msg)}
	for _, request := range m.checks.start() {
		cmds = append(cmds, m.requests.check(request))
	}
	m.status.expire(m.o.Now())
	m.keepError()
	m.arrange()
	if m.dialog != nil {
		m.dialog.noteDrawn(m.question(), m.o.Now())
	}
	if !waited && m.waits() {
		cmds = append(cmds, m.spinner.Tick)
	}
	return m, tea.Batch(append(cmds, m.startTick())...)
}

// setNow sets the time of the next frame, in whole seconds, so that everything in it
// is of one moment.
func (m *Model) setNow() { m.canvas.now = m.o.Now().Truncate(time.Second) }

func (m *Model) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		if in := (size{msg.Width, msg.Height}); in != m.size {
			m.size = in
			m.hideDialog()
		}
		return m.cursorMoved()
	case tea.KeyPressMsg:
		return m.keyPressed(msg)
	case tea.PasteMsg:
		return m.pasted(msg)
	case tea.MouseClickMsg:
		return m.clicked(msg)
	case tea.MouseWheelMsg:
		return m.wheelTurned(msg)
	case tea.BackgroundColorMsg:
		m.backgroundReported(msg)
	case suspendMsg:
		return tea.Batch(m.suspend(), m.waitForStop())
	case tea.ResumeMsg:
		m.hideDialog()
		return tea.ClearScreen
	case batchMsg:
		return tea.Batch(m.answered(msg.messages), m.requests.queue.next(m.requests.ctx))
	case providersListedMsg:
		return m.answered([]tea.Msg{msg})
	case connectionLostMsg:
		m.connectionLost(msg.at)
	case cursorRestedMsg:
		m.cursorRested(msg)
	case tickMsg:
		m.tick.accept(msg.generation)
	case spinner.TickMsg:
		return m.spin(msg)
	case leaveMsg:
		return m.leave()
	case quitMsg:
		return tea.Quit
	}
	return nil
}

// busy reports whether an answer of the host is waited for.
func (m *Model) busy() bool {
	if m.listing.busy || m.checks.left() > 0 {
		return true
	}
	for _, listing := range m.listings {
		if listing.busy {
			return true
		}
	}
	return false
}

// waits reports whether an answer is waited for, or the end of a run without a page of
// its own.
func (m *Model) waits() bool { return m.busy() || m.running() && !m.run.several() }

func (m *Model) spin(msg spinner.TickMsg) tea.Cmd {
	if !m.waits() {
		return nil
	}
	var cmd tea.Cmd
	m.spinner, cmd = m.spinner.Update(msg)
	return cmd
}

// startTick redraws the screen while something on it changes by itself: every second
// if seconds are shown or a message fades, else every minute. A shorter wait takes
// the place of a longer one.
func (m *Model) startTick() tea.Cmd {
	every := m.changesEvery()
	if every == 0 || m.tick.busy && every >= m.tickEvery {
		return nil
	}
	m.tickEvery = every
	return m.requests.after(every, tickMsg{m.tick.start()})
}

// changesEvery is how soon something on the screen changes by itself, 0 for never.
func (m *Model) changesEvery() time.Duration {
	switch {
	case m.tooSmall():
		return 0
	case m.status.fades():
		return time.Second
	case m.page != noPage:
		return 0
	}
	every := time.Duration(0)
	for _, b := range m.buckets.list.visible() {
		at, known := b.Expiry()
		switch left := at.Sub(m.canvas.now).Abs(); {
		case !known:
		case left <= time.Hour:
			return time.Second
		default:
			every = time.Minute
		}
	}
	return every
}

// keyPressed sends a key to whatever has the keyboard.
func (m *Model) keyPressed(msg tea.KeyPressMsg) tea.Cmd {
	m.use()
	said, confirmed := m.status, m.confirmed
	defer func() {
		m.status.keyAnswered(said)
		if m.confirmed == confirmed {
			m.confirmed = ""
		}
	}()
	switch {
	case key.Matches(msg, m.keys.Leave):
		return m.leave()
	case key.Matches(msg, m.keys.Suspend):
		return m.suspend()
	case key.Matches(msg, m.keys.Redraw):
		return tea.ClearScreen
	case m.tooSmall() && (!m.closable() || !key.Matches(msg, m.keys.Back)):
		return nil
	case m.dialog != nil:
		return m.pressDialog(msg)
	case m.prompt.purpose == filterPrompt:
		return m.typeFilter(msg)
	case m.prompt.purpose == lookUpPrompt:
		return m.typeName(msg)
	case m.page == runPage:
		return m.pressRun(msg)
	case m.page != noPage:
		return m.pressPage(msg)
	}
	for _, c := range m.commands() {
		if key.Matches(msg, c.key) {
			return c.act()
		}
	}
	return nil
}

// use notes that a key or the mouse acts on what is shown.
func (m *Model) use() {
	m.used = true
	m.status.touched()
}

// closable reports that esc closes or stops something.
func (m *Model) closable() bool {
	return m.dialog != nil || m.prompt.isOpen() || m.page != noPage
}

// pressDialog takes a key while the question is open.
func (m *Model) pressDialog(msg tea.KeyPressMsg) tea.Cmd {
	if given := m.dialog.press(msg, &m.keys, m.o.Now()); given != unanswered {
		return m.answerDialog(given)
	}
	return nil
}

func (m *Model) answerDialog(given answer) tea.Cmd {
	plan := m.dialog.plan
	m.dialog = nil
	switch reason := m.changeOff(plan.Action); {
	case given == canceled:
		m.say(theme.Info, "Nothing was "+words.Action(plan.Action).Done)
		return m.cursorMoved()
	case reason != "":
		m.say(theme.Warning, reason)
		return nil
	}
	return m.startRun(plan)
}

// hideDialog lets the dialog wait anew for its reader, because the terminal is drawn
// anew.
func (m *Model) hideDialog() {
	if m.dialog != nil {
		m.dialog.drawn = false
	}
}

// pasted text goes into the text field above the footer, never into a dialog and
// never to the commands.
func (m *Model) pasted(msg tea.PasteMsg) tea.Cmd {
	if !m.prompt.isOpen() || m.dialog != nil || m.tooSmall() {
		return nil
	}
	m.prompt.update(msg)
	if m.prompt.purpose == filterPrompt {
		return m.applyFilter()
	}
	return nil
}

// backgroundReported follows the terminal's answer about its background.
func (m *Model) backgroundReported(msg tea.BackgroundColorMsg) {
	switch {
	case m.o.Theme != theme.Auto:
	case msg.IsDark():
		m.canvas.setPalette(theme.DarkPalette)
	default:
		m.canvas.setPalette(theme.LightPalette)
	}
}

// leave ends the program, after the verdict of what is under way or a short while,
// whichever comes first.
func (m *Model) leave() tea.Cmd {
	if !m.running() || m.leaving {
		return tea.Quit
	}
	m.leaving = true
	m.run.halt()
	m.say(theme.Warning, "Leaving: waiting for the "+m.run.words().Noun+" under way")
	return m.requests.after(LeaveGrace, quitMsg{})
}

// say shows a message and keeps it in the history.
func (m *Model) say(kind theme.Kind, message string) {
	if m.status.put(kind, message, m.o.Now()) {
		m.history.add(record{at: m.status.at, kind: kind, message: message})
	}
}

// fail shows an error and keeps it in the history.
func (m *Model) fail(err error) {
	if m.status.put(theme.Failure, m.errorBeside(err), m.o.Now()) {
		m.history.add(record{at: m.status.at, kind: theme.Failure, message: words.Error(err)})
	}
}

// keepError leaves the status bar to the error that the page is about, when no other
// message is shown.
func (m *Model) keepError() {
	if err := m.listError(); err != nil && m.status.text == "" && len(m.inv.Providers()) == 0 {
		m.status.put(theme.Failure, m.errorBeside(err), m.o.Now())
	}
}

// errorBeside is the sentence about an error in the status bar. Where a page says what
// to do next, the sentence does not.
func (m *Model) errorBeside(err error) string {
	if said := words.Explain(err); len(m.inv.Providers()) == 0 && said.Next != "" {
		return said.Cause + "."
	}
	return words.Error(err)
}
