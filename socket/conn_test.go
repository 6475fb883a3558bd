package socket

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// newTestConn returns a connection of version 2 without a client that uses it.
func newTestConn(stream net.Conn) *conn {
	return newConn(NewClient("/somewhere/host.sock", Options{Idle: time.Hour}), newFramer(stream, MaxFrame), 2)
}

// pendingConn returns a connection with one request in flight per id. A Client would
// never choose the ids of the recorded frames.
func pendingConn(t *testing.T, ids ...string) (*conn, *peer, map[string]*call) {
	t.Helper()
	h := &hosts{t: t, ends: make(chan net.Conn, 1)}
	stream, _ := h.dial(t.Context(), "")
	connection := newTestConn(stream)
	calls := map[string]*call{}
	for _, id := range ids {
		calls[id] = &call{op: "get_token", result: &map[string]any{}, done: make(chan error, 1)}
		if err := connection.register(id, calls[id]); err != nil {
			t.Fatal(err)
		}
	}
	go connection.run()
	t.Cleanup(func() { connection.finish(ErrClosed) })
	return connection, h.next(), calls
}

// ending returns why the connection has ended, nil if it has not.
func (c *conn) ending() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

func isProtocolBreach(err error) bool {
	_, breach := errors.AsType[*ProtocolError](err)
	_, size := errors.AsType[*FrameError](err)
	return errors.Is(err, ErrLost) && (breach || size)
}

func TestRecordedRepliesAreUnderstood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		connection, p, calls := pendingConn(t, "r1", "r4", "r5")
		for _, name := range []string{"X18", "S3", "S4", "S1"} { // a numeric id is unmatched
			p.write(vector(t, name))
		}
		if err := <-calls["r1"].done; err != nil {
			t.Error(err)
		}
		token := *calls["r1"].result.(*map[string]any)
		if token["access_token"] != "t" || token["expiry"] != 1893456000.0 || token["token_type"] != "Bearer" {
			t.Errorf("S1 is %v", token)
		}
		limited, ok := errors.AsType[*ResponseError](<-calls["r5"].done)
		if !ok || *limited != (ResponseError{"get_token", "RATE_LIMITED", "Refresh rate limited", 30 * time.Second}) {
			t.Errorf("S3 is %#v", limited)
		}
		if err := <-calls["r4"].done; err != nil {
			t.Error(err)
		}
		if connection.ending() != nil {
			t.Errorf("the connection ended with %v", connection.ending())
		}
		_, p, calls = pendingConn(t, "r1")
		p.write(vector(t, "S2"))
		missing, ok := errors.AsType[*ResponseError](<-calls["r1"].done)
		if !ok || *missing != (ResponseError{"get_token", "NOT_FOUND", "No token found for provider: codex", 0}) {
			t.Errorf("S2 is %#v", missing)
		}
	})
}

func TestInvalidUTF8IsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, p, calls := pendingConn(t, "r1")
		p.write(vector(t, "X14"))
		if err := <-calls["r1"].done; err != nil {
			t.Fatal(err)
		}
		if got := (*calls["r1"].result.(*map[string]any))["s"]; got != "a\ufffdb" {
			t.Errorf("delivered %q", got)
		}
	})
}

func TestDataThatTheResultCannotHoldEndsOnlyTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := connectedClient(t, 2, Options{})
		var result struct {
			Buckets []string `json:"buckets"`
		}
		for data, what := range map[string]string{
			`{"buckets":"canary"}`:       "buckets has the wrong type",
			`{"buckets":[{"canary":1}]}`: "buckets has the wrong type",
			"":                           "data is missing",
		} {
			done := make(chan error, 1)
			go func() { done <- c.Request(t.Context(), "list_buckets", nil, &result) }()
			if id := p.receive().ID; data == "" {
				p.send(`{"id":"` + id + `","ok":true}`)
			} else {
				p.reply(id, data)
			}
			err := <-done
			malformed, ok := errors.AsType[*MalformedDataError](err)
			if !ok || malformed.Op != "list_buckets" || malformed.What != what {
				t.Errorf("%s: %v", data, err)
			}
		}
		if !isOpen(c.Lost()) {
			t.Error("the connection was lost")
		}
	})
}

