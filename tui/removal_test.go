package tui

import (
	"slices"
	"testing"
	"time"

	"credscope/store"
	"credscope/store/demo"
)

func TestTheLastLookComesAfterTheAnswerAndBeforeTheFirstRemoval(t *testing.T) {
	s := asked(t, "default")
	before := len(s.host.Calls())
	s.pass(deaf)
	if len(s.host.Calls()) != before {
		t.Error("looked before the answer")
	}
	g := s.hold(looks)
	s.accept("remove 4")
	var last []string
	for range 4 {
		last = append(last, s.comes(g).Key.String())
	}
	s.wasRemoved()
	slices.Sort(last)
	if !slices.Equal(last, []string{runner, codex, jane, shared}) {
		t.Errorf("looked at %q", last)
	}
	close(g.open)
	s.settled()
	s.wasRemoved(runner, codex, jane, shared)
}

func TestWhatHasChangedSinceTheQuestionIsNotRemoved(t *testing.T) {
	for name, c := range map[string]struct {
		change func(h *demo.Host)
		how    string
	}{
		"renewed":  {func(h *demo.Host) { h.Put(keyOf(runner), testNow.Add(time.Hour)) }, "it was stale and is valid now"},
		"other":    {func(h *demo.Host) { h.Put(keyOf(runner), testNow.Add(-300*24*time.Hour)) }, "its expiry is another one"},
		"vanished": {func(h *demo.Host) { h.Drop(keyOf(runner)) }, "it was stale and is unreadable now"},
	} {
		t.Run(name, func(t *testing.T) {
			s := dialogOf(t, 100, 24, runner)
			c.change(s.host)
			s.answer("y")
			s.settled()
			s.wasRemoved()
			s.says(failure, "Nothing was removed: codex/ci-runner has changed since the question, "+c.how+"; press x to be asked again.")
			s.see("✗ Nothing was removed")
			s.counted()
			s.golden("changed-" + name)
		})
	}
}

func TestOneChangedTokenStopsABulkRemoval(t *testing.T) {
	s := asked(t, "default")
	s.host.Drop(keyOf(jane))
	s.accept("remove 4")
	s.settled()
	s.wasRemoved()
	s.says(failure, "Nothing was removed: "+jane+" has changed since the question")
	s.see("Buckets of codex 4")
	s.marks(runner, codex, jane, shared)
}

func TestAHostThatCannotBeAskedOnceMoreGetsNoRemoval(t *testing.T) {
	for code, words := range map[string]string{
		"INTERNAL_ERROR": "Host-side operation failed", "RATE_LIMITED": "Rate limited.", "CANCELLED": "cancelled",
	} {
		t.Run(code, func(t *testing.T) {
			s := dialogOf(t, 100, 24, runner)
			s.instead("get_token", nil, refusal(code))
			s.answer("y")
			s.settled()
			s.wasRemoved()
			s.says(failure, "Nothing was removed, for the host could not be asked once more. ")
			s.says(failure, words)
			if !s.listed(runner) {
				t.Error("the row is gone")
			}
		})
	}
}

// listed reports whether a row is known.
func (s *screen) listed(place string) bool { return s.m.inv.bucket(keyOf(place)) != nil }

// removes opens the dialog about a bucket and accepts it.
func (s *screen) removes(place string) {
	s.t.Helper()
	s.at(place)
	s.press("x")
	if s.m.confirm.word == "" {
		s.answer("y")
	} else {
		s.accept(s.m.confirm.word)
	}
	s.settled()
}

func TestEveryVerdictHasItsWords(t *testing.T) {
	for name, c := range map[string]struct {
		scenario string
		answer   func(removed func() (any, error)) (any, error) // of the host to the removal, nil for its own
		kind     kind
		text     string
		stays    bool
	}{
		"removed": {"default", nil, success, "removed. Asked again, the host no longer has it.", false},
		"liar":    {"liar", nil, failure, "host said OK but it is still there. Look at the host.", true},
		"blank":   {"blank", nil, warning, "cannot confirm. The host said OK, but then showed nothing that proves it; its keyring may be locked. Look at the host.", true},
		"reply bad": {"default", func(removed func() (any, error)) (any, error) {
			_, _ = removed()
			return nil, refusal("INTERNAL_ERROR")
		}, success, "no longer there (the host had reported an error). Asked again, the host no longer has it.", false},
		"still there":  {"default", func(func() (any, error)) (any, error) { return nil, refusal("RATE_LIMITED") }, failure, "still there. Rate limited.", true},
		"already gone": {"default", func(removed func() (any, error)) (any, error) { _, _ = removed(); return nil, refusal("NOT_FOUND") }, info, "was already gone.", false},
		"forbidden":    {"default", func(func() (any, error)) (any, error) { return nil, refusal("FORBIDDEN") }, failure, "refused by the host. The host's policy forbids this", true},
		"unauthorized": {"default", func(func() (any, error)) (any, error) { return nil, refusal("UNAUTHORIZED") }, failure, "refused by the host. Provider not available for this profile", true},
		"said only":    {"default", func(func() (any, error)) (any, error) { return nil, nil }, failure, "host said OK but it is still there.", true},
	} {
		t.Run(name, func(t *testing.T) {
			s := looked(t, c.scenario, 120, 24, runner)
			if c.answer != nil {
				s.host.SetHook(hookOn("remove_token", c.answer))
			}
			s.removes(runner)
			s.says(c.kind, runner+": "+c.text)
			if s.listed(runner) != c.stays {
				t.Errorf("the row is listed: %v", s.listed(runner))
			}
			s.wasRemoved(runner)
			if len(s.m.result().Ledger) != 1 {
				t.Errorf("the ledger has %d entries", len(s.m.result().Ledger))
			}
		})
	}
}

