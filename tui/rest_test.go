package tui

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

// since returns what was asked after the first n requests, sorted.
func (s *screen) since(n int) string {
	s.t.Helper()
	s.settled()
	var questions []string
	for _, call := range s.host.Calls()[n:] {
		question := call.Op
		switch call.Op {
		case "list_providers":
		case "list_buckets":
			question += " " + call.Key.Provider
		default:
			question += " " + call.Key.String()
		}
		questions = append(questions, question)
	}
	slices.Sort(questions)
	return strings.Join(questions, ", ")
}

func TestTheCursorRestsAQuarterOfASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := New(t.Context(), nil, Options{Now: testClock, Lookups: []store.Key{{Provider: "codex"}}})
		m.width, m.height = 100, 24
		m.arrange()
		begin := time.Now()
		msg := m.moved()()
		if waited := time.Since(begin); waited != 250*time.Millisecond {
			t.Errorf("a rest takes %v", waited)
		}
		if rested, ok := msg.(restMsg); !ok || rested.ticket != m.rest.ticket {
			t.Errorf("came %#v", msg)
		}
	})
}

func TestACursorThatRacesPastRowsAsksNothing(t *testing.T) {
	t.Parallel()
	s := open(t, "large", 100, 24)
	s.settled()
	before := s.host.Count("get_token")
	s.press("j")
	var rests []uint
	for range 120 {
		rests = append(rests, s.m.rest.ticket)
		s.press("j")
	}
	s.press("l", "j", "j", "j")
	for _, early := range rests {
		s.send(restMsg{early})
	}
	if s.m.busy != 0 || s.host.Count("get_token") != before {
		t.Fatal("a cursor on its way asked the host")
	}
	s.until("the look", func() bool { return s.host.Count("get_token") > before })
	s.settled()
	visible := s.m.buckets.visible()
	if got := s.host.Count("get_token") - before; got != len(visible) {
		t.Errorf("%d buckets are in view, %d were asked for", len(visible), got)
	}
	asked := map[store.Key]bool{}
	for _, call := range s.host.Calls() {
		asked[call.Key] = asked[call.Key] || call.Op == "get_token"
	}
	for _, b := range visible {
		if b.key.Provider != "provider-121" || !asked[b.key] || !b.checked {
			t.Errorf("%s is in view and was not asked for", b.key)
		}
	}
}

func TestNothingIsAskedTwiceByItself(t *testing.T) {
	s := open(t, "default", 100, 24)
	s.settled()
	for _, key := range []string{"g", "j", "j", "j", "j", "k", "k", "k", "k", "j", "j", "l", "j", "j", "h"} {
		s.press(key)
		s.send(restMsg{s.m.rest.ticket})
		s.send(restMsg{s.m.rest.ticket}) // a rest counts once
		s.press("k", "j")                // while the answers are on their way
		s.send(restMsg{s.m.rest.ticket})
		s.settled()
	}
	times := map[demo.Call]int{}
	for _, call := range s.host.Calls() {
		times[call]++
	}
	for call, n := range times {
		if n != 1 {
			t.Errorf("%v was asked %d times", call, n)
		}
	}
	if got := s.host.Count("get_token"); got != 12 {
		t.Errorf("%d buckets were looked at", got)
	}
}

func TestAnswersThatKeepArrivingDoNotPostponeTheLook(t *testing.T) {
	t.Parallel()
	s := open(t, "slow", 100, 24)
	s.until("the rest", func() bool { return s.m.rest.busy })
	ticket := s.m.rest.ticket
	for range 50 {
		s.send(mailMsg{})
		if s.m.rest.ticket != ticket || !s.m.rest.busy {
			t.Fatal("an answer began the rest anew")
		}
	}
	s.until("the look", func() bool { return s.host.Count("get_token") > 0 })
	if s.m.rest.ticket != ticket {
		t.Error("the look waited for a later rest")
	}
	s.see("stale", "expired")
	if got := s.host.Count("get_token"); got != 2 {
		t.Errorf("the two buckets in view were asked for %d times", got)
	}
}

func TestWithNoCheckNothingIsAskedByItself(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.settled()
	for _, key := range []string{"j", "l", "j", "G", "3", "1", "?", "?", "/", "enter", "s", "t", "!", "!", "p", "v", "v", "esc", "L", "L"} {
		s.press(key)
		if s.m.rest.busy {
			t.Fatalf("%s began a rest", key)
		}
		s.send(restMsg{s.m.rest.ticket})
	}
	if got := s.since(6); got != "" {
		t.Errorf("asked: %s", got)
	}
	s.not("stale  ")
}

