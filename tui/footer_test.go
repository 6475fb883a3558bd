package tui

import (
	"testing"
)

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

func TestTheFooterKeepsSOnANarrowScreen(t *testing.T) {
	s := checked(t, "default", 40, 12, runner)
	s.see("✗3", "S stale ones")
}
