package socket

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestALossFailsEverythingPendingAndEverythingLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, h, p := meet(t, 2, Options{})
		var outcomes []<-chan error
		for range MaxInFlight + 3 {
			outcomes = append(outcomes, ask(t.Context(), c, "get_token"))
		}
		for range MaxInFlight {
			p.receive()
		}
		synctest.Wait()
		_ = p.stream.Close()
		sent := 0
		for _, done := range outcomes {
			err := <-done
			if failed, ok := errors.AsType[*RequestError](err); ok && failed.Sent {
				sent++
				isLost(t, err, true)
				continue
			}
			isLost(t, err, false) // was queued
		}
		if sent != MaxInFlight {
			t.Errorf("%d of %d had left", sent, MaxInFlight)
		}
		<-c.Lost()
		for range 3 {
			if took := elapsed(func() { isLost(t, c.Request(t.Context(), "get_token", nil, nil), false) }); took != 0 {
				t.Errorf("a later request took %v", took)
			}
		}
		time.Sleep(time.Hour)
		isLost(t, c.Request(t.Context(), "get_token", nil, nil), false)
		if n := h.dials.Load(); n != 1 {
			t.Errorf("%d dials", n)
		}
		if !errors.Is(c.Cause(), io.EOF) {
			t.Errorf("the cause is %v", c.Cause())
		}
	})
}

func TestALossIsNoticedWithNothingPending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, h, p := meet(t, 2, Options{})
		if !isOpen(c.Lost()) || c.Cause() != nil {
			t.Fatal("lost too early")
		}
		_ = p.stream.Close()
		if took := elapsed(func() { <-c.Lost() }); took != 0 {
			t.Errorf("noticed after %v", took)
		}
		isLost(t, c.Request(t.Context(), "get_token", nil, nil), false)
		if h.dials.Load() != 1 {
			t.Error("dialled again")
		}
	})
}

func TestSentTellsWhetherTheWholeRequestLeft(t *testing.T) {
	for name, s := range map[string]struct {
		read func(p *peer) // before the host hangs up
		sent bool
	}{
		"nothing":           {func(*peer) {}, false},
		"half the header":   {func(p *peer) { readSome(p, 2) }, false},
		"half the frame":    {func(p *peer) { readSome(p, 20) }, false},
		"all but one byte":  {func(p *peer) { readSome(p, requestSize-1) }, false},
		"the whole request": {func(p *peer) { readSome(p, requestSize) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, _, p := meet(t, 2, Options{})
				first := ask(t.Context(), c, "get_token")
				synctest.Wait()
				second := ask(t.Context(), c, "get_token")
				synctest.Wait()
				s.read(p)
				synctest.Wait()
				_ = p.stream.Close()
				isLost(t, <-first, s.sent)
				isLost(t, <-second, false)
				want := 0
				if s.sent {
					want = 1
				}
				if n := c.Info().Requests["get_token"]; n != want {
					t.Errorf("%d requests counted as sent", n)
				}
			})
		})
	}
}

// requestSize is the size of a get_token request without payload.
var requestSize = len(encodeRequest(2, strings.Repeat("x", 26), "get_token", []byte("{}")))

func readSome(p *peer, n int) {
	if _, err := io.ReadFull(p.stream, make([]byte, n)); err != nil {
		p.t.Error(err)
	}
}

func TestACutAtAnyByteSettlesEverybodyOnce(t *testing.T) {
	whole := len(frameOf(answerTo(strings.Repeat("x", 26))))
	for at := range 2*whole + 1 {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := meet(t, 2, Options{})
			var stream []byte
			var outcomes []<-chan error
			for range 3 {
				outcomes = append(outcomes, ask(t.Context(), c, "get_token"))
				stream = append(stream, frameOf(answerTo(p.receive().ID))...)
			}
			p.write(stream[:at])
			_ = p.stream.Close()
			for i, done := range outcomes {
				if err := <-done; (err == nil) != (at >= (i+1)*whole) || (err != nil && !errors.Is(err, ErrLost)) {
					t.Errorf("cut at %d, request %d: %v", at, i, err)
				}
			}
			<-c.Lost()
		})
	}
}

