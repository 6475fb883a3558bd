package tui

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

// hookOn lets f answer one operation.
func hookOn(op string, f func(answer func() (any, error)) (any, error)) demo.Hook {
	return func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op != op {
			return answer()
		}
		return f(answer)
	}
}

// hookFor lets f answer one call.
func hookFor(want demo.Call, f func(answer func() (any, error)) (any, error)) demo.Hook {
	return func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call != want {
			return answer()
		}
		return f(answer)
	}
}

func refusal(code string) error { return &socket.ResponseError{Code: code, Message: "no"} }

// gate holds requests back until they are let go.
type gate struct {
	held chan demo.Call
	open chan struct{}
	now  atomic.Int64 // requests held
	most atomic.Int64 // most requests ever held at once
}

// hold lets every request that is wanted wait at a gate.
func (s *screen) hold(wanted func(demo.Call) bool) *gate {
	g := &gate{held: make(chan demo.Call, 64), open: make(chan struct{})}
	s.host.SetHook(func(ctx context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if !wanted(call) {
			return answer()
		}
		if now := g.now.Add(1); now > g.most.Load() {
			g.most.Store(now)
		}
		defer g.now.Add(-1)
		g.held <- call
		select {
		case <-g.open:
			return answer()
		case <-ctx.Done():
			return nil, socket.ErrNoReply
		}
	})
	return g
}

func removals(call demo.Call) bool { return call.Op == "remove_token" }

func looks(call demo.Call) bool { return call.Op == "get_token" }

// comes waits until a request stands at the gate.
func (s *screen) comes(g *gate) demo.Call {
	s.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case call := <-g.held:
			return call
		case msg := <-s.msgs:
			s.send(msg)
		case <-deadline:
			s.t.Fatalf("no request came\n%s", s.text())
		}
	}
}

// counted brings the header's counts up to date, as the next answer would. The
// host may see a request a moment before the client has counted it.
func (s *screen) counted() {
	for deadline := time.After(patience); ; runtime.Gosched() {
		s.m.info = s.store.Client().Info()
		sent := 0
		for _, n := range s.m.info.Requests {
			sent += n
		}
		select {
		case <-deadline:
			s.t.Fatalf("%d requests were counted, the host had %d", sent, len(s.host.Calls()))
		default:
		}
		if sent == len(s.host.Calls()) {
			return
		}
	}
}

// accept types the word into the dialog and presses Enter.
func (s *screen) accept(word string) {
	s.t.Helper()
	if s.m.confirm == nil {
		s.t.Fatalf("there is no dialog\n%s", s.text())
	}
	s.answer(append(strings.Split(word, ""), "enter")...)
	if s.m.confirm != nil {
		s.t.Fatalf("%q was not accepted\n%s", word, s.text())
	}
}

// wasRemoved fails unless the host was asked to remove these and no others.
func (s *screen) wasRemoved(want ...string) {
	s.t.Helper()
	var got []string
	for _, call := range s.host.Calls() {
		if removals(call) {
			got = append(got, call.Key.String())
		}
	}
	if !slices.Equal(got, want) {
		s.t.Fatalf("sent were removals of %q and not %q\n%s", got, want, s.text())
	}
}

