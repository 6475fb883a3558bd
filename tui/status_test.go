package tui

import (
	"fmt"
	"testing"
	"time"

	"credscope/store"
)

// testStatus is a status whose clock goes on by a second at each look.
func testStatus() *status {
	now := testNow
	return &status{now: func() time.Time {
		now = now.Add(time.Second)
		return now
	}}
}

func TestEveryKindOfMessageHasItsOwnWord(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range []kind{info, success, warning, failure} {
		if word := k.String(); word == "" || seen[word] {
			t.Errorf("%d is %q", k, word)
		}
		seen[k.String()] = true
	}
}

func TestAMessageStaysUntilTheNextReplacesIt(t *testing.T) {
	s := testStatus()
	for i, step := range []struct {
		put  func()
		want message
	}{
		{func() { s.say("looking") }, message{kind: info, text: "looking"}},
		{func() { s.done("removed") }, message{kind: success, text: "removed"}},
		{func() { s.note("careful") }, message{kind: warning, text: "careful"}},
		{func() { s.fail(store.ErrTimeout) }, message{kind: failure, text: explain(store.ErrTimeout).sentence()}},
		{func() { s.say("looking") }, message{kind: info, text: "looking"}},
	} {
		step.put()
		step.want.at = testNow.Add(time.Duration(i+1) * time.Second)
		if s.last != step.want {
			t.Errorf("%d: %+v, not %+v", i, s.last, step.want)
		}
		if len(s.history) != i+1 {
			t.Errorf("%d: %d messages are kept", i, len(s.history))
		}
	}
}

func TestOneCauseThatFailsManyRequestsIsOneMessage(t *testing.T) {
	s := testStatus()
	for range 5 {
		s.fail(&store.LostError{})
	}
	if len(s.history) != 1 || !s.last.at.Equal(testNow.Add(5*time.Second)) {
		t.Errorf("%d messages, the last at %v", len(s.history), s.last.at)
	}
	s.fail(store.ErrTimeout)
	s.fail(&store.LostError{})
	if len(s.history) != 3 {
		t.Errorf("%d messages after another cause", len(s.history))
	}
	s.say("same")
	s.say("same")
	if len(s.history) != 5 {
		t.Errorf("%d messages: what is said twice is no failure", len(s.history))
	}
}

func TestTheHistoryKeepsTheNewestMessages(t *testing.T) {
	s := testStatus()
	for n := range maxHistory + 50 {
		s.say(fmt.Sprint(n))
	}
	if len(s.history) != maxHistory {
		t.Fatalf("%d messages", len(s.history))
	}
	first, last := s.history[0], s.history[maxHistory-1]
	if !first.at.Equal(testNow.Add(51*time.Second)) || !last.at.Equal(s.last.at) {
		t.Errorf("from %v to %v", first.at, last.at)
	}
}
