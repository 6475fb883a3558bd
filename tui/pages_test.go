package tui

import (
	"strings"
	"testing"
)

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
