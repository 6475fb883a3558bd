package command_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"credscope/socket/leaktest"
	"credscope/store/demo"
)

// followed are the ways in which a program that is blocked ends after a SIGINT:
// at once by a second one, or by itself two seconds later. The second is the same
// one, since different signals that come together may arrive in any order.
var followed = map[string]func(send func(syscall.Signal)){
	"a second signal": func(send func(syscall.Signal)) { send(syscall.SIGINT) },
	"two seconds":     func(func(syscall.Signal)) {},
}

func TestSignalsEndAProgramThatWaitsForItsCapability(t *testing.T) {
	t.Parallel()
	for how, follow := range followed {
		for _, args := range [][]string{{"--capability-fd", "3"}, {"list", "--capability-fd", "3"}} {
			t.Run(strings.Join(append([]string{how}, args...), " "), func(t *testing.T) {
				t.Parallel()
				read, write, err := os.Pipe()
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _, _ = read.Close(), write.Close() })
				o := wide(from(host(t, demo.Options{}).Path())...)
				o.ExtraFiles = []*os.File{read}
				term := start(t, o, args...)
				term.See("waiting for the end of file descriptor 3")
				term.Signal(syscall.SIGINT)
				follow(func(s syscall.Signal) { term.Signal(s) })
				ends(t, term, 128+2)
				if strings.Contains(string(term.Raw()), "\x1b") {
					t.Errorf("a screen was opened or left: %q", term.Raw())
				}
			})
		}
	}
}

// fullPipe is the end of a pipe that takes no byte more, and that nobody reads.
func fullPipe(t *testing.T) *os.File {
	t.Helper()
	var fds [2]int
	if err := unix.Pipe(fds[:]); err != nil {
		t.Fatal(err)
	}
	if err := unix.SetNonblock(fds[1], true); err != nil {
		t.Fatal(err)
	}
	for _, piece := range []int{4096, 1} {
		for err := error(nil); err == nil; {
			_, err = unix.Write(fds[1], make([]byte, piece))
		}
	}
	if err := unix.SetNonblock(fds[1], false); err != nil {
		t.Fatal(err)
	}
	read, write := os.NewFile(uintptr(fds[0]), "read"), os.NewFile(uintptr(fds[1]), "write")
	t.Cleanup(func() { _, _ = read.Close(), write.Close() })
	return write
}

// blocked runs the program with a full pipe as its output.
func blocked(t *testing.T, env []string, args ...string) (c *exec.Cmd, errs *strings.Builder) {
	t.Helper()
	leaktest.Name(t)
	ofThisSource(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	c, errs = exec.CommandContext(ctx, program, args...), &strings.Builder{}
	c.Env = append([]string{"LANG=C.UTF-8", "TMPDIR=" + os.TempDir()}, env...)
	c.Stdout, c.Stderr = fullPipe(t), errs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c, errs
}

func TestSignalsEndAProgramWhoseOutputIsFull(t *testing.T) {
	t.Parallel()
	for how, follow := range followed {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			asked := make(chan struct{})
			h := host(t, demo.Options{Hook: func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
				if call.Op == "list_providers" {
					close(asked)
				}
				return answer()
			}})
			c, errs := blocked(t, from(h.Path()), "doctor")
			await(t, asked, "the first request")
			_ = c.Process.Signal(syscall.SIGINT)
			follow(func(s syscall.Signal) { _ = c.Process.Signal(s) })
			_ = c.Wait()
			if code := c.ProcessState.ExitCode(); code != 128+2 || strings.Contains(errs.String(), "\x1b") {
				t.Errorf("exit code %d, %q", code, errs.String())
			}
		})
	}
}

func TestAForcedEndLeavesTheLedger(t *testing.T) {
	t.Parallel()
	for how, follow := range followed {
		for _, more := range [][]string{nil, {"--json"}} {
			t.Run(how+strings.Join(more, ""), func(t *testing.T) {
				t.Parallel()
				asked := make(chan struct{})
				h := host(t, demo.Options{Hook: unansweredEver("remove_token", asked)})
				c, errs := blocked(t, from(h.Path()), append([]string{"remove", "--stale", "--yes"}, more...)...)
				await(t, asked, "the first removal")
				_ = c.Process.Signal(syscall.SIGINT)
				follow(func(s syscall.Signal) { _ = c.Process.Signal(s) })
				_ = c.Wait()
				if code := c.ProcessState.ExitCode(); code != 128+2 {
					t.Errorf("exit code %d", code)
				}
				if said := errs.String(); strings.Count(said, ": unknown whether") != 1 || strings.Count(said, ": not started.") != 2 {
					t.Errorf("what was done is not told: %q", said)
				}
			})
		}
	}
}
