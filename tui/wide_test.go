package tui

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

const wideWords = "資格情報 读取🔑权限🚀 관리자 ａｂｃ 👩‍💻 é 🇯🇵 ок・終わり"

// foreign is a screen full of a host's wide words.
func foreign(t *testing.T, w, h int) *screen {
	t.Helper()
	s := open(t, "default", w, h, noCheck)
	s.host.SetHook(func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		switch {
		case call.Op != "get_token":
			return answer()
		case call.Key.Bucket == "default":
			return map[string]any{
				"access_token": "x", "token_type": wideWords, "scope": strings.Repeat(wideWords+" ", 4),
				"account_id": wideWords, "expiry": testNow.Unix() + 60, wideWords: 1,
			}, nil
		}
		return nil, &socket.ResponseError{Code: string(store.InternalError), Message: wideWords + wideWords}
	})
	s.checkAll()
	return s
}

func TestWideWordsOfTheHostKeepEveryLineAsWideAsAsked(t *testing.T) {
	s := foreign(t, 100, 24)
	for _, keys := range []string{"j j l", "j", "3", "h / x", "esc 2 esc k x", "esc !", "esc"} {
		s.press(strings.Fields(keys)...)
		for w := 20; w <= 130; w++ {
			for _, h := range []int{5, 8, 12, 24} {
				s.send(tea.WindowSizeMsg{Width: w, Height: h})
				checkFrame(t, s.m, keys)
				for p := providersPane; p <= detailPane; p++ {
					for y, line := range s.m.pane(p, w, s.m.layout()) {
						if width(line) != w {
							t.Fatalf("%s: line %d of pane %d is %d cells wide, not %d: %q", keys, y, p, width(line), w, plainText(line))
						}
					}
				}
			}
		}
		s.pass(deaf)
	}
}

func TestAWideFilterKeepsTheWidth(t *testing.T) {
	s := foreign(t, 100, 24)
	s.press("/")
	s.letters("資格情報🔑")
	for w := 20; w <= 130; w++ {
		s.send(tea.WindowSizeMsg{Width: w, Height: 12})
		checkFrame(t, s.m, "filter")
	}
}

func TestWideWordsHaveAFrame(t *testing.T) {
	s := foreign(t, 80, 24)
	s.press("j", "j", "l", "j", "3")
	s.golden("wide-80x24")
}

func TestThePanesFollowTheWidth(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.settled()
	shows := func(w int, want ...string) {
		t.Helper()
		s.send(tea.WindowSizeMsg{Width: w, Height: 24})
		for _, title := range []string{"Providers 5", "Buckets of", "─ Detail ─", "Detail ━"} {
			there := strings.Contains(s.text(), title)
			if wanted := strings.Contains(strings.Join(want, " "), strings.Trim(title, "─━ 5")); there && !wanted {
				t.Errorf("%d columns show %s", w, title)
			}
		}
		s.see(want...)
	}
	shows(100, "Providers", "Buckets of", "Detail")
	shows(99, "Providers", "Buckets of")
	shows(70, "Providers", "Buckets of")
	shows(69, "Providers")
	s.press("enter")
	shows(69, "Buckets of")
	s.press("l")
	shows(69, "Detail")
	shows(99, "Buckets of", "Detail")
	s.press("esc")
	shows(69, "Buckets of")
	s.press("esc")
	shows(69, "Providers")
}

func TestTheSmallestScreens(t *testing.T) {
	s := open(t, "default", 20, 5, noCheck)
	s.settled()
	s.press("l", "enter")
	s.settled()
	s.press("j", "k")
	s.see("default", "Looked at")
	s.golden("smallest-20x5")
	for _, size := range [][2]int{{19, 5}, {20, 4}, {60, 4}, {10, 30}} {
		s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		note := fmt.Sprintf("%dx%d is too small, 20x5 needed", size[0], size[1])
		text := strings.TrimRight(s.text(), "\n")
		if shown := strings.TrimSuffix(text, "…"); !strings.HasPrefix(note, shown) || strings.Contains(text, "\n") {
			t.Errorf("%v: %q", size, text)
		}
	}
}

// raced reports whether the race detector, which is slow, is looking on.
func raced() bool {
	build, _ := debug.ReadBuildInfo()
	for _, setting := range build.Settings {
		if setting.Key == "-race" {
			return setting.Value == "true"
		}
	}
	return false
}

func TestTheListFitsEverySizeOfTerminal(t *testing.T) {
	t.Parallel()
	s := open(t, "default", 100, 24, noCheck)
	s.checkAll()
	s.press("l", "x", "esc")
	step := 1
	if raced() {
		step = 7
	}
	for w := 1; w <= 200; w += step {
		for h := 1; h <= 60; h++ {
			s.m.Update(tea.WindowSizeMsg{Width: w, Height: h})
			checkFrame(t, s.m, "list")
		}
	}
}

func TestThePagesFitTheTerminal(t *testing.T) {
	t.Parallel()
	s := open(t, "default", 100, 24, noCheck)
	s.checkAll()
	fits := func(page string) {
		for w := 1; w <= 200; w += 1 + w/9 {
			for h := 1; h <= 60; h += 1 + h/8 {
				s.send(tea.WindowSizeMsg{Width: w, Height: h})
				checkFrame(t, s.m, page)
			}
		}
	}
	s.press("!")
	fits("history")
	s.press("esc", "S")
	fits("triage")
	s.press("x")
	fits("triage dialog")
	s.pass(deaf)
	s.letters("remove 4")
	s.press("enter")
	fits("ledger at its start")
	s.settled()
	fits("ledger")
}
