package terminal

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestCleanupEndsEverything(t *testing.T) {
	for name, script := range map[string]string{
		"the program":  `trap '' HUP TERM INT; echo "child $$ ready"; while :; do read -r x; done`,
		"its children": `trap '' HUP; sleep 1000 & echo "child $! ready"`,
	} {
		t.Run(name, func(t *testing.T) {
			var term *Terminal
			var child int
			t.Run("run", func(t *testing.T) {
				term = shell(t, Options{}, script)
				term.See("ready")
				if _, err := fmt.Sscanf(row(term, 0), "child %d", &child); err != nil {
					t.Fatal(err)
				}
				if name == "its children" {
					term.Wait()
				}
			})
			if !isClosed(term.Ended()) {
				t.Error("the program has not been waited for")
			}
			awaitDeath(t, child)
		})
	}
}

// awaitDeath waits for a process that init has to bury, so that only asking helps.
func awaitDeath(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(defaultDeadline); unix.Kill(pid, 0) == nil; {
		state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err == nil && strings.Contains(string(state), ") Z ") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("process %d still runs", pid)
		}
	}
}

func TestJobControl(t *testing.T) {
	var child int
	t.Run("run", func(t *testing.T) {
		term := Start(t, Options{Env: []string{"PS1=prompt> "}}, "sh", "-i")
		term.See("prompt>")
		term.Type("sh -c 'echo child $$ runs; exec sleep 1000'\r")
		term.See(" runs\n")
		if _, err := fmt.Sscanf(row(term, 1), "child %d", &child); err != nil {
			t.Fatal(err)
		}
		term.Press("ctrl+z")
		term.SeeFunc("the shell's prompt again", func(screen string) bool {
			return strings.Contains(screen, "Stopped") && strings.HasSuffix(strings.TrimRight(screen, "\n"), "prompt>")
		})
	})
	awaitDeath(t, child)
}

// row is a row of the screen.
func row(term *Terminal, y int) string { return strings.Split(term.Screen(), "\n")[y] }
