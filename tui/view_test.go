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
	"credscope/tui/text"
)

func TestTheFirstScreenHasEveryStaleBucketAtEverySize(t *testing.T) {
	for _, size := range [][2]int{{200, 50}, {120, 35}, {80, 24}, {40, 12}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			s := open(t, "default", size[0], size[1])
			s.hush()
			s.settled()
			s.golden(fmt.Sprintf("first-%dx%d", size[0], size[1]))
			for _, want := range []string{"old-laptop", "anthropic/default", "ci-runner"} {
				if screen := s.text(); !strings.Contains(screen, want) && (size[0] < 200 || want != "anthropic/default") {
					t.Errorf("%s is not on it\n%s", want, screen)
				}
			}
			if n := strings.Count(s.text(), " stale "); n < 3 {
				t.Errorf("%d rows are stale", n)
			}
		})
	}
}

// checkFrame fails unless every line of the frame is exactly as wide as the terminal
// and the cursor is in it.
func checkFrame(t *testing.T, m *Model, state string) {
	t.Helper()
	lines, cursor := m.frame()
	if len(lines) != m.size.h {
		t.Fatalf("%s at %v: %d lines", state, m.size, len(lines))
	}
	for y, line := range lines {
		if w := text.Width(line); w != m.size.w {
			t.Fatalf("%s at %v: line %d is %d cells wide: %q", state, m.size, y, w, text.Plain(line))
		}
	}
	if cursor != nil && (cursor.X < 0 || cursor.X >= m.size.w || cursor.Y < 0 || cursor.Y >= m.size.h) {
		t.Fatalf("%s at %v: cursor at %d,%d", state, m.size, cursor.X, cursor.Y)
	}
}

// underRace reports whether the race detector, which is slow, is on.
func underRace() bool {
	build, _ := debug.ReadBuildInfo()
	for _, setting := range build.Settings {
		if setting.Key == "-race" {
			return setting.Value == "true"
		}
	}
	return false
}

func TestEveryPageFitsEveryTerminal(t *testing.T) {
	t.Parallel()
	s := checked(t, "default", 100, 24, runner)
	step := 6
	if underRace() {
		step = 2
	}
	fits := func(page string) {
		for w := 1; w <= 200; w += 1 + w/step {
			for h := 1; h <= 60; h += 1 + h/step {
				s.resize(w, h)
				checkFrame(t, s.m, page)
			}
		}
		s.resize(100, 24)
	}
	for _, state := range []struct{ page, keys string }{
		{"list", "2"},
		{"detail", "3"},
		{"providers", "1"},
		{"help", "?"},
		{"history", "esc !"},
		{"dialog", "esc 2 x"},
		{"filter", "/ a"},
		{"look-up", "esc +"},
		{"worth removing", "esc S"},
		{"typed dialog", "x"},
	} {
		s.press(strings.Fields(state.keys)...)
		fits(state.page)
		if s.m.dialog != nil && state.page == "dialog" {
			s.answer("esc")
		}
	}
	s.accept("remove 3")
	fits("removing")
	s.settled()
	fits("ledger")
}

func TestASizeOfNothingDoesNotPanic(t *testing.T) {
	s := open(t, "default", 0, 0)
	s.resize(-1, 3)
	_ = s.m.View()
}

func TestATerminalThatIsTooSmallSaysWhatItNeeds(t *testing.T) {
	s := calm(t, "default", 20, 5)
	s.golden("smallest-20x5")
	for _, size := range [][2]int{{19, 5}, {20, 4}, {60, 4}, {10, 30}} {
		s.resize(size[0], size[1])
		note := fmt.Sprintf("%dx%d is too small, 20x5 needed", size[0], size[1])
		screen := strings.TrimRight(s.text(), "\n")
		if shown := strings.TrimSuffix(screen, "…"); !strings.HasPrefix(note, shown) || strings.Contains(screen, "\n") {
			t.Errorf("%v: %q", size, screen)
		}
		s.press("x", "q", "S")
		if s.m.dialog != nil || s.quit || s.m.buckets.picking {
			t.Errorf("%v: a key did something unseen", size)
		}
	}
}

