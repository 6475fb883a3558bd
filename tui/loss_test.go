package tui

import (
	"context"
	"image/color"
	"strings"
	"testing"

	"credscope/socket"
	"credscope/store/demo"
)

const lostSentence = "Credential proxy connection lost. Restart the session."

// lose ends the connection while the host lives on, as if for nothing.
func (s *screen) lose() {
	s.t.Helper()
	s.host.SetHook(func(context.Context, demo.Call, func() (any, error)) (any, error) { return nil, socket.ErrHangUp })
	_, err := s.store.ListProviders(s.t.Context())
	if err == nil {
		s.t.Fatal("the host answered")
	}
	s.see("CONNECTION LOST")
	s.host.SetHook(nil)
}

// colourOf is the colour of the first cell of a text on the screen.
func (s *screen) colourOf(text string) color.Color {
	s.t.Helper()
	cells := s.cells()
	for y, line := range strings.Split(s.text(), "\n") {
		if before, _, found := strings.Cut(line, text); found {
			return cells.CellAt(width(before), y).Style.Fg
		}
	}
	s.t.Fatalf("not on the screen: %s\n%s", text, s.text())
	return nil
}

func TestALossLeavesTheDataDimmedAndSaysSinceWhen(t *testing.T) {
	s := looked(t, "default", 100, 24, runner)
	texts := []string{"claudecode", "jane.d", "hidden", "expiring"}
	for _, text := range texts {
		if s.colourOf(text) == s.m.palette.style(s.m.palette.dim).GetForeground() && text != "hidden" {
			t.Errorf("%s is dim before the loss", text)
		}
	}
	_ = s.host.Close() // with nothing pending
	s.see("CONNECTION LOST at 14:05:10", lostSentence, "ci-runner", "Providers 5", "Buckets of codex 4")
	for _, text := range texts {
		if got, dim := s.colourOf(text), s.colourOf("asked 14:05"); got != dim {
			t.Errorf("%s is not dimmed, it has %v and not %v", text, got, dim)
		}
	}
	s.golden("lost")
	s.says(failure, lostSentence)
}

func TestAfterALossNothingIsSentAndEveryKeySaysWhy(t *testing.T) {
	s := looked(t, "default", 100, 24, runner)
	s.lose()
	before := len(s.host.Calls())
	for _, key := range []string{"r", "R", "enter", "c", "S", "+"} {
		s.m.status.say("something else")
		s.press(key)
		s.says(failure, lostSentence)
		s.see(lostSentence)
		if s.m.busy != 0 || s.m.page != mainPage || s.m.prompt != noPrompt {
			t.Errorf("%s did something", key)
		}
	}
	for _, key := range []string{"x", "delete"} {
		s.m.status.say("something else")
		s.press(key)
		s.says(warning, "The connection is lost, so nothing can be removed: restart the session")
		if s.m.confirm != nil {
			t.Errorf("%s asked", key)
		}
	}
	if len(s.host.Calls()) != before || s.host.Connections() != 1 {
		t.Errorf("%d requests after the loss, %d connections", len(s.host.Calls())-before, s.host.Connections())
	}
	s.press("j")
	s.see("Status    ◐ expiring")
}

func TestADialogClosesAtTheLossAndSendsNothing(t *testing.T) {
	for name, answer := range map[string][]string{runner: {"y", "enter"}, codex: {"r", "e", "enter"}} {
		s := dialogOf(t, 100, 24, name)
		s.lose()
		if s.m.confirm != nil {
			t.Fatalf("it is still open\n%s", s.text())
		}
		s.says(failure, lostSentence)
		s.answer(answer...)
		s.wasRemoved()
		s.ledger()
	}
}

func TestTheDialogOfTriageClosesAtTheLoss(t *testing.T) {
	s := looked(t, "default", 100, 24, runner)
	s.press("S", "x")
	s.lose()
	if s.m.confirm != nil {
		t.Fatal("it is still open")
	}
	s.press("x")
	s.see("The connection is lost, so nothing can be removed")
	s.wasRemoved()
}

func TestALossEndsTheAskingOfTriage(t *testing.T) {
	s := calm(t, "default", 100, 24)
	g := s.hold(looks)
	s.press("S")
	s.comes(g)
	_ = s.host.Close()
	s.see("CONNECTION LOST")
	s.settled()
	s.not("looked at")
	s.press("x")
	s.see("The connection is lost, so nothing can be removed")
}

func TestTheVerdictThatSawTheLossStaysInTheStatusBar(t *testing.T) {
	for range 5 { // the loss and the verdict come in either order
		s := dialogOf(t, 100, 24, runner)
		s.host.SetHook(hookOn("remove_token", func(func() (any, error)) (any, error) { return nil, socket.ErrHangUp }))
		s.answer("y")
		s.until("loss and verdict", func() bool { return s.m.job == nil && s.m.lostAt != nil })
		s.says(failure, runner+": unknown whether it was removed.")
		s.says(failure, lostSentence)
		s.see("CONNECTION LOST", "unknown whether it was removed")
	}
}

func TestLLocksAndUnlocks(t *testing.T) {
	s := looked(t, "default", 100, 24, runner)
	s.press("L")
	s.see("READ-ONLY", "Read-only: nothing can be removed until L is pressed again")
	for _, key := range []string{"x", "delete"} {
		s.press(key)
		s.says(warning, "Read-only: press L to unlock, then ask again")
	}
	s.press("S", "x")
	s.says(warning, "Read-only: press L to unlock, then ask again")
	s.press("esc")
	if s.m.confirm != nil {
		t.Fatal("asked while locked")
	}
	s.golden("read-only")
	s.press("L")
	s.see("Removals are possible again")
	s.not("READ-ONLY")
	s.removes(runner)
	s.wasRemoved(runner)
}

func TestReadOnlyByItsFlagIsForGood(t *testing.T) {
	s := looked(t, "default", 100, 24, runner, func(o *Options) { o.ReadOnly = true })
	s.see("READ-ONLY")
	s.press("L")
	s.says(warning, "credscope was started with --read-only, which cannot be unlocked here")
	for _, keys := range [][]string{{"x"}, {"delete"}, {"space", "x"}, {"S", "x"}} {
		s.press(keys...)
		s.says(warning, "Read-only by --read-only: nothing can be removed")
		if s.m.confirm != nil {
			t.Fatal("asked although read-only")
		}
	}
	s.wasRemoved()
}
