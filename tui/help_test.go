package tui

import (
	"testing"

	"credscope/store"
)

func TestHelpListsEveryKeyByTaskAndEverySign(t *testing.T) {
	s := calm(t, "default", 100, 70)
	keys := newKeyMap()
	for _, closing := range []string{"?", "esc", "q", "f1"} {
		s.press("?")
		for _, group := range keys.groups() {
			s.see(" " + group.title)
			for _, binding := range group.keys {
				s.see(binding.Help().Key, binding.Help().Desc)
			}
		}
		for _, status := range store.Statuses {
			s.see(status.String() + " ")
		}
		s.press(closing)
		s.see("All buckets 13")
		if s.quit {
			t.Fatalf("%s quit the program", closing)
		}
	}
	s.press("f1")
	s.see("Dimmed keys do nothing now")
}

func TestHelpFitsAnyScreenByScrolling(t *testing.T) {
	s := calm(t, "default", 80, 24)
	s.press("?")
	s.golden("help-80x24")
	s.not("Dimmed keys")
	s.press("G")
	s.see("Dimmed keys do nothing now")
	s.press("g")
	s.see("Move")
}

func TestHelpIsSearchedByTyping(t *testing.T) {
	s := calm(t, "default", 100, 40)
	s.press("?", "/")
	s.letters("stale")
	s.see("Help /stale", "stale ones", "✗ stale")
	s.not("half a page up")
	s.press("enter")
	s.see("Help /stale")
	s.press("/")
	s.letters("zzz")
	s.see("Nothing matches the filter.")
	s.press("esc")
	s.see("half a page up")
	s.press("esc")
	s.see("All buckets 13")
}

func TestHelpDimsWhatDoesNotWorkNow(t *testing.T) {
	s := calm(t, "default", 100, 70)
	dimmed := func(state, does string, want bool) {
		t.Helper()
		s.press("?")
		x, y := s.place(does)
		dx, dy := s.place("ctrl+l")
		alive := s.styleAt(dx+13, dy) // the key that redraws always works
		if dim := s.styleAt(x, y) != alive; dim != want {
			t.Errorf("%s: %q is dimmed: %v", state, does, dim)
		}
		s.press("esc")
	}
	s.press("1")
	dimmed("on providers", "mark all shown", true)
	s.press("2")
	for _, does := range []string{"mark all shown", "mark a range", "refresh all", "help", "sort"} {
		dimmed("on buckets", does, false)
	}
	s.press("L")
	dimmed("locked", "mark all shown", true)
	dimmed("locked", "refresh all", false)
	s.m.connectionLost(testNow)
	dimmed("lost", "refresh all", true)
	dimmed("lost", "look up a name", true)
	dimmed("lost", "sort", false)
}
