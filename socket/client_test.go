package socket

import (
	"bytes"
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

func TestNothingIsDialedBeforeTheFirstRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, h := newTestClient(t, Options{})
		time.Sleep(time.Hour)
		if n := h.dials.Load(); n != 0 {
			t.Errorf("%d dials", n)
		}
		info := c.Info()
		if info.Path != "/somewhere/host.sock" || info.PeerUID != -1 || info.Version != 0 || info.Handshakes != 0 {
			t.Errorf("%+v", info)
		}
	})
}

func TestFirstRequestsShareOneDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h *hosts
		open := make(chan bool)
		c, h := newTestClient(t, Options{Dial: func(ctx context.Context, path string) (net.Conn, error) {
			<-open
			return h.dial(ctx, path)
		}})
		h.t = t
		var outcomes []<-chan error
		for range 5 {
			outcomes = append(outcomes, ask(t.Context(), c, "list_providers"))
		}
		synctest.Wait()
		close(open)
		p := h.next()
		p.accept(2)
		for range outcomes {
			p.reply(p.receive().ID, `{}`)
		}
		for _, done := range outcomes {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if n, info := h.dials.Load(), c.Info(); n != 1 || info.Handshakes != 1 || info.Requests["list_providers"] != 5 {
			t.Errorf("%d dials, %+v", n, info)
		}
	})
}

func TestAContextEndsTheWaitForAConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, h := newTestClient(t, Options{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		failed, ok := errors.AsType[*RequestError](c.Request(ctx, "list_providers", nil, nil))
		if !ok || failed.Sent || !errors.Is(failed, context.DeadlineExceeded) {
			t.Errorf("ended with %#v", failed)
		}
		done := ask(t.Context(), c, "list_buckets") // joins the same dial
		p := h.next()
		p.accept(2)
		p.reply(p.receive().ID, `{}`)
		if err := <-done; err != nil || h.dials.Load() != 1 {
			t.Errorf("%d dials, %v", h.dials.Load(), err)
		}
	})
}

func TestADialThatFailsIsNoLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hosts{t: t, ends: make(chan net.Conn, 1)}
		refused := &ConnectError{Kind: Refused}
		up := false
		c, _ := newTestClient(t, Options{Dial: func(ctx context.Context, path string) (net.Conn, error) {
			if !up {
				return nil, refused
			}
			return h.dial(ctx, path)
		}})
		for range 3 {
			if err := c.Request(t.Context(), "list_providers", nil, nil); !errors.Is(err, refused) || !isOpen(c.Lost()) {
				t.Fatalf("ended with %v", err)
			}
		}
		up = true
		done := ask(t.Context(), c, "list_providers")
		p := h.next()
		p.accept(1)
		p.reply(p.receive().ID, `{}`)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestADialTimesOutAfterThirtySeconds(t *testing.T) {
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

func TestAPanicWhileConnectingIsNoCrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := newTestClient(t, Options{Dial: func(context.Context, string) (net.Conn, error) { panic("canary") }})
		for range 2 {
			err := c.Request(t.Context(), "get_token", nil, nil)
			if _, ok := errors.AsType[*HandshakeError](err); !ok || strings.Contains(err.Error(), "canary") || !isOpen(c.Lost()) {
				t.Errorf("ended with %#v", err)
			}
		}
	})
}

func TestEveryRequestCarriesTheNegotiatedVersion(t *testing.T) {
	for version := 1; version <= 2; version++ {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := connectedClient(t, version, Options{})
			seen := map[string]bool{}
			for range 50 {
				ask(t.Context(), c, "list_providers")
				r := p.receive()
				if r.V != version || r.Op != "list_providers" || string(r.Payload) != "{}" || seen[r.ID] {
					t.Fatalf("%+v", r)
				}
				seen[r.ID] = true
				p.reply(r.ID, `{}`)
			}
			if got := c.Info().Version; got != version {
				t.Errorf("Info says version %d", got)
			}
		})
	}
}

func TestAtMostEightRequestsAreInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := connectedClient(t, 2, Options{})
		var outcomes []<-chan error
		for range 20 {
			outcomes = append(outcomes, ask(t.Context(), c, "list_providers"))
		}
		var ids []string
		for range 8 {
			ids = append(ids, p.receive().ID)
		}
		for range 20 - 8 {
			p.expectSilence()
			p.reply(ids[0], `{}`)
			ids = append(ids[1:], p.receive().ID)
		}
		for _, id := range ids {
			p.expectSilence()
			p.reply(id, `{}`)
		}
		for _, done := range outcomes {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestAQueuedRequestCanBeCanceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := connectedClient(t, 2, Options{})
		for range MaxInFlight {
			ask(t.Context(), c, "list_providers")
			p.receive()
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := ask(ctx, c, "remove_token")
		synctest.Wait()
		cancel()
		failed, ok := errors.AsType[*RequestError](<-done)
		if !ok || failed.Sent || failed.Op != "remove_token" || !errors.Is(failed, context.Canceled) {
			t.Errorf("ended with %#v", failed)
		}
		p.expectSilence()
	})
}

