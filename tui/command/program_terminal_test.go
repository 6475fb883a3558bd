package command_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"credscope/socket"
	"credscope/socket/sample"
	"credscope/store/demo"
	"credscope/tui/terminal"
)

// survivors counts what has not failed.
type survivors struct{ n atomic.Int64 }

func (s *survivors) count(t *testing.T) {
	t.Helper()
	if !t.Failed() {
		s.n.Add(1)
	}
}

// TestTheTerminalIsWhole ends the inspector in every state in every way.
func TestTheTerminalIsWhole(t *testing.T) {
	t.Parallel()
	var ended survivors
	t.Run("ways", func(t *testing.T) {
		for i, name := range sample.Keys(states, 8) {
			s := states[name]
			words := slices.Sorted(maps.Keys(signals))
			for _, word := range sample.Of(slices.Concat(words[i%len(words):], words[:i%len(words)]), 1) {
				t.Run(name+" "+word, func(t *testing.T) {
					t.Parallel()
					stop(t, s.reach(t, start), signals[word])
					ended.count(t)
				})
			}
			t.Run(name+" ctrl+c", func(t *testing.T) {
				t.Parallel()
				term := s.reach(t, start)
				term.Press("ctrl+c")
				ends(t, term, s.status)
				ended.count(t)
			})
		}
	})
	t.Logf("%d ends left the terminal whole", ended.n.Load())
}

// underAShell runs the program in the foreground of a shell.
func underAShell(t *testing.T, o terminal.Options, args ...string) *terminal.Terminal {
	t.Helper()
	o.Env = append(o.Env, "PS1=shell> ")
	term := terminal.Start(t, o, "sh", "-i")
	term.See("shell>")
	line := "sh -c 'echo pid=$$; exec " + program
	for _, arg := range args {
		line += " " + arg
	}
	term.Type(line + "'\n")
	return term
}

var pidOfProgram = regexp.MustCompile(`(?m)^pid=(\d+)`)

// lasting are the modes that stay as they are from one frame to the next. The
// framework asks for the width of emoji only at its start.
func lasting(term *terminal.Terminal) terminal.Modes {
	modes := term.Modes()
	modes.CursorVisible, modes.CursorStyle, modes.Synchronized, modes.UnicodeCore = false, 0, false, false
	return modes
}

// TestTheTerminalIsTheShellsWhileStopped stops the inspector in every state, by
// key and by a signal from outside, and lets it go on.
func TestTheTerminalIsTheShellsWhileStopped(t *testing.T) {
	t.Parallel()
	var stops survivors
	t.Run("states", func(t *testing.T) {
		for _, name := range sample.Keys(states, 6) {
			s := states[name]
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				term := s.reach(t, underAShell)
				found := pidOfProgram.FindStringSubmatch(term.Primary())
				if found == nil {
					t.Fatalf("no pid:\n%s", term.Primary())
				}
				pid, _ := strconv.Atoi(found[1])
				inside := lasting(term)
				for i, suspend := range []func(){
					func() { term.Press("ctrl+z") },
					func() { _ = syscall.Kill(pid, syscall.SIGTSTP) },
				} {
					suspend()
					term.SeeFunc("the shell's words", func(string) bool { return strings.Count(string(term.Raw()), "Stopped") > i })
					whole(t, term)
					term.Type(fmt.Sprintf("echo again %d; fg\n", i))
					term.SeeFunc("the program's screen", func(string) bool { return lasting(term) == inside })
					stops.count(t)
				}
				_ = syscall.Kill(pid, syscall.SIGTERM)
				term.SeeFunc("the shell's screen", func(string) bool { return !term.Modes().AltScreen })
				term.Type("echo status $?; exit\n")
				term.See("status 143")
				term.Wait()
				whole(t, term)
			})
		}
	})
	t.Logf("%d stops left the terminal to the shell", stops.n.Load())
}

// runner starts the program on a terminal.
type runner func(t *testing.T, o terminal.Options, args ...string) *terminal.Terminal

// state is something that the inspector can be showing or doing. reach brings it
// there; status is its exit status when it is left from there.
type state struct {
	reach  func(t *testing.T, run runner) *terminal.Terminal
	status int
}

// shown is a state that keys lead to from the checked rows of a host, with the cursor
// on a stale one. Each step is keys that are typed, and then what is seen.
func shown(args []string, steps ...[2]string) state {
	return state{reach: func(t *testing.T, run runner) *terminal.Terminal {
		t.Helper()
		term := run(t, wide(from(host(t, demo.Options{}).Path())...), args...)
		seeStale(term)
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
	"providers":           shown(nil, [2]string{"1j", "▸ Providers"}),
	"buckets":             shown(nil, [2]string{"1j\r", "▸ Buckets of anthropic"}),
	"detail":              shown(nil, [2]string{"\r", "▸ anthropic/default"}),
	"filter":              shown(nil, [2]string{"/gem", "/ gem"}),
	"look-up":             shown(nil, [2]string{"+code", "] code"}),
	"dialog":              shown(nil, [2]string{"x", "Cancel"}),
	"dialog with a field": shown(nil, [2]string{"G", "─ claudecode/default"}, [2]string{"x", `Type "`}),
	"help":                shown(nil, [2]string{"?", "ctrl+u"}),
	"history":             shown(nil, [2]string{"!", "Sent to the host"}),
	"stale ones":          shown(nil, [2]string{"S", "Worth removing 4"}),
	"dialog of several":   shown(nil, [2]string{"S", "Worth removing 4"}, [2]string{"x", `Type "remove 3"`}),
	"help of stale ones":  shown(nil, [2]string{"S", "Worth removing 4"}, [2]string{"?", "ctrl+u"}),
	"range":               shown(nil, [2]string{"v", "1 marked"}),
	"privacy":             shown(nil, [2]string{"p", "Names hidden"}),
	"locked":              shown(nil, [2]string{"L", "Read-only"}),
	"read-only":           shown([]string{"--read-only"}, [2]string{"x", "--read-only"}),
	"without mouse":       shown([]string{"--no-mouse", "--theme=none"}),
	"too small": {reach: func(t *testing.T, run runner) *terminal.Terminal {
		t.Helper()
		term := run(t, wide(from(host(t, demo.Options{}).Path())...))
		seeStale(term)
		term.Resize(18, 4)
		term.See("18x4 is too small")
		return term
	}},
	"keyboard protocol": {reach: func(t *testing.T, run runner) *terminal.Terminal {
		t.Helper()
		o := wide(from(host(t, demo.Options{}).Path())...)
		o.Kitty, o.Background = true, "#102030"
		term := run(t, o)
		seeStale(term)
		return term
	}},
	"stale ones, checking": {reach: func(t *testing.T, run runner) *terminal.Terminal {
		t.Helper()
		term := run(t, wide(from(asking(t, "get_token"))...), "--no-check")
		term.SeeAll("qwen", "gemini", "work@example.com")
		term.Type("S")
		term.See("checking 12")
		return term
	}},
	"connecting": told(2, "Waiting for the host's list", func(t *testing.T) (string, []string) {
		t.Helper()
		return noArgs(listen(t, func(client net.Conn) { _, _ = io.Copy(io.Discard, client) }))
	}),
	"loading": told(0, "Waiting for the host's list", func(t *testing.T) (string, []string) {
		t.Helper()
		return noArgs(asking(t, "list_providers"))
	}),
	"checking": told(0, "checking 12", func(t *testing.T) (string, []string) {
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
