package tui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

func TestKindsOfMessagesAreToldApartWithoutColour(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		s := open(t, "default", 80, 24, noCheck, func(o *Options) { o.Theme, o.ASCII = ThemeNone, ascii })
		s.settled()
		signs := map[string]kind{}
		for _, k := range []kind{info, success, warning, failure} {
			s.m.status.put(k, "the message")
			_, y := s.place("the message")
			line := strings.TrimSpace(strings.Split(s.text(), "\n")[y])
			sign, _, _ := strings.Cut(line, " ")
			if other, taken := signs[sign]; taken || sign == "the" {
				t.Errorf("%v has the sign %q, which %v has too", k, sign, other)
			}
			signs[sign] = k
		}
	}
}

// refusedLook is a screen on which a look has just failed.
func refusedLook(t *testing.T) *screen {
	t.Helper()
	s := open(t, "default", 100, 24, noCheck)
	s.settled()
	s.host.SetHook(func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op == "get_token" {
			return nil, &socket.ResponseError{Code: string(store.InternalError), Message: "out of order"}
		}
		return answer()
	})
	s.press("j", "j", "l", "enter")
	s.see(`Host-side operation failed (host says: "out of order")`)
	s.settled()
	return s
}

func TestMovingDoesNotClearAnError(t *testing.T) {
	s := refusedLook(t)
	moves := []string{"j", "k", "down", "up", "g", "G", "home", "end", "pgup", "pgdown", "ctrl+u", "ctrl+d", "h", "l", "tab", "shift+tab", "1", "2", "3", "left", "right"}
	for _, key := range moves {
		s.press(key)
		s.see("✗ codex/", "Host-side operation failed")
	}
	s.press("?", "esc", "!", "esc", "/", "esc")
	s.see("✗ codex/", "Host-side operation failed")
	s.golden("error-100x24")
	s.host.SetHook(nil)
	s.press("2", "g", "enter")
	s.see("Looked at codex/ci-runner: stale")
	s.not("Host-side")
	s.press("!")
	s.see("error: codex/")
}

// requestsTold counts the requests in the history.
func (s *screen) requestsTold() int {
	n := 0
	for _, r := range s.m.status.history {
		if r.message == "" {
			n++
		}
	}
	return n
}

// told is a screen with a history whose order is settled.
func told(t *testing.T, h int) *screen {
	t.Helper()
	s := open(t, "restricted", 100, h, noCheck)
	s.settled()
	s.until("the first request", func() bool { return s.requestsTold() == 1 })
	s.m.status.history = nil
	for range 5 {
		s.press("2", "enter")
		s.settled()
		s.press("1", "j")
		s.pass(time.Second)
	}
	s.press("2", "x")
	return s
}

func TestTheHistoryTellsEveryMessageAndRequest(t *testing.T) {
	s := told(t, 24)
	s.press("!")
	s.see("Sent to the host: get_token 5, list_providers 1.",
		"14:05:10 · get_token       anthropic/default: ok",
		"14:05:13 ✗ get_token       gemini/default: The host's policy forbids this",
		"note: This host lists nothing")
	s.golden("history-100x24")
	lines := strings.Split(s.text(), "\n")
	last := ""
	for _, line := range lines[4:] {
		stamp := strings.TrimLeft(line, "│ ")
		if !strings.HasPrefix(stamp, "14:05:") {
			continue
		}
		if last != "" && stamp[:8] > last {
			t.Errorf("%s comes after %s", stamp[:8], last)
		}
		last = stamp[:8]
	}
	if last != "14:05:10" {
		t.Errorf("the oldest is from %q", last)
	}
}

func TestTheHistoryScrollsAndCloses(t *testing.T) {
	for _, closing := range []string{"esc", "q", "!"} {
		s := told(t, 10)
		s.press("!")
		s.see("Sent to the host")
		s.not("anthropic/default: ok")
		s.press("G")
		s.see("anthropic/default: ok")
		s.not("Sent to the host")
		s.press("g")
		s.see("Sent to the host")
		s.press("j", "j")
		s.not("Sent to the host")
		s.press(closing)
		s.see("Detail")
		if s.quit || s.m.page != mainPage {
			t.Errorf("%s did more than to close the history", closing)
		}
	}
}

func TestTheHistoryCountsEachOperation(t *testing.T) {
	s := open(t, "default", 100, 40, noCheck)
	s.settled()
	s.press("c")
	s.settled()
	s.press("l", "x")
	s.answer("y")
	s.see("the host no longer has it")
	s.settled()
	s.until("every request", func() bool { return s.requestsTold() == len(s.host.Calls()) })
	s.press("!")
	s.see("remove_token 1", "list_providers 1", "remove_token    anthropic/default: ok", "done: anthropic/default: removed")
	total := 0
	for op, n := range s.m.info.Requests {
		s.see(fmt.Sprintf("%s %d", op, n))
		if got := s.host.Count(op); got != n {
			t.Errorf("%s: %d counted, %d came", op, n, got)
		}
		total += n
	}
	if total != len(s.host.Calls()) {
		t.Errorf("%d counted, %d came", total, len(s.host.Calls()))
	}
}

func TestNoPageShowsASecret(t *testing.T) {
	s := open(t, "default", 200, 60, noCheck)
	s.checkAll()
	clean := func(page string) {
		t.Helper()
		if strings.Contains(s.text(), "made-up") || strings.Contains(s.m.View().Content, "made-up") {
			t.Errorf("a secret is shown: %s\n%s", page, s.text())
		}
	}
	for range s.m.inv.providers {
		s.press("l", "g")
		for range s.m.buckets.rows {
			clean("detail")
			s.press("j")
		}
		s.press("h", "j")
	}
	for _, keys := range []string{"!", "esc S", "x", "esc ?"} {
		s.press(strings.Fields(keys)...)
		s.settled()
		clean(keys)
		s.pass(deaf)
	}
	for _, r := range s.m.status.history {
		if strings.Contains(r.text(), "made-up") {
			t.Errorf("a secret is in the history: %s", r.text())
		}
	}
}

func TestTheHistoryKeepsTheNewestTwoThousand(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.settled()
	var letters mailMsg
	for i := range 2500 {
		key := store.Key{Provider: "codex", Bucket: fmt.Sprintf("number-%d", i)}
		letters.letters = append(letters.letters, requestMsg{Request: store.Request{Op: "get_token", Key: key}, at: testNow})
	}
	s.send(letters)
	history := s.m.status.history
	if len(history) != 2000 || !strings.Contains(history[0].text(), "number-500:") {
		t.Errorf("%d entries, the oldest is %q", len(history), history[0].text())
	}
	s.press("!")
	s.see("codex/number-2499: ok")
	s.press("G")
	s.see("codex/number-500: ok")
}