func TestKeysAskExactlyWhatTheyShould(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	const lists = "list_buckets anthropic, list_buckets claudecode, list_buckets codex, list_buckets gemini, list_buckets qwen, list_providers"
	if got := s.since(0); got != lists {
		t.Fatalf("at the start: %s", got)
	}
	for _, step := range []struct{ keys, asks string }{
		{"r", "list_buckets anthropic"},
		{"c", "get_token anthropic/default, get_token anthropic/work@example.com"},
		{"c", ""},
		{"j j enter", ""}, // goes in
		{"enter", "get_token codex/ci-runner"},
		{"enter", "get_token codex/ci-runner"},
		{"j r", "get_token codex/default, list_buckets codex"},
		{"3 enter", "get_token codex/default"},
		{"2 c", "get_token codex/jane.doe@example.com, get_token codex/shared@example.com"},
		{"1 j j r", "list_buckets qwen"},
		{"l g j enter", ""}, // an unusual name
		{"c", "get_token qwen/default, get_token qwen/trial"},
		{"h g j R", "get_token anthropic/default, get_token anthropic/work@example.com, get_token codex/ci-runner, get_token codex/default, " +
			"get_token codex/jane.doe@example.com, get_token codex/shared@example.com, get_token qwen/default, get_token qwen/trial, " + lists},
	} {
		n := len(s.host.Calls())
		s.press(strings.Fields(step.keys)...)
		if got := s.since(n); got != step.asks {
			t.Errorf("%s asked %q instead of %q", step.keys, got, step.asks)
		}
	}
}

func TestAKeyThatAsksNothingSaysWhy(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.settled()
	s.press("c")
	s.settled()
	s.press("c")
	s.see("Every bucket of anthropic has been looked at; r asks again")
	s.press("G", "l", "j", "enter")
	s.see("Hosts hand out no token under an unusual name, so nothing was asked")
}

// late holds the first list of anthropic's buckets back until the test lets it
// go, with its answer from before or with what stands in its place.
func late(t *testing.T, instead func() (any, error)) (s *screen, let func()) {
	t.Helper()
	free := make(chan struct{})
	var once atomic.Bool
	s = open(t, "default", 100, 24, noCheck)
	s.host.SetHook(func(ctx context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op != "list_buckets" || call.Key.Provider != "anthropic" || once.Swap(true) {
			return answer()
		}
		data, err := answer()
		select {
		case <-free:
		case <-ctx.Done():
		}
		if instead != nil {
			return instead()
		}
		return data, err
	})
	s.until("all but one answer", func() bool { return s.m.busy == 1 && once.Load() })
	return s, func() { close(free) }
}

func TestALateAnswerToAnEarlierQuestionIsDropped(t *testing.T) {
	refused := func() (any, error) {
		return nil, &socket.ResponseError{Code: string(store.InternalError), Message: "late trouble"}
	}
	for name, instead := range map[string]func() (any, error){"an answer": nil, "an error": refused} {
		t.Run(name, func(t *testing.T) {
			s, let := late(t, instead)
			s.host.Put(store.Key{Provider: "anthropic", Bucket: "new"}, testNow.Add(time.Hour))
			s.press("r")
			s.see("Buckets of anthropic 3", "· new")
			let()
			s.settled()
			s.see("Buckets of anthropic 3", "· new", "Asked again")
			s.not("late trouble")
			if p, _ := s.m.providers.current(); p.err != nil {
				t.Errorf("the row has the late error: %v", p.err)
			}
		})
	}
}

func TestALateLookIsDroppedUnread(t *testing.T) {
	s := codexDefault(t, 100)
	b, _ := s.m.buckets.current()
	for _, ticket := range []uint{b.slot.ticket, b.slot.ticket - 1, b.slot.ticket + 1} {
		for _, err := range []error{nil, store.ErrTimeout} {
			s.m.busy++
			s.send(lookMsg{lookAsk{ticket, b.key, true}, store.Look{}, err, testNow})
		}
	}
	s.see("expiring", "Looked at codex/default: expiring")
	if b.err != nil || !b.look.Found || s.m.busy != 0 {
		t.Errorf("a late answer was read: %+v", b)
	}
}

func TestWhatIsBeingAskedIsNotAskedAgain(t *testing.T) {
	s, let := late(t, nil)
	s.press("R")
	n := len(s.host.Calls())
	s.press("R", "r", "R")
	s.see("Still asking the host")
	let()
	s.settled()
	if got := s.host.Count("list_providers"); got != 2 {
		t.Errorf("R was pressed three times, the list was asked for %d times; before: %d calls", got, n)
	}
}