// ledger fails unless the session left exactly these verdicts behind.
func (s *screen) ledger(want ...string) {
	s.t.Helper()
	var got []string
	for _, o := range s.m.result().Ledger {
		got = append(got, o.Key.String()+": "+o.Verdict.String())
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("the ledger is\n%s\nand not\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// says fails unless the status bar has this message.
func (s *screen) says(k kind, text string) {
	s.t.Helper()
	if last := s.m.status.last; last.kind != k || !strings.Contains(last.text, text) {
		s.t.Fatalf("the status is %s %q and not %s %q", last.kind, last.text, k, text)
	}
}

// asked is the screen with the dialog about the four buckets of codex.
func asked(t *testing.T, scenario string) *screen {
	t.Helper()
	s := looked(t, scenario, 100, 24, runner)
	s.press("*", "x")
	return s
}

func TestABulkRemovalSendsOneAtATimeAndAsksAgainAfterEach(t *testing.T) {
	s := asked(t, "default")
	before := len(s.host.Calls())
	g := s.hold(removals)
	s.accept("remove 4")
	for i, want := range []string{runner, codex, jane, shared} {
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
	for _, call := range s.host.Calls()[before+4:] { // the first four are the last look
		ops = append(ops, call.Op)
	}
	want := strings.Repeat("remove_token list_buckets get_token ", 3) + "remove_token list_buckets list_providers get_token"
	if got := strings.Join(ops, " "); got != want {
		t.Errorf("asked were\n%s and not\n%s", got, want)
	}
	s.says(success, "4 of 4 gone")
	s.ledger(runner+": removed", codex+": removed", jane+": removed", shared+": removed")
}

func TestABulkRemovalShowsItsProgressAndALineForEachBucket(t *testing.T) {
	s := asked(t, "default")
	g := s.hold(removals)
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
	s.says(warning, "3 of 4 gone, 1 not started")
	s.wasRemoved(runner, codex, jane)
	s.ledger(runner+": removed", codex+": removed", jane+": removed", shared+": not started")
	s.press("esc")
	s.see("Buckets of codex 1")
}

func TestARefusalStopsTheRest(t *testing.T) {
	for _, code := range []string{"FORBIDDEN", "UNAUTHORIZED"} {
		s := asked(t, "default")
		s.host.SetHook(hookFor(demo.Call{Op: "remove_token", Key: keyOf(codex)}, func(func() (any, error)) (any, error) { return nil, refusal(code) }))
		s.accept("remove 4")
		s.settled()
		s.says(failure, "1 of 4 gone, 1 not removed, 2 not started")
		s.see("refused by the host")
		s.wasRemoved(runner, codex)
		s.ledger(runner+": removed", codex+": refused by the host", jane+": not started", shared+": not started")
	}
}

func TestAnotherErrorDoesNotStopTheRest(t *testing.T) {
	s := asked(t, "default")
	s.host.SetHook(hookFor(demo.Call{Op: "remove_token", Key: keyOf(codex)}, func(func() (any, error)) (any, error) { return nil, refusal("INTERNAL_ERROR") }))
	s.accept("remove 4")
	s.settled()
	s.says(failure, "3 of 4 gone, 1 not removed")
	s.ledger(runner+": removed", codex+": still there", jane+": removed", shared+": removed")
}

func TestALossStopsTheRest(t *testing.T) {
	s := asked(t, "flaky")
	s.accept("remove 4")
	s.until("loss and end", func() bool { return s.m.job == nil && s.m.lostAt != nil })
	s.see("CONNECTION LOST", "unknown", "not started", "Removal ended")
	s.wasRemoved(runner, codex, jane)
	s.ledger(runner+": removed", codex+": removed", jane+": unknown", shared+": not started")
	if s.host.Connections() != 1 {
		t.Error("another connection was made")
	}
}

func TestLeavingInTheMiddleAccountsForEveryTarget(t *testing.T) {
	s := asked(t, "default")
	g := s.hold(removals)
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
	s.ledger(runner+": removed", codex+": unknown", jane+": not started", shared+": not started")
	s.wasRemoved(runner, codex)
}

func TestLeavingWaitsForTheVerdictUnderWayAndSendsNoMore(t *testing.T) {
	s := asked(t, "default")
	g := s.hold(removals)
	s.accept("remove 4")
	s.comes(g)
	s.press("ctrl+c")
	close(g.open)
	s.until("the end", func() bool { return s.quit })
	s.ledger(runner+": removed", codex+": not started", jane+": not started", shared+": not started")
	s.wasRemoved(runner)
}

func TestLeavingDuringTheLastLookSendsNothing(t *testing.T) {
	none := store.NotStarted.String()
	for _, twice := range []bool{false, true} {
		s := asked(t, "default")
		g := s.hold(looks)
		s.accept("remove 4")
		s.comes(g)
		s.press("ctrl+c")
		if twice {
			s.press("ctrl+c")
		} else {
			close(g.open)
		}
		s.until("the end", func() bool { return s.quit })
		s.ledger(runner+": "+none, codex+": "+none, jane+": "+none, shared+": "+none)
		s.wasRemoved()
	}
}
