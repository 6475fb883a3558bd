package socket

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

func TestARequestIsGivenUpAfterThirtySeconds(t *testing.T) {
	for version := 1; version <= 2; version++ {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := meet(t, version, Options{})
			done := ask(t.Context(), c, "get_token")
			id := p.receive().ID
			var err error
			if took := elapsed(func() { err = <-done }); took != 30*time.Second {
				t.Errorf("given up after %v", took)
			}
			failed, ok := errors.AsType[*RequestError](err)
			if !ok || !failed.Sent || failed.Op != "get_token" || !errors.Is(err, ErrTimeout) {
				t.Errorf("ended with %#v", err)
			}
			cancelFollows(t, p, version, id)
			if !isOpen(c.Lost()) {
				t.Error("a timeout is no loss")
			}
		})
	}
}

// cancelFollows checks that a host of version 2, and no other, hears that id
// was given up.
func cancelFollows(t *testing.T, p *peer, version int, id string) {
	t.Helper()
	if version == 2 {
		r := p.receive()
		if r.Op != "cancel" || r.ID == id || r.ID == "" || string(r.Payload) != `{"targetId":"`+id+`"}` {
			t.Errorf("not a cancel of %s: %+v", id, r)
		}
	}
	p.silent()
}

func TestAnEndedContextGivesTheRequestUp(t *testing.T) {
	for version := 1; version <= 2; version++ {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := meet(t, version, Options{})
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			done := ask(ctx, c, "get_token")
			id := p.receive().ID
			failed, ok := errors.AsType[*RequestError](<-done)
			if !ok || !failed.Sent || !errors.Is(failed, context.DeadlineExceeded) {
				t.Errorf("ended with %#v", failed)
			}
			cancelFollows(t, p, version, id)
		})
	}
}

func TestGivingUpDoesNotWaitForAHostThatDoesNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := meet(t, 2, Options{})
		ctx, cancel := context.WithCancel(t.Context())
		done := ask(ctx, c, "get_token")
		p.receive()
		cancel()
		if took := elapsed(func() { <-done }); took != 0 {
			t.Errorf("waited %v", took)
		}
		if took := elapsed(func() { <-c.Lost() }); took != writeTimeout {
			t.Errorf("the host that does not read was left after %v", took)
		}
	})
}

func TestTheTimeoutCanBeChosen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := meet(t, 1, Options{Timeout: 7 * time.Second})
		done := ask(t.Context(), c, "get_token")
		p.receive()
		if took := elapsed(func() { <-done }); took != 7*time.Second {
			t.Errorf("given up after %v", took)
		}
	})
}

func TestADialIsGivenUpAfterThirtySeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newTestClient(t, Options{Dial: func(ctx context.Context, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}})
		var err error
		took := elapsed(func() { err = c.Request(t.Context(), "list_providers", nil, nil) })
		failed, ok := errors.AsType[*RequestError](err)
		if took != 30*time.Second || !ok || failed.Sent || !isOpen(c.Lost()) {
			t.Errorf("after %v: %#v", took, err)
		}
	})
}

func TestAPartOfAFrameIsWaitedForFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := meet(t, 2, Options{})
		done := ask(t.Context(), c, "get_token")
		frame := frameOf(`{"id":"` + p.receive().ID + `","ok":true,"data":{}}`)
		p.write(frame[:3])
		time.Sleep(20 * time.Second) // the header is not complete
		p.write(frame[3:4])
		trickled := make(chan bool)
		go func() {
			defer close(trickled)
			for _, b := range frame[4:] { // more bytes do not extend it
				if _, err := p.stream.Write([]byte{b}); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}()
		if took := elapsed(func() { isLost(t, <-done, true) }); took != 5*time.Second {
			t.Errorf("lost after %v", took)
		}
		if _, ok := errors.AsType[*ProtocolError](c.Cause()); !ok {
			t.Errorf("the cause is %v", c.Cause())
		}
		<-trickled
	})
}

func TestAFrameThatIsWholeInTimeIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := meet(t, 2, Options{})
		done := ask(t.Context(), c, "get_token")
		frame := frameOf(`{"id":"` + p.receive().ID + `","ok":true,"data":{}}`)
		p.write(frame[:10])
		time.Sleep(frameTimeout - time.Nanosecond)
		p.write(frame[10:])
		if err := <-done; err != nil {
			t.Error(err)
		}
		time.Sleep(2 * frameTimeout) // and its deadline does not hit the next one
		if !isOpen(c.Lost()) {
			t.Error("the connection was lost")
		}
	})
}

func TestAHostThatDoesNotReadIsLeftAfterFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, _ := meet(t, 2, Options{})
		written := ask(t.Context(), c, "get_token")
		queued := ask(t.Context(), c, "remove_token")
		if took := elapsed(func() {
			isLost(t, <-written, false)
			isLost(t, <-queued, false)
		}); took != 5*time.Second {
			t.Errorf("lost after %v", took)
		}
	})
}

func TestAnIdleConnectionIsClosedAfterFiveMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, h, p := meet(t, 2, Options{})
		if took := elapsed(p.hungUp); took != 5*time.Minute {
			t.Errorf("closed after %v", took)
		}
		synctest.Wait()
		if !isOpen(c.Lost()) || c.Cause() != nil {
			t.Fatal("our own close is no loss")
		}
		time.Sleep(time.Hour)
		done := ask(t.Context(), c, "list_providers")
		p = h.next()
		p.accept(1)
		p.reply(p.receive().ID, `{}`)
		if err := <-done; err != nil {
			t.Error(err)
		}
		if info := c.Info(); info.Handshakes != 2 || info.Version != 1 || h.dials.Load() != 2 {
			t.Errorf("%d dials, %+v", h.dials.Load(), info)
		}
	})
}

func TestARequestHoldsOffTheIdleClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, h, p := meet(t, 2, Options{Timeout: time.Hour})
		time.Sleep(4 * time.Minute)
		done := ask(t.Context(), c, "get_token")
		id := p.receive().ID
		time.Sleep(20 * time.Minute)
		p.silent()
		p.reply(id, `{}`)
		if err := <-done; err != nil {
			t.Error(err)
		}
		if took := elapsed(p.hungUp); took != 5*time.Minute {
			t.Errorf("closed %v after the reply", took)
		}
		if h.dials.Load() != 1 {
			t.Error("dialled again")
		}
	})
}

func TestARequestAtTheMomentOfTheIdleCloseSucceeds(t *testing.T) {
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			c, h, p := meet(t, 2, Options{})
			go oblige(p.stream) // the request may choose either connection
			go func() {
				select {
				case next := <-h.ends:
					oblige(next)
				case <-t.Context().Done():
				}
			}()
			time.Sleep(5 * time.Minute)
			if err := c.Request(t.Context(), "list_providers", nil, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestARetiredLinkSendsItsCallersToTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := meet(t, 2, Options{})
		l, err := c.connected(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p.hungUp()
		if err := l.call(t.Context(), "r1", "list_providers", []byte("{}"), nil, time.Second); !errors.Is(err, errRetired) || errors.Is(err, ErrLost) {
			t.Errorf("ended with %v", err)
		}
	})
}