func TestARequestBehindABlockedWriteCanBeCanceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := connectedClient(t, 2, Options{})
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
		p.expectSilence() // neither the canceled request nor a cancel
	})
}

func TestARequestWhoseContextHasEndedIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := connectedClient(t, 2, Options{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 50 { // select chooses among ready cases at random
			failed, ok := errors.AsType[*RequestError](c.Request(ctx, "remove_token", nil, nil))
			if !ok || failed.Sent || !errors.Is(failed, context.Canceled) {
				t.Fatalf("ended with %#v", failed)
			}
		}
		p.expectSilence()
	})
}

func TestARequestEndsAtItsTimeoutAndAtTheEndOfItsContext(t *testing.T) {
	for name, s := range map[string]struct {
		o       Options
		context time.Duration
		after   time.Duration
		err     error
	}{
		"default timeout": {Options{}, time.Hour, 30 * time.Second, ErrTimeout},
		"chosen timeout":  {Options{Timeout: 7 * time.Second}, time.Hour, 7 * time.Second, ErrTimeout},
		"context":         {Options{}, 2 * time.Second, 2 * time.Second, context.DeadlineExceeded},
	} {
		for version := 1; version <= 2; version++ {
			t.Run(fmt.Sprintf("%s, version %d", name, version), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c, _, p := connectedClient(t, version, s.o)
					ctx, cancel := context.WithTimeout(t.Context(), s.context)
					defer cancel()
					done := ask(ctx, c, "get_token")
					id := p.receive().ID
					var err error
					if took := elapsed(func() { err = <-done }); took != s.after {
						t.Errorf("ended after %v", took)
					}
					failed, ok := errors.AsType[*RequestError](err)
					if !ok || !failed.Sent || failed.Op != "get_token" || !errors.Is(err, s.err) {
						t.Errorf("ended with %#v", err)
					}
					cancelFollows(t, p, version, id)
					if !isOpen(c.Lost()) {
						t.Error("a timeout counts as a loss")
					}
				})
			})
		}
	}
}

// cancelFollows fails unless a host of version 2, and no other, receives a cancel of id.
func cancelFollows(t *testing.T, p *peer, version int, id string) {
	t.Helper()
	if version == 2 {
		r := p.receive()
		if r.Op != "cancel" || r.ID == id || r.ID == "" || string(r.Payload) != `{"targetId":"`+id+`"}` {
			t.Errorf("not a cancel of %s: %+v", id, r)
		}
	}
	p.expectSilence()
}

func TestARequestOverTheHostsLimitIsNotSent(t *testing.T) {
	for version, limit := range map[int]int{1: 65536, 2: 4194304} {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := connectedClient(t, version, Options{})
			around := len(encodeRequest(version, strings.Repeat("x", 26), "save_token", nil)) - headerSize
			done := make(chan error, 1)
			go func() { done <- c.Request(t.Context(), "save_token", object(limit-around), nil) }()
			text := p.text()
			if len(text) != limit {
				t.Fatalf("the largest frame has %d bytes", len(text))
			}
			var r request
			if err := json.Unmarshal([]byte(text), &r); err != nil {
				t.Fatal(err)
			}
			p.reply(r.ID, `{}`)
			if err := <-done; err != nil {
				t.Error(err)
			}
			err := c.Request(t.Context(), "save_token", object(limit-around+1), nil)
			failed, ok := errors.AsType[*RequestError](err)
			if !ok || failed.Sent || !errors.Is(err, ErrTooLarge) {
				t.Errorf("one byte more: %v", err)
			}
			p.expectSilence()
			if n := c.Info().Requests["save_token"]; n != 1 || !isOpen(c.Lost()) {
				t.Errorf("%d requests counted", n)
			}
		})
	}
}

func TestAPayloadThatIsNotAnObjectIsNotSent(t *testing.T) {
	for _, payload := range []any{
		json.RawMessage(nil), json.RawMessage("{\n"), (*tokenPayload)(nil), map[string]int(nil), []int{1}, "x", make(chan int),
	} {
		synctest.Test(t, func(t *testing.T) {
			c, h := newTestClient(t, Options{})
			failed, ok := errors.AsType[*RequestError](c.Request(t.Context(), "save_token", payload, nil))
			if !ok || failed.Sent || h.dials.Load() != 0 {
				t.Errorf("%#v: %#v after %d dials", payload, failed, h.dials.Load())
			}
		})
	}
}

