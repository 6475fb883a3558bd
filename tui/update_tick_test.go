package tui

import (
	"testing"
	"time"
)

func TestATimeInSecondsGoesOnAtOnceAlsoWhereMinutesWereShownBefore(t *testing.T) {
	t.Parallel()
	s := calm(t, "default", 130, 30)
	s.provider("anthropic")
	s.press("c")
	s.settled()
	if s.m.tickEvery != time.Minute {
		t.Fatalf("hours are redrawn every %v", s.m.tickEvery)
	}
	s.provider("codex")
	s.press("c")
	s.settled()
	if s.m.tickEvery != time.Second {
		t.Errorf("seconds are redrawn every %v", s.m.tickEvery)
	}
}