func TestTheLossOfAReplyIsUnknownAndNotSentAgain(t *testing.T) {
	s := looked(t, "flaky", 100, 24, runner)
	s.removes(old)
	s.removes(runner)
	s.removes(laptop)
	s.until("loss", func() bool { return s.m.lostAt != nil })
	s.says(failure, laptop+": unknown whether it was removed. It is not sent again; look at the host. Credential proxy connection lost. Restart the session.")
	s.wasRemoved(old, runner, laptop)
	s.ledger(old+": removed", runner+": removed", laptop+": unknown")
	if !s.listed(laptop) || s.listed(runner) {
		t.Error("rows that are known gone are kept, or others dropped")
	}
	s.counted()
	s.golden("flaky")
}

func TestARemovalAfterTheLossIsNotSent(t *testing.T) {
	s := dialogOf(t, 100, 24, runner)
	s.answer("y")
	s.until("the last look", func() bool { // and the loss before the removal
		msg := <-s.msgs
		_, over := msg.(recheckedMsg)
		if over {
			_ = s.host.Close()
			<-s.store.Client().Lost()
		}
		s.send(msg)
		return over
	})
	s.settled()
	s.ledger(runner + ": not sent")
	if !s.listed(runner) {
		t.Error("the row is gone")
	}
	s.wasRemoved()
}

func TestALockedHostRemovesNothing(t *testing.T) {
	s := open(t, "locked", 100, 24)
	s.see("The host cannot say")
	s.press("x")
	s.see("Removing works on a bucket")
	s.press("+")
	s.press("c", "o", "d", "e", "x", "enter")
	s.until("the look", func() bool { return s.m.busy == 0 })
	s.press("x")
	s.accept("remove 1")
	s.until("the end", func() bool { return s.m.job == nil })
	s.says(failure, `Nothing was removed, for the host could not be asked once more. Host-side operation failed (host says: "The keychain is locked")`)
	s.wasRemoved()
}

func TestARestrictedHostIsNotAskedToRemove(t *testing.T) {
	s := open(t, "restricted", 100, 24)
	s.settled()
	s.press("c", "enter", "x", "delete")
	s.see("This host lists nothing to a sandbox, and such hosts forbid removals")
	s.settled()
	s.press("S", "x")
	s.see("such hosts forbid removals")
	s.wasRemoved()
}

func TestTheLastBucketTakesItsProviderAlong(t *testing.T) {
	s := looked(t, "default", 100, 24, laptop)
	s.removes(laptop)
	s.see("Buckets of gemini 1")
	s.removes(unreadable)
	s.says(success, unreadable+": removed")
	s.see("Providers 4", "Buckets of qwen 3")
	s.not("gemini  ")
}

func TestTheLastBucketOfAHostCanBeRemoved(t *testing.T) {
	s := calm(t, "empty", 100, 24)
	s.host.Put(keyOf(runner), testNow.Add(-30*24*time.Hour))
	s.press("R")
	s.see("Providers 1")
	s.settled()
	s.press("c")
	s.settled()
	s.removes(runner)
	s.says(success, runner+": removed")
	s.see("Nothing listed")
}

func TestARowThatVanishedIsDroppedByARefreshAndTheCursorStaysNear(t *testing.T) {
	s := looked(t, "default", 100, 24, codex)
	s.host.Drop(keyOf(codex))
	s.press("r")
	s.settled()
	s.see("Buckets of codex 3")
	if b, _ := s.m.buckets.current(); b.key != (store.Key{Provider: "codex", Bucket: "jane.doe@example.com"}) {
		t.Errorf("the cursor is on %s", b.key)
	}
	s.removes(jane)
	s.wasRemoved(jane)
}
