package command_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"credscope/socket/leaktest"
	"credscope/store"
	"credscope/store/demo"
	"credscope/tui/terminal"
)

// patience is how long a test waits for what must happen.
const patience = 10 * time.Second

// program is the built program.
var program string

// TestMain builds the program once.
func TestMain(m *testing.M) { os.Exit(buildAndRun(m)) }

func buildAndRun(m *testing.M) (code int) {
	dir, err := os.MkdirTemp("", "credscope-program-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program = filepath.Join(dir, "credscope")
	if out, err := build(program); err != nil {
		fmt.Fprintf(os.Stderr, "%s%v\n", out, err)
		return 1
	}
	// The tests wait more than they compute. What the command line says counts.
	if err := flag.Set("test.parallel", "8"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return leaktest.Main(m)
}

// build builds the program. Without cgo it is linked faster, and as the README says.
func build(path string, flags ...string) (output []byte, err error) {
	c := exec.Command("go", slices.Concat([]string{"build", "-ldflags=-w", "-o", path}, flags, []string{"credscope"})...)
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	return c.CombinedOutput()
}

// readSources reads the directories of the program's source during a test: the
// go command repeats a result for as long as what the tests have read stays the
// same, and does not see what the program is built from.
var readSources = sync.OnceValue(func() error {
	root := filepath.Join("..", "..")
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && path != root && strings.HasPrefix(entry.Name(), ".") {
			return filepath.SkipDir
		}
		return err
	})
})

// ofThisSource makes the test's result one of the source as it is.
func ofThisSource(t *testing.T) {
	t.Helper()
	if err := readSources(); err != nil {
		t.Fatal(err)
	}
}

// from is the environment of a sandbox whose host listens at path.
func from(path string) []string { return []string{store.SocketVariable + "=" + path} }

// wide is a terminal on which no sentence of ours has to be broken.
func wide(env ...string) terminal.Options {
	return terminal.Options{Cols: 200, Rows: 40, Env: env}
}

// start runs the program on a terminal.
func start(t *testing.T, o terminal.Options, args ...string) *terminal.Terminal {
	t.Helper()
	leaktest.Name(t)
	ofThisSource(t)
	return terminal.Start(t, o, program, args...)
}

// open runs the inspector of a host, waits until every bucket was checked and moves
// the cursor to anthropic/default, which is stale.
func open(t *testing.T, path string, args ...string) *terminal.Terminal {
	t.Helper()
	term := start(t, wide(from(path)...), args...)
	seeStale(term)
	return term
}

// seeStale waits until every bucket of the demo was checked and moves the cursor to
// anthropic/default.
func seeStale(term *terminal.Terminal) {
	seeChecked(term)
	term.Press("j")
	term.SeeFunc("the detail of anthropic/default", aboutStale.MatchString)
}

// seeChecked waits until every bucket was checked, which sorts the worst first.
func seeChecked(term *terminal.Terminal) {
	term.SeeFunc("the worst buckets first", worstFirst.MatchString)
}

// Titles, also in ASCII.
var (
	worstFirst = regexp.MustCompile(`[^:] worst first [─━=-]`)
	aboutStale = regexp.MustCompile(`[─=-] anthropic/default [─=-]`)
)

// host runs a host with made-up credentials until the test's end.
func host(t *testing.T, o demo.Options) *demo.Host {
	t.Helper()
	leaktest.Name(t)
	h, err := demo.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h
}

// piped runs the program without a terminal.
func piped(t *testing.T, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	return pipedWith(t, nil, env, args...)
}

func pipedWith(t *testing.T, extra []*os.File, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	ofThisSource(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var out, errs bytes.Buffer
	c := exec.CommandContext(ctx, program, args...)
	c.Stdout, c.Stderr, c.ExtraFiles = &out, &errs, extra
	c.Env = append([]string{"TERM=xterm-256color", "LANG=C.UTF-8", "TMPDIR=" + os.TempDir()}, env...)
	err := c.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() < 0) {
		t.Fatalf("%v: %v\n%s", args, err, errs.Bytes())
	}
	return out.String(), errs.String(), c.ProcessState.ExitCode()
}

