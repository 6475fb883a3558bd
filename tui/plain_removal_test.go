package tui

import (
	"io"
	"strings"
	"testing"
	"time"

	"credscope/socket"
	"credscope/store/demo"
)

func TestALossEndsTheQuestionOfPlain(t *testing.T) {
	s := plainly(t, "default")
	s.says("codex", "1", "remove")
	_ = s.host.Close()
	s.see(lostSentence + "\nNothing was removed\ncodex/ci-runner> ")
	s.pass(deaf)
	s.says("y")
	s.quits()
	s.sent()
	s.ledger()
}

func TestARefusalAndALossStopTheRestOfAPlainRemoval(t *testing.T) {
	s := plainly(t, "default")
	s.host.SetHook(hookFor(demo.Call{Op: "remove_token", Key: keyOf(codex)}, func(func() (any, error)) (any, error) { return nil, refusal("FORBIDDEN") }))
	s.says("codex", "remove 1 2 3")
	s.answers("remove 3")
	s.host.SetHook(hookOn("remove_token", func(func() (any, error)) (any, error) { return nil, socket.ErrHangUp }))
	s.says("remove 1 2")
	s.answers("remove 2")
	s.see(lostSentence)
	s.says("remove 1")
	s.quits()
	s.sent(runner, codex, codex)
	s.ledger(runner+": removed", codex+": refused by the host", jane+": not started", codex+": unknown", jane+": not started")
	compareGolden(t, "plain-stopped", s.transcript())
}

func TestPlainDropsWhatWasTypedBeforeTheQuestion(t *testing.T) {
	s := plainly(t, "default")
	s.says("codex")
	s.prompted()
	s.typed("remove 1", "y", "y")
	s.see("Not taken")
	s.until("the question alone", func(all string) bool {
		return strings.Count(all, "Not taken: that was")+2*strings.Count(all, "Not taken: 2 lines")+strings.Count(all, "Not taken: 1 line ") == 2 && strings.HasSuffix(all, "Remove? ")
	})
	s.sent()
	s.typed("") // too early to be an answer, be it a no
	s.until("the third", func(all string) bool { return strings.HasSuffix(all, "Type it again.\nRemove? ") })
	s.answers("")
	s.see("Nothing was removed")
	s.quits()
	s.sent()
}

func TestALineBegunBeforeTheQuestionDoesNotAnswerIt(t *testing.T) {
	s := plainly(t, "default")
	s.says("codex")
	s.prompted()
	if _, err := io.WriteString(s.in, "remove 1\ny"); err != nil {
		t.Fatal(err)
	}
	s.see("Remove? ")
	s.pass(time.Minute)
	if _, err := io.WriteString(s.in, "\n"); err != nil {
		t.Fatal(err)
	}
	s.see("Not taken: that was typed before")
	s.answers("n")
	s.quits()
	s.sent()
}

func TestPlainCancelsByAnEmptyLineAndByTheEndOfInput(t *testing.T) {
	s := plainly(t, "default")
	s.says("codex", "remove 1")
	s.answers("")
	s.says("remove 1")
	s.pass(deaf)
	if _, err := io.WriteString(s.in, "y"); err != nil { // without Enter
		t.Fatal(err)
	}
	_ = s.in.Close()
	s.ends()
	s.sent()
	s.ledger()
	if strings.Count(s.transcript(), "Nothing was removed") != 2 {
		t.Error(s.transcript())
	}
}

func TestWhatHasChangedSinceTheQuestionIsNotRemovedInPlain(t *testing.T) {
	s := plainly(t, "default")
	s.says("codex", "remove 1")
	s.host.Put(keyOf(runner), testNow.Add(time.Hour))
	s.answers("y")
	s.see("error: Nothing was removed: codex/ci-runner has changed since the question, it was stale and is valid now; press x to be asked again.\n")
	s.quits()
	s.sent()
}

func TestTheEndDuringAHeldPlainRemovalIsUnknown(t *testing.T) {
	host, err := demo.Start(demo.Options{Now: testClock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = host.Close() })
	s := visit(t, host, 0)
	s.says("codex")
	held, _ := s.holds(removals)
	s.says("remove 1 2")
	s.pass(deaf)
	s.typed("remove 2")
	s.comes(held)
	s.end()
	s.ends()
	s.sent(runner)
	s.ledger(runner+": unknown", codex+": not started")
	if !strings.Contains(s.transcript(), "Leaving: waiting for the removal under way") {
		t.Error(s.transcript())
	}
}

func TestLeavingPlainWaitsForTheVerdictUnderWay(t *testing.T) {
	for name, leave := range map[string]func(s *session){
		"ctx": func(s *session) { s.end() },
		"eof": func(s *session) { _ = s.in.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			host, err := demo.Start(demo.Options{Now: testClock})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = host.Close() })
			s := visit(t, host, patience)
			s.says("codex")
			held, open := s.holds(removals)
			s.says("remove 1 2")
			s.pass(deaf)
			s.typed("remove 2")
			s.comes(held)
			leave(s)
			s.see("Leaving")
			close(open)
			s.ends()
			s.ledger(runner+": removed", codex+": not started")
		})
	}
}

func TestStopEndsAPlainRemovalBeforeTheNext(t *testing.T) {
	for _, word := range []string{"stop", "quit"} {
		s := plainly(t, "default")
		s.says("codex")
		held, open := s.holds(removals)
		s.says("remove 1 2 3")
		s.pass(deaf)
		s.typed("remove 3")
		s.comes(held)
		s.typed(word)
		s.see("Stopping: nothing is sent after the removal under way\n")
		close(open)
		if word == "stop" {
			s.quits()
		}
		s.ends()
		s.ledger(runner+": removed", codex+": not started", jane+": not started")
	}
}

func TestStopGivesUpLooking(t *testing.T) {
	s := plainly(t, "default")
	held, open := s.holds(looks)
	defer close(open)
	s.typed("stale")
	s.comes(held)
	s.typed("stop")
	s.see("Stopped asking\n")
	s.prompted()
	s.says("remove")
	s.quits()
	s.sent()
}
