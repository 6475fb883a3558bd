package tui

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"credscope/store"
)

func TestPlainLooksAround(t *testing.T) {
	s := plainly(t, "default")
	s.says("help", "3", "1", "back", "default", "next", "esc", "previous", "back", "qwen", "3", "", "back",
		"filter TR", "filter", "sort", "s", "times", "t", "back", "/CO", "/", "1", "2", "r", "R", "everything", "nonsense", "99", "k", "look 3", "list")
	s.quits()
	s.ledger()
	if !s.result.Accepted {
		t.Error("no handshake is known")
	}
	compareGolden(t, "plain-look", s.transcript())
}

func TestPlainRemoves(t *testing.T) {
	s := plainly(t, "default")
	s.says("remove", "codex", "remove", "1", "remove")
	s.answers("yes")
	s.answers("y")
	s.says("x 2 3, 3")
	s.answers("remove 3")
	s.answers("remove 2")
	s.says("back", "claudecode", "2", "x")
	s.answers("y")
	s.answers("jane.doe@example.com")
	s.quits()
	s.sent(runner, jane, shared, "claudecode/jane.doe@example.com")
	s.ledger(runner+": removed", jane+": removed", shared+": removed", "claudecode/jane.doe@example.com: removed")
	compareGolden(t, "plain-remove", s.transcript())
}

func TestPlainProposesWhatIsStale(t *testing.T) {
	s := plainly(t, "default")
	s.says("stale", "2", "spare 1 4", "spare 4", "spare 9", "remove 3", "remove")
	s.answers("")
	s.says("S", "spare 1,2", "x")
	s.answers("remove 2")
	s.quits()
	s.sent("gemini/default", "gemini/old-laptop")
	compareGolden(t, "plain-stale", s.transcript())
}

func TestPlainProposesAmongThousandsOfBuckets(t *testing.T) {
	s := plainly(t, "large")
	s.says("stale")
	s.see("Stale and unreadable: 660 of 660 chosen\n1. provider-00")
	s.quits()
	if n := s.host.Count("get_token"); n != 10_000 {
		t.Errorf("%d looks", n)
	}
}

func TestALineTooLongIsNoWord(t *testing.T) {
	s := plainly(t, "default")
	s.says("quit" + strings.Repeat(" ", 5000) + "x")
	s.see("That line is too long to be meant\n")
	s.says(strings.Repeat("x", 500))
	s.see(`Nothing here is called "xxx`)
	s.quits()
}

func TestAWordOfOursWinsOverANameOfTheHost(t *testing.T) {
	s := plainly(t, "default")
	for _, name := range []string{"quit", "y", "2"} {
		s.host.Put(store.Key{Provider: "codex", Bucket: name}, testNow.Add(time.Hour))
	}
	s.says("codex", "r", "2", "open 2", "open quit")
	s.see("codex/ci-runner> ")
	s.see("codex/2> ")
	s.see("codex/quit> ")
	s.says("back", "remove quit")
	s.answers("quit")
	s.see("done: codex/quit: removed.")
	s.quits()
	s.sent("codex/quit")
}

func TestTypedLinesAreObeyedInTheirOrder(t *testing.T) {
	s := plainly(t, "default")
	s.typed("codex", "1", "next", "quit")
	s.ends()
	all := s.transcript()
	if got := strings.Index(all, "> 1\n"); got < 0 || got > strings.Index(all, "> next\n") || !strings.Contains(all, "codex/default> quit\n") {
		t.Error(all)
	}
}

func TestAPanicEndsPlainWithoutItsWords(t *testing.T) {
	s := plainly(t, "default")
	s.p.do(func() tea.Msg { panic("made-up-secret") })
	<-s.finished
	if !errors.Is(s.err, ErrPanic) || strings.Contains(s.transcript(), "made-up-secret") {
		t.Errorf("%v\n%s", s.err, s.transcript())
	}
}