// ends waits for the program's end and makes sure that the terminal is whole.
func ends(t *testing.T, term *terminal.Terminal, code int) {
	t.Helper()
	if got := term.Wait(); got != code {
		t.Errorf("exit code %d, want %d\n%s", got, code, term.Primary())
	}
	whole(t, term)
	noTrace(t, string(term.Raw()))
}

// whole makes sure that the terminal is as it was before the program.
func whole(t *testing.T, term *terminal.Terminal) {
	t.Helper()
	want := terminal.Default
	want.CursorStyle = term.Modes().CursorStyle // the framework's own default is the blinking block
	if got := term.Modes(); got != want || got.CursorStyle > 1 {
		t.Errorf("modes left behind: %+v", got)
	}
	if term.Termios() != term.TermiosBefore() {
		t.Errorf("settings left behind: %+v, want %+v", term.Termios(), term.TermiosBefore())
	}
	if len(term.Unknown()) > 0 {
		t.Errorf("sequences that no terminal understands: %q", term.Unknown())
	}
}

// noTrace makes sure that no stack was dumped.
func noTrace(t *testing.T, output string) {
	t.Helper()
	for _, trace := range []string{"goroutine ", "panic:", "fatal error:", "runtime."} {
		if strings.Contains(output, trace) {
			t.Errorf("the output holds %q:\n%s", trace, output[:min(len(output), 4000)])
		}
	}
}

// leave quits at the top.
func leave(t *testing.T, term *terminal.Terminal, code int) {
	t.Helper()
	term.Press("q")
	ends(t, term, code)
}

// stop ends the program by a signal.
func stop(t *testing.T, term *terminal.Terminal, signal syscall.Signal) {
	t.Helper()
	term.Signal(signal)
	ends(t, term, 128+int(signal))
}

// question opens the dialog about the removal of the bucket under the cursor.
func question(term *terminal.Terminal) { asked(term, "x") }

// asked opens a dialog about the bucket under the cursor and waits until it takes keys:
// it ignores them for the first 300 ms, and a second passes on the screen.
func asked(term *terminal.Terminal, key string) {
	term.Press(key)
	term.See("Cancel")
	shown := ""
	for range 3 {
		term.SeeFunc("the time of a bucket going on", func(screen string) bool {
			now := moving.FindString(screen)
			if now == "" || now == shown {
				return false
			}
			shown = now
			return true
		})
	}
}

// moving is a time that is another every second.
var moving = regexp.MustCompile(`\d+m \d+s`)

// removeStale removes the stale bucket under the cursor.
func removeStale(term *terminal.Terminal) {
	question(term)
	term.Press("y")
}

// seeRow waits for a row that holds all words.
func seeRow(term *terminal.Terminal, words ...string) {
	term.SeeFunc(fmt.Sprintf("a row with %q", words), func(screen string) bool { return hasRow(screen, words...) })
}

// hasRow tells whether one row of the screen holds all words.
func hasRow(screen string, words ...string) bool {
	for row := range strings.Lines(screen) {
		missing := false
		for _, word := range words {
			missing = missing || !strings.Contains(row, word)
		}
		if !missing {
			return true
		}
	}
	return false
}

// await waits for an event outside the terminal.
func await(t *testing.T, event <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-event:
	case <-time.After(patience):
		t.Fatalf("waited in vain for %s", what)
	}
}

// executable writes a program to a path by another process. A file that this process
// has open to write can be inherited by what a parallel test starts at that moment,
// and the system runs no file that anybody has open to write.
func executable(t *testing.T, path string, content io.Reader) {
	t.Helper()
	c := exec.Command("sh", "-c", `cat >"$0" && chmod 755 "$0"`, path)
	c.Stdin = content
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}
