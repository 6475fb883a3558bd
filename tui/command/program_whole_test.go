package command_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

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
		for name, s := range states {
			for word, signal := range signals {
				t.Run(name+" "+word, func(t *testing.T) {
					t.Parallel()
					stop(t, s.reach(t, start), signal)
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
	t.Logf("%d ends in %d states left the terminal whole", ended.n.Load(), len(states))
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
		for name, s := range states {
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
	t.Logf("%d stops in %d states left the terminal to the shell", stops.n.Load(), len(states))
}
