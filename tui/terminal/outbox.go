package terminal

import (
	"strings"
	"sync"
	"time"
)

const (
	// escapeQuiet is the silence after a lone escape. Bubble Tea takes an escape
	// for a key of its own after 50 ms.
	escapeQuiet = 60 * time.Millisecond
	// escapeTaken bounds the wait for the program to take the escape.
	escapeTaken = 2 * time.Second
)

// message is input on its way to the program.
type message struct {
	text string
	done chan error // gets the outcome if not nil; has room for it
}

// outbox keeps input in order. Adding never blocks: the reader adds answers,
// and must go on reading whether the program takes them or not.
type outbox struct {
	wake chan struct{} // has room for one

	mu    sync.Mutex
	queue []message
}

func (o *outbox) add(m message) {
	o.mu.Lock()
	o.queue = append(o.queue, m)
	o.mu.Unlock()
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

func (o *outbox) take() []message {
	o.mu.Lock()
	defer o.mu.Unlock()
	queue := o.queue
	o.queue = nil
	return queue
}

// write sends what is in the outbox until the terminal is closed.
func (t *Terminal) write() {
	for {
		select {
		case <-t.outbox.wake:
		case <-t.closing:
			return
		}
		for _, m := range t.outbox.take() {
			_, err := t.tty.master.WriteString(m.text)
			if m.done != nil {
				m.done <- err
			}
			if strings.HasSuffix(m.text, "\x1b") {
				t.keepQuiet()
			}
		}
	}
}

// keepQuiet sends nothing for as long as it takes to tell a lone escape from
// the start of a sequence. A program that got no time to run would find the next
// key right behind the escape, or before its own clock ran out; so the time is
// from when it has taken the escape and gone to sleep, and it must sleep again.
func (t *Terminal) keepQuiet() {
	t.tty.deliver()
	giveUp := time.Now().Add(escapeTaken)
	taken := func() bool { return t.tty.unread() == 0 }
	sleeps := func() bool { return asleep(t.tty.foreground()) }
	_ = t.until(giveUp, 1, taken) && t.until(giveUp, settled, sleeps) &&
		t.pause(escapeQuiet) && t.until(giveUp, settled, sleeps)
}

// settled is how many looks in a row must find the program asleep: its threads
// are not looked at all at once.
const settled = 3

// until looks every millisecond, until a condition held a few times in a row or
// time is up. It is for changes without a notification.
func (t *Terminal) until(giveUp time.Time, times int, holds func() bool) (open bool) {
	for held := 0; time.Now().Before(giveUp); {
		held++
		if !holds() {
			held = 0
		}
		if held == times {
			return true
		}
		if !t.pause(time.Millisecond) {
			return false
		}
	}
	return true
}

func (t *Terminal) pause(d time.Duration) (open bool) {
	select {
	case <-time.After(d):
		return true
	case <-t.closing:
		return false
	}
}
