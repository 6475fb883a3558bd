package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"credscope/store"
)

func TestEveryStatusHasItsFrame(t *testing.T) {
	for _, size := range [][2]int{{120, 35}, {80, 24}, {40, 12}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			s := open(t, "default", size[0], size[1])
			s.settled()
			for range s.m.inv.providers {
				s.press("c", "j")
				s.settled()
			}
			s.press("g", "j", "j", "enter")
			s.settled()
			s.golden(fmt.Sprintf("codex-%dx%d", size[0], size[1]))
		})
	}
}

func TestDialogs(t *testing.T) {
	s := open(t, "default", 100, 20)
	s.settled()
	s.press("c", "j", "c", "j", "c")
	s.settled()
	s.press("enter", "x")
	s.see("Remove 1 bucket?")
	s.golden("dialog-stale")
	s.answer("esc")
	s.see("Nothing was removed")
	s.press("h", "k", "l", "x")
	s.answer("d", "e", "f", "enter")
	s.see(`the text must be exactly "default"`)
	s.golden("dialog-valid")
}

func TestNothingToSee(t *testing.T) {
	for scenario, sight := range map[string]string{
		"refused": "Capability required", "locked": "The host cannot say", "empty": "Nothing listed",
	} {
		t.Run(scenario, func(t *testing.T) {
			s := open(t, scenario, 80, 16)
			s.see(sight)
			text := strings.ReplaceAll(s.text(), s.host.Path(), "SOCKET")
			if scenario != "empty" { // its frame holds the socket's path
				compareGolden(t, "nothing-"+scenario, text+"\n")
			}
			if strings.Contains(strings.ToLower(text), "no credentials") {
				t.Errorf("the screen claims to know that there is nothing:\n%s", text)
			}
		})
	}
}

func TestAHostThatHidesItsListsIsAskedByName(t *testing.T) {
	s := open(t, "restricted", 100, 16)
	s.see("By name 5", "hide its lists")
	s.settled()
	s.press("c")
	s.settled()
	s.golden("restricted")
	s.press("enter", "x")
	s.see("such hosts forbid")
	if s.m.confirm != nil || s.host.Count("remove_token") != 0 {
		t.Error("a removal that the host forbids was offered")
	}
}

func TestNoFrameIsEverLargerThanTheTerminal(t *testing.T) {
	s := open(t, "default", 100, 30)
	s.settled()
	states := map[string]func(){
		"list":   func() {},
		"detail": func() { s.press("3") },
		"dialog": func() { s.press("2", "x"); s.pass(deaf) },
		"typed":  func() { s.press("esc", "1", "j", "l", "x") },
		"filter": func() { s.pass(deaf); s.press("esc", "/", "a") },
		"help":   func() { s.press("esc", "?") },
	}
	for _, name := range []string{"list", "detail", "dialog", "typed", "filter", "help"} {
		states[name]()
		for w := 1; w <= 200; w++ {
			for h := 1; h <= 60; h += 1 + h/12 {
				s.send(tea.WindowSizeMsg{Width: w, Height: h})
				checkFrame(t, s.m, name)
			}
		}
	}
}

func checkFrame(t *testing.T, m *Model, state string) {
	t.Helper()
	lines := m.frame()
	if len(lines) != m.height {
		t.Fatalf("%s at %dx%d: %d lines", state, m.width, m.height, len(lines))
	}
	for y, line := range lines {
		if width(line) != m.width {
			t.Fatalf("%s at %dx%d: line %d is %d cells wide: %q", state, m.width, m.height, y, width(line), plainText(line))
		}
	}
	if c := m.View().Cursor; c != nil && (c.X < 0 || c.X >= m.width || c.Y < 0 || c.Y >= m.height) {
		t.Fatalf("%s at %dx%d: cursor at %d,%d", state, m.width, m.height, c.X, c.Y)
	}
}

func TestASizeOfNothingDoesNotPanic(t *testing.T) {
	s := open(t, "default", 0, 0)
	s.send(tea.WindowSizeMsg{Width: -1, Height: 3})
	_ = s.m.View()
}

func TestWithoutAHostTheScreenSaysWhy(t *testing.T) {
	m := New(t.Context(), nil, Options{Now: testClock, NoHost: store.ErrNoProxy})
	m.Init()
	m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	for _, key := range []string{"r", "R", "c", "x", "enter", "/", "?", "esc", "j", "l", "3"} {
		m.Update(keyNamed(key))
	}
	text := plainText(strings.Join(m.frame(), "\n"))
	for _, want := range []string{"LLXPRT_CREDENTIAL_SOCKET is not set", "credscope --demo"} {
		if !strings.Contains(text, want) {
			t.Errorf("not on the screen: %s\n%s", want, text)
		}
	}
}
