package command_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"credscope/store"
	"credscope/store/demo"
	"credscope/tui/terminal"
)

func TestRemovalIsAskedAboutOnATerminal(t *testing.T) {
	t.Parallel()
	for _, q := range []struct {
		name, args, asks, answer string
		code, removals           int
	}{
		{"one stale", "codex ci-runner", "y removes. Remove it? [y/N]", "y\r", 0, 1},
		{"one stale, no", "codex ci-runner", "y removes. Remove it? [y/N]", "n\r", 1, 0},
		{"one stale, nothing", "codex ci-runner", "y removes. Remove it? [y/N]", "\r", 1, 0},
		{"one stale, in full", "codex ci-runner", "y removes. Remove it? [y/N]", "yy\r", 1, 0},
		{"one valid", "claudecode jane.doe@example.com", `Type "jane.doe@example.com" and press Enter:`, "jane.doe@example.com\r", 0, 1},
		{"one valid, y", "claudecode jane.doe@example.com", `Type "jane.doe@example.com" and press Enter:`, "y\r", 1, 0},
		{"one expiring", "codex default", `Type "remove 1" and press Enter:`, "remove 1\r", 0, 1},
		{"several", "--stale", `Type "remove 3" and press Enter:`, "remove 3\r", 0, 3},
		{"several, another number", "--stale", `Type "remove 3" and press Enter:`, "remove 2\r", 1, 0},
		{"several, the input's end", "--stale", `Type "remove 3" and press Enter:`, "\x04", 1, 0},
	} {
		t.Run(q.name, func(t *testing.T) {
			t.Parallel()
			h := host(t, demo.Options{Mark: mark})
			term := start(t, wide(from(h.Path())...), append([]string{"remove"}, strings.Fields(q.args)...)...)
			term.SeeAll(q.asks, "Not revoked at the provider", "No undo", "Log in again on the host: /auth ")
			if n := h.Count("remove_token"); n != 0 {
				t.Errorf("%d removals were sent before the answer", n)
			}
			term.Type(q.answer)
			ends(t, term, q.code)
			if n := h.Count("remove_token"); n != q.removals {
				t.Errorf("%d removals were sent, want %d\n%s", n, q.removals, term.Primary())
			}
			if q.removals == 0 && !strings.Contains(term.Primary(), "Nothing was removed") {
				t.Errorf("it says %q", term.Primary())
			}
			withoutMark(t, "the output", string(term.Raw()))
		})
	}
}

func TestARemovalIsForWhatWasAskedAbout(t *testing.T) {
	t.Parallel()
	h := host(t, demo.Options{})
	term := start(t, wide(from(h.Path())...), "remove", "codex", "ci-runner")
	term.See("[y/N]")
	h.Put(store.Key{Provider: "codex", Bucket: "ci-runner"}, time.Now().Add(time.Hour))
	term.Type("y\r")
	ends(t, term, 1)
	if !strings.Contains(term.Primary(), "has changed since the question, it was stale and is valid now") || h.Count("remove_token") != 0 {
		t.Errorf("%d removals, %q", h.Count("remove_token"), term.Primary())
	}
}

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

// stalled is a host that holds the second removal, and an environment that names it.
func stalled(t *testing.T) (h *demo.Host, held chan struct{}) {
	t.Helper()
	held = make(chan struct{})
	h = host(t, demo.Options{Scenario: "empty"})
	for _, bucket := range []string{"b1", "b2", "b3", "b4"} {
		h.Put(store.Key{Provider: "codex", Bucket: bucket}, time.Now().Add(-900*time.Hour))
	}
	h.SetHook(func(ctx context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op == "remove_token" && call.Key.Bucket == "b2" {
			close(held)
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return answer()
	})
	return h, held
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

func TestVerdictsArriveOneByOne(t *testing.T) {
	t.Parallel()
	h, held := stalled(t)
	c := exec.Command(program, "remove", "--stale", "--yes")
	c.Env = from(h.Path())
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(c) })
	line, err := bufio.NewReader(out).ReadString('\n') // before the second has an answer
	if err != nil || !strings.HasPrefix(line, "codex/b1: removed.") {
		t.Errorf("%q, %v", line, err)
	}
	await(t, held, "the second removal")
}

func TestProgressIsShownAndErased(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{})
	h := host(t, demo.Options{Hook: func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op == "get_token" && call.Key.Provider == "qwen" {
			<-asked
		}
		return answer()
	}})
	term := start(t, wide(from(h.Path())...), "list")
	term.See("looked at 11 of 13 buckets")
	close(asked)
	ends(t, term, 0)
	if got := term.Primary(); strings.Contains(got, "looked at") || !hasRow(got, "qwen", "trial", "odd expiry") {
		t.Errorf("what stays is %q", got)
	}
}

func TestAListHasColoursOnATerminalOnly(t *testing.T) {
	t.Parallel()
	for name, env := range map[string][]string{"": nil, "no colour": {"NO_COLOR=1"}, "dumb": {"TERM=dumb"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, args := range [][]string{{"list"}, {"show", "codex"}, {"doctor"}} {
				term := start(t, terminal.Options{Cols: 200, Rows: 60, Env: env}, append(args, "--demo")...)
				ends(t, term, 0)
				raw := string(term.Raw())
				if (coloured(raw) != "") != (env == nil) || (name == "dumb" && strings.Contains(raw, "\x1b")) {
					t.Errorf("%v: %q", args, raw)
				}
			}
		})
	}
}
