package command_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"credscope/tui/terminal"
)

// panics are places where a variant of the program panics once a file exists
// that the variable of the same name names.
var panics = map[string]change{
	"UPDATE":  at("tui/update.go", "	waiting := m.busy > 0\n", "UPDATE"),
	"VIEW":    at("tui/view.go", "	lines := m.frame()\n", "VIEW"),
	"COMMAND": at("tui/load.go", "		names, err := l.store.ListProviders(l.ctx)\n", "COMMAND"),
	"WORKER":  at("tui/load.go", "		names, err := l.store.ListBuckets(l.ctx, asks[i].provider)\n", "WORKER"),
	"LEAVING": at("tui/tui.go", "		program.Send(leaveMsg{})\n", "LEAVING"),
	"SIGNAL":  at("main.go", "		got <- s\n", "SIGNAL"),
	"CONNECT": at("socket/connect.go", "	l, err := c.shakeHands()\n", "CONNECT"),
	"LINK":    at("socket/connect.go", "		l.start()\n", "LINK"),
	"READ":    at("socket/read.go", "		if err := l.deliver(frame); err != nil {\n", "READ"),
	"CLOSE":   at("socket/after.go", "	})\n", "CLOSE"),
	"SERVE":   at("socket/session.go", "	frames, err := s.burst()\n", "SERVE"),
	"ANSWER":  at("socket/dispatch.go", "	body, err := s.handle(ctx, call)\n", "ANSWER"),
}

func at(file, line, variable string) change {
	return change{file, line, `	if name := forced.Getenv("` + variable + `"); name != "" {
		if _, err := forced.Stat(name); err == nil {
			panic("canary")
		}
	}
` + line}
}

// panicking builds the variant.
func panicking(t *testing.T) string {
	t.Helper()
	var changes []change
	imported := map[string]bool{}
	for _, c := range panics {
		if !imported[c.file] {
			changes = append(changes, change{c.file, "import (\n", "import (\n\tforced \"os\"\n"})
			imported[c.file] = true
		}
		changes = append(changes, c)
	}
	return variant(t, changes...)
}

func TestAPanicLeavesTheTerminalWhole(t *testing.T) {
	t.Parallel()
	path := panicking(t)
	t.Run("on the screen's way", func(t *testing.T) { panicsEnd(t, path) })
	t.Run("beside the screen", func(t *testing.T) { panicsAreReported(t, path) })
}

// panicsEnd: what draws, or is to end the program, ends it.
func panicsEnd(t *testing.T, path string) {
	t.Helper()
	ask := func(term *terminal.Terminal) { term.Press("R") }
	terminate := func(term *terminal.Terminal) { term.Signal(syscall.SIGTERM) }
	for variable, meet := range map[string]func(term *terminal.Terminal){
		"UPDATE": func(term *terminal.Terminal) { term.Press("j") }, "VIEW": func(term *terminal.Terminal) { term.Press("j") },
		"COMMAND": ask, "WORKER": ask, "LEAVING": terminate, "SIGNAL": terminate,
	} {
		for _, name := range []string{"main screen", "buckets", "triage", "connection lost", "dialog"} {
			if (variable == "COMMAND" || variable == "WORKER") && name != "main screen" && name != "buckets" {
				continue // nothing is asked there
			}
			t.Run(variable+" "+name, func(t *testing.T) {
				t.Parallel()
				file := filepath.Join(t.TempDir(), "now")
				term := states[name].reach(t, func(t *testing.T, o terminal.Options, args ...string) *terminal.Terminal {
					t.Helper()
					o.Env = append(o.Env, variable+"="+file)
					return terminal.Start(t, o, path, args...)
				})
				if err := os.WriteFile(file, nil, 0o600); err != nil {
					t.Fatal(err)
				}
				meet(term)
				if code := term.Wait(); code == 0 {
					t.Error("exit code 0")
				}
				whole(t, term)
			})
		}
	}
}

// panicsAreReported: what talks to the host has goroutines of its own. The
// screen says what became of the request, and can be left.
func panicsAreReported(t *testing.T, path string) {
	t.Helper()
	for variable, s := range map[string]struct {
		sees string
		code int
	}{
		"CONNECT": {"could not be handled", 2}, "LINK": {"could not be handled", 0}, "READ": {"could not be handled", 0},
		"CLOSE": {"Providers 5", 0}, "SERVE": {"closed the connection during the handshake", 2}, "ANSWER": {"connection lost", 0},
	} {
		t.Run(variable, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "now")
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			term := terminal.Start(t, wide(variable+"="+file), path, "--demo")
			term.See(s.sees)
			term.Press("q")
			ends(t, term, s.code)
		})
	}
}