func answerTo(id string) string { return `{"id":"` + id + `","ok":true,"data":{}}` }

func TestCloseEndsEverythingPending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		capability := &token{bytes: []byte("00ff")}
		c, h, p := meet(t, 2, Options{Capability: capability})
		done := ask(t.Context(), c, "get_token")
		p.receive()
		blocked := ask(t.Context(), c, "get_token") // in its Write
		synctest.Wait()
		if took := elapsed(func() { _ = c.Close() }); took != 0 {
			t.Errorf("Close took %v", took)
		}
		for sent, done := range map[bool]<-chan error{true: done, false: blocked} {
			failed, ok := errors.AsType[*RequestError](<-done)
			if !ok || failed.Sent != sent || !errors.Is(failed, ErrClosed) || errors.Is(failed, ErrLost) {
				t.Errorf("sent %t: %#v", sent, failed)
			}
		}
		if !capability.wiped || string(capability.bytes) != "\x00\x00\x00\x00" {
			t.Error("the capability was not wiped")
		}
		failed, ok := errors.AsType[*RequestError](c.Request(t.Context(), "get_token", nil, nil))
		if !ok || failed.Sent || !errors.Is(failed, ErrClosed) {
			t.Errorf("later: %#v", failed)
		}
		if err := c.Close(); err != nil || !isOpen(c.Lost()) || c.Cause() != nil || h.dials.Load() != 1 {
			t.Error("closing is no loss, and may be done twice")
		}
		p.hungUp()
	})
}

func TestCloseEndsAConnectUnderWay(t *testing.T) {
	type stage func(h *hosts)
	for name, reach := range map[string]stage{
		"dial":                func(*hosts) {},
		"unread offer":        func(h *hosts) { h.next() },
		"unanswered offer":    func(h *hosts) { h.next().text() },
		"half a whole answer": func(h *hosts) { p := h.next(); p.text(); p.write([]byte{0, 0, 0, 9, '{'}) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := Options{}
				if name == "dial" {
					o.Dial = func(ctx context.Context, _ string) (net.Conn, error) {
						<-ctx.Done()
						return nil, ctx.Err()
					}
				}
				c, h := newTestClient(t, o)
				done := ask(t.Context(), c, "get_token")
				reach(h)
				synctest.Wait()
				if took := elapsed(func() { _ = c.Close() }); took != 0 {
					t.Errorf("Close took %v", took)
				}
				if err := <-done; !errors.Is(err, ErrClosed) || !isOpen(c.Lost()) {
					t.Errorf("ended with %v", err)
				}
			})
		})
	}
}

func TestARequestBehindABlockedOneCanBeGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := meet(t, 2, Options{})
		first := ask(t.Context(), c, "get_token") // the host does not read yet
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		failed, ok := errors.AsType[*RequestError](c.Request(ctx, "remove_token", nil, nil))
		if !ok || failed.Sent || !errors.Is(failed, context.DeadlineExceeded) {
			t.Errorf("ended with %#v", failed)
		}
		p.reply(p.receive().ID, `{}`)
		if err := <-first; err != nil {
			t.Error(err)
		}
		p.silent() // neither the request given up nor a cancel of it
	})
}

func TestARequestWhoseContextHasEndedIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := meet(t, 2, Options{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 50 { // the runtime picks among ready cases by chance
			failed, ok := errors.AsType[*RequestError](c.Request(ctx, "remove_token", nil, nil))
			if !ok || failed.Sent || !errors.Is(failed, context.Canceled) {
				t.Fatalf("ended with %#v", failed)
			}
		}
		p.silent()
	})
}