func TestEightAnswersInAnyOrderFindTheirCallers(t *testing.T) {
	ours, theirs := net.Pipe()
	connection := newTestConn(ours)
	go connection.run()
	defer connection.finish(ErrClosed)
	for round := range 10_000 {
		var calls [MaxInFlight]*call
		var replies []byte
		for i := range calls {
			calls[i] = &call{op: "number", result: &number{}, done: make(chan error, 2)}
			if err := connection.register(fmt.Sprint(round, i), calls[i]); err != nil {
				t.Fatal(err)
			}
		}
		for _, i := range rand.Perm(MaxInFlight) {
			replies = append(replies, frameOf(fmt.Sprintf(`{"id":"%d %d","ok":true,"data":{"n":%d}}`, round, i, i))...)
		}
		if _, err := theirs.Write(replies); err != nil {
			t.Fatal(err)
		}
		for i, waiting := range calls {
			if err := <-waiting.done; err != nil || *waiting.result.(*number) != (number{i}) || len(waiting.done) > 0 {
				t.Fatalf("round %d: %d got %+v, %v", round, i, waiting.result, err)
			}
		}
	}
}

func TestOnlyTheFirstReplyCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := connectedClient(t, 2, Options{})
		var result number
		done := make(chan error, 1)
		go func() { done <- c.Request(t.Context(), "get_token", nil, &result) }()
		id := p.receive().ID
		p.send(`{"id":"`+id+`","ok":true,"data":{"n":1}}`, `{"id":"`+id+`","ok":true,"data":{"n":2}}`, refused(id, "CANCELLED"))
		if err := <-done; err != nil || result.N != 1 {
			t.Errorf("%+v, %v", result, err)
		}
		if n := unmatchedUntilLoss(t, c, p); n != 63 {
			t.Errorf("lost after %d more replies", n)
		}
	})
}

const unmatchedReply = `{"id":"unknown","ok":true,"data":{}}`

// cancelRequest sends a request, cancels it when the host has received it, and
// returns the ids of the request and of the cancel, "" in version 1.
func cancelRequest(t *testing.T, c *Client, p *peer, version int) (id, cancelID string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := ask(ctx, c, "get_token")
	id = p.receive().ID
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Fatalf("ended with %v", err)
	}
	if version == 2 {
		cancelID = p.receive().ID
	}
	return id, cancelID
}

// unmatchedUntilLoss sends unmatched replies until the connection is lost and
// returns their number.
func unmatchedUntilLoss(t *testing.T, c *Client, p *peer) (n int) {
	t.Helper()
	for isOpen(c.Lost()) && n < 1000 {
		p.send(unmatchedReply)
		synctest.Wait()
		n++
	}
	return n
}

// unmatchedReplies returns the number of unmatched replies on the current connection.
func (c *Client) unmatchedReplies() int {
	c.mu.Lock()
	current := c.current
	c.mu.Unlock()
	if current == nil {
		return 0
	}
	current.mu.Lock()
	defer current.mu.Unlock()
	return current.unmatched
}

func TestTheSixtyFifthUnmatchedReplyIsALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := connectedClient(t, 2, Options{})
		for range 64 {
			p.send(unmatchedReply)
		}
		done := ask(t.Context(), c, "get_token")
		p.reply(p.receive().ID, `{}`)
		if err := <-done; err != nil || !isOpen(c.Lost()) {
			t.Fatalf("after 64 unmatched replies: %v", err)
		}
		done = ask(t.Context(), c, "get_token")
		p.receive()
		p.send(unmatchedReply)
		wantLoss(t, <-done, true)
		if _, ok := errors.AsType[*ProtocolError](c.Cause()); !ok {
			t.Errorf("the cause is %v", c.Cause())
		}
	})
}

func TestAReplyWithoutAKnownIDIsUnmatched(t *testing.T) {
	for _, text := range []string{
		unmatchedReply, `{}`, `{"id":7,"ok":true,"data":{}}`, `{"id":null}`, `{"id":{},"ok":1}`, `{"id":""}`, `{"ok":true,"data":null}`,
		string(`{"v":2,"op":"handshake","ok":true,"data":{"version":2}}`),
	} {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := connectedClient(t, 2, Options{})
			p.send(text)
			synctest.Wait()
			if !isOpen(c.Lost()) {
				t.Fatalf("%s closed the connection", text)
			}
			if n := unmatchedUntilLoss(t, c, p); n != 64 {
				t.Errorf("after %s, lost at %d unmatched replies", text, n)
			}
		})
	}
}

