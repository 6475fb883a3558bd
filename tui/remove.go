package tui

import (
	"errors"
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

// askRemoval opens the dialog for the marked buckets or the one under the
// cursor, or says why not.
func (m *Model) askRemoval() tea.Cmd {
	targets, hidden, reason := m.targets()
	if reason != "" {
		m.status.note(reason)
		return nil
	}
	m.span = nil
	m.openConfirm(targets, hidden)
	return nil
}

// openConfirm asks about targets. While names are private none is to be typed.
func (m *Model) openConfirm(targets []target, hidden int) {
	m.confirm = newConfirm(targets, hidden, m.o.Now())
	if m.privacy && m.confirm.word != "" {
		m.confirm.word = fmt.Sprintf("remove %d", len(targets))
	}
}

// removalOff says why nothing at all can be removed now, "" if something can.
func (m *Model) removalOff() string {
	switch {
	case m.lostAt != nil:
		return "The connection is lost, so nothing can be removed: restart the session"
	case m.o.ReadOnly:
		return "Read-only by --read-only: nothing can be removed"
	case m.locked:
		return "Read-only: press L to unlock, then ask again"
	case m.job != nil:
		return "A removal is running: wait for its verdict"
	case m.restricted():
		return "This host lists nothing to a sandbox, and such hosts forbid removals: remove it on the host itself"
	}
	return ""
}

// restricted reports a host that, by all it has shown, hides its lists from
// sandboxes; such hosts forbid every removal. One that has listed anything, or
// says of a name that there is nothing, is none.
func (m *Model) restricted() bool {
	return m.info.Presented && !m.inv.asked.IsZero() && !m.listedOnce && !m.missed && m.inv.known() == 0
}

// startRemoval looks at the targets once more; the first request goes out when
// they still are what the question was about.
func (m *Model) startRemoval(targets []target) tea.Cmd {
	m.job = &removal{targets: targets}
	if m.triage != nil {
		m.closeTriage()
	}
	if len(targets) > 1 {
		m.shownJob, m.page, m.pageTop = m.job, ledgerPage, scroll{}
	}
	return m.load.recheck(targets)
}

// gotRecheck starts the removal, unless something is not as it was.
func (m *Model) gotRecheck(msg recheckedMsg) tea.Cmd {
	if m.job == nil || m.job.started {
		return nil
	}
	if reason := m.recheckFailed(msg); reason != "" {
		m.ledger = append(m.ledger, m.job.unfinished(false)...)
		m.job, m.shownJob = nil, nil
		if m.page == ledgerPage {
			m.page = mainPage
		}
		m.status.put(failure, reason)
		if m.leaving {
			return tea.Quit
		}
		return m.moved()
	}
	if m.job.stopped {
		return m.endRemoval()
	}
	m.job.started = true
	return m.removeNext()
}

// recheckFailed says why nothing is removed after all, "" if nothing speaks
// against it.
func (m *Model) recheckFailed(msg recheckedMsg) string {
	now := m.o.Now()
	for i := range m.job.targets {
		t := &m.job.targets[i]
		if err := msg.errs[i]; err != nil {
			return "Nothing was removed, for the host could not be asked once more. " + explain(err).sentence()
		}
		b := m.inv.bucket(t.key)
		if b != nil && b.unmarkable() != "" {
			return "Nothing was removed. " + b.unmarkable() + "."
		}
		if b != nil && !b.slot.busy {
			b.took(msg.looks[i], now)
		}
		if !t.same(msg.looks[i]) {
			return "Nothing was removed: " + printableName(t.key.String()) + " has changed since the question, " +
				change(t.health, msg.looks[i].Health(now, m.o.StaleAfter)) + "; press x to be asked again."
		}
		t.lastLook(msg.looks[i])
	}
	return ""
}

// change words what is different, which may be no more than the expiry.
func change(before, now store.Health) string {
	if before == now {
		return "its expiry is another one"
	}
	return fmt.Sprintf("it was %s and is %s now", before, now)
}

func (m *Model) removeNext() tea.Cmd {
	t := m.job.next()
	return m.load.remove(t.removal(m.inv.onlyOne(t.key)))
}

func (m *Model) gotRemoved(msg removedMsg) tea.Cmd {
	if m.job == nil {
		return nil
	}
	m.ledger = append(m.ledger, msg.outcome)
	m.job.outcomes = append(m.job.outcomes, msg.outcome)
	m.status.put(verdictMessage(msg.outcome))
	m.info = m.load.store.Client().Info()
	if msg.outcome.Verdict.Gone() {
		m.inv.drop(msg.outcome.Key, msg.at)
		m.refreshRows()
	}
	// A host that refuses one refuses all, and a lost connection sends nothing.
	over := len(m.job.outcomes) == len(m.job.targets) || msg.outcome.Verdict == store.Refused || errors.Is(msg.outcome.Err, store.ErrLost)
	if m.job.stopped || over {
		return m.endRemoval()
	}
	return m.removeNext()
}

// endRemoval closes the ledger of a removal: what was not started is in it too.
func (m *Model) endRemoval() tea.Cmd {
	job := m.job
	m.ledger = append(m.ledger, job.unfinished(false)...)
	m.job = nil
	if len(job.targets) > 1 {
		m.sayBulk(job)
	}
	if m.leaving {
		return tea.Quit
	}
	return m.moved()
}

// sayBulk sums a bulk removal up, with the loss that ended it.
func (m *Model) sayBulk(job *removal) {
	k, text := job.summary()
	for _, o := range job.outcomes {
		if errors.Is(o.Err, store.ErrLost) {
			text += ". " + explain(o.Err).sentence()
			break
		}
	}
	m.status.put(k, text)
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
	return verdict(o, func(err error) string { return explain(err).sentence() })
}

func verdict(o store.Outcome, words func(error) string) (kind, string) {
	said := printableName(o.Key.String()) + ": " + o.String()
	why := ""
	if o.Err != nil {
		why = " " + words(o.Err)
	}
	switch o.Verdict {
	case store.Removed:
		return success, said + ". Asked again, the host no longer has it."
	case store.Vanished:
		return success, said + ". Asked again, the host no longer has it."
	case store.AlreadyGone:
		return info, said + "."
	case store.Survived:
		return failure, said + ". Look at the host."
	case store.CannotConfirm:
		if o.Err != nil {
			return warning, said + ". The host said OK, but could not be asked again. Look at the host." + why
		}
		return warning, said + ". The host said OK, but then showed nothing that proves it; its keyring may be locked. Look at the host." + why
	case store.StillThere:
		if errors.Is(o.Err, store.ErrTimeout) {
			return failure, said + ". The host did not answer in time and may still remove it."
		}
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
