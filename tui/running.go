package tui

import (
	"errors"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"credscope/socket"
	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/theme"
	"credscope/tui/words"
)

// startRun runs an accepted plan.
func (m *Model) startRun(plan *inventory.Plan) tea.Cmd {
	m.run = newPlanRun(plan, m.o.Ledger)
	if m.run.several() {
		m.page = runPage
	}
	return m.requests.run(plan, m.o.Ledger, m.run.place, m.run.stop)
}

func (m *Model) runStep(msg stepMsg) {
	m.run.take(msg.Event)
	if o := msg.Outcome; o != nil {
		m.inv.SetOutcome(*o, msg.at)
		if o.Verdict == store.Renewed {
			m.buckets.unmark(o.Key) // it is valid now
		}
		m.say(words.Verdict(*o, m.canvas.zone()))
		m.history.addOutcome(*o, msg.at)
	}
}

// runEnded ends a run. What was not started is in the ledger too.
func (m *Model) runEnded(msg runEndedMsg) tea.Cmd {
	r := m.run
	r.end()
	if off, calledOff := errors.AsType[*inventory.CalledOffError](msg.err); calledOff {
		if m.page == runPage {
			m.page = noPage
		}
		m.run = nil
		m.inv.SetCalledOff(off, msg.at)
		m.fail(msg.err)
	} else {
		for i := len(r.outcomes); i < len(r.plan.Targets); i++ {
			m.history.addOutcome(r.outcome(i), msg.at)
		}
		if r.several() {
			m.sayRunEnded(r)
		}
	}
	if m.leaving {
		return tea.Quit
	}
	return m.cursorMoved()
}

// sayRunEnded sums a run over several buckets up, with the loss that ended it.
func (m *Model) sayRunEnded(r *planRun) {
	kind, summary := words.Summary(r.outcomes, len(r.plan.Targets))
	for _, o := range r.outcomes {
		if errors.Is(o.Err, socket.ErrLost) {
			summary += ". " + words.Error(o.Err)
			break
		}
	}
	m.say(kind, summary)
}

// pressRun takes a key of the page of a run.
func (m *Model) pressRun(msg tea.KeyPressMsg) tea.Cmd {
	k := &m.keys
	switch {
	case key.Matches(msg, k.Back, k.Quit) && m.running():
		m.run.halt()
		m.say(theme.Warning, "Stopping: nothing is sent after the "+m.run.words().Noun+" under way")
	case key.Matches(msg, k.Open) && m.running():
	case key.Matches(msg, k.Back, k.Quit, k.Open):
		m.page = noPage
		return m.cursorMoved()
	case key.Matches(msg, k.History) && !m.running():
		m.openPage(historyPage)
	case key.Matches(msg, k.Help) && !m.running():
		m.openPage(helpPage)
	case key.Matches(msg, k.Privacy):
		m.togglePrivacy()
	case key.Matches(msg, k.CopyCommand) && !m.running():
		return m.copyLogin(m.run.current())
	default:
		m.run.rows.move(m.movement(msg, len(m.run.rows.rows)))
	}
	return nil
}
