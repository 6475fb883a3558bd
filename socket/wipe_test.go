package socket

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"sync"
	"testing"
	"testing/synctest"
)

// taker is a stream that keeps the slices passed to Write, against the rules.
type taker struct {
	net.Conn
	mu   sync.Mutex // guards the field below
	kept [][]byte
}

func (k *taker) Write(p []byte) (int, error) {
	k.mu.Lock()
	k.kept = append(k.kept, p)
	k.mu.Unlock()
	return k.Conn.Write(p)
}

// secretClient returns a client with a capability and a stream that is watched.
func secretClient(t *testing.T) (*Client, *peer, *taker) {
	t.Helper()
	h := &hosts{t: t, ends: make(chan net.Conn, 1)}
	k := &taker{}
	c, _ := newTestClient(t, Options{
		Capability: &token{bytes: []byte("canary")},
		Dial: func(ctx context.Context, path string) (net.Conn, error) {
			stream, err := h.dial(ctx, path)
			k.Conn = stream
			return k, err
		},
	})
	return c, h.meet(c, 2), k
}

func TestNoSentFrameIsLeftInMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, p, k := secretClient(t)
		done := make(chan error, 1)
		go func() { done <- c.Request(t.Context(), "save_token", tokenPayload{Provider: "canary"}, nil) }()
		p.reply(p.receive().ID, `{}`)
		<-done
		go func() { done <- c.Request(t.Context(), "save_token", tokenPayload{Provider: "canary"}, nil) }()
		p.receive()
		_ = p.stream.Close()
		isLost(t, <-done, true)
		if len(k.kept) != 4 {
			t.Fatalf("%d frames were written", len(k.kept))
		}
		for i, frame := range k.kept {
			if len(bytes.Trim(frame, "\x00")) > 0 {
				t.Errorf("frame %d: left %q", i, frame)
			}
		}
	})
}

func TestNoReceivedByteIsLeftInMemory(t *testing.T) {
	for name, end := range map[string]func(c *Client, p *peer){
		"a loss":  func(_ *Client, p *peer) { _ = p.stream.Close() },
		"a close": func(c *Client, _ *peer) { _ = c.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, p, _ := secretClient(t)
				l, err := c.connected(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				unfinished := frameOf(`{"id":"nobody","ok":true,"data":{"access_token":"canary"}}`)
				p.write(unfinished[:len(unfinished)-1])
				synctest.Wait()
				if !bytes.Contains(l.conn.buf, []byte("canary")) {
					t.Fatal("it never came")
				}
				end(c, p)
				synctest.Wait()
				if len(bytes.Trim(l.conn.buf, "\x00")) > 0 {
					t.Errorf("left %q", bytes.Trim(l.conn.buf, "\x00"))
				}
			})
		})
	}
}

func TestARawPayloadIsSentAsItStandsAndWiped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := meet(t, 2, Options{})
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

		_ = c.Close()
		payload = json.RawMessage(want)
		if err := c.Request(t.Context(), "save_token", payload, nil); !errors.Is(err, ErrClosed) || len(bytes.Trim(payload, "\x00")) > 0 {
			t.Errorf("left %q, %v", payload, err)
		}
	})
}
