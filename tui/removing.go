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

// hidesLists reports whether the host seems to hide its lists from sandboxes.
func (m *Model) hidesLists() bool { return m.inv.HidesLists(m.host.Presented) }

// removing reports whether a removal is running.
func (m *Model) removing() bool { return m.removal != nil && m.removal.running }

// removalOff says why nothing at all can be removed now, "" if something can.
func (m *Model) removalOff() string {
	switch {
	case m.lost != nil:
		return "The connection is lost, so nothing can be removed: restart the session"
	case m.o.ReadOnly:
		return "Read-only by --read-only: nothing can be removed"
	case m.locked:
		return "Read-only: press L to unlock, then ask again"
	case m.removing():
		return "A removal is running: wait for its verdict"
	case m.hidesLists():
		return "This host lists nothing to a sandbox, and such hosts forbid removals: remove it on the host itself"
	}
	return ""
}

// forbidsRemoval reports whether the host forbids the removal of a bucket, by what it
// has shown.
func (m *Model) forbidsRemoval(b *inventory.Bucket) bool {
	return m.hidesLists() || b.Removal != nil && b.Removal.Verdict == store.Refused
}

// canRemove reports whether the removal key has something to ask about.
func (m *Model) canRemove() bool {
	if m.removalOff() != "" || m.focus == providersPane && len(m.buckets.active()) == 0 {
		return false
	}
	targets, _, _ := m.buckets.targets(&m.inv)
	return len(targets) > 0
}

// askRemoval opens the question about the marked buckets or the one under the
// cursor, or says why not.
func (m *Model) askRemoval() {
	reason := m.removalOff()
	targets, hidden, none := m.buckets.targets(&m.inv)
	switch {
	case m.hidesLists():
		if b, ok := m.buckets.list.current(); ok {
			reason += m.commandInstead(b)
		}
	case reason != "":
	case none != "":
		reason = none
	case m.focus == providersPane && len(m.buckets.active()) == 0:
		reason = "Removing works on a bucket: press enter first"
	case len(targets) == 1 && m.forbidsRemoval(targets[0]):
		reason = "This host has refused to remove it: remove it on the host itself" + m.commandInstead(targets[0])
	case m.buckets.picking && m.checks.left() > 0:
		reason = "Buckets are still being checked: wait for the whole list"
	}
	if reason != "" {
		m.say(theme.Warning, reason)
		return
	}
	m.buckets.span = nil
	planned := make([]inventory.Target, len(targets))
	for i, b := range targets {
		planned[i] = m.inv.Target(b, m.canvas.now)
	}
	m.dialog = newDialog(inventory.NewPlan(planned, m.canvas.privacy.on), hidden, m.host.Version)
}

// commandInstead is the end of a sentence with the host's own command for a removal
// that the host forbids to a sandbox.
func (m *Model) commandInstead(b *inventory.Bucket) string {
	command := words.LogoutCommand(b.Key)
	if command == "" {
		return ""
	}
	return ", with " + command + " (Y copies it)"
}

// startRemoval runs an accepted plan.
func (m *Model) startRemoval(plan *inventory.Plan) tea.Cmd {
	m.removal = newRemoval(plan, m.o.Ledger)
	if m.removal.several() {
		m.page = removalPage
	}
	return m.requests.remove(plan, m.o.Ledger, m.removal.place, m.removal.stop)
}

func (m *Model) removalStep(msg removalStepMsg) {
	m.removal.take(msg.Event)
	if o := msg.Outcome; o != nil {
		m.inv.SetOutcome(*o, msg.at)
		m.say(words.Verdict(*o))
		m.history.addOutcome(*o, msg.at)
	}
}

// removalEnded ends a removal. What was not started is in the ledger too.
func (m *Model) removalEnded(msg removalEndedMsg) tea.Cmd {
	r := m.removal
	r.end()
	if off, calledOff := errors.AsType[*inventory.CalledOffError](msg.err); calledOff {
		if m.page == removalPage {
			m.page = noPage
		}
		m.removal = nil
		if off.Now != nil {
			m.inv.SetCheck(off.Key, *off.Now, msg.at)
		}
		m.fail(msg.err)
	} else {
		for i := len(r.outcomes); i < len(r.plan.Targets); i++ {
			m.history.addOutcome(r.outcome(i), msg.at)
		}
		if r.several() {
			m.sayRemovalEnded(r)
		}
	}
	if m.leaving {
		return tea.Quit
	}
	return m.cursorMoved()
}

// sayRemovalEnded sums a removal of several buckets up, with the loss that ended it.
func (m *Model) sayRemovalEnded(r *removal) {
	kind, summary := words.Summary(r.outcomes, len(r.plan.Targets))
	for _, o := range r.outcomes {
		if errors.Is(o.Err, socket.ErrLost) {
			summary += ". " + words.Error(o.Err)
			break
		}
	}
	m.say(kind, summary)
}

// pressRemoval takes a key of the page of a removal.
func (m *Model) pressRemoval(msg tea.KeyPressMsg) tea.Cmd {
	k := &m.keys
	switch {
	case key.Matches(msg, k.Back, k.Quit) && m.removing():
		m.removal.halt()
		m.say(theme.Warning, "Stopping: nothing is sent after the removal under way")
	case key.Matches(msg, k.Open) && m.removing():
	case key.Matches(msg, k.Back, k.Quit, k.Open):
		m.page = noPage
		return m.cursorMoved()
	case key.Matches(msg, k.History) && !m.removing():
		m.openPage(historyPage)
	case key.Matches(msg, k.Help) && !m.removing():
		m.openPage(helpPage)
	case key.Matches(msg, k.Privacy):
		m.togglePrivacy()
	case key.Matches(msg, k.CopyCommand) && !m.removing():
		return m.copyLogin(m.removal.current())
	default:
		m.removal.rows.move(m.movement(msg, len(m.removal.rows.rows)))
	}
	return nil
}

// togglePick shows only what is worth removing, of all providers, or all again. It
// asks for what is not checked.
func (m *Model) togglePick() tea.Cmd {
	b := &m.buckets
	switch reason := m.removalOff(); {
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
	m.providers.choose("")
	m.focus, m.detail.scroll = bucketsPane, scroll{}
	b.show(&m.inv, "", m.canvas.now)
	b.openPick(&m.inv, m.canvas.now)
	if gaps := failedLists(&m.inv); gaps != "" {
		m.say(theme.Warning, gaps)
	}
	return m.cursorMoved()
}
