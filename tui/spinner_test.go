package tui

import (
	"testing"
	"time"

	"charm.land/bubbles/v2/spinner"
	tea "charm.land/bubbletea/v2"

	"credscope/store/demo"
)

// hush stills the spinner, so that no cell changes by itself.
func (s *screen) hush() {
	s.m.spinner.Spinner.Frames, s.still = []string{"*"}, true
}

func TestOneSpinnerTurnsHoweverOftenItIsStarted(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.m.spinner.Spinner.FPS = 0
	var turns []tea.Msg // that the spinner is to be told of
	until := func(there func() bool) {
		for !there() {
			select {
			case msg := <-s.msgs:
				if turn, ok := msg.(spinner.TickMsg); ok {
					turns = append(turns, turn)
				} else {
					s.send(msg)
				}
			case <-time.After(patience):
				t.Fatalf("never came; %d turns", len(turns))
			}
		}
	}
	idle := func() bool { return s.m.busy == 0 }
	until(idle)
	s.press("R")
	until(idle)
	s.hold(func(demo.Call) bool { return true })
	s.press("R")
	until(func() bool { return len(turns) == 2 })
	for range 3 {
		var next []tea.Msg
		for _, turn := range turns {
			if _, cmd := s.m.Update(turn); cmd != nil {
				next = append(next, cmd())
			}
		}
		turns = next
	}
	if len(turns) != 1 {
		t.Errorf("%d spinners turn", len(turns))
	}
}
