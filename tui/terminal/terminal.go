package terminal

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const (
	defaultCols     = 80
	defaultRows     = 24
	defaultDeadline = 10 * time.Second
)

// Options describe a terminal and the program's surroundings. The zero value
// will do.
type Options struct {
	Cols, Rows int // 80 by 24 if zero

	// Env is added to a small fixed environment: PATH, TMPDIR and GOCOVERDIR of
	// the test, TERM=xterm-256color and LANG=C.UTF-8. Nothing else is passed on.
	Env        []string
	Dir        string
	ExtraFiles []*os.File // the program's descriptors 3 and up

	// Borrowed makes the terminal one that controls no session: the program is
	// sent no signal by it, not even at its end.
	Borrowed bool

	// Background is the colour the terminal says it has, "#rrggbb". Without it
	// the terminal answers no question at all.
	Background string
	// Kitty makes the terminal know the kitty keyboard protocol: it answers the
	// query, unless mute, and Press encodes keys as the program asked.
	Kitty bool

	// Deadline is how long to wait for anything, 10 s if zero.
	Deadline time.Duration
}

// Terminal is a terminal with a program on it. Its methods are for the test's
// own goroutine: whatever fails ends the test, with the screen in the message.
//
// Four goroutines serve it and end with the test's cleanup. One feeds the screen, one
// collects the screen's replies, one sends keys and replies in their order, and one
// waits for the program's end.
type Terminal struct {
	tb       testing.TB
	options  Options
	tty      *tty
	before   unix.Termios // the line settings at the start
	command  *exec.Cmd
	deadline time.Duration
	outbox   outbox
	closing  chan struct{} // closed by the cleanup
	reaped   chan struct{} // closed when the program has ended
	ended    chan struct{} // closed when its last output is on the screen too
	helpers  sync.WaitGroup

	mu       sync.Mutex // guards the fields below
	emulator *emulator
	raw      []byte
	held     []byte        // output that may be the start of the end mark
	changed  chan struct{} // closed, and made anew, by every change
	marked   bool          // the end mark is to be looked for
	drained  chan struct{} // closed when it was found, or never will be
	closed   bool          // drained is closed
	exitCode int
}

// Start runs a program as the leader of a new session on a new terminal. The
// test's cleanup kills what is left of it.
func Start(tb testing.TB, o Options, name string, args ...string) *Terminal {
	tb.Helper()
	o = o.withDefaults()
	line, inherit, err := openTTY(o.Cols, o.Rows)
	if err != nil {
		tb.Fatalf("start %s: %v", name, err)
	}
	before, err := line.settings()
	if err != nil {
		_ = inherit.Close()
		line.close()
		tb.Fatalf("read the terminal's settings: %v", err)
	}
	t := &Terminal{
		tb: tb, options: o, tty: line, before: before, deadline: o.Deadline,
		command: command(o, inherit, name, args),
		outbox:  outbox{wake: make(chan struct{}, 1)},
		closing: make(chan struct{}), reaped: make(chan struct{}), ended: make(chan struct{}),
		changed: make(chan struct{}), drained: make(chan struct{}),
		emulator: newEmulator(o.Cols, o.Rows, o.Background, o.Kitty),
	}
	err = t.command.Start()
	_ = inherit.Close()
	if err != nil {
		line.close()
		tb.Fatalf("start %s: %v", name, err)
	}
	t.helpers.Go(t.read)
	t.helpers.Go(func() { t.emulator.replies(func(answer string) { t.outbox.add(message{text: answer}) }) })
	t.helpers.Go(t.write)
	t.helpers.Go(t.reap)
	tb.Cleanup(t.close)
	return t
}

func (o Options) withDefaults() Options {
	if o.Cols <= 0 {
		o.Cols = defaultCols
	}
	if o.Rows <= 0 {
		o.Rows = defaultRows
	}
	if o.Deadline <= 0 {
		o.Deadline = defaultDeadline
	}
	return o
}

func command(o Options, tty *os.File, name string, args []string) *exec.Cmd {
	if signal.Ignored(syscall.SIGHUP) { // as under nohup: a new program would ignore it too
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	}
	c := exec.Command(name, args...)
	c.Stdin, c.Stdout, c.Stderr = tty, tty, tty
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: !o.Borrowed}
	c.Dir, c.ExtraFiles = o.Dir, o.ExtraFiles
	c.Env = []string{"TERM=xterm-256color", "LANG=C.UTF-8"}
	for _, name := range []string{"PATH", "TMPDIR", "GOCOVERDIR"} {
		if value, ok := os.LookupEnv(name); ok {
			c.Env = append(c.Env, name+"="+value)
		}
	}
	c.Env = append(c.Env, o.Env...)
	return c
}

// PID is the program's process.
func (t *Terminal) PID() int { return t.command.Process.Pid }

// Signal sends the program a signal, not its process group.
func (t *Terminal) Signal(signal os.Signal) {
	t.tb.Helper()
	if err := t.command.Process.Signal(signal); err != nil {
		t.fatalf("send %v: %v", signal, err)
	}
}

// Resize changes the window's size; the program is sent SIGWINCH.
func (t *Terminal) Resize(cols, rows int) {
	t.tb.Helper()
	// The screen first: what the program draws next is for the new size.
	t.mu.Lock()
	t.emulator.resize(cols, rows)
	t.announce()
	t.mu.Unlock()
	if err := t.tty.resize(cols, rows); err != nil {
		t.fatalf("resize to %dx%d: %v", cols, rows, err)
	}
}

// HangUp takes the terminal away, as closing its window does: the program is
// sent SIGHUP, and what it reads and writes from then on fails.
func (t *Terminal) HangUp() { _ = t.tty.master.Close() }

// Wait waits for the program to end and for its last output, and returns its
// exit code, 128 and the signal's number if a signal ended it.
func (t *Terminal) Wait() (exitCode int) {
	t.tb.Helper()
	select {
	case <-t.ended:
	case <-time.After(t.deadline):
		t.fatalf("the program has not ended after %v", t.deadline)
	}
	return t.exitCode
}

// Ended is closed when the program has ended and its last output is shown.
func (t *Terminal) Ended() <-chan struct{} { return t.ended }

// close ends the program and everything that serves it.
func (t *Terminal) close() {
	t.kill()
	close(t.closing)
	t.tty.close()
	t.emulator.stopReplies()
	t.helpers.Wait()
}

// kill ends the program's process group and the one in the foreground.
func (t *Terminal) kill() {
	leader := t.command.Process.Pid
	if isClosed(t.reaped) {
		// Children may live on. A process of that number would be a stranger:
		// none can have it while the group lives.
		if _, err := unix.Getsid(leader); errors.Is(err, unix.ESRCH) {
			_ = unix.Kill(-leader, unix.SIGKILL)
		}
		return
	}
	if group := t.tty.foreground(); group > 1 && group != leader {
		_ = unix.Kill(-group, unix.SIGKILL)
	}
	_ = unix.Kill(-leader, unix.SIGKILL)
	<-t.reaped
}

// fatalf ends the test with a message and the whole screen.
func (t *Terminal) fatalf(format string, args ...any) {
	t.tb.Helper()
	t.tb.Fatalf("%s\n%s", fmt.Sprintf(format, args...), t.drawing())
}
