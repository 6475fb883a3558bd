package command_test

import (
	"context"
	"strings"
	"syscall"
	"testing"

	"credscope/store/demo"
	"credscope/tui/terminal"
)

var signals = map[string]syscall.Signal{
	"TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP, "INT": syscall.SIGINT, "QUIT": syscall.SIGQUIT, "ABRT": syscall.SIGABRT,
}

// states bring the inspector to where a signal may find it.
var states = map[string]func(t *testing.T) *terminal.Terminal{
	"main screen": func(t *testing.T) *terminal.Terminal {
		t.Helper()
		return open(t, host(t, demo.Options{}).Path())
	},
	"dialog": func(t *testing.T) *terminal.Terminal {
		t.Helper()
		term := open(t, host(t, demo.Options{}).Path())
		term.Press("enter", "x")
		term.See("Cancel")
		return term
	},
	"dialog with a field": func(t *testing.T) *terminal.Terminal {
		t.Helper()
		term := open(t, host(t, demo.Options{}).Path())
		term.Press("j", "enter")
		seeRow(term, "default", "valid")
		term.Press("x")
		term.See(`Type "default"`)
		return term
	},
	"filter": func(t *testing.T) *terminal.Terminal {
		t.Helper()
		term := open(t, host(t, demo.Options{}).Path())
		term.Type("/gem")
		term.SeeNot("anthropic")
		return term
	},
	"help": func(t *testing.T) *terminal.Terminal {
		t.Helper()
		term := open(t, host(t, demo.Options{}).Path())
		term.Press("?")
		term.See("ctrl+u")
		return term
	},
	"loading": func(t *testing.T) *terminal.Terminal {
		t.Helper()
		came := make(chan struct{})
		term := start(t, wide(from(host(t, demo.Options{Hook: unanswered("list_providers", came)}).Path())...))
		await(t, came, "the request")
		term.See("Asking the host")
		return term
	},
	"host unreachable": func(t *testing.T) *terminal.Terminal {
		t.Helper()
		term := start(t, wide())
		term.See("LLXPRT_CREDENTIAL_SOCKET is not set")
		return term
	},
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

func TestSignalsLeaveTheTerminalWhole(t *testing.T) {
	t.Parallel()
	for state, reach := range states {
		for name, signal := range signals {
			t.Run(state+" "+name, func(t *testing.T) {
				t.Parallel()
				stop(t, reach(t), signal)
			})
		}
		t.Run(state+" ctrl+c", func(t *testing.T) {
			t.Parallel()
			code := 0
			if state == "host unreachable" {
				code = 2
			}
			term := reach(t)
			term.Press("ctrl+c")
			ends(t, term, code)
		})
	}
}

// removing accepts a removal whose request the host holds.
func removing(t *testing.T, held func(came chan<- struct{}) demo.Hook) *terminal.Terminal {
	t.Helper()
	came := make(chan struct{})
	h := host(t, demo.Options{Hook: held(came)})
	term := open(t, h.Path())
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
