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

// asked is the screen with the dialog about the four buckets of codex.
func asked(t *testing.T, scenario string) *screen {
	t.Helper()
	s := checked(t, scenario, 100, 24, runner)
	s.provider("codex")
	s.press("*", "x")
	return s
}

// dialogOf is the screen with the dialog about one bucket, as old as can be read.
func dialogOf(t *testing.T, w, h int, place string) *screen {
	t.Helper()
	s := checked(t, "default", w, h, place)
	s.press("x")
	if s.m.dialog == nil {
		t.Fatalf("no dialog\n%s", s.text())
	}
	return s
}

func TestEnterAtOnceCancels(t *testing.T) {
	s := dialogOf(t, 100, 24, runner)
	s.answer("enter")
	s.isCanceled()
}

func TestOnlyOneThatIsPastItsUseIsRemovedByY(t *testing.T) {
	for _, place := range []string{runner, jane, "gemini/default"} {
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
			s.isAsking()
			s.answer("enter")
			s.isAsking()
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
	s.isAsking()
	s.press("backspace")
	s.accept("remove 1")
	s.settled()
	s.wasRemoved(runner)
}

func TestOnlyTheExactWordsAreTaken(t *testing.T) {
	for _, typed := range []string{"remove", "remove 3", "remove 44", "Remove 4", "remove  4", " remove 4", "remove 4 ", "y", "yes"} {
		s := asked(t, "default")
		s.answer(append(strings.Split(typed, ""), "enter")...)
		s.isAsking()
	}
}

func TestADialogIgnoresKeysUntilItCanBeRead(t *testing.T) {
	for _, place := range []string{runner, codex} {
		s := dialogOf(t, 80, 24, place)
		s.pass(inputGuard - time.Millisecond)
		before := s.text()
		s.press("y", "enter", "tab", "esc", "r", "1", "space", "right", "enter")
		s.isAsking()
		if after := s.text(); after != before {
			t.Errorf("it took a key at once\n%s", after)
		}
	}
}

func TestPastedTextIsNoAnswer(t *testing.T) {
	for _, place := range []string{runner, codex} {
		s := dialogOf(t, 80, 24, place)
		s.pass(inputGuard)
		s.send(tea.PasteMsg{Content: "y"})
		s.send(tea.PasteMsg{Content: "remove 1"})
		s.send(tea.PasteMsg{Content: "remove 1\n"})
		s.isAsking()
		if s.m.dialog.field.Value() != "" {
			t.Error("it took the text")
		}
		s.press("enter")
		if s.host.Count("remove_token") != 0 || s.m.running() {
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
	s.isCanceled()
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
	s.isAsking()
	s.press("tab", "m")
	s.see("> rem", "[ Cancel ]")
	s.press("tab", "enter")
	s.isCanceled()
}

func TestEscLeavesAnyDialog(t *testing.T) {
	for _, place := range []string{runner, codex} {
		s := dialogOf(t, 80, 24, place)
		s.answer("esc")
		s.isCanceled()
		if b, _ := s.m.buckets.list.current(); b.Key.String() != place {
			t.Error("the cursor moved")
		}
	}
}

func TestADialogDoesNotFollowTheCursorOrARefresh(t *testing.T) {
	s := checked(t, "default", 100, 24, runner)
	g := s.hold(func(call demo.Call) bool { return call.Op == "list_buckets" && call.Key.Provider == "codex" })
	s.host.Put(store.Key{Provider: "codex", Bucket: "a-new-one"}, testNow)
	s.press("r")
	s.comes(g)
	s.press("x")
	close(g.open)
	s.see("a-new-one")
	s.until("quiet", func() bool { return !s.m.busy() })
	s.pass(inputGuard)
	s.press("j", "down", "G", "2", "space")
	s.send(tea.MouseClickMsg{X: 30, Y: 2, Button: tea.MouseLeft})
	s.send(tea.MouseWheelMsg{X: 30, Y: 2, Button: tea.MouseWheelDown})
	s.see(runner + " (stale")
	s.marks()
	s.m.buckets.list.to(0) // whatever may move it
	s.answer("y")
	s.settled()
	s.wasRemoved(runner)
}

// tiny are sizes on which nothing can be shown.
var tiny = [][2]int{{19, 5}, {20, 4}, {19, 4}, {10, 3}, {1, 1}, {0, 0}, {200, 4}, {19, 60}}

func TestAQuestionThatIsNotDrawnTakesNoAnswer(t *testing.T) {
	for _, place := range []string{runner, codex} {
		for _, size := range tiny {
			s := dialogOf(t, 100, 24, place)
			s.pass(inputGuard)
			s.resize(size[0], size[1])
			s.answer("y", "tab", "enter", "q", "n")
			s.letters("remove 1")
			s.press("enter")
			s.isAsking()
			if s.m.dialog.field.Value() != "" {
				t.Errorf("%v: text was typed into a question that is not drawn", size)
			}
			s.press("esc")
			s.resize(100, 24)
			s.isCanceled()
		}
	}
}

func TestAQuestionThatIsDrawnAgainHasToBeReadAgain(t *testing.T) {
	again := map[string][]tea.Msg{
		"from a tiny size":   {tea.WindowSizeMsg{Width: 19, Height: 4}, tea.WindowSizeMsg{Width: 80, Height: 24}},
		"at another size":    {tea.WindowSizeMsg{Width: 80, Height: 24}},
		"after a suspension": {tea.ResumeMsg{}},
	}
	for way, msgs := range again {
		s := dialogOf(t, 100, 24, runner)
		s.pass(time.Hour)
		for _, msg := range msgs {
			s.send(msg)
		}
		s.press("y", "enter", "esc")
		if s.m.dialog == nil || s.m.running() {
			t.Fatalf("%s: a question was answered at once\n%s", way, s.text())
		}
		s.pass(inputGuard - time.Millisecond)
		s.press("y")
		s.isAsking()
		s.pass(time.Millisecond)
		s.press("y")
		s.settled()
		s.wasRemoved(runner)
	}
}

func TestATinyTerminalTakesNoKeyButThoseThatLeaveOrStop(t *testing.T) {
	for _, size := range tiny {
		s := checked(t, "default", 100, 24, runner)
		before := s.text()
		asked := len(s.host.Calls())
		s.resize(size[0], size[1])
		s.press("S", "*", "x")
		s.letters("remove 4")
		s.press("enter", "space", "*", "j", "1", "/", "+", "?", "!", "L", "p", "t", "s", "r", "R", "c", "v", "q", "esc", "shift+down")
		s.send(tea.PasteMsg{Content: "remove 4"})
		for y := range max(1, size[1]) {
			for x := range max(1, size[0]) {
				s.click(x, y)
				s.wheel(x, y, tea.MouseWheelDown)
			}
		}
		if s.quit || s.m.busy() || len(s.host.Calls()) != asked {
			t.Errorf("%v: a key that nobody can see the effect of did something", size)
		}
		s.resize(100, 24)
		if after := s.text(); after != before {
			t.Errorf("%v: a key changed something unseen\n%s", size, after)
		}
		s.resize(size[0], size[1])
		s.press("ctrl+c")
		s.until("the end", func() bool { return s.quit })
	}
}

func TestEscStopsARemovalOnATinyTerminal(t *testing.T) {
	s := asked(t, "default")
	g := s.hold(isRemoval)
	s.accept("remove 4")
	s.comes(g)
	s.resize(10, 3)
	s.press("q", "enter")
	s.press("esc")
	close(g.open)
	s.settled()
	s.wasRemoved(runner)
}
