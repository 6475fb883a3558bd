package tui

import (
	"strings"
	"testing"

	"credscope/store"
	"credscope/store/demo"
	"credscope/tui/theme"
)

func TestABulkRemovalSendsOneAtATimeAndAsksAgainAfterEach(t *testing.T) {
	s := asked(t, "default")
	before := len(s.host.Calls())
	g := s.hold(isRemoval)
	s.accept("remove 4")
	for i, want := range []string{runner, jane, codex, shared} {
		if got := s.comes(g).Key.String(); got != want || s.host.Count("remove_token") != i+1 {
			t.Errorf("removal %d was of %s, %d were sent", i, got, s.host.Count("remove_token"))
		}
		g.open <- struct{}{}
	}
	s.settled()
	if g.most.Load() != 1 {
		t.Errorf("%d removals were in flight at once", g.most.Load())
	}
	var ops []string
	for _, call := range s.host.Calls()[before+6:] { // the first six are the final check
		ops = append(ops, call.Op)
	}
	want := strings.TrimSpace(strings.Repeat("remove_token list_buckets list_providers get_token ", 4))
	if got := strings.Join(ops, " "); got != want {
		t.Errorf("asked were\n%s and not\n%s", got, want)
	}
	s.says(theme.Success, "4 removed")
	s.ledger(runner+": removed", jane+": removed", codex+": removed", shared+": removed")
}

func TestABulkRemovalShowsItsProgressAndALineForEachBucket(t *testing.T) {
	s := asked(t, "default")
	g := s.hold(isRemoval)
	s.accept("remove 4")
	for range 2 {
		s.comes(g)
		g.open <- struct{}{}
	}
	s.comes(g)
	s.see("2 of 4 done")
	s.counted()
	s.golden("bulk-running")
	s.press("esc", "esc")
	s.see("Stopping: nothing is sent after the removal under way")
	close(g.open)
	s.settled()
	s.counted()
	s.golden("bulk-stopped")
	s.says(theme.Warning, "3 removed, 1 not started")
	s.wasRemoved(runner, jane, codex)
	s.ledger(runner+": removed", jane+": removed", codex+": removed", shared+": not started")
	s.press("esc")
	s.see("Buckets of codex 1")
}

func TestARefusalStopsTheRest(t *testing.T) {
	for _, code := range []string{"FORBIDDEN", "UNAUTHORIZED"} {
		s := asked(t, "default")
		s.host.SetHook(hookFor(demo.Call{Op: "remove_token", Key: keyOf(jane)}, func(func() (any, error)) (any, error) { return nil, refusal(code) }))
		s.accept("remove 4")
		s.settled()
		s.says(theme.Failure, "1 removed, 1 not removed, 2 not started")
		s.see("refused by the host")
		s.wasRemoved(runner, jane)
		s.ledger(runner+": removed", jane+": refused by the host", codex+": not started", shared+": not started")
	}
}

func TestAnotherErrorDoesNotStopTheRest(t *testing.T) {
	s := asked(t, "default")
	s.host.SetHook(hookFor(demo.Call{Op: "remove_token", Key: keyOf(jane)}, func(func() (any, error)) (any, error) { return nil, refusal("INTERNAL_ERROR") }))
	s.accept("remove 4")
	s.settled()
	s.says(theme.Failure, "3 removed, 1 not removed")
	s.ledger(runner+": removed", jane+": still there", codex+": removed", shared+": removed")
}

func TestALossStopsTheRest(t *testing.T) {
	s := asked(t, "flaky")
	s.accept("remove 4")
	s.until("loss and end", func() bool { return !s.m.running() && s.m.lost != nil })
	s.see("CONNECTION LOST", "unknown", "not started", "Removal ended")
	s.wasRemoved(runner, jane, codex)
	s.ledger(runner+": removed", jane+": removed", codex+": unknown", shared+": not started")
	if s.host.Connections() != 1 {
		t.Error("another connection was made")
	}
}

func TestLeavingInTheMiddleAccountsForEveryTarget(t *testing.T) {
	s := asked(t, "default")
	g := s.hold(isRemoval)
	s.accept("remove 4")
	s.comes(g)
	g.open <- struct{}{}
	s.comes(g)
	s.press("ctrl+c")
	s.see("Leaving: waiting for the removal under way")
	if s.quit {
		t.Fatal("left without waiting")
	}
	s.press("ctrl+c")
	s.until("the end", func() bool { return s.quit })
	s.ledger(runner+": removed", jane+": unknown", codex+": not started", shared+": not started")
	s.wasRemoved(runner, jane)
}

func TestLeavingWaitsForTheVerdictUnderWayAndSendsNoMore(t *testing.T) {
	s := asked(t, "default")
	g := s.hold(isRemoval)
	s.accept("remove 4")
	s.comes(g)
	s.press("ctrl+c")
	close(g.open)
	s.until("the end", func() bool { return s.quit })
	s.ledger(runner+": removed", jane+": not started", codex+": not started", shared+": not started")
	s.wasRemoved(runner)
}

func TestLeavingDuringTheFinalCheckSendsNothing(t *testing.T) {
	none := store.NotStarted.String()
	for _, twice := range []bool{false, true} {
		s := asked(t, "default")
		g := s.hold(isCheck)
		s.accept("remove 4")
		s.comes(g)
		s.press("ctrl+c")
		if twice {
			s.press("ctrl+c")
		} else {
			close(g.open)
		}
		s.until("the end", func() bool { return s.quit })
		s.ledger(runner+": "+none, jane+": "+none, codex+": "+none, shared+": "+none)
		s.wasRemoved()
	}
}
