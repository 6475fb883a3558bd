package tui

import (
	"slices"

	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/theme"
)

// canRenew reports whether the renewal key has something to ask about.
func (m *Model) canRenew() bool {
	if m.changeOff(store.ActionRenew) != "" || m.needsBucket(store.ActionRenew) != "" {
		return false
	}
	targets, _, _ := m.renewable()
	return len(targets) > 0
}

// askRenewal opens the question about the marked buckets that are past their expiry,
// or the one under the cursor, or says why not.
func (m *Model) askRenewal() {
	reason := m.changeOff(store.ActionRenew)
	targets, hidden, valid := m.renewable()
	_, _, none := m.buckets.targets(&m.inv, store.ActionRenew)
	switch {
	case reason != "":
	case none != "":
		reason = none
	case m.needsBucket(store.ActionRenew) != "":
		reason = m.needsBucket(store.ActionRenew)
	case len(targets) == 0:
		reason = "Only what is past its expiry can be renewed: " + m.nothingToTell()
	default:
		reason = m.stillChecking()
	}
	if reason != "" {
		m.say(theme.Warning, reason)
		return
	}
	m.openDialog(inventory.NewRenewal(m.planned(targets), m.o.Now), hidden, valid)
}

// nothingToTell says why no target can be renewed.
func (m *Model) nothingToTell() string {
	if len(m.buckets.active()) > 0 {
		return "nothing marked is"
	}
	b, _ := m.buckets.list.current()
	return "this one is " + m.inv.Status(b, m.canvas.now).String() + " and has nothing to tell"
}

// renewable returns the buckets that a renewal is about. hidden counts marked ones
// that are not shown, and valid those that are not past their expiry.
func (m *Model) renewable() (targets []*inventory.Bucket, hidden, valid int) {
	targets, hidden, _ = m.buckets.targets(&m.inv, store.ActionRenew)
	all := len(targets)
	targets = slices.DeleteFunc(targets, func(b *inventory.Bucket) bool { return !m.inv.Renewable(b, m.canvas.now) })
	return targets, hidden, all - len(targets)
}
