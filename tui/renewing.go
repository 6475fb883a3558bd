package tui

import (
	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/theme"
)

// canRenew reports whether the renewal key has something to ask about.
func (m *Model) canRenew() bool {
	if m.changeOff(store.ActionRenew) != "" || m.needsBucket(store.ActionRenew) != "" {
		return false
	}
	targets, _, _ := m.buckets.targets(&m.inv, store.ActionRenew)
	return len(m.renewable(targets)) > 0
}

// askRenewal opens the question about the marked buckets that are past their expiry,
// or the one under the cursor, or says why not.
func (m *Model) askRenewal() {
	reason := m.changeOff(store.ActionRenew)
	all, hidden, none := m.buckets.targets(&m.inv, store.ActionRenew)
	targets := m.renewable(all)
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
	m.openDialog(inventory.NewRenewal(m.planned(targets), m.o.Now), hidden, len(all)-len(targets))
}

// nothingToTell says why no target can be renewed.
func (m *Model) nothingToTell() string {
	if len(m.buckets.active()) > 0 {
		return "nothing marked is"
	}
	b, _ := m.buckets.list.current()
	return "this one is " + m.inv.Status(b, m.canvas.now).String() + ", so a renewal would show nothing"
}

// renewable returns the buckets that are past their expiry.
func (m *Model) renewable(buckets []*inventory.Bucket) (expired []*inventory.Bucket) {
	for _, b := range buckets {
		if m.inv.Renewable(b, m.canvas.now) {
			expired = append(expired, b)
		}
	}
	return expired
}
