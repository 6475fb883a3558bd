package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"credscope/store"
	"credscope/tui/theme"
)

func (s *screen) numRequests() (n int) {
	for _, r := range s.m.history.records {
		if r.message == "" {
			n++
		}
	}
	return n
}

// told is a screen with a history whose order is settled.
func told(t *testing.T, h int) *screen {
	t.Helper()
	s := calm(t, "restricted", 100, h)
	s.until("the first request", func() bool { return s.numRequests() == 1 })
	s.m.history.records = nil
	for i := range 5 {
		s.press("r")
		s.settled()
		s.until("the request", func() bool { return s.numRequests() == i*2+2 })
		s.press("j")
		s.pass(time.Second)
	}
	s.press("x")
	return s
}

func TestTheHistoryHasEveryMessageAndRequestTheNewestFirst(t *testing.T) {
	s := told(t, 40)
	s.press("!")
	s.see("Sent to the host: get_token 5, list_buckets 5, list_providers 1.",
		"14:05:10 · get_token       anthropic/default: ok", "note: This host lists nothing")
	last := ""
	for _, line := range strings.Split(s.text(), "\n") {
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
		s.press("G")
		s.see("anthropic/default: ok")
		s.not("Sent to the host")
		s.press("g")
		s.see("Sent to the host")
		s.press("j", "j")
		s.not("Sent to the host")
		s.press(closing)
		s.see("All buckets 5")
		if s.quit || s.m.page != noPage {
			t.Errorf("%s did more than to close the history", closing)
		}
	}
}

func TestTheHistoryCountsWhatTheHostWasSent(t *testing.T) {
	s := checked(t, "default", 100, 40, runner)
	s.removes(runner)
	s.until("every request", func() bool { return s.numRequests() == len(s.host.Calls()) })
	s.counted()
	s.press("!")
	s.see("remove_token 1", "remove_token    codex/ci-runner: ok", "done: codex/ci-runner: removed")
	for op, n := range s.m.host.Requests {
		s.see(fmt.Sprintf("%s %d", op, n))
		if got := s.host.Count(op); got != n {
			t.Errorf("%s: %d counted, %d came", op, n, got)
		}
	}
}

func TestAfterARemovalTheHistoryOpensOnItsLedgerWithTheCommandToLogInAgain(t *testing.T) {
	s := checked(t, "default", 120, 24, runner)
	s.removes(runner)
	s.press("!")
	lines := strings.Split(s.text(), "\n")
	if !strings.Contains(lines[2], "Removals: 1 removed") ||
		!strings.Contains(lines[3], "14:05:10 ✓ codex/ci-runner: removed. Log in again: /auth codex login ci-runner") {
		t.Errorf("it opens on something else\n%s", s.text())
	}
	if got := s.copied("Y"); got != "/auth codex login ci-runner" {
		t.Errorf("Y copies %q", got)
	}
	s.see(`Sent "/auth codex login ci-runner"`)
}

func TestTheLedgerOfSeveralOpensAgainFromTheHistory(t *testing.T) {
	s := checked(t, "default", 120, 24, runner)
	s.press("S", "x")
	s.accept("remove 3")
	s.settled()
	s.press("esc")
	s.see("All providers 10")
	s.press("!")
	s.see("Removals: 3 removed", "enter last run")
	s.press("enter")
	s.see("Removal ended: 3 removed", "▸ ✓ gemini/old-laptop", "Log in again on the host: /auth gemini login old-laptop")
	s.press("j")
	if got := s.copied("Y"); got != "/auth claudecode login default" {
		t.Errorf("Y copies %q", got)
	}
	s.press("?", "esc")
}

func TestTheHistoryKeepsOnlyTheNewest(t *testing.T) {
	s := calm(t, "default", 100, 24)
	var batch batchMsg
	for i := range maxHistory + 500 {
		key := store.Key{Provider: "codex", Bucket: fmt.Sprintf("number-%d", i)}
		batch.messages = append(batch.messages, tea.Msg(requestEndedMsg{Request: store.Request{Op: "get_token", Key: key}, at: testNow}))
	}
	s.send(batch)
	records := s.m.history.records
	if len(records) != maxHistory || !strings.Contains(records[0].text(), "number-500:") {
		t.Errorf("%d entries, the oldest is %q", len(records), records[0].text())
	}
}

func TestTheHistoryKeepsTheOrderOfTimes(t *testing.T) {
	var h history
	for _, second := range []int{1, 3, 2, 3, 0} {
		h.add(record{at: testNow.Add(time.Duration(second) * time.Second), kind: theme.Info, message: fmt.Sprint(second)})
	}
	var got []string
	for _, r := range h.records {
		got = append(got, r.message)
	}
	if strings.Join(got, "") != "01233" {
		t.Errorf("%q", got)
	}
}

func TestNoPageShowsASecret(t *testing.T) {
	s := checked(t, "default", 200, 60, runner)
	clean := func(page string) {
		t.Helper()
		if strings.Contains(s.text(), "made-up") || strings.Contains(s.m.View().Content, "made-up") {
			t.Errorf("a secret is shown: %s\n%s", page, s.text())
		}
	}
	s.press("g")
	for range s.m.buckets.list.rows {
		clean("detail")
		s.press("j")
	}
	for _, keys := range []string{"!", "esc S", "x", "esc ?"} {
		s.press(strings.Fields(keys)...)
		s.settled()
		clean(keys)
		s.pass(inputGuard)
	}
	for _, r := range s.m.history.records {
		if strings.Contains(r.text(), "made-up") {
			t.Errorf("a secret is in the history: %s", r.text())
		}
	}
}
