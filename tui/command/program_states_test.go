package command_test

import (
	"context"
	"io"
	"net"
	"testing"

	"credscope/socket"
	"credscope/store/demo"
	"credscope/tui/terminal"
)

// runner starts the program on a terminal.
type runner func(t *testing.T, o terminal.Options, args ...string) *terminal.Terminal

// state is something that the inspector can be showing or doing. reach brings it
// there; status is its exit status when it is left from there.
type state struct {
	reach  func(t *testing.T, run runner) *terminal.Terminal
	status int
}

// shown is a state that keys lead to from the first rows of a host. Each step is
// keys that are typed, and then what is seen.
func shown(args []string, steps ...[2]string) state {
	return state{reach: func(t *testing.T, run runner) *terminal.Terminal {
		t.Helper()
		term := run(t, wide(from(host(t, demo.Options{}).Path())...), args...)
		seeRow(term, "default", "stale")
		for _, step := range steps {
			term.Type(step[0])
			term.See(step[1])
		}
		return term
	}}
}

// told is a state that the surroundings lead to, and what is seen in it.
func told(status int, sees string, surroundings func(t *testing.T) (path string, args []string)) state {
	return state{status: status, reach: func(t *testing.T, run runner) *terminal.Terminal {
		t.Helper()
		path, args := surroundings(t)
		term := run(t, wide(from(path)...), args...)
		term.See(sees)
		return term
	}}
}

// forever never answers.
func forever(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// asking is a host that does not answer to one operation.
func asking(t *testing.T, op string) string {
	t.Helper()
	return host(t, demo.Options{Hook: func(ctx context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op == op {
			return nil, forever(ctx)
		}
		return answer()
	}}).Path()
}

func noArgs(path string) (string, []string) { return path, nil }

// states are where a signal, a key or a panic may find the inspector.
var states = map[string]state{
	"main screen":         shown(nil),
	"buckets":             shown(nil, [2]string{"\r", "Buckets of anthropic"}),
	"details":             shown(nil, [2]string{"\r", "Buckets of anthropic"}, [2]string{"3", "▸ Detail"}),
	"filter":              shown(nil, [2]string{"/gem", "/gem"}),
	"look-up":             shown(nil, [2]string{"+code", "code"}),
	"dialog":              shown(nil, [2]string{"\rx", "Cancel"}),
	"dialog with a field": shown(nil, [2]string{"j\r", "Buckets of claudecode"}, [2]string{"x", `Type "`}),
	"help":                shown(nil, [2]string{"?", "ctrl+u"}),
	"history":             shown(nil, [2]string{"!", "Sent to the host"}),
	"triage":              shown(nil, [2]string{"S", "Stale and unreadable: 4 of 4"}),
	"triage's dialog": {reach: func(t *testing.T, run runner) *terminal.Terminal {
		t.Helper()
		term := run(t, wide(from(host(t, demo.Options{}).Path())...))
		seeRow(term, "default", "stale")
		term.Type("S")
		term.See("4 of 4 chosen")
		term.SeeNot("looked at") // while the host is asked there is no dialog
		term.Type("x")
		term.See(`Type "remove 4"`)
		return term
	}},
	"triage's help": shown(nil, [2]string{"S", "Stale and unreadable: 4 of 4"}, [2]string{"?", "ctrl+u"}),
	"range":         shown(nil, [2]string{"\rv", "marked"}),
	"privacy":       shown(nil, [2]string{"p", "Names are shortened"}),
	"locked":        shown(nil, [2]string{"L", "Read-only"}),
	"read-only":     shown([]string{"--read-only"}, [2]string{"\rx", "--read-only"}),
	"without mouse": shown([]string{"--no-mouse", "--theme=none"}),
	"too small": {reach: func(t *testing.T, run runner) *terminal.Terminal {
		t.Helper()
		term := run(t, wide(from(host(t, demo.Options{}).Path())...))
		seeRow(term, "default", "stale")
		term.Resize(18, 4)
		term.See("18x4 is too small")
		return term
	}},
	"keyboard protocol": {reach: func(t *testing.T, run runner) *terminal.Terminal {
		t.Helper()
		o := wide(from(host(t, demo.Options{}).Path())...)
		o.Kitty, o.Background = true, "#102030"
		term := run(t, o)
		seeRow(term, "default", "stale")
		return term
	}},
	"triage asking": {reach: func(t *testing.T, run runner) *terminal.Terminal {
		t.Helper()
		term := run(t, wide(from(asking(t, "get_token"))...), "--no-check")
		term.SeeAll("qwen", "gemini", "work@example.com")
		term.Type("S")
		term.See("Asking the host about")
		return term
	}},
	"connecting": told(2, "Asking the host", func(t *testing.T) (string, []string) {
		t.Helper()
		return noArgs(listen(t, func(client net.Conn) { _, _ = io.Copy(io.Discard, client) }))
	}),
	"loading": told(0, "Asking the host", func(t *testing.T) (string, []string) {
		t.Helper()
		return noArgs(asking(t, "list_providers"))
	}),
	"looking": told(0, "work@example.com", func(t *testing.T) (string, []string) {
		t.Helper()
		return noArgs(asking(t, "get_token"))
	}),
	"empty": told(0, "listed nothing", func(t *testing.T) (string, []string) {
		t.Helper()
		return noArgs(host(t, demo.Options{Scenario: "empty"}).Path())
	}),
	"refused": told(2, "answers only LLxprt's own process", func(t *testing.T) (string, []string) {
		t.Helper()
		return noArgs(host(t, demo.Options{Scenario: "refused"}).Path())
	}),
	"host unreachable": told(2, "LLXPRT_CREDENTIAL_SOCKET is not set", func(*testing.T) (string, []string) { return noArgs("") }),
	"connection lost": told(0, "connection lost", func(t *testing.T) (string, []string) {
		t.Helper()
		return noArgs(host(t, demo.Options{Hook: func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
			if call.Op == "get_token" {
				return nil, socket.ErrHangUp
			}
			return answer()
		}}).Path())
	}),
	"removal running": {status: 3, reach: func(t *testing.T, run runner) *terminal.Terminal {
		t.Helper()
		return removingBy(t, run, func(came chan<- struct{}) demo.Hook { return unanswered("remove_token", came) })
	}},
	"bulk removal running": {status: 3, reach: func(t *testing.T, run runner) *terminal.Terminal {
		t.Helper()
		held := make(chan struct{})
		_, term := bulkBy(t, run, func(ctx context.Context) error {
			close(held)
			return forever(ctx)
		})
		await(t, held, "the third removal")
		return term
	}},
	"ledger": {reach: func(t *testing.T, run runner) *terminal.Terminal {
		t.Helper()
		_, term := bulkBy(t, run, func(context.Context) error { return nil })
		term.See("6 of 6 done")
		return term
	}},
}
