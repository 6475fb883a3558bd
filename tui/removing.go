package tui

import (
	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/theme"
	"credscope/tui/words"
)

// canRemove reports whether the removal key has something to ask about.
func (m *Model) canRemove() bool {
	if m.changeOff(store.ActionRemove) != "" || m.needsBucket(store.ActionRemove) != "" {
		return false
	}
	targets, _, _ := m.buckets.targets(&m.inv, store.ActionRemove)
	return len(targets) > 0
}

// askRemoval opens the question about the marked buckets or the one under the
// cursor, or says why not.
func (m *Model) askRemoval() {
	reason := m.changeOff(store.ActionRemove)
	targets, hidden, none := m.buckets.targets(&m.inv, store.ActionRemove)
	switch {
	case reason == words.Forbidden(store.ActionRemove):
		if b, ok := m.buckets.list.current(); ok {
			reason += m.commandInstead(b)
		}
	case reason != "":
	case none != "":
		reason = none
	case m.needsBucket(store.ActionRemove) != "":
		reason = m.needsBucket(store.ActionRemove)
	case len(targets) == 1 && m.forbidsRemoval(targets[0]):
		reason = "This host has refused to remove it: remove it on the host itself" + m.commandInstead(targets[0])
	default:
		reason = m.stillChecking()
	}
	if reason != "" {
		m.say(theme.Warning, reason)
		return
	}
	m.openDialog(inventory.NewRemoval(m.planned(targets), m.canvas.privacy.on), hidden, 0)
}

// forbidsRemoval reports whether the host forbids the removal of a bucket, by what it
// has shown.
func (m *Model) forbidsRemoval(b *inventory.Bucket) bool {
	return m.hidesLists() || b.Removal != nil && b.Removal.Verdict == store.Refused
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
