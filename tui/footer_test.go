package tui

import (
	"strings"
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

func TestTheFooterOffersOnlyWhatWorks(t *testing.T) {
	s := calm(t, "default", 200, 24)
	s.see("x remove", "space mark", "S stale ones")
	s.press("1")
	s.not("x remove")
	s.not("space mark")
	s.press("2", "L")
	s.not("x remove")
	s.press("L")
	s.provider("qwen")
	s.press("g", "j") // an invalid name
	s.not("x remove")
}

func TestAPageOffersACommandOnlyAfterWhatNeedsOne(t *testing.T) {
	s := asked(t, "flaky")
	const command = "Y copy the host's command"
	s.answer("esc")
	s.press("!")
	s.see("Sent to the host")
	s.not(command)
	s.not("last run")
	s.press("esc", "x")
	s.accept("remove 4")
	s.see("Removal ended: 2 removed, 1 unknown, 1 not started", "▸ ✗ codex/default")
	s.not(command)
	s.press("k")
	s.see(command)
	s.press("!")
	s.see(command, "enter last run")
}

func TestTheFooterKeepsSOnANarrowScreen(t *testing.T) {
	s := checked(t, "default", 40, 12, runner)
	s.see("✗3", "S stale ones")
}

func TestEveryPageOffersItsKeysAndTakesThem(t *testing.T) {
	s := checked(t, "default", 120, 24, runner)
	for _, step := range []struct{ keys, shows, offers string }{
		{"?", "Help", "/ filter"},
		{"!", "History", "t dates"},
		{"?", "Help", "esc back"},
		{"!", "History", "? help"},
		{"t", "Times are local", "esc back"},
		{"p", "Names hidden", "esc back"},
		{"p esc", "All buckets 13", "q quit"},
	} {
		s.press(strings.Fields(step.keys)...)
		s.see(step.shows, step.offers)
	}
}
