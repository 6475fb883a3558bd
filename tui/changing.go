package tui

import (
	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/words"
)

// hidesLists reports whether the host seems to hide its lists from sandboxes.
func (m *Model) hidesLists() bool { return m.inv.HidesLists(m.host.Presented) }

// running reports whether an accepted plan is running.
func (m *Model) running() bool { return m.run != nil && m.run.running }

// runIsRunning says what runs, and what is waited for.
func (m *Model) runIsRunning() string {
	return "A " + m.run.words().Noun + " is running: wait for its verdict"
}

// changeOff says why nothing at all can be removed or renewed now, "" if something can.
func (m *Model) changeOff(a store.Action) string {
	done := words.Action(a).Done
	switch {
	case m.lost != nil:
		return "The connection is lost, so nothing can be " + done + ": restart the session"
	case m.o.ReadOnly:
		return "Read-only by --read-only: nothing can be " + done
	case m.locked:
		return "Read-only: press L to unlock, then ask again"
	case m.running():
		return m.runIsRunning()
	case m.hidesLists():
		return words.Forbidden(a)
	}
	return ""
}

// needsBucket says that an action works on buckets, "" where it has one.
func (m *Model) needsBucket(a store.Action) string {
	if m.focus != providersPane || len(m.buckets.active()) > 0 {
		return ""
	}
	return "Only a bucket can be " + words.Action(a).Done + ": press enter first"
}

// stillChecking says that the list of stale ones is not complete, "" if it is.
func (m *Model) stillChecking() string {
	if m.buckets.picking && m.checks.left() > 0 {
		return "Buckets are still being checked: wait for the whole list"
	}
	return ""
}

// planned are buckets as they are shown now.
func (m *Model) planned(buckets []*inventory.Bucket) []inventory.Target {
	targets := make([]inventory.Target, len(buckets))
	for i, b := range buckets {
		targets[i] = m.inv.Target(b, m.canvas.now)
	}
	return targets
}

// openDialog asks about a plan. So many marked buckets are left out because they are
// not shown, and so many because they are not past their expiry.
func (m *Model) openDialog(p *inventory.Plan, hidden, valid int) {
	m.buckets.span = nil
	m.dialog = newDialog(p, m.host.Version)
	if hidden > 0 {
		m.dialog.leftOut = append(m.dialog.leftOut, words.Count(hidden, "marked bucket")+" not shown in the list: left out.")
	}
	if valid > 0 {
		m.dialog.leftOut = append(m.dialog.leftOut, words.Count(valid, "marked bucket")+" not past the expiry: left out.")
	}
}
