package socket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"credscope/socket/leaktest"
)

// service is a running Serve whose clients are played by the test.
type service struct {
	t    *testing.T
	ends chan net.Conn
	stop context.CancelFunc
	done chan error // what Serve returned
}

// serve starts Serve in the bubble of the test.
func serve(t *testing.T, h Handler, o ServeOptions) *service {
	t.Helper()
	leaktest.Name(t)
	l := &pipeListener{ends: make(chan net.Conn), closed: make(chan struct{})}
	ctx, stop := context.WithCancel(t.Context())
	s := &service{t: t, ends: l.ends, stop: stop, done: make(chan error, 1)}
	go func() { s.done <- Serve(ctx, l, h, o) }()
	t.Cleanup(stop)
	return s
}

// connect returns the client's end of a new connection.
func (s *service) connect() *peer {
	ours, theirs := net.Pipe()
	s.ends <- theirs
	return newPeer(s.t, ours)
}

// greet returns a connection with an accepted handshake.
func (s *service) greet(version int) *peer {
	s.t.Helper()
	p := s.connect()
	p.send(fmt.Sprintf(`{"v":%d,"op":"handshake","payload":{"minVersion":1,"maxVersion":%[1]d}}`, version))
	want := fmt.Sprintf(`{"v":%d,"op":"handshake","ok":true,"data":{"version":%[1]d}}`, version)
	if got := p.text(); got != want {
		s.t.Fatalf("handshake answered with %s", got)
	}
	return p
}

type pipeListener struct {
	ends   chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case end := <-l.ends:
		return end, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Net: "unix"} }

// echo answers with what it was asked.
func echo(_ context.Context, call Call) (any, error) {
	return map[string]any{"op": call.Op, "payload": call.Payload, "restricted": call.Restricted}, nil
}

// namesOnly refuses a provider as hosts do whose name it does not like.
func namesOnly(ctx context.Context, call Call) (any, error) {
	var asked tokenPayload
	if err := json.Unmarshal(call.Payload, &asked); err != nil {
		return nil, err
	}
	if strings.ContainsRune(asked.Provider, '\ufffd') {
		return nil, &ResponseError{Code: "INTERNAL_ERROR", Message: fmt.Sprintf("Invalid provider name: %q", asked.Provider)}
	}
	return echo(ctx, call)
}

// holder is a Handler that answers when it is let, and tells who came.
type holder struct {
	entered chan context.Context
	release chan error
}

func newHolder() *holder {
	return &holder{entered: make(chan context.Context, 200), release: make(chan error)}
}

func (h *holder) Handle(ctx context.Context, _ Call) (any, error) {
	h.entered <- ctx
	select {
	case err := <-h.release:
		return nil, err
	case <-ctx.Done():
		if errors.Is(context.Cause(ctx), errCancelled) {
			return nil, <-h.release
		}
		return nil, ctx.Err()
	}
}