func TestThePanesFollowTheWidth(t *testing.T) {
	s := calm(t, "default", 120, 24)
	titles := map[string]string{"Providers": "p", "All buckets": "b", "anthropic/default ": "d"}
	for _, step := range []struct {
		w           int
		keys, shows string
	}{
		{threePanes, "2", "pbd"},
		{threePanes - 1, "2", "pb"},
		{twoPanes, "2", "pb"},
		{twoPanes - 1, "2", "b"},
		{twoPanes - 1, "3", "d"},
		{twoPanes, "3", "bd"},
		{twoPanes - 1, "1", "p"},
	} {
		s.resize(step.w, 24)
		s.press(strings.Fields(step.keys)...)
		var shows string
		for _, title := range []string{"Providers", "All buckets", "anthropic/default "} {
			for _, line := range strings.Split(s.text(), "\n")[:2] {
				if strings.Contains(line, "─ "+title) || strings.Contains(line, "▸ "+title) {
					shows += titles[title]
				}
			}
		}
		if shows != step.shows {
			t.Errorf("%d columns after %s: %q, not %q\n%s", step.w, step.keys, shows, step.shows, s.text())
		}
	}
}

const wideWords = "資格情報 读取🔑权限🚀 관리자 ａｂｃ 👩‍💻 é 🇯🇵 ок・終わり"

// foreign is a screen full of a host's wide words.
func foreign(t *testing.T, w, h int) *screen {
	t.Helper()
	s := calm(t, "default", w, h)
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
	s.press("c")
	s.settled()
	s.press("g")
	return s
}

func TestWideWordsOfTheHostKeepEveryLineAsWideAsAsked(t *testing.T) {
	s := foreign(t, 100, 24)
	for _, keys := range []string{"j", "3", "2 / x", "esc 2 k x", "esc !", "esc / 資 格 🔑"} {
		s.press(strings.Fields(keys)...)
		for w := minWidth; w <= 130; w++ {
			for _, h := range []int{5, 8, 12, 24} {
				s.resize(w, h)
				checkFrame(t, s.m, keys)
			}
		}
		s.pass(inputGuard)
	}
}

func TestWideWordsAreDrawnWhole(t *testing.T) {
	s := foreign(t, 80, 24)
	s.press("3")
	s.m.status = statusBar{} // the failures come in any order
	s.golden("wide-80x24")
}

func TestTheWordsOfAStatusAreNeverCut(t *testing.T) {
	s := checked(t, "default", 100, 24, runner)
	s.provider("qwen")
	for w := minWidth; w <= 200; w++ {
		s.resize(w, 24)
		screen := s.text()
		for _, word := range []string{"invalid expiry", "invalid name", "no expiry"} {
			if !strings.Contains(screen, word) && w >= 30 {
				t.Fatalf("%q is not whole\n%s", word, screen)
			}
		}
		if strings.Contains(screen, "invalid…") || strings.Contains(screen, "expir…") {
			t.Fatalf("a word is cut\n%s", screen)
		}
	}
}

func TestDrawingChangesNothing(t *testing.T) {
	s := checked(t, "default", 120, 24, runner)
	for _, keys := range []string{"2", "3", "1", "?", "esc !", "esc S", "x"} {
		s.press(strings.Fields(keys)...)
		before := fmt.Sprintf("%+v", *s.m)
		first := s.m.View().Content
		if s.m.View().Content != first || fmt.Sprintf("%+v", *s.m) != before {
			t.Errorf("after %s, drawing changed the model", keys)
		}
	}
}

func TestWithoutAHostTheScreenSaysWhy(t *testing.T) {
	m := New(t.Context(), nil, Options{Now: testClock, NoHost: store.ErrNoProxy})
	m.Init()
	m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
	for _, key := range []string{"r", "R", "c", "x", "enter", "/", "?", "esc", "j", "l", "3", "S", "y", "Y", "+"} {
		m.Update(keyNamed(key))
	}
	screen := text.Plain(m.View().Content)
	for _, want := range []string{"LLXPRT_CREDENTIAL_SOCKET is not set", "credscope --demo"} {
		if !strings.Contains(screen, want) {
			t.Errorf("not on the screen: %s\n%s", want, screen)
		}
	}
}
