package socket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// burst returns n requests that differ in their ids.
func burst(n int) (texts []string) {
	for i := range n {
		texts = append(texts, fmt.Sprintf(`{"v":2,"id":"b%d","op":"list_providers","payload":{}}`, i))
	}
	return texts
}

// codes counts the next n replies by code.
func codes(p *peer, n int) map[string]int {
	p.t.Helper()
	counts := map[string]int{}
	for range n {
		var a struct {
			OK   bool
			Code string
		}
		text := p.text()
		if err := json.Unmarshal([]byte(text), &a); err != nil || a.OK != (a.Code == "") {
			p.t.Errorf("%s: %v", text, err)
		}
		counts[a.Code]++
	}
	return counts
}

func TestAFloodEndsTheConnectionUnprocessed(t *testing.T) {
	const offer = `{"v":2,"op":"handshake","payload":{"minVersion":1,"maxVersion":2}}`
	for _, s := range []struct {
		name  string
		after []string // a good handshake, if it does not begin with one
		ends  bool
	}{
		{"100", burst(100), false},
		{"101", burst(101), true},
		{"handshake and 99", append([]string{offer}, burst(99)...), false},
		{"handshake and 100", append([]string{offer}, burst(100)...), true},
	} {
		t.Run(s.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				handled := make(chan bool, 200)
				service := serve(t, HandlerFunc(func(context.Context, Call) (any, error) {
					handled <- true
					return nil, nil
				}), ServeOptions{})
				p := service.connect()
				if s.after[0] != offer {
					p = service.greet(2)
				}
				p.send(s.after...)
				if s.ends {
					p.hungUp()
				} else if got := codes(p, len(s.after)); got[""]+got["RESOURCE_EXHAUSTED"] != len(s.after) || got[""] < maxInFlight {
					t.Errorf("answered %v", got)
				}
				if s.ends && len(handled) > 0 {
					t.Errorf("%d requests of a flood were handled", len(handled))
				}
			})
		})
	}
}

func TestAnOlderHostTakesAnyNumberAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHolder()
		p := serve(t, h, ServeOptions{MaxVersion: 1}).greet(1)
		p.send(burst(150)...)
		for range 150 {
			<-h.entered
		}
		close(h.release)
		if got := codes(p, 150); got[""] != 150 {
			t.Errorf("answered %v", got)
		}
	})
}

func TestTheSeventeenthRequestInFlightIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHolder()
		s := serve(t, h, ServeOptions{})
		p, neighbour := s.greet(2), s.greet(2)
		p.send(burst(100)...)
		if got := codes(p, 84); got["RESOURCE_EXHAUSTED"] != 84 {
			t.Errorf("while 16 are held: %v", got)
		}
		p.silent()
		neighbour.send(`{"id":"n","op":"list_providers"}`) // the limit is each connection's own
		neighbour.silent()
		close(h.release)
		if got := codes(p, 16); got[""] != 16 {
			t.Errorf("then: %v", got)
		}
		if got := codes(neighbour, 1); got[""] != 1 {
			t.Errorf("the neighbour: %v", got)
		}
		synctest.Wait()
		p.send(burst(1)...) // there is room again
		if got := codes(p, 1); got[""] != 1 {
			t.Errorf("at last: %v", got)
		}
	})
}

func TestADuplicateIDInFlightIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHolder()
		p := serve(t, h, ServeOptions{}).greet(2)
		p.send(`{"id":"7","op":"a"}`, `{"id":7,"op":"b"}`)
		if got := p.text(); got != `{"id":"7","ok":false,"code":"INVALID_REQUEST","error":"Duplicate request id"}` {
			t.Errorf("the second was answered with %s", got)
		}
		close(h.release)
		if got := p.text(); got != answerTo("7") {
			t.Errorf("the first was answered with %s", got)
		}
		synctest.Wait()
		p.send(`{"id":"7","op":"c"}`)
		if got := p.text(); got != answerTo("7") {
			t.Errorf("an id used again was answered with %s", got)
		}
	})
}

func TestAnOlderHostAnswersADuplicateTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHolder()
		p := serve(t, h, ServeOptions{MaxVersion: 1}).greet(1)
		p.send(`{"id":"7","op":"a"}`, `{"id":"7","op":"b"}`)
		close(h.release)
		if first, second := p.text(), p.text(); first != answerTo("7") || second != first {
			t.Errorf("%s, then %s", first, second)
		}
	})
}

func TestACancelledRequestIsAnsweredAndThenCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHolder()
		p := serve(t, h, ServeOptions{}).greet(2)
		p.send(`{"id":"r1","op":"get_token"}`)
		ctx := <-h.entered
		p.send(`{"id":"c1","op":"cancel","payload":{"targetId":"r1"}}`)
		if got := p.text(); got != `{"id":"c1","ok":true,"data":{"cancelled":true}}` {
			t.Errorf("cancel was answered with %s", got)
		}
		<-ctx.Done()
		p.silent()
		h.release <- nil
		if got := p.text(); got != answerTo("r1") {
			t.Errorf("first %s", got)
		}
		if got := p.text(); got != `{"id":"r1","ok":false,"code":"CANCELLED","error":"Operation cancelled"}` {
			t.Errorf("then %s", got)
		}
		p.silent()
	})
}

func TestCancelNeedsATargetThatIsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHolder()
		s := serve(t, h, ServeOptions{})
		p, neighbour := s.greet(2), s.greet(2)
		neighbour.send(`{"id":"theirs","op":"get_token"}`)
		p.send(burst(maxInFlight)...) // cancel is exempt from the limit, and from the check of ids
		for range maxInFlight + 1 {
			<-h.entered
		}
		const missing = `"ok":false,"code":"INVALID_REQUEST","error":"Missing targetId"}`
		for payload, want := range map[string]string{
			`{"targetId":"b99"}`:    `"ok":true,"data":{"cancelled":false}}`,
			`{"targetId":"theirs"}`: `"ok":true,"data":{"cancelled":false}}`,
			`{"targetId":""}`:       missing,
			`{"targetId":7}`:        missing,
			`{}`:                    missing,
			`null`:                  missing,
		} {
			p.send(`{"id":"b0","op":"cancel","payload":` + payload + `}`)
			if got := p.text(); got != `{"id":"b0",`+want {
				t.Errorf("%s: %s", payload, got)
			}
		}
		p.send(`{"op":"cancel","payload":{"targetId":"b1"}}`)
		if got := p.text(); got != whoAsks {
			t.Errorf("a cancel without an id: %s", got)
		}
		p.silent()
	})
}

func TestAnOlderHostKnowsNoCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := serve(t, HandlerFunc(echo), ServeOptions{MaxVersion: 1}).greet(1)
		p.send(`{"id":"c1","op":"cancel","payload":{"targetId":"r1"}}`)
		if got := p.text(); !strings.Contains(got, `"data":{"op":"cancel","payload":{"targetId":"r1"}`) {
			t.Errorf("the handler did not get it: %s", got)
		}
	})
}

// brokenListener fails, and knows whether it was closed.
type brokenListener struct{ pipeListener }

func (*brokenListener) Accept() (net.Conn, error) { return nil, errors.ErrUnsupported }

func TestServeReturnsWhatItsListenerFailsWith(t *testing.T) {
	if err := Serve(t.Context(), &brokenListener{}, HandlerFunc(echo), ServeOptions{}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("returned %v", err)
	}
}

func TestServeEndsWithItsContextAndWaitsForItsHandlers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		left := make(chan bool, 1)
		s := serve(t, HandlerFunc(func(ctx context.Context, _ Call) (any, error) {
			<-ctx.Done()
			time.Sleep(time.Minute) // takes its time
			left <- true
			return nil, nil
		}), ServeOptions{})
		busy, idle, shy := s.greet(2), s.greet(1), s.connect()
		busy.send(`{"id":"r1","op":"get_token"}`)
		synctest.Wait()
		s.stop()
		for _, p := range []*peer{busy, idle, shy} {
			p.hungUp() // and no answer to what is in flight
		}
		if took := elapsed(func() {
			if err := <-s.done; err != nil {
				t.Errorf("returned %v", err)
			}
		}); took != time.Minute || len(left) != 1 {
			t.Errorf("returned after %v", took)
		}
	})
}