func TestAFloodOfRepliesEndsTheConnectionCheaply(t *testing.T) {
	ours, theirs := net.Pipe()
	connection := newTestConn(ours)
	ended := make(chan struct{})
	go func() { defer close(ended); connection.run() }()
	flood := frameOf(unmatchedReply)
	sent := 0
	before, _ := heap()
	for ; sent < 1_000_000; sent++ {
		if _, err := theirs.Write(flood); err != nil {
			break
		}
	}
	within(t, ended, "the end of the connection")
	after, _ := heap()
	if sent > maxUnmatched+2 || after > before+1<<20 {
		t.Errorf("%d frames were taken, %d bytes more", sent, int64(after)-int64(before))
	}
	if !isProtocolBreach(connection.ending()) {
		t.Errorf("ended with %v", connection.ending())
	}
}

func TestALateReplyToACanceledRequestIsIgnored(t *testing.T) {
	for version := 1; version <= 2; version++ {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := connectedClient(t, version, Options{})
			for range 100 { // more than maxUnmatched
				id, cancelID := cancelRequest(t, c, p, version)
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
			if n := unmatchedUntilLoss(t, c, p); n != 65 {
				t.Errorf("version %d: late replies count as unmatched: lost after %d", version, n)
			}
		})
	}
}

func TestOneReplyTooManyToACanceledRequestIsUnmatched(t *testing.T) {
	for version := 1; version <= 2; version++ {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := connectedClient(t, version, Options{})
			id, cancelID := cancelRequest(t, c, p, version)
			for range version + 1 {
				p.reply(id, `{}`)
			}
			want := 64
			if version == 2 {
				p.reply(cancelID, `{"cancelled":false}`)
				p.reply(cancelID, `{"cancelled":false}`)
				want--
			}
			if n := unmatchedUntilLoss(t, c, p); n != want {
				t.Errorf("version %d: lost after %d more replies, want %d", version, n, want)
			}
		})
	}
}

func TestCanceledRequestsAreKeptUpToALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := connectedClient(t, 2, Options{})
		for range 3 * maxCanceled {
			cancelRequest(t, c, p, 2)
		}
		connection, err := c.connect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		connection.mu.Lock()
		defer connection.mu.Unlock()
		if n := len(connection.canceled); n != maxCanceled || len(connection.pending) != 0 {
			t.Errorf("%d canceled, %d pending", n, len(connection.pending))
		}
	})
}

func TestTheOldestCanceledRequestIsDroppedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := connectedClient(t, 1, Options{})
		var ids []string
		for range maxCanceled + maxUnmatched {
			id, _ := cancelRequest(t, c, p, 1)
			ids = append(ids, id)
		}
		for _, id := range ids[maxUnmatched:] {
			p.reply(id, `{}`)
		}
		synctest.Wait()
		if n := c.unmatchedReplies(); n != 0 {
			t.Errorf("%d of the newest were dropped", n)
		}
		for _, id := range ids[:maxUnmatched] {
			p.reply(id, `{}`)
		}
		synctest.Wait()
		if n := c.unmatchedReplies(); n != maxUnmatched || !isOpen(c.Lost()) {
			t.Errorf("%d of the oldest were dropped, want %d", n, maxUnmatched)
		}
	})
}

func TestAReplyAtTheMomentOfTheTimeoutHasOneOutcome(t *testing.T) {
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := connectedClient(t, 2, Options{})
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
			if n := unmatchedUntilLoss(t, c, p); n != 65 {
				t.Errorf("lost after %d unmatched replies", n)
			}
		})
	}
}

func TestCancelingDoesNotWaitForAHostThatDoesNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := connectedClient(t, 2, Options{})
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

func TestACallOnAConnectionClosedAsIdleIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := connectedClient(t, 2, Options{})
		connection, err := c.connect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p.expectClose()
		if _, err := connection.call(t.Context(), "r1", "list_providers", []byte("{}"), nil); !errors.Is(err, errIdle) || errors.Is(err, ErrLost) {
			t.Errorf("ended with %v", err)
		}
	})
}
