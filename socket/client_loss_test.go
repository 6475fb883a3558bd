package socket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestALossFailsEverythingPendingAndEverythingLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, h, p := connectedClient(t, 2, Options{})
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
				wantLoss(t, err, true)
				continue
			}
			wantLoss(t, err, false) // was queued
		}
		if sent != MaxInFlight {
			t.Errorf("%d of %d had left", sent, MaxInFlight)
		}
		<-c.Lost()
		for range 3 {
			if took := elapsed(func() { wantLoss(t, c.Request(t.Context(), "get_token", nil, nil), false) }); took != 0 {
				t.Errorf("a later request took %v", took)
			}
		}
		time.Sleep(time.Hour)
		wantLoss(t, c.Request(t.Context(), "get_token", nil, nil), false)
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
		c, h, p := connectedClient(t, 2, Options{})
		if !isOpen(c.Lost()) || c.Cause() != nil {
			t.Fatal("lost too early")
		}
		_ = p.stream.Close()
		if took := elapsed(func() { <-c.Lost() }); took != 0 {
			t.Errorf("noticed after %v", took)
		}
		wantLoss(t, c.Request(t.Context(), "get_token", nil, nil), false)
		if h.dials.Load() != 1 {
			t.Error("dialled again")
		}
	})
}

func TestAnotherSocketOrPeerIsALoss(t *testing.T) {
	first := identity{device: 1, inode: 2, bound: 3, peer: 4}
	for name, s := range map[string]struct {
		seen identity
		same bool
	}{
		"the same":       {identity{1, 2, 3, 4}, true},
		"another device": {identity{9, 2, 3, 4}, false},
		"another inode":  {identity{1, 9, 3, 4}, false},
		"bound anew":     {identity{1, 2, 9, 4}, false},
		"another uid":    {identity{1, 2, 3, 9}, false},
		"no uid":         {identity{1, 2, 3, -1}, false},
	} {
		c := NewClient("/s", Options{})
		c.recordHandshake(&first, nil, 2, false)
		err := c.checkSameHost(&s.seen)
		if isOpen(c.Lost()) != s.same || (err == nil) != s.same {
			t.Errorf("%s: %v", name, err)
		}
		cause, ok := errors.AsType[*ConnectError](c.Cause())
		if !s.same && (!ok || cause.Kind != Replaced || !errors.Is(err, ErrLost)) {
			t.Errorf("%s: %v because of %v", name, err, c.Cause())
		}
		_ = c.Close()
	}
}

func TestCloseEndsEverythingPending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		capability := &token{bytes: []byte("00ff")}
		c, h, p := connectedClient(t, 2, Options{Capability: capability})
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
		p.expectClose()
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

