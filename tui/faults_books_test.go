package tui

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"credscope/store"
)

// check holds what the screen says against the books of the host.
func (tr *trial) check() {
	s := tr.s
	tr.sum.runs.Add(1)
	ledger := s.m.result().Ledger
	tr.host.mu.Lock()
	defer tr.host.mu.Unlock()
	if tr.host.fired {
		tr.sum.fired.Add(1)
	} else if !tr.fault.slow && tr.phase <= removing {
		tr.Errorf("the fault did not happen\n%s", s.text())
	}
	verdicts := map[store.Key]store.Outcome{}
	for _, o := range ledger {
		verdicts[o.Key] = o
	}
	if len(ledger) != len(tr.targets) || len(verdicts) != len(tr.targets) {
		tr.wrong(&tr.sum.lost, "%d targets, %d verdicts", len(tr.targets), len(ledger))
	}
	for key, times := range tr.host.received {
		if times > 1 {
			tr.wrong(&tr.sum.double, "%v was received %d times", key, times)
		}
		if !slices.Contains(tr.targets, key) {
			tr.wrong(&tr.sum.unconfirmed, "nobody asked for the removal of %v", key)
		}
	}
	for _, key := range tr.targets {
		o, told := verdicts[key]
		if !told {
			tr.wrong(&tr.sum.lost, "%v has no verdict", key)
		}
		if !tr.host.backs(o) {
			tr.wrong(&tr.sum.dishonest, "%v: %v, %v", key, o, o.Err)
		}
		tr.shown(o)
	}
	tr.afterwards()
}

func (tr *trial) wrong(counter *atomic.Int64, format string, a ...any) {
	tr.Helper()
	counter.Add(1)
	tr.Errorf("%s\n%s", fmt.Sprintf(format, a...), tr.s.text())
}

// backs reports whether the books agree with a verdict. The caller holds the lock.
func (h *faultyHost) backs(o store.Outcome) bool {
	_, there := h.held[o.Key]
	received := h.received[o.Key] > 0
	switch o.Verdict {
	case store.Removed, store.Vanished:
		return received && !there
	case store.AlreadyGone:
		return !there
	case store.Survived, store.StillThere:
		return there || h.late[o.Key] || h.shownStale[o.Key]
	case store.NotSent, store.NotStarted:
		return !received
	case store.Refused:
		code := h.script.fault.name
		return received && (code == "FORBIDDEN" || code == "UNAUTHORIZED")
	case store.CannotConfirm:
		return received
	case store.Unknown:
		return h.fired // never without a fault
	}
	return false
}

// shown makes sure that the screen tells a verdict, and no other. The caller
// holds the host's lock.
func (tr *trial) shown(o store.Outcome) {
	s := tr.s
	_, there := tr.host.held[o.Key]
	_, words := verdictMessage(o)
	said := slices.ContainsFunc(s.m.status.history, func(r record) bool { return r.message != "" && r.text() == words })
	if started := o.Verdict != store.NotStarted; said != started {
		tr.wrong(&tr.sum.dishonest, "%q was said: %v", words, said)
	}
	if s.m.page == ledgerPage && !s.row(o.Key.String(), o.String()) {
		tr.wrong(&tr.sum.lost, "the ledger page has no %v: %v", o.Key, o)
	}
	if there && s.row(o.Key.String(), "removed", "host no longer has it") {
		tr.wrong(&tr.sum.dishonest, "the screen says that %v is removed", o.Key)
	}
	if listed := s.m.inv.bucket(o.Key) != nil; listed == o.Verdict.Gone() {
		tr.wrong(&tr.sum.dishonest, "%v: %v, and its row is listed: %v", o.Key, o, listed)
	}
}

// row reports whether a line of the screen holds all the words.
func (s *screen) row(words ...string) bool {
	return slices.ContainsFunc(strings.Split(s.text(), "\n"), func(line string) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(line, word) })
	})
}

// afterwards presses on: what is lost stays lost, and what was known stays
// known. The caller holds the host's lock.
func (tr *trial) afterwards() {
	s := tr.s
	if strings.Contains(strings.ToLower(s.text()), "no credentials") {
		tr.wrong(&tr.sum.dishonest, "an empty list is taken for no credentials")
	}
	if tr.host.second > 0 || s.store.Client().Info().Handshakes > 1 {
		tr.wrong(&tr.sum.connections, "%d connections", tr.host.connections)
	}
	select {
	case <-s.store.Client().Lost():
	default:
		return
	}
	before, connections := s.m.inv.known(), tr.host.connections
	s.until("the loss on the screen", func() bool { return s.m.lostAt != nil })
	s.press("esc", "esc", "r", "R", "enter", "c", "S", "x")
	if s.m.busy != 0 || s.m.confirm != nil || s.m.job != nil || tr.host.connections != connections {
		tr.wrong(&tr.sum.connections, "%d connections", tr.host.connections)
	}
	if s.m.inv.known() != before || !strings.Contains(s.text(), "CONNECTION LOST") {
		tr.Errorf("%d rows of %d are left after the loss\n%s", s.m.inv.known(), before, s.text())
	}
}
