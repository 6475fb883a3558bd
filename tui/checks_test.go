package tui

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

// numbered are keys of one provider.
func numbered(n int) []store.Key {
	keys := make([]store.Key, n)
	for i := range keys {
		keys[i] = store.Key{Provider: "codex", Bucket: fmt.Sprintf("b%04d", i)}
	}
	return keys
}

func TestEightChecksAreUnderWayAndWhatAPersonWantsIsNext(t *testing.T) {
	c := newChecks(false)
	keys := numbered(30)
	c.offer(keys[:20])
	first := c.start()
	if len(first) != checksAtOnce || c.start() != nil || c.left() != 20 {
		t.Fatalf("%d are sent at once, %d are left", len(first), c.left())
	}
	c.ask(keys[25:26], true)
	if !c.isPending(keys[25]) || c.isPending(keys[26]) {
		t.Error("what is pending is not what was asked")
	}
	if !c.accept(checkedMsg{checkRequest: first[0], check: store.Check{Found: true}}) {
		t.Fatal("an answer was not accepted")
	}
	if next := c.start(); len(next) != 1 || next[0].key != keys[25] || !next[0].announce {
		t.Errorf("next is %+v", next)
	}
}

func TestNothingIsCheckedByItselfTwiceOrBeyondTheLimit(t *testing.T) {
	c := newChecks(false)
	keys := numbered(automaticChecks + 50)
	c.offer(keys)
	c.offer(keys)
	if c.left() != automaticChecks {
		t.Errorf("%d are checked", c.left())
	}
	off := newChecks(true)
	off.offer(keys)
	if off.left() != 0 {
		t.Error("checks that are off are made")
	}
}

func TestMissesInARowEndTheAutomaticChecks(t *testing.T) {
	for name, missed := range map[string]checkedMsg{"no token": {}, "an error": {err: socket.ErrTimeout}} {
		c := newChecks(false)
		c.offer(numbered(50))
		answered := 0
		for requests := c.start(); len(requests) > 0; requests = append(requests[1:], c.start()...) {
			msg := missed
			msg.checkRequest = requests[0]
			if answered == 4 {
				msg.check.Found, msg.err = true, nil
			}
			answered++
			c.accept(msg)
		}
		if answered != 5+maxMisses { // of the five the last is a token
			t.Errorf("%s: %d were checked", name, answered)
		}
		c.offer(numbered(60))
		if c.left() != 0 {
			t.Errorf("%s: they go on", name)
		}
		c.ask(numbered(60)[50:], false)
		if c.left() != 10 {
			t.Errorf("%s: a person's checks are not made", name)
		}
	}
}

func TestOnlyTheAnswerToACheckUnderWayIsAccepted(t *testing.T) {
	c := newChecks(false)
	c.ask(numbered(1), false)
	request := c.start()[0]
	late := request
	late.generation--
	for _, wrong := range []checkRequest{late, {generation: request.generation, key: numbered(2)[1]}} {
		if c.accept(checkedMsg{checkRequest: wrong}) {
			t.Errorf("%+v was accepted", wrong)
		}
	}
	if !c.accept(checkedMsg{checkRequest: request}) || c.accept(checkedMsg{checkRequest: request}) {
		t.Error("an answer is not accepted exactly once")
	}
}

func TestCanceledChecksAreNotSentAndMayBeAskedAgain(t *testing.T) {
	c := newChecks(false)
	keys := numbered(20)
	c.offer(keys[:10])
	c.ask(keys[10:], false)
	c.start()
	c.cancel()
	if c.left() != checksAtOnce || c.start() != nil {
		t.Errorf("%d are left", c.left())
	}
	c.ask(keys[:1], false)
	if !c.isPending(keys[0]) {
		t.Error("it cannot be asked again")
	}
}

