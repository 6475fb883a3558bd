package socket

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

const stray = `{"id":"nobody","ok":true,"data":{}}`

// giveUp sends a request, gives it up when the host has it, and returns the ids
// of the request and of its cancel, which is empty on version 1.
func giveUp(t *testing.T, c *Client, p *peer, version int) (id, cancelID string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := ask(ctx, c, "get_token")
	id = p.receive().ID
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Fatalf("given up with %v", err)
	}
	if version == 2 {
		cancelID = p.receive().ID
	}
	return id, cancelID
}

func refused(id, code string) string {
	return `{"id":"` + id + `","ok":false,"code":"` + code + `","error":"no"}`
}

// strayCount lets a host send as many strays as it takes to be left.
func strayCount(t *testing.T, c *Client, p *peer) (n int) {
	t.Helper()
	for isOpen(c.Lost()) && n < 1000 {
		p.send(stray)
		synctest.Wait()
		n++
	}
	return n
}

func TestTheSixtyFifthStrayReplyCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := meet(t, 2, Options{})
		for range 64 {
			p.send(stray)
		}
		done := ask(t.Context(), c, "get_token")
		p.reply(p.receive().ID, `{}`)
		if err := <-done; err != nil || !isOpen(c.Lost()) {
			t.Fatalf("64 strays: %v", err)
		}
		done = ask(t.Context(), c, "get_token")
		p.receive()
		p.send(stray)
		isLost(t, <-done, true)
		if _, ok := errors.AsType[*ProtocolError](c.Cause()); !ok {
			t.Errorf("the cause is %v", c.Cause())
		}
	})
}

func TestWhateverHasNoIDOfOursIsAStray(t *testing.T) {
	for _, text := range []string{
		stray, `{}`, `{"id":7,"ok":true,"data":{}}`, `{"id":null}`, `{"id":{},"ok":1}`, `{"id":""}`, `{"ok":true,"data":null}`,
		string(`{"v":2,"op":"handshake","ok":true,"data":{"version":2}}`),
	} {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := meet(t, 2, Options{})
			p.send(text)
			synctest.Wait()
			if !isOpen(c.Lost()) {
				t.Fatalf("%s closed the connection", text)
			}
			if n := strayCount(t, c, p); n != 64 {
				t.Errorf("after %s, %d strays", text, n)
			}
		})
	}
}

func TestALateReplyIsIgnored(t *testing.T) {
	for version := 1; version <= 2; version++ {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := meet(t, version, Options{})
			for range 100 { // more than strays would be forgiven
				id, cancelID := giveUp(t, c, p, version)
				if version == 1 {
					p.reply(id, `{"late":true}`)
					continue
				}
				p.reply(cancelID, `{"cancelled":true}`)
				p.reply(id, `{"late":true}`)
				p.send(refused(id, "CANCELLED"))
			}
			done := ask(t.Context(), c, "list_providers")
			p.reply(p.receive().ID, `{}`)
			if err := <-done; err != nil {
				t.Errorf("version %d: %v", version, err)
			}
			if n := strayCount(t, c, p); n != 65 {
				t.Errorf("version %d: late replies counted, %d strays were left", version, n)
			}
		})
	}
}

func TestOneReplyTooManyForAGivenUpRequestIsAStray(t *testing.T) {
	for version := 1; version <= 2; version++ {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := meet(t, version, Options{})
			id, cancelID := giveUp(t, c, p, version)
			for range version + 1 {
				p.reply(id, `{}`)
			}
			want := 64
			if version == 2 {
				p.reply(cancelID, `{"cancelled":false}`)
				p.reply(cancelID, `{"cancelled":false}`)
				want--
			}
			if n := strayCount(t, c, p); n != want {
				t.Errorf("version %d: %d more strays, want %d", version, n, want)
			}
		})
	}
}

func TestOnlyTheFirstReplyCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := meet(t, 2, Options{})
		var result struct{ N int }
		done := make(chan error, 1)
		go func() { done <- c.Request(t.Context(), "get_token", nil, &result) }()
		id := p.receive().ID
		p.send(`{"id":"`+id+`","ok":true,"data":{"n":1}}`, `{"id":"`+id+`","ok":true,"data":{"n":2}}`, refused(id, "CANCELLED"))
		if err := <-done; err != nil || result.N != 1 {
			t.Errorf("%+v, %v", result, err)
		}
		if n := strayCount(t, c, p); n != 63 {
			t.Errorf("%d more strays after two second replies", n)
		}
	})
}

func TestGivenUpRequestsAreNotRememberedForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := meet(t, 2, Options{})
		for range 3 * maxAbandoned {
			giveUp(t, c, p, 2)
		}
		l, err := c.connected(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		if n := len(l.abandoned); n != maxAbandoned || len(l.pending) != 0 {
			t.Errorf("%d given up, %d pending", n, len(l.pending))
		}
	})
}

func TestAReplyAtTheMomentOfTheTimeoutHasOneOutcome(t *testing.T) {
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := meet(t, 2, Options{})
			done := ask(t.Context(), c, "get_token")
			id := p.receive().ID
			time.Sleep(30 * time.Second)
			p.reply(id, `{}`)
			if err := <-done; err != nil {
				if !errors.Is(err, ErrTimeout) {
					t.Fatal(err)
				}
				p.reply(p.receive().ID, `{"cancelled":false}`)
			}
			if n := strayCount(t, c, p); n != 65 {
				t.Errorf("%d strays", n)
			}
		})
	}
}
