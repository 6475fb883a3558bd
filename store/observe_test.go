package store_test

import (
	"errors"
	"sync"
	"testing"

	"credscope/socket"
	"credscope/store"
)

func TestEveryRequestIsToldToTheObserver(t *testing.T) {
	byOp := good()
	byOp["remove_token"] = refusal(store.Forbidden, "no")
	s, h := play(t, socket.Options{}, answers(byOp))
	var told []store.Request
	s.Observe(func(r store.Request) { told = append(told, r) })
	for _, call := range append(readingCalls(), changingCalls()...) {
		before := len(told)
		err := call.do(t.Context(), s)
		if call.sent == "" {
			if len(told) != before {
				t.Errorf("%s was told, and nothing was sent", call.name)
			}
			continue
		}
		if len(told) != before+1 || !errors.Is(told[before].Err, err) || told[before].Op == "" {
			t.Errorf("%s: %v, told %+v", call.name, err, told[before:])
		}
	}
	s.RemoveVerified(t.Context(), store.Removal{Key: codex})
	if got := told[len(told)-1]; got.Op != "remove_token" || got.Key != codex.Full() || !errors.Is(got.Err, store.Forbidden) {
		t.Errorf("a verified removal: %+v", got)
	}
	keys := map[string]store.Key{}
	for _, r := range told {
		keys[r.Op] = r.Key
	}
	if keys["list_providers"] != (store.Key{}) || keys["list_buckets"] != (store.Key{Provider: "a<b>&"}) || keys["get_token"].Provider != "codex" {
		t.Errorf("told with %v", keys)
	}
	if n := len(h.frames()) - 1; n != len(told) {
		t.Errorf("%d requests sent, %d told", n, len(told))
	}
}

func TestASecondTryIsToldToo(t *testing.T) {
	s, _ := play(t, socket.Options{}, busy(1))
	var told []error
	s.Observe(func(r store.Request) { told = append(told, r.Err) })
	if _, err := s.ListProviders(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(told) != 2 || !errors.Is(told[0], store.ResourceExhausted) || told[1] != nil {
		t.Errorf("told %v", told)
	}
}

func TestANameThatIsNotSentIsNotTold(t *testing.T) {
	s, _ := play(t, socket.Options{}, answers(good()))
	s.Observe(func(r store.Request) { t.Errorf("told %+v", r) })
	s.RemoveVerified(t.Context(), store.Removal{Key: store.Key{Provider: "old backup"}})
}

func TestAnObserverHearsManyRequestsAtOnce(t *testing.T) {
	_, s := startDemo(t, "default")
	var mu sync.Mutex
	told := 0
	s.Observe(func(store.Request) {
		mu.Lock()
		defer mu.Unlock()
		told++
	})
	var requests sync.WaitGroup
	for range 50 {
		requests.Go(func() { _, _ = s.Look(t.Context(), codex) })
	}
	requests.Wait()
	if told != 50 {
		t.Errorf("told %d times", told)
	}
}