func TestAllBucketsAreCheckedOnceAsTheirListsArrive(t *testing.T) {
	s := open(t, "default", 120, 24)
	s.settled()
	for _, key := range []string{"j", "j", "k", "1", "j", "j", "2", "3", "esc"} {
		s.press(key)
		s.send(cursorRestedMsg{s.m.resting.generation})
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
	if got := s.host.Count("get_token"); got != 12 { // one of 13 has an invalid name
		t.Errorf("%d buckets were checked", got)
	}
}

func TestACursorThatRacesPastRowsAsksNothing(t *testing.T) {
	t.Parallel()
	s := calmLarge(t)
	s.press("G") // far from those that were checked by themselves
	before := s.host.Count("get_token")
	var rests []uint
	for range 120 {
		s.press("k")
		rests = append(rests, s.m.resting.generation)
	}
	for _, early := range rests[:len(rests)-1] {
		s.send(cursorRestedMsg{early})
	}
	if s.m.busy() || s.host.Count("get_token") != before {
		t.Fatal("a cursor on its way asked the host")
	}
	s.send(cursorRestedMsg{s.m.resting.generation})
	s.settled()
	visible := s.m.buckets.list.visible()
	if got := s.host.Count("get_token") - before; got != len(visible) {
		t.Errorf("%d buckets are in view, %d were asked for", len(visible), got)
	}
	for _, b := range visible {
		if b.Check == nil {
			t.Errorf("%s is in view and not checked", b.Key)
		}
	}
}

// calmLarge is a screen of 10,000 buckets after the automatic checks.
func calmLarge(t *testing.T) *screen {
	t.Helper()
	s := open(t, "large", 100, 24)
	s.hush()
	s.settled()
	if got := s.host.Count("get_token"); got != automaticChecks {
		t.Fatalf("%d were checked by themselves", got)
	}
	return s
}

func TestTheCursorRestsAQuarterOfASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := New(t.Context(), store.NewProxyTokenStore("/nowhere/host.sock", store.Options{}), Options{Now: testClock, Lookups: []store.Key{{Provider: "codex"}}})
		m.size = size{100, 24}
		m.arrange()
		begin := time.Now()
		msg := m.cursorMoved()()
		if waited := time.Since(begin); waited != 250*time.Millisecond {
			t.Errorf("a rest takes %v", waited)
		}
		if rested, ok := msg.(cursorRestedMsg); !ok || rested.generation != m.resting.generation {
			t.Errorf("came %#v", msg)
		}
		_ = m.requests.store.Close()
	})
}

func TestWithNoCheckNothingIsAskedByItself(t *testing.T) {
	s := calm(t, "default", 100, 24)
	n := len(s.host.Calls())
	for _, key := range []string{"j", "l", "j", "G", "3", "1", "?", "?", "/", "enter", "s", "t", "!", "!", "p", "v", "v", "esc", "L", "L"} {
		s.press(key)
		if s.m.resting.busy {
			t.Fatalf("%s began a rest", key)
		}
		s.send(cursorRestedMsg{s.m.resting.generation})
	}
	if got := s.since(n); got != "" {
		t.Errorf("asked: %s", got)
	}
	s.see("12 unchecked")
	s.not("stale  ")
}

func TestAHostThatHandsOutNothingIsAskedForEightTokens(t *testing.T) {
	s := open(t, "denied", 100, 24)
	s.settled()
	s.host.Put(keyOf("codex/another"), testNow)
	s.press("R")
	s.settled()
	asked := map[store.Key]bool{}
	for _, call := range s.host.Calls() {
		if isCheck(call) {
			asked[call.Key] = true
		}
	}
	if len(asked) != maxMisses || asked[keyOf("codex/another")] {
		t.Errorf("asked for %v", asked)
	}
}

func TestRowsThatOnlyARestCheckedAreSortedToo(t *testing.T) {
	s := open(t, "denied", 80, 24)
	s.hush()
	s.until("quiet", func() bool { return !s.m.busy() && !s.m.inv.ListedAt.IsZero() })
	s.see("by name, s: worst first")
	s.send(cursorRestedMsg{s.m.resting.generation})
	s.settled()
	s.see(" worst first ━")
	s.not("s: sort again")
}
