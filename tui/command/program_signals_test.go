package command_test

import (
	"context"
	"strings"
	"sync"
	"syscall"
	"testing"

	"credscope/store/demo"
	"credscope/tui/terminal"
)

var signals = map[string]syscall.Signal{
	"TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP, "INT": syscall.SIGINT, "QUIT": syscall.SIGQUIT, "ABRT": syscall.SIGABRT,
}

// unanswered holds one operation until its connection ends and tells when it came.
func unanswered(op string, came chan<- struct{}) demo.Hook {
	return func(ctx context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op != op {
			return answer()
		}
		close(came)
		<-ctx.Done()
		return nil, ctx.Err()
	}
}

// removing accepts a removal whose request the host holds.
func removing(t *testing.T, held func(came chan<- struct{}) demo.Hook) *terminal.Terminal {
	t.Helper()
	return removingBy(t, start, held)
}

func removingBy(t *testing.T, run runner, held func(came chan<- struct{}) demo.Hook) *terminal.Terminal {
	t.Helper()
	came := make(chan struct{})
	h := host(t, demo.Options{Hook: held(came)})
	term := run(t, wide(from(h.Path())...))
	seeRow(term, "default", "stale")
	term.Press("enter")
	removeStale(term)
	await(t, came, "the removal")
	return term
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

func TestSignalEndsAListThatGetsNoAnswer(t *testing.T) {
	t.Parallel()
	came := make(chan struct{})
	h := host(t, demo.Options{Hook: unanswered("list_providers", came)})
	term := start(t, wide(from(h.Path())...), "list")
	await(t, came, "the request")
	stop(t, term, syscall.SIGTERM)
}

func TestNoSuspensionWithoutAShell(t *testing.T) {
	t.Parallel()
	term := open(t, host(t, demo.Options{}).Path())
	term.Press("ctrl+z")
	term.See("no shell to return to")
	leave(t, term, 0)
}

// unansweredEver holds every request of an operation and tells of the first.
func unansweredEver(op string, came chan<- struct{}) demo.Hook {
	var once sync.Once
	return func(ctx context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op != op {
			return answer()
		}
		once.Do(func() { close(came) })
		<-ctx.Done()
		return nil, ctx.Err()
	}
}
