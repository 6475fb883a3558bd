package command_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
	"credscope/tui/terminal"
)

// bulk accepts the removal of six buckets from a host that does something else
// in place of the third.
func bulk(t *testing.T, third func(ctx context.Context) error) (h *demo.Host, term *terminal.Terminal) {
	t.Helper()
	return bulkBy(t, start, third)
}

func bulkBy(t *testing.T, run runner, third func(ctx context.Context) error) (h *demo.Host, term *terminal.Terminal) {
	t.Helper()
	var removals atomic.Int64
	h = host(t, demo.Options{Scenario: "empty", Hook: func(ctx context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op == "remove_token" && removals.Add(1) == 3 {
			return nil, third(ctx)
		}
		return answer()
	}})
	buckets := []string{"b1", "b2", "b3", "b4", "b5", "b6"}
	for _, bucket := range buckets {
		h.Put(store.Key{Provider: "codex", Bucket: bucket}, time.Now().Add(-10*time.Minute))
	}
	term = run(t, wide(from(h.Path())...), "--stale-after", "5m")
	for _, bucket := range buckets {
		seeRow(term, bucket, "stale")
	}
	term.Press("S")
	term.See("Worth removing 6")
	question(term)
	term.See(`Type "remove 6"`)
	term.Type("remove 6\r")
	return h, term
}

// ledger counts the verdicts of what a program left behind.
func ledger(t *testing.T, term *terminal.Terminal, verdicts map[string]int) {
	t.Helper()
	got := term.Primary()
	for verdict, n := range verdicts {
		if found := strings.Count(got, ": "+verdict); found != n {
			t.Errorf("%d are %q, want %d:\n%s", found, verdict, n, got)
		}
	}
}

func TestBulkRemovalAtASignal(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			held := make(chan struct{})
			h, term := bulk(t, func(ctx context.Context) error {
				close(held)
				<-ctx.Done()
				return ctx.Err()
			})
			await(t, held, "the third removal")
			stop(t, term, signal)
			ledger(t, term, map[string]int{"removed": 2, "unknown": 1, "not started": 3})
			if n := h.Count("remove_token"); n != 3 {
				t.Errorf("%d removals were sent, want 3", n)
			}
		})
	}
}

func TestBulkRemovalWithoutItsConnection(t *testing.T) {
	t.Parallel()
	h, term := bulk(t, func(context.Context) error { return socket.ErrHangUp })
	seeRow(term, "codex/b3", "unknown")
	seeLoss(term)
	term.Press("ctrl+c")
	ends(t, term, 3)
	ledger(t, term, map[string]int{"removed": 2, "unknown": 1})
	if n := h.Count("remove_token"); n != 3 {
		t.Errorf("%d removals were sent, want 3", n)
	}
	if n := h.Connections(); n != 1 {
		t.Errorf("%d connections, want one", n)
	}
}

func TestVerdictsSettleTheExitStatus(t *testing.T) {
	t.Parallel()
	for _, v := range []struct {
		scenario, verdict string
		code              int
	}{
		{"default", "removed", 0},
		{"v1", "removed", 0},
		{"liar", "still there (host said OK)", 0},
		{"blank", "cannot confirm", 3},
	} {
		t.Run(v.scenario, func(t *testing.T) {
			t.Parallel()
			term := open(t, host(t, demo.Options{Scenario: v.scenario}).Path())
			removeStale(term)
			term.See("anthropic/default: " + v.verdict)
			leave(t, term, v.code)
			ledger(t, term, map[string]int{v.verdict: 1})
		})
	}
}

func TestWhatIsPrintedAfterLeavingIsASCIIWhereTheLocaleIs(t *testing.T) {
	t.Parallel()
	h := host(t, demo.Options{Hook: func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op == "remove_token" {
			return nil, &socket.ResponseError{Code: "INTERNAL_ERROR", Message: "clé verrouillée"}
		}
		return answer()
	}})
	o := wide(append(from(h.Path()), "LANG=C", "LC_ALL=C")...)
	term := start(t, o)
	seeStale(term)
	removeStale(term)
	term.See("anthropic/default: still there")
	leave(t, term, 0)
	printed := term.Primary()
	if !strings.Contains(printed, "still there") || strings.ContainsFunc(printed, func(r rune) bool { return r >= 0x7f }) {
		t.Errorf("printed %q", printed)
	}
}

func TestRemovalNamesItsBucket(t *testing.T) {
	t.Parallel()
	h := host(t, demo.Options{})
	path, sent := relay(t, h.Path())
	term := open(t, path)
	removeStale(term)
	term.See("anthropic/default: removed")
	leave(t, term, 0)
	if got, want := fmt.Sprint(sent.of(t, "remove_token")), "[map[bucket:default provider:anthropic]]"; got != want {
		t.Errorf("removals were sent as %s, want %s", got, want)
	}
}

func TestRemovalInFlightIsAccountedFor(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			term := removing(t, func(came chan<- struct{}) demo.Hook { return unanswered("remove_token", came) })
			stop(t, term, signal)
			if got := term.Primary(); !hasRow(got, "anthropic/default", "unknown") {
				t.Errorf("the ledger says %q", got)
			}
		})
	}
}

func TestRemovalInFlightMayStillEnd(t *testing.T) {
	t.Parallel()
	proceed := make(chan struct{})
	term := removing(t, func(came chan<- struct{}) demo.Hook {
		return func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
			if call.Op == "remove_token" {
				close(came)
				<-proceed
			}
			return answer()
		}
	})
	term.Signal(syscall.SIGTERM)
	close(proceed)
	ends(t, term, 128+15)
	if got := term.Primary(); !strings.Contains(got, "anthropic/default: removed") {
		t.Errorf("the ledger says %q", got)
	}
}

func TestQuitWaitsForARemoval(t *testing.T) {
	t.Parallel()
	term := removing(t, func(came chan<- struct{}) demo.Hook { return unanswered("remove_token", came) })
	term.Press("q")
	term.See("removal is running")
	term.Press("ctrl+c")
	ends(t, term, 3)
	if got := term.Primary(); !hasRow(got, "anthropic/default", "unknown") {
		t.Errorf("the ledger says %q", got)
	}
}