func TestAnInvalidOperationIsNotSent(t *testing.T) {
	const longest = "a_0123456789012345678901234567890123456789012345678901234567890z" // 64 bytes
	synctest.Test(t, func(t *testing.T) {
		c, h := newTestClient(t, Options{})
		for _, op := range []string{
			"", " ", "get token", "Get_token", "getToken", "_get", "0", "é", "get-token", "get.token", "a\x00", "a\n", "a\x7f", longest + "z",
			`a","payload":{},"op":"remove_token`, `a\`, "get_token\u202e",
		} {
			failed, ok := errors.AsType[*RequestError](c.Request(t.Context(), op, nil, nil))
			if !ok || failed.Sent || failed.Op != op || failed.Error() != "operation is not a plain word" || h.dials.Load() != 0 {
				t.Errorf("%q: %v after %d dials", op, failed, h.dials.Load())
			}
		}
		p := h.connect(c, 2)
		for _, op := range []string{"a", "get_token", "x9", longest} {
			done := ask(t.Context(), c, op)
			r := p.receive()
			p.reply(r.ID, `{}`)
			if err := <-done; err != nil || r.Op != op {
				t.Errorf("%q: sent %q, %v", op, r.Op, err)
			}
		}
		if n := len(c.Info().Requests); n != 5 {
			t.Errorf("%d operations counted", n)
		}
	})
}

func TestARawPayloadIsSentAsItStandsAndWiped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := connectedClient(t, 2, Options{})
		payload := json.RawMessage(`{"token":{"access_token":"canary"},"provider":"<codex>"}`)
		want := string(payload)
		done := make(chan error, 1)
		go func() { done <- c.Request(t.Context(), "save_token", payload, nil) }()
		r := p.receive()
		if string(r.Payload) != want {
			t.Errorf("sent %s", r.Payload)
		}
		p.reply(r.ID, `{}`)
		if err := <-done; err != nil || len(bytes.Trim(payload, "\x00")) > 0 {
			t.Errorf("left %q, %v", payload, err)
		}
	})
}

// unsent is a request that fails before it is sent.
type unsent struct {
	client      func(t *testing.T) *Client
	ctx         context.Context
	op, payload string
	err         error // by errors.Is
}

func unsentRequests(t *testing.T) map[string]unsent {
	const secret = `{"token":{"access_token":"canary"}}`
	ended, end := context.WithCancel(t.Context())
	end()
	open := func(t *testing.T) *Client {
		c, _, _ := connectedClient(t, 1, Options{})
		return c
	}
	return map[string]unsent{
		"no object":     {open, t.Context(), "save_token", `["canary"]`, errNotObject},
		"no JSON":       {open, t.Context(), "save_token", secret[:len(secret)-1], errNotObject},
		"no operation":  {open, t.Context(), "save token", secret, errOp},
		"too large":     {open, t.Context(), "save_token", string(object(MaxFrameV1)), ErrTooLarge},
		"ended context": {open, ended, "save_token", secret, context.Canceled},
		"closed": {func(t *testing.T) *Client {
			c := open(t)
			_ = c.Close()
			return c
		}, t.Context(), "save_token", secret, ErrClosed},
		"lost": {func(t *testing.T) *Client {
			c, _, p := connectedClient(t, 2, Options{})
			_ = p.stream.Close()
			<-c.Lost()
			return c
		}, t.Context(), "save_token", secret, ErrLost},
		"no connection": {func(t *testing.T) *Client {
			c, _ := newTestClient(t, Options{Dial: func(context.Context, string) (net.Conn, error) { return nil, &ConnectError{Err: net.ErrClosed} }})
			return c
		}, t.Context(), "save_token", secret, net.ErrClosed},
		"in the queue": {func(t *testing.T) *Client {
			c, _, p := connectedClient(t, 2, Options{})
			for range MaxInFlight {
				ask(t.Context(), c, "list_providers")
				p.receive()
			}
			return c
		}, nil, "save_token", secret, context.DeadlineExceeded},
	}
}

func TestARawPayloadThatIsNotSentIsWiped(t *testing.T) {
	for name, s := range unsentRequests(t) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, ctx := s.client(t), s.ctx
				if ctx == nil {
					within, cancel := context.WithTimeout(t.Context(), time.Second)
					defer cancel()
					ctx = within
				}
				payload := json.RawMessage(s.payload)
				if err := c.Request(ctx, s.op, payload, nil); !errors.Is(err, s.err) || len(bytes.Trim(payload, "\x00")) > 0 {
					t.Errorf("left %.100q, %v", payload, err)
				}
			})
		})
	}
}

func TestInfoReturnsACopy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, _ := connectedClient(t, 2, Options{})
		c.recordHandshake(nil, []string{"first", "second"}, 2, false)
		info := c.Info()
		info.Warnings[0], info.Requests["first"] = "changed", 9
		if again := c.Info(); again.Warnings[0] != "first" || again.Requests["first"] != 1 {
			t.Errorf("%+v", again)
		}
	})
}
