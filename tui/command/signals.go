package command

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"credscope/store/inventory"
	"credscope/tui"
	"credscope/tui/words"
)

const (
	// forceAfter is how long after the first signal the process is ended by force.
	// It is longer than a removal under way is waited for.
	forceAfter = 2 * time.Second
	// lastWrite bounds each of the two writes of a forced end.
	lastWrite = 100 * time.Millisecond
	// signalBase plus a signal's number is the exit status after it.
	signalBase = 128
)

// Signals ends the program when a signal asks for it. The first one ends
// Context, so that the program leaves in good order. A second one, or two
// seconds, end the process even if it is blocked: the terminal's settings are
// restored, the screen is left, and removals that were not yet reported are
// written, as far as none of this has to wait. The exit status is 128 plus the
// number of the first signal.
//
// Signals owns one goroutine, which ends with Stop.
type Signals struct {
	ctx      context.Context
	cancel   context.CancelFunc
	received chan os.Signal
	stop     chan struct{} // closed by Stop
	watching sync.WaitGroup
	first    atomic.Int32 // number of the first signal, 0 before it

	out, errs int        // descriptors
	terminals []settings // as they were at the start
	drawing   atomic.Bool
	ledger    *inventory.Ledger
	safe      func(string) string
}

// settings are those of a terminal at the start.
type settings struct {
	fd      int
	termios unix.Termios
}

// WatchSignals starts to wait for signals. The files are the program's own
// standard streams, which e writes to.
func (e *Env) WatchSignals(in, out, errs *os.File) *Signals {
	s := &Signals{
		received: make(chan os.Signal, 2), stop: make(chan struct{}),
		out: int(out.Fd()), errs: int(errs.Fd()), ledger: &e.Ledger, safe: e.safe,
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	for _, fd := range []int{int(in.Fd()), s.out, s.errs} {
		if termios, err := unix.IoctlGetTermios(fd, getTermios); err == nil {
			s.terminals = append(s.terminals, settings{fd, *termios})
		}
	}
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) // a closed pipe is an error of the write
	signal.Notify(s.received, Endings...)
	s.watching.Go(s.watch)
	return s
}

// Context ends with the first signal.
func (s *Signals) Context() context.Context { return s.ctx }

// Drawing sets whether the inspector has the terminal.
func (s *Signals) Drawing(yes bool) { s.drawing.Store(yes) }

// Stop waits for no more signals. It returns the exit status that the first one
// asks for, and whether there was one.
func (s *Signals) Stop() (status int, came bool) {
	close(s.stop)
	s.watching.Wait()
	signal.Stop(s.received)
	first := s.first.Load()
	return signalBase + int(first), first != 0
}

func (s *Signals) watch() {
	defer func() {
		if recover() != nil { // a panic here ends the run, as a signal does
			s.first.CompareAndSwap(0, int32(syscall.SIGABRT))
		}
		s.cancel()
	}()
	select {
	case received := <-s.received:
		number, _ := received.(syscall.Signal)
		s.first.Store(int32(number))
	case <-s.stop:
		return
	}
	s.cancel()
	select {
	case <-s.received:
	case <-time.After(forceAfter):
	case <-s.stop:
		return
	}
	s.force()
}

// force ends the process.
func (s *Signals) force() {
	defer os.Exit(signalBase + int(s.first.Load()))
	report := ""
	for _, outcome := range s.ledger.Unreported() {
		report += s.safe(words.VerdictWithoutKeys(outcome)) + "\n"
	}
	if s.drawing.Load() && s.leaveScreen(report) {
		return
	}
	s.restore()
	writeSoon(s.errs, report)
}

// restore gives terminals the settings that they had at the start.
func (s *Signals) restore() {
	for i := range s.terminals {
		_ = unix.IoctlSetTermios(s.terminals[i].fd, setTermios, &s.terminals[i].termios)
	}
}

// leaveScreen restores the terminal, leaves the screen, writes a text and tells
// whether that was possible. What is left of a frame that nobody has read makes
// room for it: a write that is blocked there ends when the terminal does not
// block any more and its settings change. Later writes of the inspector reach
// nothing.
func (s *Signals) leaveScreen(text string) bool {
	terminal, err := s.takeOutput()
	if err != nil {
		return false
	}
	flags, err := unix.FcntlInt(uintptr(terminal), unix.F_GETFL, 0)
	if err != nil {
		return false
	}
	_, _ = unix.FcntlInt(uintptr(terminal), unix.F_SETFL, flags|unix.O_NONBLOCK)
	defer func() { _, _ = unix.FcntlInt(uintptr(terminal), unix.F_SETFL, flags) }() // it may be the shell's too
	text = tui.LeaveScreen + text
	for range lastWrite / time.Millisecond {
		discardOutput(terminal)
		s.restore()
		if n, _ := unix.Write(terminal, []byte(text)); n == len(text) {
			return true
		}
		time.Sleep(time.Millisecond)
	}
	return false
}

// takeOutput returns a descriptor of the output that only the caller has. The one
// that the program had leads to nothing from now on.
func (s *Signals) takeOutput() (terminal int, err error) {
	nothing, err := unix.Open(os.DevNull, unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	if terminal, err = unix.Dup(s.out); err != nil {
		return 0, err
	}
	for i := range s.terminals {
		if s.terminals[i].fd == s.out {
			s.terminals[i].fd = terminal
		}
	}
	return terminal, replaceDescriptor(nothing, s.out)
}

// writeSoon writes a text to a descriptor, unless that takes long. The goroutine
// of a write that does ends with the process.
func writeSoon(fd int, text string) {
	written := make(chan struct{})
	go func() {
		defer close(written)
		defer func() { _ = recover() }()
		for rest := []byte(text); len(rest) > 0; {
			n, err := unix.Write(fd, rest)
			if err != nil && !errors.Is(err, unix.EINTR) {
				return
			}
			rest = rest[max(n, 0):]
		}
	}()
	select {
	case <-written:
	case <-time.After(lastWrite):
	}
}

// Endings are the signals that end the program in good order. Those that the
// processor raises are among them: sent from outside, the runtime would answer
// them by writing a trace over the screen and leaving it so. A fault of our own
// is no signal to us but a panic, whatever this list holds.
var Endings = append([]os.Signal{
	syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGABRT,
	syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL, syscall.SIGTRAP, syscall.SIGSYS,
}, endingsHere...)
