package command_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"credscope/store"
	"credscope/tui/terminal"
)

// bare builds the program so that its memory can be read, and so that it waits
// at its end for a signal.
func bare(t *testing.T, leak ...change) (path string) {
	t.Helper()
	return variant(t, append(leak,
		change{"store/harden_linux.go", "unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)", "error(nil)"},
		change{"main.go", "import (\n", "import (\n	\"os/signal\"\n	\"syscall\"\n"},
		change{"main.go", "	os.Exit(a.Guard(func() int { return a.run(os.Args[1:]) }))", "	status := a.Guard(func() int { return a.run(os.Args[1:]) })\n	goOn := make(chan os.Signal, 1)\n	signal.Notify(goOn, syscall.SIGUSR1)\n	fmt.Println(\"" + held + "\")\n	<-goOn\n	os.Exit(status)"},
	)...)
}

// held is what a bare program says when it waits at its end.
const held = "held at its end"

// examination is one program, what it is given and what it leaked.
type examination struct {
	program string
	env     []string // beside the usual

	mu     sync.Mutex // guards the fields below
	leaks  []string
	tokens int // that were given
	runs   int
	bytes  int // of memory that were searched
}

func (e *examination) search(where string, s scanner, data []byte) { e.found(where, s.hits(data)) }

func (e *examination) found(where string, hits map[string]int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for name, n := range hits {
		e.leaks = append(e.leaks, fmt.Sprintf("%s: %s, %d times", where, name, n))
	}
}

// place is where one run of the program may leave files.
type place struct{ root, log string }

func newPlace(t *testing.T) place {
	t.Helper()
	root := t.TempDir()
	for _, name := range []string{"home", "tmp", "work"} {
		if err := os.Mkdir(filepath.Join(root, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return place{root, filepath.Join(root, "log")}
}

func (p place) environment(g *giver) []string {
	return []string{
		store.SocketVariable + "=" + g.path, store.CapabilityVariable + "=3",
		"HOME=" + filepath.Join(p.root, "home"), "TMPDIR=" + filepath.Join(p.root, "tmp"),
		"GOTRACEBACK=crash", "TEA_DEBUG=true", "TEA_TRACE=" + filepath.Join(p.root, "work", "trace"),
	}
}

// files searches all that a run has left, which is its log and nothing else.
func (e *examination) files(t *testing.T, where string, p place, g *giver) {
	t.Helper()
	err := filepath.WalkDir(p.root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		e.search(where+", file "+entry.Name(), g.closely(), content)
		if path != p.log {
			e.found(where, map[string]int{"file " + entry.Name(): 1})
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func (g *giver) closely() scanner { return closely(g.marks.word, g.marks.number, g.marks.capability) }
func (g *giver) tokens() scanner  { return searching(g.marks.word, g.marks.number) }
func (g *giver) all() scanner {
	return searching(g.marks.word, g.marks.number, g.marks.capability)
}

// process searches what others can read of a live process.
func (e *examination) process(t *testing.T, where string, pid int, g *giver, memory scanner) {
	t.Helper()
	for name, content := range ofProcess(t, pid) {
		e.search(where+", "+name, g.closely(), content)
	}
	hits, size := inMemory(t, pid, memory)
	e.found(where+", memory", hits)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.bytes += size
}

// ended counts a run that is over.
func (e *examination) ended(g *giver) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.tokens += g.count()
	e.runs++
}

// screen runs the inspector through steps, searches it at its end, lets it go
// and searches all that it has written.
func (e *examination) screen(t *testing.T, where string, g *giver, args []string, steps func(term *terminal.Terminal)) {
	t.Helper()
	p := newPlace(t)
	o := wide(append(p.environment(g), e.env...)...)
	o.Deadline = time.Minute
	o.Dir, o.ExtraFiles = filepath.Join(p.root, "work"), given(t, g.marks.capability+"\n")
	term := terminal.Start(t, o, e.program, append(args, "--log", p.log)...)
	steps(term)
	term.See(held)
	e.process(t, where+", at the end", term.PID(), g, g.all())
	term.Signal(syscall.SIGUSR1)
	term.Wait()
	e.search(where+", output", g.closely(), term.Raw())
	e.search(where+", title and clipboard", g.closely(), []byte(term.Title()+strings.Join(term.Clipboard(), "\n")))
	e.files(t, where, p, g)
	e.ended(g)
}

// piped runs a command without a terminal and searches it at its end.
func (e *examination) piped(t *testing.T, where string, g *giver, args ...string) {
	t.Helper()
	p := newPlace(t)
	c := exec.CommandContext(t.Context(), e.program, append(args, "--log", p.log)...)
	c.Dir, c.ExtraFiles = filepath.Join(p.root, "work"), given(t, g.marks.capability+"\n")
	c.Env = slices.Concat([]string{"TERM=xterm-256color", "LANG=C.UTF-8"}, p.environment(g), e.env)
	var out, errs output
	out.waited = make(chan struct{})
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-out.waited:
		e.process(t, where+", at the end", c.Process.Pid, g, g.all())
	case <-time.After(time.Minute):
		t.Errorf("%s: it has not come to its end: %q", where, errs.text.String())
		_ = c.Process.Kill()
	}
	_ = c.Process.Signal(syscall.SIGUSR1)
	_ = c.Wait() // some commands fail here, and say so
	e.search(where+", stdout", g.closely(), []byte(out.text.String()))
	e.search(where+", stderr", g.closely(), []byte(errs.text.String()))
	e.files(t, where, p, g)
	e.ended(g)
}

// output gathers what a program writes and tells when it waits at its end.
type output struct {
	text   strings.Builder // of the goroutine that copies, until the program's end
	waited chan struct{}
}

func (o *output) Write(p []byte) (int, error) {
	before := strings.Contains(o.text.String(), held)
	_, _ = o.text.Write(p)
	if o.waited != nil && !before && strings.Contains(o.text.String(), held) {
		close(o.waited)
	}
	return len(p), nil
}
