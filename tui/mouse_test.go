package tui

import (
	"testing"

	tea "charm.land/bubbletea/v2"
)

func (s *screen) click(x, y int) { s.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft}) }

func (s *screen) wheel(x, y int, button tea.MouseButton) {
	s.send(tea.MouseWheelMsg{X: x, Y: y, Button: button})
}

func TestTheWheelScrollsWhatItIsOverWithoutMovingTheFocus(t *testing.T) {
	s := open(t, "large", 110, 12, noCheck)
	s.settled()
	s.press("l", "enter")
	s.settled()
	for _, step := range []struct {
		x      int
		button tea.MouseButton
		moved  func() int
	}{
		{60, tea.MouseWheelDown, func() int { return s.m.buckets.at }},
		{105, tea.MouseWheelDown, func() int { return s.m.detail.top }},
		{5, tea.MouseWheelDown, func() int { return s.m.providers.at }},
	} {
		s.press("g", "enter")
		s.settled()
		s.text() // a text is scrolled no further than it has been drawn
		before := step.moved()
		s.wheel(step.x, 5, step.button)
		s.text()
		if got := step.moved(); got != before+3 {
			t.Errorf("at column %d the wheel moved from %d to %d", step.x, before, got)
		}
		s.wheel(step.x, 5, tea.MouseWheelUp)
		if got := step.moved(); got != before {
			t.Errorf("at column %d the wheel did not move back: %d", step.x, got)
		}
		if s.m.focus != bucketsPane {
			t.Errorf("at column %d the wheel moved the focus", step.x)
		}
	}
}

func TestTheWheelScrollsPages(t *testing.T) {
	s := open(t, "default", 80, 10, noCheck)
	s.checkAll()
	for _, page := range []string{"?", "!"} {
		s.press(page)
		s.text()
		s.wheel(40, 5, tea.MouseWheelDown)
		s.text()
		if s.m.pageTop.top != 3 {
			t.Errorf("%s: scrolled to %d", page, s.m.pageTop.top)
		}
		s.wheel(40, 5, tea.MouseWheelUp)
		if s.m.pageTop.top != 0 {
			t.Errorf("%s: not scrolled back", page)
		}
		s.press("esc")
	}
	s.press("S")
	s.wheel(40, 5, tea.MouseWheelDown)
	if s.m.triage.rows.at != 3 {
		t.Errorf("in triage the cursor is on row %d", s.m.triage.rows.at)
	}
}

func TestAClickSelectsARowAndFocusesItsPane(t *testing.T) {
	s := open(t, "default", 110, 24, noCheck)
	s.settled()
	s.click(s.place("codex"))
	if p, _ := s.m.providers.current(); p.name != "codex" || s.m.focus != providersPane {
		t.Errorf("on %s in pane %d", p.name, s.m.focus)
	}
	s.click(s.place("jane.doe"))
	if got := s.current().Bucket; got != "jane.doe@example.com" || s.m.focus != bucketsPane {
		t.Errorf("on %s in pane %d", got, s.m.focus)
	}
	s.click(s.place("Not asked yet"))
	if s.m.focus != detailPane {
		t.Errorf("in pane %d", s.m.focus)
	}
	s.click(5, 15) // below the rows
	if p, _ := s.m.providers.current(); p.name != "codex" || s.m.focus != providersPane {
		t.Errorf("on %s in pane %d", p.name, s.m.focus)
	}
	s.send(tea.MouseClickMsg{X: 5, Y: 2, Button: tea.MouseRight})
	if p, _ := s.m.providers.current(); p.name != "codex" {
		t.Error("the right button selects")
	}
	if got := s.since(6); got != "" {
		t.Errorf("clicks asked: %s", got)
	}
}

func TestAClickOnAFooterKeyPressesIt(t *testing.T) {
	t.Parallel()
	start := func(keys []string) *screen {
		s := open(t, "default", 260, 24, noCheck)
		s.settled()
		s.until("the requests in the history", func() bool { return s.requestsTold() == 6 })
		s.m.status.history = nil // they come in any order
		s.press(keys...)
		return s
	}
	for _, keys := range [][]string{{"j", "l"}, {"/"}, {"?"}, {"+"}} {
		s := start(keys)
		s.settled()
		for _, binding := range s.m.offered() {
			label := s.m.firstKey(binding) + " " + binding.Help().Desc
			pressed := start(keys)
			pressed.settled()
			pressed.send(keyPress(binding))
			pressed.settled()
			for _, column := range []int{0, width(label) - 1} {
				clicked := start(keys)
				clicked.settled()
				x, y := clicked.place(label)
				clicked.click(x+column, y)
				clicked.settled()
				for _, s := range []*screen{clicked, pressed} {
					if s.m.page == triagePage {
						s.m.triage.rows.to(0) // it rests on the row that came first
					}
				}
				if clicked.text() != pressed.text() || clicked.quit != pressed.quit {
					t.Errorf("%v: column %d of %q is not its key\n%s\n%s", keys, column, label, clicked.text(), pressed.text())
				}
			}
			clicked := start(keys)
			clicked.settled()
			before := clicked.text()
			x, y := clicked.place(label)
			clicked.click(x-1, y)
			if clicked.text() != before || clicked.quit {
				t.Errorf("%v: the column before %q presses a key", keys, label)
			}
		}
	}
}

func TestClicksInADialogDoNothing(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.checkAll()
	for _, keys := range [][]string{{"l", "x"}, {"1", "j", "l", "x"}} {
		s.press(keys...)
		s.pass(deaf)
		dialog := s.text()
		for y := range 24 {
			for x := range 100 {
				s.click(x, y)
				s.wheel(x, y, tea.MouseWheelDown)
			}
		}
		if s.text() != dialog || s.m.confirm == nil || s.m.job != nil {
			t.Errorf("a click answered a dialog or changed it:\n%s", s.text())
		}
		s.press("esc")
	}
}

func TestNoSingleClickRemoves(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.checkAll()
	states := map[string][]string{"list": {"1"}, "buckets": {"2"}, "triage": {"S"}, "help": {"?"}, "history": {"!"}, "filter": {"/"}}
	for state, keys := range states {
		s.press(keys...)
		for y := range 24 {
			for x := range 100 {
				s.click(x, y)
				if s.m.job != nil {
					t.Fatalf("%s: a click at %d,%d began a removal", state, x, y)
				}
				if s.m.confirm != nil || s.quit {
					s.pass(deaf)
					s.press("esc")
					s.quit = false
				}
			}
		}
		s.press("esc", "esc", "esc", "esc")
		s.settled()
	}
	if n := s.host.Count("remove_token"); n != 0 || len(s.m.ledger) != 0 {
		t.Errorf("%d removals were sent", n)
	}
}

func TestTheMouseCanBeLeftToTheTerminal(t *testing.T) {
	for _, off := range []bool{false, true} {
		s := open(t, "default", 100, 24, noCheck, func(o *Options) { o.NoMouse = off })
		if got := s.m.View().MouseMode; (got == tea.MouseModeNone) != off {
			t.Errorf("with NoMouse %v the mode is %v", off, got)
		}
	}
}
