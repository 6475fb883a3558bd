package command_test

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"credscope/store/demo"
)

func TestASignalAtTheQuestionRemovesNothing(t *testing.T) {
	t.Parallel()
	h := host(t, demo.Options{})
	term := start(t, wide(from(h.Path())...), "remove", "--stale")
	term.See("press Enter")
	term.Press("ctrl+c")
	ends(t, term, 128+2)
	if h.Count("remove_token") != 0 {
		t.Error("something was removed")
	}
}

func TestASignalDuringABulkRemovalLeavesItsLedger(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		for _, more := range [][]string{nil, {"--json"}} {
			t.Run(signal.String()+strings.Join(more, ""), func(t *testing.T) {
				t.Parallel()
				h, held := stalled(t)
				c := exec.Command(program, append([]string{"remove", "--stale", "--yes"}, more...)...)
				c.Env = from(h.Path())
				var out, errs strings.Builder
				c.Stdout, c.Stderr = &out, &errs
				if err := c.Start(); err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { kill(c) })
				await(t, held, "the second removal")
				_ = c.Process.Signal(signal)
				_ = c.Wait()
				if code := c.ProcessState.ExitCode(); code != 128+int(signal) {
					t.Errorf("exit code %d", code)
				}
				for word, n := range map[string]int{": removed.": 1, ": unknown whether": 1, ": not started.": 2} {
					if got := strings.Count(out.String(), word); got != n {
						t.Errorf("%d are %q, want %d:\n%s", got, word, n, out.String())
					}
				}
				oneSentence(t, errs.String(), "Stopped")
				if n := h.Count("remove_token"); n != 2 {
					t.Errorf("%d removals were sent", n)
				}
			})
		}
	}
}

func TestAClosedPipeEndsQuietly(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"list"},
		{"list", "--json"},
		{"show", "codex"},
		{"doctor"},
		{"remove", "--stale", "--dry-run"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			h := host(t, demo.Options{})
			code, stderr := withClosedOutput(t, h, args...)
			if code != 128+int(syscall.SIGPIPE) || stderr != "" {
				t.Errorf("exit code %d, stderr %q", code, stderr)
			}
		})
	}
}

func TestARemovalWithAClosedPipeStops(t *testing.T) {
	t.Parallel()
	h := host(t, demo.Options{})
	code, stderr := withClosedOutput(t, h, "remove", "--stale", "--yes")
	if code != 128+int(syscall.SIGPIPE) || h.Count("remove_token") != 1 {
		t.Errorf("exit code %d, %d removals", code, h.Count("remove_token"))
	}
	if strings.Count(stderr, ": removed.") != 1 || strings.Count(stderr, ": not started.") != 2 {
		t.Errorf("what was done is not told: %q", stderr)
	}
}

// withClosedOutput runs the program with an output that nobody reads.
func withClosedOutput(t *testing.T, h *demo.Host, args ...string) (code int, stderr string) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	_ = read.Close()
	c := exec.Command(program, args...)
	c.Env = append(from(h.Path()), "LANG=C.UTF-8")
	var errs strings.Builder
	c.Stdout, c.Stderr = write, &errs
	err = c.Start()
	_ = write.Close()
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	return c.ProcessState.ExitCode(), errs.String()
}

func TestSignalEndsAListThatGetsNoAnswer(t *testing.T) {
	t.Parallel()
	came := make(chan struct{})
	h := host(t, demo.Options{Hook: unanswered("list_providers", came)})
	term := start(t, wide(from(h.Path())...), "list")
	await(t, came, "the request")
	stop(t, term, syscall.SIGTERM)
}
