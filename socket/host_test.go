package socket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"credscope/socket/leaktest"
)

// hosts is the Dial of a Client whose hosts are played by the test.
type hosts struct {
	t     *testing.T
	ends  chan net.Conn
	dials atomic.Int32
}

func (h *hosts) dial(context.Context, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	h.dials.Add(1)
	h.ends <- theirs
	return ours, nil
}

// next waits for the next dial and returns the host's end of it.
func (h *hosts) next() *peer {
	h.t.Helper()
	return newPeer(h.t, <-h.ends)
}

// newTestClient returns a client that dials hosts, for use inside a bubble.
func newTestClient(t *testing.T, o Options) (*Client, *hosts) {
	t.Helper()
	leaktest.Name(t)
	h := &hosts{t: t, ends: make(chan net.Conn, 64)}
	if o.Dial == nil {
		o.Dial = h.dial
	}
	c := NewClient("/somewhere/host.sock", o)
	t.Cleanup(func() { _ = c.Close() })
	return c, h
}

// meet returns a client with one idle connection to a host of the given version.
func meet(t *testing.T, version int, o Options) (*Client, *hosts, *peer) {
	t.Helper()
	c, h := newTestClient(t, o)
	return c, h, h.meet(c, version)
}

// meet makes a first request and plays the host that accepts and answers it.
func (h *hosts) meet(c *Client, version int) *peer {
	h.t.Helper()
	done := ask(h.t.Context(), c, "meet")
	p := h.next()
	p.accept(version)
	p.reply(p.receive().ID, `{}`)
	if err := <-done; err != nil {
		h.t.Fatalf("the first request failed: %v", err)
	}
	return p
}

// ask starts a request and returns where its outcome will appear.
func ask(ctx context.Context, c *Client, op string) <-chan error {
	done := make(chan error, 1)
	go func() { done <- c.Request(ctx, op, nil, nil) }()
	return done
}

// peer is one end of a stream, played by the test.
type peer struct {
	t      *testing.T
	stream net.Conn
	frames *conn
}

func newPeer(t *testing.T, stream net.Conn) *peer {
	t.Cleanup(func() { _ = stream.Close() })
	return &peer{t: t, stream: stream, frames: newConn(stream, MaxFrame+1)}
}

// request is a client's frame as a host reads it.
type request struct {
	V       int
	ID, Op  string
	Payload json.RawMessage
}

// text returns the next frame's JSON.
func (p *peer) text() string {
	p.t.Helper()
	frame, err := p.frames.receive()
	if err != nil {
		p.t.Fatalf("no frame came: %v", err)
	}
	return string(frame)
}

func (p *peer) receive() (r request) {
	p.t.Helper()
	text := p.text()
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		p.t.Fatalf("%s: %v", text, err)
	}
	return r
}

// write hands over bytes as they are, with one Write.
func (p *peer) write(b []byte) {
	p.t.Helper()
	if _, err := p.stream.Write(b); err != nil {
		p.t.Fatalf("the other end does not read: %v", err)
	}
}

// send writes each text as a frame, all of them with one Write.
func (p *peer) send(texts ...string) {
	p.t.Helper()
	var all []byte
	for _, text := range texts {
		all = append(all, frameOf(text)...)
	}
	p.write(all)
}

func (p *peer) reply(id, data string) {
	p.t.Helper()
	p.send(fmt.Sprintf(`{"id":%q,"ok":true,"data":%s}`, id, data))
}

// accept plays the host's part of a handshake.
func (p *peer) accept(version int) {
	p.t.Helper()
	if offer := p.text(); !strings.Contains(offer, `"op":"handshake"`) {
		p.t.Fatalf("the first frame is %s", offer)
	}
	p.send(fmt.Sprintf(`{"v":%d,"op":"handshake","ok":true,"data":{"version":%[1]d}}`, version))
}

// oblige is a host that accepts and answers everything until the stream ends.
func oblige(stream net.Conn) {
	frames := newConn(stream, MaxFrame)
	for {
		text, err := frames.receive()
		if err != nil {
			return
		}
		var r request
		_ = json.Unmarshal(text, &r)
		answer := `{"id":"` + r.ID + `","ok":true,"data":{}}`
		if r.Op == opHandshake {
			answer = `{"v":2,"op":"handshake","ok":true,"data":{"version":2}}`
		}
		if _, err := frames.send(frameOf(answer)); err != nil {
			return
		}
	}
}

// silent fails if anything comes, the end included, before everybody waits.
func (p *peer) silent() {
	p.t.Helper()
	synctest.Wait()
	_ = p.stream.SetReadDeadline(time.Now().Add(time.Nanosecond)) // in the bubble, once nobody else can go on
	n, err := p.stream.Read(make([]byte, 1))
	if n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		p.t.Fatalf("the other end was not silent: %d bytes, %v", n, err)
	}
	_ = p.stream.SetReadDeadline(time.Time{})
}

// hungUp fails if the other end sends anything more before it closes.
func (p *peer) hungUp() {
	p.t.Helper()
	_ = p.stream.SetReadDeadline(time.Time{})
	if rest, err := io.ReadAll(p.stream); err != nil || len(rest) > 0 {
		p.t.Fatalf("not a plain end: %q, %v", rest, err)
	}
}

func frameOf(text string) []byte { return seal(append(newFrame(len(text)), text...)) }

// object returns a JSON object of exactly size bytes.
func object(size int) json.RawMessage {
	const empty = `{"k":""}`
	return json.RawMessage(`{"k":"` + strings.Repeat("x", size-len(empty)) + `"}`)
}

// isLost fails unless err is the loss, worded as it must be, with sent as given.
func isLost(t *testing.T, err error, sent bool) {
	t.Helper()
	const text = "Credential proxy connection lost. Restart the session."
	failed, ok := errors.AsType[*RequestError](err)
	if !ok || !errors.Is(err, ErrLost) || err.Error() != text {
		t.Fatalf("not a loss: %#v", err)
	}
	if failed.Sent != sent {
		t.Errorf("Sent is %t, want %t", failed.Sent, sent)
	}
}

func isOpen(c <-chan struct{}) bool {
	select {
	case <-c:
		return false
	default:
		return true
	}
}

// token is a Capability that remembers whether it was wiped.
type token struct {
	bytes []byte
	wiped bool
}

func (c *token) Bytes() []byte { return c.bytes }

func (c *token) Wipe() {
	clear(c.bytes)
	c.wiped = true
}

// elapsed returns the virtual time that f takes.
func elapsed(f func()) time.Duration {
	started := time.Now()
	f()
	return time.Since(started)
}
