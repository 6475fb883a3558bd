package store_test

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"credscope/socket"
	"credscope/socket/leaktest"
	"credscope/store"
	"credscope/store/demo"
)

// now is when the hosts of the tests start.
var now = time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC)

const plainToken = `{"access_token":"t","expiry":1893456000,"token_type":"Bearer"}`

// startDemo runs a demo host on a real socket, with a store that asks it.
func startDemo(t *testing.T, scenario string) (*demo.Host, *store.ProxyTokenStore) {
	t.Helper()
	leaktest.Name(t)
	h, err := demo.Start(demo.Options{Scenario: scenario, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	var o socket.Options
	if capability, given := h.Capability(); given {
		o.Capability = capability
	}
	s := store.NewProxyTokenStore(h.Path(), o)
	t.Cleanup(func() {
		_ = s.Close()
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h, s
}

// asked is one request as it came, its payload unread.
type asked struct{ op, payload string }

// host answers in memory and remembers what came; it works in a bubble too.
type host struct {
	answer func(asked) (any, error)
	cut    string // the client's write of this operation breaks in the middle
	ends   chan net.Conn
	closed chan struct{}
	once   sync.Once

	mu    sync.Mutex
	calls []asked
	dials int
	wire  []byte // all that clients wrote
}

// play returns a store whose host is answer.
func play(t *testing.T, o socket.Options, answer func(asked) (any, error)) (*store.ProxyTokenStore, *host) {
	t.Helper()
	leaktest.Name(t)
	h := &host{answer: answer, ends: make(chan net.Conn), closed: make(chan struct{})}
	o.Dial = h.dial
	s := store.NewProxyTokenStore("/somewhere/host.sock", o)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- socket.Serve(ctx, h, socket.HandlerFunc(h.handle), socket.ServeOptions{}) }()
	t.Cleanup(func() {
		_ = s.Close()
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s, h
}

// answers is a host's answer to each operation: JSON as it stands, or an error.
func answers(byOp map[string]any) func(asked) (any, error) {
	return func(a asked) (any, error) {
		switch given := byOp[a.op].(type) {
		case string:
			return raw(given), nil
		case error:
			return nil, given
		}
		return nil, nil
	}
}

func (h *host) dial(ctx context.Context, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case h.ends <- theirs:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dials++
	return tapped{ours, h}, nil
}

func (h *host) Accept() (net.Conn, error) {
	select {
	case end := <-h.ends:
		return end, nil
	case <-h.closed:
		return nil, net.ErrClosed
	}
}

func (h *host) Close() error {
	h.once.Do(func() { close(h.closed) })
	return nil
}

func (h *host) Addr() net.Addr { return &net.UnixAddr{Net: "unix"} }

func (h *host) handle(_ context.Context, c socket.Call) (any, error) {
	a := asked{c.Op, string(c.Payload)}
	h.mu.Lock()
	h.calls = append(h.calls, a)
	h.mu.Unlock()
	return h.answer(a)
}

// ops returns the operations asked so far, in order.
func (h *host) ops() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var ops []string
	for _, call := range h.calls {
		ops = append(ops, call.op)
	}
	return strings.Join(ops, " ")
}

// payloads returns what was sent with op.
func (h *host) payloads(op string) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []string
	for _, call := range h.calls {
		if call.op == op {
			found = append(found, call.payload)
		}
	}
	return found
}

var anyID = regexp.MustCompile(`"id":"[A-Z2-7]{26}"`)

// frames returns the JSON of all that was written, with every id masked.
func (h *host) frames() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []string
	for rest := h.wire; len(rest) >= 4; {
		size := 4 + int(binary.BigEndian.Uint32(rest))
		found = append(found, anyID.ReplaceAllString(string(rest[4:size]), `"id":"ID"`))
		rest = rest[size:]
	}
	return found
}

// tapped is the client's end of a connection, listened to by the host.
type tapped struct {
	net.Conn
	host *host
}

func (c tapped) Write(b []byte) (int, error) {
	if c.host.cut != "" && strings.Contains(string(b), c.host.cut) {
		n, _ := c.Conn.Write(b[:len(b)/2])
		return n, errors.New("broken in the middle")
	}
	c.host.mu.Lock()
	c.host.wire = append(c.host.wire, b...)
	c.host.mu.Unlock()
	return c.Conn.Write(b)
}

// opsOf returns what a demo host was asked, in order.
func opsOf(h *demo.Host) string {
	var ops []string
	for _, call := range h.Calls() {
		ops = append(ops, call.Op)
	}
	return strings.Join(ops, " ")
}

func refusal(code store.Code, message string) error {
	return &socket.ResponseError{Code: string(code), Message: message}
}

// isMalformed fails unless err says that op was answered with something else.
func isMalformed(t *testing.T, err error, op, what string) {
	t.Helper()
	wrong, ok := errors.AsType[*store.MalformedDataError](err)
	if !ok || wrong.Op != op || wrong.What != what {
		t.Errorf("ended with %#v, want a malformed answer to %s: %s", err, op, what)
	}
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\ngot  %q\nwant %q", what, got, want)
	}
}
