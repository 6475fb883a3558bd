package demo

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"credscope/socket"
)

// answered is the time of one answer of a slow host.
type answered struct {
	request int
	after   time.Duration
}

func TestTheSlowAnswerOutOfOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &Host{scenario: scenarios["slow"]}
		started := time.Now()
		done := make(chan answered, 6)
		for i := range 6 {
			go func() {
				if _, err := h.handle(t.Context(), socket.Call{Op: "list_providers", Payload: []byte("{}")}); err != nil {
					t.Error(err)
				}
				done <- answered{i + 1, time.Since(started)}
			}()
			synctest.Wait() // the request has arrived
		}
		var got []answered
		for range 6 {
			got = append(got, <-done)
		}
		const ms = time.Millisecond
		want := []answered{{3, 300 * ms}, {6, 300 * ms}, {1, 340 * ms}, {4, 340 * ms}, {2, 380 * ms}, {5, 380 * ms}}
		slices.SortStableFunc(got, func(a, b answered) int { return int(a.after-b.after)*10 + a.request - b.request })
		if !slices.Equal(got, want) {
			t.Errorf("%v", got)
		}
	})
}

func TestTheSlowDoNotKeepARequestThatWasGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &Host{scenario: scenarios["slow"]}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		started := time.Now()
		_, _ = h.handle(ctx, socket.Call{Op: "list_providers", Payload: []byte("{}")})
		if took := time.Since(started); took != 100*time.Millisecond {
			t.Errorf("kept for %v", took)
		}
	})
}
