package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"credscope/store"
	"credscope/store/demo"
)

// dialogOf is the screen with the dialog about one bucket, as old as can be read.
func dialogOf(t *testing.T, w, h int, place string) *screen {
	t.Helper()
	s := looked(t, "default", w, h, place)
	s.press("x")
	if s.m.confirm == nil {
		t.Fatalf("no dialog\n%s", s.text())
	}
	return s
}

// asking fails unless the dialog is open and nothing was removed.
func (s *screen) asking() {
	s.t.Helper()
	if s.m.confirm == nil || s.m.job != nil || s.host.Count("remove_token") != 0 {
		s.t.Fatalf("the question is over\n%s", s.text())
	}
}

// cancelled fails unless the dialog is closed and nothing was removed.
func (s *screen) cancelled() {
	s.t.Helper()
	if s.m.confirm != nil || s.m.job != nil || s.host.Count("remove_token") != 0 {
		s.t.Fatalf("not cancelled\n%s", s.text())
	}
	s.see("Nothing was removed")
}

func TestTheDialogSaysWhatARemovalDoesNotDo(t *testing.T) {
	s := dialogOf(t, 100, 24, runner)
	s.see("Not revoked at the provider; sessions with the token keep it.",
		"No undo: the host would store it without its refresh token.",
		"Log in again on the host: /auth codex login ci-runner",
		runner+" (stale, 12d 05:00 ago)", "[▸Cancel ]", "y removes")
	s.golden("dialog-y")
	s = asked(t, "default")
	s.see(runner+" (stale", codex+" (expiring", jane+" (expired", shared+" (hidden)",
		"Log in again on the host: /auth PROVIDER login BUCKET")
	s.golden("dialog-several")
}

func TestEnterAtOnceCancels(t *testing.T) {
	s := dialogOf(t, 100, 24, runner)
	s.answer("enter")
	s.cancelled()
}

func TestOnlyOneThatIsPastItsUseIsRemovedByY(t *testing.T) {
	for _, place := range []string{runner, jane, unreadable} {
		s := dialogOf(t, 80, 24, place)
		s.see("y removes")
		s.answer("y")
		s.settled()
		s.wasRemoved(place)
	}
}

func TestEverythingElseIsTyped(t *testing.T) {
	for place, word := range map[string]string{
		"claudecode/default": "default", "claudecode/jane.doe@example.com": "jane.doe@example.com",
		codex: "remove 1", "qwen/default": "remove 1", "qwen/trial": "remove 1", shared: "remove 1",
	} {
		t.Run(place, func(t *testing.T) {
			s := dialogOf(t, 80, 24, place)
			s.see(fmt.Sprintf("Type %q and press Enter", word))
			s.answer("y")
			s.asking()
			s.answer("enter")
			s.asking()
			s.see(fmt.Sprintf("Not yet: the text must be exactly %q", word))
			s.press("backspace")
			s.accept(word)
			s.settled()
			s.wasRemoved(place)
		})
	}
}

func TestAnUncheckedBucketIsTyped(t *testing.T) {
	s := calm(t, "default", 80, 24)
	s.at(runner)
	s.press("x")
	s.see("(unchecked)", `Type "remove 1"`)
	s.answer("y", "enter")
	s.asking()
	s.press("backspace")
	s.accept("remove 1")
	s.settled()
	s.wasRemoved(runner)
}

func TestOnlyTheExactWordsAreTaken(t *testing.T) {
	for _, typed := range []string{"remove", "remove 3", "remove 44", "Remove 4", "remove  4", " remove 4", "remove 4 ", "y", "yes"} {
		s := asked(t, "default")
		s.answer(append(strings.Split(typed, ""), "enter")...)
		s.asking()
	}
}

func TestADialogIsDeafUntilItCanBeRead(t *testing.T) {
	for _, place := range []string{runner, codex} {
		s := dialogOf(t, 80, 24, place)
		s.pass(deaf - time.Millisecond)
		before := s.text()
		s.press("y", "enter", "tab", "esc", "r", "1", "space", "right", "enter")
		s.asking()
		if after := s.text(); after != before {
			t.Errorf("a dialog that nobody has read took a key\n%s", after)
		}
	}
}

func TestPastedTextIsNoAnswer(t *testing.T) {
	for _, place := range []string{runner, codex} {
		s := dialogOf(t, 80, 24, place)
		s.pass(deaf)
		s.send(tea.PasteMsg{Content: "y"})
		s.send(tea.PasteMsg{Content: "remove 1"})
		s.send(tea.PasteMsg{Content: "remove 1\n"})
		s.asking()
		if s.m.confirm.field.Value() != "" {
			t.Error("it took the text")
		}
		s.press("enter")
		if s.host.Count("remove_token") != 0 || s.m.job != nil {
			t.Error("removed by a paste")
		}
	}
}

func TestTabGoesRoundTheButtons(t *testing.T) {
	s := dialogOf(t, 80, 24, runner)
	s.answer("tab")
	s.see("[ Cancel ]  [▸Remove ]")
	s.press("tab")
	s.see("[▸Cancel ]  [ Remove ]")
	s.press("right")
	s.see("[▸Remove ]")
	s.press("left", "enter")
	s.cancelled()
	s.press("x")
	s.answer("shift+tab", "enter")
	s.settled()
	s.wasRemoved(runner)
}

func TestTabReachesCancelBesideTheText(t *testing.T) {
	s := dialogOf(t, 80, 24, codex)
	s.answer("r", "e", "tab")
	s.see("> re", "[▸Cancel ]")
	s.press("m", "y")
	s.see("> re")
	s.asking()
	s.press("tab", "m")
	s.see("> rem", "[ Cancel ]")
	s.press("tab", "enter")
	s.cancelled()
}

func TestEscLeavesAnyDialog(t *testing.T) {
	for _, place := range []string{runner, codex} {
		s := dialogOf(t, 80, 24, place)
		s.answer("esc")
		s.cancelled()
		if b, _ := s.m.buckets.current(); b.key.String() != place {
			t.Error("the cursor moved")
		}
	}
}

func TestADialogDoesNotFollowTheCursorOrARefresh(t *testing.T) {
	s := looked(t, "default", 100, 24, runner)
	g := s.hold(func(call demo.Call) bool { return call.Op == "list_buckets" && call.Key.Provider == "codex" })
	s.host.Put(store.Key{Provider: "codex", Bucket: "a-new-one"}, testNow)
	s.press("r")
	s.comes(g)
	s.press("x")
	close(g.open)
	s.see("a-new-one")
	s.until("quiet", func() bool { return s.m.busy == 0 })
	s.pass(deaf)
	s.press("j", "down", "G", "2", "space")
	s.send(tea.MouseClickMsg{X: 30, Y: 2, Button: tea.MouseLeft})
	s.send(tea.MouseWheelMsg{X: 30, Y: 2, Button: tea.MouseWheelDown})
	s.see(runner + " (stale")
	s.marks()
	s.m.buckets.to(0) // whatever may move it
	s.answer("y")
	s.settled()
	s.wasRemoved(runner)
}

func TestADialogFitsASmallTerminal(t *testing.T) {
	for name, sights := range map[string][]string{"y": {runner, "y removes"}, "typed": {codex, `Type "remove 1" and press Enter`}} {
		s := dialogOf(t, 40, 12, sights[0])
		s.see(sights...)
		s.golden("dialog-" + name + "-40x12")
	}
}
