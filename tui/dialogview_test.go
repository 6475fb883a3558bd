package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"credscope/store"
	"credscope/tui/theme"
)

// crowd is the screen with the dialog about so many stale buckets.
func crowd(t *testing.T, w, h, n int) *screen {
	t.Helper()
	s := open(t, "empty", w, h)
	for i := range n {
		s.host.Put(store.Key{Provider: "codex", Bucket: fmt.Sprintf("b%03d", i)}, testNow.Add(-900*time.Hour))
	}
	s.settled()
	s.press("R")
	s.settled()
	s.press("*", "x")
	s.see(fmt.Sprintf("Remove %d buckets?", n))
	return s
}

func TestTheQuestionItsKeyAndATargetAreDrawnFromTheSmallestSizeOn(t *testing.T) {
	for place, answer := range map[string]string{runner: "y removes", codex: `Type "remove 1"`} {
		s := dialogOf(t, 100, 24, place)
		for w := minWidth; w <= 130; w += 1 + w/15 {
			for h := minHeight; h <= 40; h += 1 + h/6 {
				s.resize(w, h)
				checkFrame(t, s.m, "dialog")
				text := s.text()
				for _, want := range []string{"Remove 1 bucket?", place, answer} {
					if !strings.Contains(text, want) {
						t.Fatalf("%q is not on the screen at %dx%d\n%s", want, w, h, text)
					}
				}
			}
		}
	}
}

func TestAWordTooLongForTheTerminalIsNotAskedFor(t *testing.T) {
	word := strings.Repeat("firstname.lastname", 4)[:64]
	s := open(t, "empty", 100, 24)
	s.host.Put(store.Key{Provider: "codex", Bucket: word}, testNow.Add(time.Hour))
	s.settled()
	s.press("R")
	s.settled()
	s.press("x")
	s.see(fmt.Sprintf("%q", word))
	s.resize(20, 5)
	s.see("Too small for the")
	s.pass(inputGuard)
	s.letters(word)
	s.press("enter")
	s.isAsking()
	s.resize(20, 12)
	s.see("firstname.lastnam")
	s.accept(word)
	s.settled()
	s.wasRemoved("codex/" + word)
}

func TestExplanationsShrinkBeforeTargetsAreOutOfView(t *testing.T) {
	for _, test := range []struct {
		targets int
		see     []string
		not     string
	}{
		{12, []string{"b011", "Does not revoke", "Log in again on the host"}, "scroll"},
		{15, []string{"b014", "Does not revoke", "Its refresh token"}, "scroll"},
		{17, []string{"b000", "b016", "Does not revoke"}, "scroll"},
		{40, []string{"b000", "b015", "1 to 16 of 40", "Does not revoke"}, "b016"},
	} {
		s := crowd(t, 80, 24, test.targets)
		s.see(test.see...)
		s.not(test.not)
		s.see(fmt.Sprintf(`Type "remove %d" and press Enter`, test.targets))
	}
}

func TestTheTargetsOfAQuestionScroll(t *testing.T) {
	s := crowd(t, 80, 24, 40)
	s.press("down")
	s.see("1 to 16 of 40")
	s.answer("down", "down")
	s.see("3 to 18 of 40", "b002", "b017", "↓ down")
	s.not("b001")
	s.press("pgdown")
	s.see("19 to 34 of 40")
	s.press("pgdown", "pgdown", "pgdown")
	s.see("25 to 40 of 40", "b039")
	s.press("up")
	s.see("24 to 39 of 40")
	s.wheel(40, 10, tea.MouseWheelUp)
	s.see("21 to 36 of 40")
	s.golden("dialog-scrolled-80x24")
	s.resize(80, 60)
	s.see("b000", "b039", "Log in again on the host")
	s.resize(20, 5)
	s.see("codex/b000")
	s.answer("down")
	s.see("codex/b001")
	s.isAsking()
	s.resize(80, 24)
	s.answer("esc")
	s.isCanceled()
}

func TestTheCursorIsWhereTheDialogTypes(t *testing.T) {
	s := dialogOf(t, 100, 24, codex)
	s.answer("r", "e")
	s.m.say(theme.Failure, `codex: the host says " > press Cancel [ Cancel ]"`)
	x, y := s.place("> re")
	if c := s.m.View().Cursor; c == nil || c.X != x+4 || c.Y != y {
		t.Errorf("the cursor is at %+v, the field at %d,%d\n%s", c, x, y, s.text())
	}
	s.press("left")
	if c := s.m.View().Cursor; c == nil || c.X != x+3 || c.Y != y {
		t.Errorf("the cursor is at %+v and not one to the left", c)
	}
	s.letters(strings.Repeat("x", 80))
	if c := s.m.View().Cursor; c == nil || c.Y != y || c.X >= 85 {
		t.Errorf("the cursor has left the dialog: %+v", c)
	}
	s.press("tab")
	if c := s.m.View().Cursor; c != nil {
		t.Errorf("beside Cancel there is a cursor at %+v", c)
	}
}

func TestTheDialogSaysWhatARemovalDoesNotDo(t *testing.T) {
	s := dialogOf(t, 100, 24, runner)
	s.see("Does not revoke it at the provider; running sessions keep using it.",
		"Its refresh token, if any, goes too. Cannot be undone: log in again.",
		"Log in again on the host: /auth codex login ci-runner",
		runner+" (stale, expired 12d ago)", "[▸Cancel ]", "y removes")
	s.golden("dialog-y")
	s = asked(t, "default")
	s.see(runner+" (stale", codex+" (expiring", jane+" (expired", shared+" (denied)",
		"Log in again on the host: /auth PROVIDER login BUCKET")
	s.golden("dialog-several")
}

func TestADialogFitsASmallTerminal(t *testing.T) {
	for name, sights := range map[string][]string{"y": {runner, "y removes"}, "typed": {codex, `Type "remove 1" and press Enter`}} {
		s := dialogOf(t, 40, 12, sights[0])
		s.see(sights...)
		s.golden("dialog-" + name + "-40x12")
	}
}
