package command_test

import (
	"fmt"
	"regexp"
	"syscall"
	"testing"

	"credscope/store"
	"credscope/tui/terminal"
)

// inspect looks at every token, twice, while one reply is held for the search.
func (e *examination) inspect(t *testing.T, providers, buckets int) {
	t.Helper()
	g := newGiver(t, providers, buckets)
	e.screen(t, "inspector", g, nil, func(term *terminal.Terminal) {
		term.See("provider-0000")
		for i := range providers {
			term.See(fmt.Sprintf("Buckets of provider-%04d %d", i, buckets)) // the list has come
			term.Press("c")
			g.await(t, (i+1)*buckets)
			term.Press("j")
		}
		term.SeeFunc("no spinner", atRest.MatchString)
		g.behave()
		term.Press("R")
		term.See("Asked everything again")
		term.Press("enter", "r", "3", "t", "p", "p", "!")
		term.See("get_token")
		term.Press("G", "esc", "?", "?")
		g.hold()
		before := g.count()
		term.Press("1", "2", "g", "r")
		g.await(t, before+1)
		memory := g.tokens()
		e.process(t, "inspector, a reply held", term.PID(), g, memory)
		g.release()
		term.Press("ctrl+c")
	})
}

// atRest is a header without a spinner.
var atRest = regexp.MustCompile(`(?m)removals *$`)

// loss sees a host break the protocol in the middle of answering.
func (e *examination) loss(t *testing.T, how string) {
	t.Helper()
	g := newGiver(t, 1, 40)
	g.spoil = func(n int, g *giver, frame []byte) ([]byte, bool) {
		if n != 25 {
			return nil, false
		}
		return spoiled[how](g.marks, frame), how == "cut off"
	}
	e.screen(t, "loss, "+how, g, nil, func(term *terminal.Terminal) {
		term.See("Buckets of provider-0000 40")
		term.Press("c")
		term.See("CONNECTION LOST")
		term.Press("!")
		term.See("get_token")
		e.process(t, "loss, "+how, term.PID(), g, g.tokens())
		term.Press("ctrl+c")
	})
}

// late gives up looks, leaves them unanswered and then answers all the same.
func (e *examination) late(t *testing.T) {
	t.Helper()
	g := newGiver(t, 1, 40)
	g.hold()
	e.screen(t, "late answers", g, []string{"--plain"}, func(term *terminal.Terminal) {
		term.See("1. provider-0000")
		term.Type("1\n")
		g.await(t, store.MaxInFlight)
		term.Type("stop\n")
		term.See("bucket-0039: unchecked") // it has stopped, and lists them
		g.release()
		term.Type("bucket-0001\nagain\n")
		g.await(t, store.MaxInFlight+1)
		term.See("Status:")
		e.process(t, "late answers", term.PID(), g, g.tokens())
		g.hold()
		before := g.count()
		term.Type("again\n")
		g.await(t, before+1)
		term.Signal(syscall.SIGTERM)
	})
}

// command runs one without a screen.
func (e *examination) command(t *testing.T, args ...string) {
	t.Helper()
	e.piped(t, fmt.Sprint(args), newGiver(t, 2, 20), args...)
}

// commands are those that write what they know and end.
var commands = [][]string{
	{"list"},
	{"list", "--json"},
	{"show", "provider-0000"},
	{"show", "provider-0000", "--json"},
	{"remove", "provider-0000", "bucket-0001", "--yes", "--json"},
	{"doctor"},
	{"doctor", "--json"},
}

func TestNoSecretIsLeftOnAnyOutputOrInMemory(t *testing.T) {
	t.Parallel()
	e := &examination{program: bare(t)}
	t.Run("runs", func(t *testing.T) {
		run := func(name string, does func(t *testing.T)) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				does(t)
			})
		}
		run("inspector", func(t *testing.T) { e.inspect(t, 4, 250) })
		run("late answers", e.late)
		for how := range spoiled {
			run(how, func(t *testing.T) { e.loss(t, how) })
		}
		for _, args := range commands {
			run(fmt.Sprint(args), func(t *testing.T) { e.command(t, args...) })
		}
	})
	for _, leak := range e.leaks {
		t.Error(leak)
	}
	if e.tokens < 1000 {
		t.Errorf("%d tokens only", e.tokens)
	}
	t.Logf("%d tokens in %d runs, %d MiB of memory searched, %d encodings", e.tokens, e.runs, e.bytes>>20, len(encodings(newMarks().word)))
}
