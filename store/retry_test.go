package store_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"credscope/socket"
	"credscope/store"
)

// busy is a host that refuses the first n requests for being busy.
func busy(n int) func(asked) (any, error) {
	ready := answers(good())
	return func(a asked) (any, error) {
		if n--; n >= 0 {
			return nil, refusal(store.ResourceExhausted, "Too many concurrent requests")
		}
		return ready(a)
	}
}

func TestAReadIsSentOnceMoreToABusyHost(t *testing.T) {
	for _, call := range readingCalls() {
		if call.sent == "" {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			s, h := play(t, socket.Options{}, busy(1))
			started := time.Now()
			err := call.do(t.Context(), s)
			if took := time.Since(started); err != nil || took != 250*time.Millisecond {
				t.Errorf("%s: %v after %v", call.name, err, took)
			}
			frame := `{"v":2,"id":"ID","op":` + call.sent + `}`
			same(t, "sent", h.frames()[1:], []string{frame, frame})
		})
	}
}

func TestAHostThatStaysBusyIsLeftAlone(t *testing.T) {
	for _, call := range readingCalls() {
		if call.sent == "" {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			s, h := play(t, socket.Options{}, busy(2))
			if err := call.do(t.Context(), s); !errors.Is(err, store.ResourceExhausted) {
				t.Errorf("%s: %v", call.name, err)
			}
			if n := len(h.frames()) - 1; n != 2 {
				t.Errorf("%s was sent %d times", call.name, n)
			}
		})
	}
}

func TestAChangeIsNeverSentASecondTime(t *testing.T) {
	for _, call := range changingCalls() {
		synctest.Test(t, func(t *testing.T) {
			s, h := play(t, socket.Options{}, busy(1))
			started := time.Now()
			if err := call.do(t.Context(), s); !errors.Is(err, store.ResourceExhausted) {
				t.Errorf("%s: %v", call.name, err)
			}
			if n, took := len(h.frames())-1, time.Since(started); n != 1 || took != 0 {
				t.Errorf("%s was sent %d times within %v", call.name, n, took)
			}
		})
	}
}

func TestWaitingForABusyHostCanBeGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, h := play(t, socket.Options{}, busy(1))
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		started := time.Now()
		_, err := s.ListProviders(ctx)
		if took := time.Since(started); !errors.Is(err, store.ResourceExhausted) || took != 100*time.Millisecond {
			t.Errorf("%v after %v", err, took)
		}
		if got := h.ops(); got != "list_providers" {
			t.Errorf("asked %s", got)
		}
	})
}

func TestOtherRefusalsAreNotAskedTwice(t *testing.T) {
	for _, code := range codes {
		if code == store.ResourceExhausted {
			continue
		}
		s, h := play(t, socket.Options{}, func(asked) (any, error) { return nil, refusal(code, "no") })
		_, _ = s.ListProviders(t.Context())
		if got := h.ops(); got != "list_providers" {
			t.Errorf("%s: asked %s", code, got)
		}
	}
}
