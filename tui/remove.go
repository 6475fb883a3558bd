package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"credscope/store"
)

// removal is a removal that was accepted: its targets one after the other, each
// with a verdict before the next is sent.
type removal struct {
	targets  []target
	outcomes []store.Outcome
	started  bool // the last look is over and requests are being sent
	stopped  bool // nothing is sent after what is under way
}

// next is the target whose removal is under way or comes next.
func (r *removal) next() target { return r.targets[len(r.outcomes)] }

// askRemoval opens the dialog for the bucket under the cursor, or says why not.
func (m *Model) askRemoval() tea.Cmd {
	b, reason := m.removable()
	if reason != "" {
		m.status.note(reason)
		return nil
	}
	now := m.o.Now()
	m.confirm = newConfirm([]target{{
		key: b.key, health: b.health(now, m.o.StaleAfter), checked: b.checked, look: b.look,
	}}, now)
	return nil
}

// removable returns the bucket that the removal key is about, or why there is none.
func (m *Model) removable() (b *bucket, reason string) {
	if reason := m.removalOff(); reason != "" {
		return nil, reason
	}
	b, ok := m.buckets.current()
	switch {
	case m.focus == providersPane || !ok:
		return nil, "Removing works on a bucket: press enter on a provider first"
	case b.twice:
		return nil, "The host listed this name twice, so it is not clear which one a removal would hit: press r"
	case b.unusual():
		return nil, "Hosts refuse this unusual name: remove it with the host's own keychain tool"
	}
	return b, ""
}

// removalOff says why nothing at all can be removed now, "" if something can.
func (m *Model) removalOff() string {
	switch {
	case m.lostAt != nil:
		return "The connection is lost, so nothing can be removed: restart the session"
	case m.o.ReadOnly:
		return "Read-only: nothing can be removed"
	case m.job != nil:
		return "A removal is running: wait for its verdict"
	case m.restricted():
		return "This host forbids removals from a sandbox: remove it on the host itself"
	}
	return ""
}

// restricted reports a host that hides its lists from sandboxes; such hosts
// forbid every removal.
func (m *Model) restricted() bool {
	return m.info.Presented && !m.inv.asked.IsZero() && m.inv.known() == 0
}

// startRemoval looks at the targets once more; the first request goes out when
// they still are what the question was about.
func (m *Model) startRemoval(targets []target) tea.Cmd {
	m.job = &removal{targets: targets}
	return m.load.recheck(targets)
}

func (m *Model) gotRecheck(msg recheckedMsg) tea.Cmd {
	if m.job == nil || m.job.started {
		return nil
	}
	if msg.err != nil {
		m.job = nil
		m.status.put(failure, "Nothing was removed, the host could not be asked once more. "+explain(msg.err).sentence())
		return nil
	}
	now := m.o.Now()
	for i, t := range m.job.targets {
		if b := m.inv.bucket(t.key); b != nil && !b.slot.busy {
			b.checked, b.look, b.asked, b.err = true, msg.looks[i], now, nil
		}
		if !t.same(msg.looks[i]) {
			m.job = nil
			m.status.note(fmt.Sprintf("Nothing was removed: %s has changed since the question, it was %s and is %s now; press x to be asked again",
				printableName(t.key.String()), t.health, msg.looks[i].Health(now, m.o.StaleAfter)))
			return nil
		}
	}
	m.job.started = true
	return m.removeNext()
}

func (m *Model) removeNext() tea.Cmd {
	t := m.job.next()
	return m.load.remove(store.Removal{
		Key: t.key, Unreadable: t.health == store.Unreadable, OnlyOne: m.onlyOne(t.key),
	})
}

// onlyOne reports whether the host has listed nothing but this credential.
func (m *Model) onlyOne(k store.Key) bool {
	b := m.inv.bucket(k)
	return b != nil && !b.byName && m.inv.known() == 1
}

func (m *Model) gotRemoved(msg removedMsg) tea.Cmd {
	if m.job == nil {
		return nil
	}
	m.ledger = append(m.ledger, msg.outcome)
	m.job.outcomes = append(m.job.outcomes, msg.outcome)
	m.status.put(verdictMessage(msg.outcome))
	if msg.outcome.Verdict.Gone() {
		m.inv.drop(msg.outcome.Key)
		m.refreshRows()
	}
	if !m.job.stopped && len(m.job.outcomes) < len(m.job.targets) {
		return m.removeNext()
	}
	m.ledger = append(m.ledger, m.job.unfinished(false)...)
	m.job = nil
	if m.leaving {
		return tea.Quit
	}
	return m.rested()
}

// unfinished returns the ledger's entries for what was accepted and has no
// verdict: what is under way is unknown, the rest never started.
func (r *removal) unfinished(underWay bool) []store.Outcome {
	var rest []store.Outcome
	for i, t := range r.targets[len(r.outcomes):] {
		verdict := store.NotStarted
		if i == 0 && underWay {
			verdict = store.Unknown
		}
		rest = append(rest, store.Outcome{Key: t.key, Verdict: verdict})
	}
	return rest
}

// verdictMessage words a verdict with its evidence and what to do next.
func verdictMessage(o store.Outcome) (kind, string) {
	said := printableName(o.Key.String()) + ": " + o.Verdict.String()
	why := ""
	if o.Err != nil {
		why = " " + explain(o.Err).sentence()
	}
	switch o.Verdict {
	case store.Removed:
		return success, said + ". Asked again, the host no longer has it."
	case store.Vanished:
		return success, said + ". Asked again, the host no longer has it." + why
	case store.AlreadyGone:
		return info, said + "."
	case store.Survived:
		return failure, said + ". Look at the host: it could not delete it."
	case store.CannotConfirm:
		return warning, said + ". The host said OK, but then showed nothing that proves it; its keyring may be locked. Look at the host." + why
	case store.StillThere:
		return failure, said + "." + why
	case store.Unknown:
		return failure, said + " whether it was removed. It is not sent again; look at the host." + why
	case store.Refused:
		return failure, said + "." + why
	case store.NotSent:
		return failure, said + ", so nothing was removed." + why
	default:
		return warning, said + "."
	}
}
