package command_test

import (
	"fmt"
	"syscall"
	"testing"

	"credscope/socket"
	"credscope/socket/sample"
	"credscope/tui/terminal"
)

// inspect checks every token, twice, while one reply is held for the search. A key
// asks for 200 tokens of a provider at most.
func (e *examination) inspect(t *testing.T, providers, buckets int) {
	t.Helper()
	g := newGiver(t, providers, buckets)
	e.screen(t, "inspector", g, []string{"--no-check"}, func(term *terminal.Terminal) {
		seeRow(term, "provider-0000", "bucket-0000", "unchecked")
		term.Press("1")
		for i := range providers {
			term.Press("j")
			term.See(fmt.Sprintf("Buckets of provider-%04d %d", i, buckets))
			term.Press("c")
			g.await(t, (i+1)*buckets)
			term.SeeNot("checking") // an answer that comes later would end a refresh with an error
		}
		g.behave()
		if providers > 1 {
			term.Press("R")
			term.See("press R again")
		}
		term.Press("R")
		term.See("All refreshed")
		term.Press("g", "2", "r")
		term.See("/bucket-0000: ")
		term.Press("3", "t", "p", "p", "!")
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
		term.See("CONNECTION LOST")
		term.Press("!")
		term.See("get_token")
		e.process(t, "loss, "+how, term.PID(), g, g.tokens())
		term.Press("ctrl+c")
	})
}

// late cancels checks, of which those that were sent are answered all the same, and
// leaves with one unanswered.
func (e *examination) late(t *testing.T) {
	t.Helper()
	g := newGiver(t, 1, 40)
	g.hold()
	e.screen(t, "late answers", g, []string{"--no-check"}, func(term *terminal.Terminal) {
		term.See("All buckets 40")
		term.Press("S")
		g.await(t, socket.MaxInFlight)
		term.See("checking 40")
		term.Press("esc")
		term.See(fmt.Sprintf("checking %d", socket.MaxInFlight))
		g.release()
		term.SeeNot("checking")
		term.Press("c")
		g.await(t, 40)
		term.SeeNot("checking")
		e.process(t, "late answers", term.PID(), g, g.tokens())
		g.hold()
		before := g.count()
		term.Press("2", "r")
		g.await(t, before+1)
		term.Signal(syscall.SIGTERM)
	})
}

// command runs one without a screen.
func (e *examination) command(t *testing.T, args ...string) {
	t.Helper()
	g := newGiver(t, 2, 20)
	if args[0] == "renew" {
		g.expire()
	}
	e.piped(t, fmt.Sprint(args), g, args...)
}

// commands are those that write what they know and end.
var commands = [][]string{
	{"list"},
	{"list", "--json"},
	{"show", "provider-0000"},
	{"show", "provider-0000", "--json"},
	{"remove", "provider-0000", "bucket-0001", "--yes", "--json"},
	{"renew", "provider-0000", "bucket-0001", "--yes"},
	{"renew", "provider-0000", "--stale", "--yes", "--json"},
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
		run("inspector", func(t *testing.T) { e.inspect(t, len(sample.Of(make([]int, 4), 1)), 200) })
		run("late answers", e.late)
		for _, how := range sample.Keys(spoiled, 2) {
			run(how, func(t *testing.T) { e.loss(t, how) })
		}
		for _, args := range sample.Of(commands, 3) {
			run(fmt.Sprint(args), func(t *testing.T) { e.command(t, args...) })
		}
	})
	for _, leak := range e.leaks {
		t.Error(leak)
	}
	if e.tokens < 300 || sample.Exhaustive() && e.tokens < 1000 {
		t.Errorf("%d tokens only", e.tokens)
	}
	t.Logf("%d tokens in %d runs, %d MiB of memory searched, %d encodings", e.tokens, e.runs, e.bytes>>20, len(encodings(newMarks().word)))
}
