package terminal

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// See waits until the screen shows a text, which must stand within one row.
func (t *Terminal) See(text string) {
	t.tb.Helper()
	t.SeeFunc(fmt.Sprintf("%q", text), func(screen string) bool { return strings.Contains(screen, text) })
}

// SeeAll waits until the screen shows several texts at once.
func (t *Terminal) SeeAll(texts ...string) {
	t.tb.Helper()
	t.SeeFunc(fmt.Sprintf("all of %q", texts), func(screen string) bool {
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

// SeeNot waits until a text is not on the screen. One that was never there is
// gone at once: See first what must have happened before.
func (t *Terminal) SeeNot(text string) {
	t.tb.Helper()
	t.SeeFunc(fmt.Sprintf("no %q", text), func(screen string) bool { return !strings.Contains(screen, text) })
}

// SeeFunc waits until a condition holds; what names it when it does not. The
// condition is looked at after every change, of the screen or of anything else
// the program does to the terminal, so it may ask for the title or the modes.
func (t *Terminal) SeeFunc(what string, holds func(screen string) bool) {
	t.tb.Helper()
	timeout := time.NewTimer(t.deadline)
	defer timeout.Stop()
	for {
		over := isClosed(t.ended) // before the look: the last output counts
		screen, changed := t.look()
		if holds(screen) {
			return
		}
		if over {
			t.fatalf("want to see %s, but the program has ended with code %d", what, t.exitCode)
		}
		select {
		case <-changed:
		case <-t.ended:
		case <-timeout.C:
			t.fatalf("want to see %s, but did not in %v", what, t.deadline)
		}
	}
}

// look returns the screen and the channel that tells of the next change.
func (t *Terminal) look() (screen string, changed <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.emulator.shown().text, t.changed
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// drawing is the screen and the state of the terminal, for a person to read.
func (t *Terminal) drawing() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := t.emulator
	shown := e.shown()
	var b strings.Builder
	edge := strings.Repeat("─", e.vt.Width())
	fmt.Fprintf(&b, "┌%s┐\n", edge)
	for _, row := range strings.Split(shown.text, "\n") {
		fmt.Fprintf(&b, "│%s%s│\n", row, strings.Repeat(" ", max(0, e.vt.Width()-ansi.StringWidth(row))))
	}
	fmt.Fprintf(&b, "└%s┘\n", edge)
	fmt.Fprintf(&b, "cursor %d,%d  title %q\n%+v\n", shown.x, shown.y, e.title, e.report())
	if len(e.unknown) > 0 {
		fmt.Fprintf(&b, "not understood: %q\n", e.unknown)
	}
	if tail := t.raw[max(0, len(t.raw)-200):]; len(tail) > 0 {
		for len(tail) > 0 && !utf8.RuneStart(tail[0]) {
			tail = tail[1:]
		}
		fmt.Fprintf(&b, "last output %q", tail)
	}
	return b.String()
}
