package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"credscope/tui/theme"
)

func TestKindsOfMessagesAreToldApartWithoutColour(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		s := calm(t, "default", 80, 24, func(o *Options) { o.Theme, o.ASCII = theme.None, ascii })
		signs := map[string]theme.Kind{}
		for _, kind := range []theme.Kind{theme.Info, theme.Success, theme.Warning, theme.Failure} {
			s.m.say(kind, "the message")
			_, y := s.place("the message")
			sign, _, _ := strings.Cut(strings.TrimSpace(strings.Split(s.text(), "\n")[y]), " ")
			if other, taken := signs[sign]; taken || sign == "the" {
				t.Errorf("%v has the sign %q, which %v has too", kind, sign, other)
			}
			signs[sign] = kind
		}
	}
}

func TestAnInformationGoesAfterFiveSecondsOrWithTheNextKey(t *testing.T) {
	for _, kind := range []theme.Kind{theme.Info, theme.Success, theme.Warning, theme.Failure} {
		fades := kind <= theme.Success
		var s statusBar
		s.put(kind, "said", testNow)
		s.expire(testNow.Add(informationFor - 1))
		if s.text == "" || s.fades() != fades {
			t.Errorf("%s: %+v", kind, s)
		}
		s.expire(testNow.Add(informationFor))
		if (s.text == "") != fades {
			t.Errorf("%s after its time: %+v", kind, s)
		}
		s.put(kind, "said", testNow)
		s.touched()
		if (s.text == "") != fades {
			t.Errorf("%s after a key: %+v", kind, s)
		}
	}
}

func TestAWarningAboutAKeyGoesWithTheNextKeyOrClick(t *testing.T) {
	const said = "2 marked buckets not shown here: press esc to see what would be removed"
	for name, act := range map[string]func(s *screen){
		"a key":     func(s *screen) { s.press("esc") },
		"a click":   func(s *screen) { s.send(tea.MouseClickMsg{Button: tea.MouseLeft, X: 3, Y: 3}) },
		"the wheel": func(s *screen) { s.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown, X: 3, Y: 3}) },
	} {
		s := checked(t, "default", 120, 24, runner)
		s.press("space", "space", "/", "z", "enter", "x")
		s.see(said)
		act(s)
		if strings.Contains(s.text(), said) {
			t.Errorf("after %s it stays\n%s", name, s.text())
		}
	}
}

func TestAVerdictStaysWhenKeysArePressed(t *testing.T) {
	s := checked(t, "blank", 120, 24, runner)
	s.removes(runner)
	s.says(theme.Warning, "cannot confirm")
	s.press("j", "k", "2", "3")
	s.says(theme.Warning, "cannot confirm")
}

func TestOneCauseThatFailsManyRequestsIsOneMessage(t *testing.T) {
	var s statusBar
	for _, step := range []struct {
		kind theme.Kind
		text string
		new  bool
	}{
		{theme.Failure, "lost", true},
		{theme.Failure, "lost", false},
		{theme.Failure, "other", true},
		{theme.Failure, "lost", true},
		{theme.Info, "same", true},
		{theme.Info, "same", true},
	} {
		if got := s.put(step.kind, step.text, testNow); got != step.new {
			t.Errorf("%+v: new is %t", step, got)
		}
	}
}

func TestMovingDoesNotClearAnError(t *testing.T) {
	s := calm(t, "default", 120, 24)
	s.at(runner)
	s.instead("get_token", nil, refusal("INTERNAL_ERROR"))
	s.press("r")
	s.settled()
	s.says(theme.Failure, "codex/ci-runner: ")
	moves := []string{"j", "k", "down", "up", "g", "G", "home", "end", "pgup", "pgdown", "ctrl+u", "ctrl+d", "h", "l", "tab", "shift+tab", "1", "2", "3", "left", "right"}
	for _, key := range append(moves, "?", "esc", "!", "esc", "/", "esc") {
		s.press(key)
		s.says(theme.Failure, "codex/ci-runner: ")
	}
	s.host.SetHook(nil)
	s.at(runner)
	s.press("r")
	s.see("codex/ci-runner: stale")
	s.not("failed")
	s.press("!")
	s.see("error: codex/ci-runner: ")
}

func TestALongMessageTakesALineMoreWhereThereIsRoom(t *testing.T) {
	s := calm(t, "default", 80, 24)
	s.m.say(theme.Failure, strings.Repeat("word ", 30)+"end")
	s.see("end")
	s.resize(80, 10)
	s.not("end")
	s.pass(time.Hour)
	s.send(tickMsg{s.m.tick.generation})
	s.see("word word")
}
