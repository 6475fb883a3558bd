package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"credscope/tui/text"
)

func (s *screen) click(x, y int) { s.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft}) }

func (s *screen) wheel(x, y int, button tea.MouseButton) {
	s.send(tea.MouseWheelMsg{X: x, Y: y, Button: button})
}

func TestTheWheelScrollsWhatItIsOverWithoutMovingTheFocus(t *testing.T) {
	s := calm(t, "large", 120, 12)
	s.press("j")
	s.press("r")
	s.settled()
	for _, step := range []struct {
		x      int
		button tea.MouseButton
		moved  func() int
	}{
		{60, tea.MouseWheelDown, func() int { return s.m.buckets.list.at }},
		{115, tea.MouseWheelDown, func() int { return s.m.detail.scroll.top }},
		{5, tea.MouseWheelDown, func() int { return s.m.providers.list.at }},
	} {
		before := step.moved()
		s.wheel(step.x, 5, step.button)
		if got := step.moved(); got != before+wheelStep {
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
	s := checked(t, "default", 80, 10, runner)
	for page, top := range map[string]func() int{
		"?": func() int { return s.m.help.scroll.top }, "!": func() int { return s.m.history.scroll.top },
	} {
		s.press(page)
		s.wheel(40, 5, tea.MouseWheelDown)
		if top() != wheelStep {
			t.Errorf("%s: scrolled to %d", page, top())
		}
		s.wheel(40, 5, tea.MouseWheelUp)
		if top() != 0 {
			t.Errorf("%s: not scrolled back", page)
		}
		s.press("esc")
	}
}

func TestAClickSelectsARowAndFocusesItsPane(t *testing.T) {
	s := calm(t, "default", 120, 24)
	n := len(s.host.Calls())
	s.click(s.place("  codex "))
	if s.m.providers.selected() != "codex" || s.m.focus != providersPane {
		t.Errorf("on %s in pane %d", s.m.providers.selected(), s.m.focus)
	}
	s.click(s.place("jane.doe"))
	if s.current() != keyOf(jane) || s.m.focus != bucketsPane {
		t.Errorf("on %s in pane %d", s.current(), s.m.focus)
	}
	s.click(s.place("Not checked yet"))
	if s.m.focus != detailPane {
		t.Errorf("in pane %d", s.m.focus)
	}
	s.click(5, 15) // below the rows
	if s.m.providers.selected() != "codex" || s.m.focus != providersPane {
		t.Errorf("on %s in pane %d", s.m.providers.selected(), s.m.focus)
	}
	s.send(tea.MouseClickMsg{X: 5, Y: 2, Button: tea.MouseRight})
	if s.m.providers.selected() != "codex" {
		t.Error("the right button selects")
	}
	if got := s.since(n); got != "" {
		t.Errorf("clicks asked: %s", got)
	}
}

func TestAClickOnAFooterKeyPressesIt(t *testing.T) {
	t.Parallel()
	start := func(keys []string) *screen {
		s := calm(t, "default", 260, 24)
		s.until("the requests in the history", func() bool { return s.numRequests() == 6 })
		s.m.history.records = nil // they come in any order
		s.press(keys...)
		return s
	}
	for _, keys := range [][]string{{"j"}, {"/"}, {"?"}, {"+"}} {
		for _, binding := range start(keys).m.offered() {
			pressed, clicked := start(keys), start(keys)
			label := pressed.m.firstKey(binding) + " " + binding.Help().Desc
			x, y := clicked.place(label)
			before := clicked.text()
			clicked.click(x-1, y)
			if clicked.text() != before || clicked.quit {
				t.Errorf("%v: the column before %q presses a key", keys, label)
			}
			pressed.send(pressOf(binding))
			clicked.click(x+text.Width(label)-1, y)
			for _, s := range []*screen{pressed, clicked} {
				s.settled()
				s.m.history.records, s.m.host.Path = nil, "host.sock" // of which each host has its own, of any length
			}
			if clicked.text() != pressed.text() || clicked.quit != pressed.quit {
				t.Errorf("%v: %q is not its key\n%s\n%s", keys, label, clicked.text(), pressed.text())
			}
		}
	}
}

func TestTheOnlyAnswerThatAClickGivesIsCancel(t *testing.T) {
	for _, name := range []string{runner, codex} {
		s := checked(t, "default", 100, 24, name)
		s.press("x")
		button := "[ Cancel ]"
		if name == runner {
			button = "[▸Cancel ]"
		}
		cx, cy := s.place(button)
		s.click(cx+2, cy)
		s.isAsking() // it was not in view long enough
		s.pass(inputGuard)
		for y := range 24 {
			for x := range 100 {
				if y != cy || x < cx || x >= cx+len("[ Cancel ]") {
					s.click(x, y)
					s.wheel(x, y, tea.MouseWheelDown)
				}
			}
		}
		s.isAsking()
		s.click(cx, cy)
		s.isCanceled()
	}
}

func TestNoSingleClickRemoves(t *testing.T) {
	s := checked(t, "default", 100, 24, runner)
	states := map[string][]string{"list": {"1"}, "buckets": {"2"}, "worth removing": {"S"}, "help": {"?"}, "history": {"!"}, "filter": {"/"}}
	for state, keys := range states {
		s.press(keys...)
		for y := range 24 {
			for x := range 100 {
				s.click(x, y)
				if s.m.running() {
					t.Fatalf("%s: a click at %d,%d began a removal", state, x, y)
				}
				if s.m.dialog != nil || s.quit {
					s.pass(inputGuard)
					s.press("esc")
					s.quit = false
				}
			}
		}
		s.press("esc", "esc", "esc", "esc", "2")
		s.settled()
	}
	if n := s.host.Count("remove_token"); n != 0 || len(s.m.result().Ledger) != 0 {
		t.Errorf("%d removals were sent", n)
	}
}

func TestTheMouseCanBeLeftToTheTerminal(t *testing.T) {
	for _, off := range []bool{false, true} {
		s := calm(t, "default", 100, 24, func(o *Options) { o.NoMouse = off })
		if got := s.m.View().MouseMode; (got == tea.MouseModeNone) != off {
			t.Errorf("with NoMouse %v the mode is %v", off, got)
		}
	}
	if !strings.Contains(LeaveScreen, "\x1b[?1002l") {
		t.Error("a mouse that was taken is not given back")
	}
}