func TestAnIdleConnectionIsClosedAfterFiveMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, h, p := connectedClient(t, 2, Options{})
		if took := elapsed(p.expectClose); took != 5*time.Minute {
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
		c, h, p := connectedClient(t, 2, Options{Timeout: time.Hour})
		time.Sleep(4 * time.Minute)
		done := ask(t.Context(), c, "get_token")
		id := p.receive().ID
		time.Sleep(20 * time.Minute)
		p.expectSilence()
		p.reply(id, `{}`)
		if err := <-done; err != nil {
			t.Error(err)
		}
		if took := elapsed(p.expectClose); took != 5*time.Minute {
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
			c, h, p := connectedClient(t, 2, Options{})
			go answerAll(p.stream) // the request may choose either connection
			go func() {
				select {
				case next := <-h.ends:
					answerAll(next)
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

// conversation is the version of a host and the order in which it replies to turns.
type conversation struct {
	version int
	order   []int
}

var turns = []struct{ op, reply, want string }{
	{"list_providers", `{"id":"%s","ok":true,"data":{"providers":["codex","gemini"]}}`, `map[providers:[codex gemini]]`},
	{"list_buckets", `{"id":"%s","ok":true,"data":{"buckets":["default","old"]}}`, `map[buckets:[default old]]`},
	{"get_token", `{"id":"%s","ok":true,"data":{"access_token":"t","expiry":1893456000,"token_type":"Bearer"}}`, `map[access_token:t expiry:1.893456e+09 token_type:Bearer]`},
	{"get_token", `{"id":"%s","ok":false,"code":"NOT_FOUND","error":"No token found for provider: codex"}`, `get_token refused with code "NOT_FOUND": "No token found for provider: codex"`},
	{"refresh_token", `{"id":"%s","ok":false,"code":"RATE_LIMITED","error":"Refresh rate limited","retryAfter":30}`, `refresh_token refused with code "RATE_LIMITED": "Refresh rate limited"`},
	{"remove_token", `{"id":"%s","ok":true,"data":{}}`, `map[]`},
}

var conversations = []conversation{
	{1, []int{0, 1, 2, 3, 4, 5}},
	{2, []int{0, 1, 2, 3, 4, 5}},
	{2, []int{5, 2, 0, 4, 3, 1}},
}

// run makes the requests of turns, passes the bytes of all replies to say, and
// returns the outcome of each request.
func (v conversation) run(t *testing.T, say func(p *peer, replies []byte)) (c *Client, ended []string) {
	c, h := newTestClient(t, Options{})
	ended = make([]string, len(turns))
	outcomes, ids := make([]chan string, len(turns)), make([]string, len(turns))
	var p *peer
	for i, turn := range turns {
		outcomes[i] = make(chan string, 2)
		go func() {
			var got map[string]any
			err := c.Request(t.Context(), turn.op, nil, &got)
			outcomes[i] <- outcomeOf(got, err)
		}()
		if i == 0 {
			p = h.next()
			p.text()
			p.write(vector(t, map[int]string{1: "H4", 2: "H5"}[v.version]))
		}
		ids[i] = p.receive().ID
	}
	var replies []byte
	for _, i := range v.order {
		replies = append(replies, frameOf(fmt.Sprintf(turns[i].reply, ids[i]))...)
	}
	say(p, replies)
	for i := range turns {
		ended[i] = <-outcomes[i]
	}
	if n := int(h.dials.Load()); n != 1 {
		t.Errorf("%d connections", n)
	}
	return c, ended
}

func outcomeOf(got map[string]any, err error) string {
	failed, ok := errors.AsType[*RequestError](err)
	switch {
	case ok && errors.Is(err, ErrLost) && failed.Sent:
		return "lost"
	case err != nil:
		return err.Error()
	}
	return fmt.Sprint(got)
}

// length returns the length of a reply's frame.
func (v conversation) length(i int) int {
	return len(frameOf(fmt.Sprintf(turns[i].reply, strings.Repeat("x", 26))))
}

func (v conversation) size() (n int) {
	for _, i := range v.order {
		n += v.length(i)
	}
	return n
}

func TestEverySplitOfAConversationMeansTheSame(t *testing.T) {
	for _, v := range conversations {
		for at := range v.size() {
			synctest.Test(t, func(t *testing.T) {
				c, ended := v.run(t, func(p *peer, replies []byte) {
					p.write(replies[:at])
					synctest.Wait()
					p.write(replies[at:])
				})
				for i, turn := range turns {
					if ended[i] != turn.want {
						t.Errorf("split at %d: %s ended with %s, want %s", at, turn.op, ended[i], turn.want)
					}
				}
				if !isOpen(c.Lost()) {
					t.Errorf("split at %d: lost, %v", at, c.Cause())
				}
			})
		}
	}
}

func TestEveryCutOfAConversationIsOneLoss(t *testing.T) {
	for _, v := range conversations {
		for at := range v.size() {
			synctest.Test(t, func(t *testing.T) {
				c, ended := v.run(t, func(p *peer, replies []byte) {
					p.write(replies[:at])
					_ = p.stream.Close()
				})
				end := 0
				for _, i := range v.order {
					want := turns[i].want
					if end += v.length(i); end > at {
						want = "lost"
					}
					if ended[i] != want {
						t.Errorf("cut at %d: %s ended with %s, want %s", at, turns[i].op, ended[i], want)
					}
				}
				<-c.Lost()
				wantLoss(t, c.Request(t.Context(), "list_providers", nil, nil), false)
			})
		}
	}
}
