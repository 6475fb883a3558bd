package tui

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"credscope/store"
)

// codexDefault is a screen with the one bucket looked at that expires soon.
func codexDefault(t *testing.T, w int) *screen {
	t.Helper()
	s := open(t, "default", w, 30, noCheck)
	s.settled()
	s.press("j", "j", "l", "j", "enter")
	s.settled()
	return s
}

func TestACountdownGoesOnWithoutAskingTheHost(t *testing.T) {
	s := codexDefault(t, 100)
	calls := len(s.host.Calls())
	for _, step := range []struct {
		passes time.Duration
		sights []string
	}{
		{0, []string{"expiring      in 00:03:20", "(in 00:03:20)", "Asked     14:05:10"}},
		{time.Second, []string{"expiring      in 00:03:19", "(in 00:03:19)"}},
		{999 * time.Millisecond, []string{"in 00:03:18"}}, // truncated
		{3 * time.Minute, []string{"in 00:00:18"}},
		{19 * time.Second, []string{"expired      00:00:00 ago"}},
		{time.Hour, []string{"expired      01:00:00 ago"}},
		{8 * 24 * time.Hour, []string{"stale        8d 01:00 ago", "Asked     14:05:10"}},
	} {
		s.pass(step.passes)
		s.send(tickMsg{s.m.tick.ticket})
		s.see(step.sights...)
		if !s.m.tick.busy {
			t.Fatalf("after %v the tick has stopped", step.passes)
		}
	}
	if got := len(s.host.Calls()); got != calls {
		t.Errorf("the countdown asked the host: %v", s.host.Calls()[calls:])
	}
	s.golden("countdown-stale-100x30")
}

func TestACountdownTakesTheSameRoomAllTheTime(t *testing.T) {
	s := codexDefault(t, 80)
	x, y := s.place("in 00:03:20")
	for range 100 {
		s.pass(time.Second)
		if atX, atY := s.place("in 00:0"); atX != x || atY != y {
			t.Fatalf("the countdown moved from %d,%d to %d,%d", x, y, atX, atY)
		}
	}
}

func TestTheTickTakesASecondAndThereIsOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := New(t.Context(), nil, Options{Now: testClock, NoCheck: true, Lookups: []store.Key{{Provider: "codex"}}})
		m.Update(tea.WindowSizeMsg{Width: 100, Height: 24})
		if m.armTick() != nil {
			t.Fatal("there is a tick with nothing looked at")
		}
		b, _ := m.buckets.current()
		b.took(store.Look{Found: true, Metadata: store.Metadata{Expiry: store.Expiry(testNow.Add(time.Hour).Unix())}}, testNow)
		begin := time.Now()
		cmd := m.armTick()
		if cmd == nil || m.armTick() != nil {
			t.Fatal("not exactly one tick")
		}
		if msg := cmd(); msg != (tickMsg{m.tick.ticket}) || time.Since(begin) != time.Second {
			t.Errorf("%#v after %v", msg, time.Since(begin))
		}
	})
}

func TestTheTickRunsOnlyWhileSomethingCountsDown(t *testing.T) {
	s := codexDefault(t, 100)
	ticks := func(when string, want bool) {
		t.Helper()
		s.send(tickMsg{s.m.tick.ticket}) // what is under way ends; it is armed again or not
		if s.m.tick.busy != want {
			t.Errorf("%s: a tick runs: %v\n%s", when, s.m.tick.busy, s.text())
		}
	}
	ticks("with a countdown", true)
	for _, page := range []string{"?", "!"} {
		s.press(page)
		ticks("on the page of "+page, false)
		s.press("esc")
		if !s.m.tick.busy {
			t.Errorf("after the page of %s no tick runs", page)
		}
	}
	s.press("/")
	s.letters("shared")
	ticks("with the countdown filtered out", false)
	s.press("esc")
	ticks("with the countdown back", true)
	s.press("1", "j", "c")
	s.settled()
	ticks("with a stale one", true)
	s.press("j", "c")
	s.settled()
	ticks("where nothing has an expiry", false)
}

func TestWhereNothingWasLookedAtThereIsNoTick(t *testing.T) {
	for _, scenario := range []string{"default", "empty", "locked", "refused"} {
		s := open(t, scenario, 100, 24, noCheck)
		s.until("an answer", func() bool { return s.m.busy == 0 })
		if s.m.tick.busy {
			t.Errorf("%s: a tick runs", scenario)
		}
	}
}

func TestTimesAreRelativeLocalOrUTCInRowsAndDetail(t *testing.T) {
	s := codexDefault(t, 100)
	s.see("expiring      in 00:03:20", "2026-11-23 14:08", "Asked     14:05:10")
	s.press("t")
	s.see("Times are local", "expiring   26-11-23 14:08", "+01 (in 00:03:20)", "Asked     14:05:10")
	s.golden("times-local-100x30")
	s.press("t")
	s.see("Times are UTC", "expiring   26-11-23 13:08", "2026-11-23 13:08", "+00 (in 00:03:20)", "Asked     13:05:10", "(UTC)")
	s.golden("times-utc-100x30")
	s.press("!")
	s.see(" 13:05:10 ")
	s.press("esc", "t")
	s.see("Times are relative", "expiring      in 00:03:20")
	s.not("(UTC)")
	s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	s.golden("countdown-80x24")
	if n := strings.Count(s.text(), "00:03:20"); n != 1 {
		t.Errorf("the countdown is there %d times", n)
	}
}
