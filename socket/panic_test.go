package socket

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// hostile panics while it is decoded.
type hostile struct{}

func (*hostile) UnmarshalJSON([]byte) error { panic("canary") }

func TestAPanicWhileDecodingIsALossAndNoCrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := meet(t, 2, Options{})
		done := make(chan error, 1)
		go func() { done <- c.Request(t.Context(), "get_token", nil, new(hostile)) }()
		id := p.receive().ID
		other := ask(t.Context(), c, "get_token")
		p.receive()
		p.reply(id, `{}`)
		isLost(t, <-done, true)
		isLost(t, <-other, true)
		if cause := c.Cause(); cause == nil || strings.Contains(cause.Error(), "canary") {
			t.Errorf("the cause is %v", cause)
		}
	})
}

// cursed is a stream that panics on the first Read after it was armed.
type cursed struct {
	net.Conn
	armed *atomic.Bool
}

func (s *cursed) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	if s.armed.Load() {
		panic("canary")
	}
	return n, err
}

func TestAPanicWhileReceivingIsALossAndNoCrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var armed atomic.Bool
		h := &hosts{t: t, ends: make(chan net.Conn, 1)}
		c, _ := newTestClient(t, Options{Dial: func(ctx context.Context, path string) (net.Conn, error) {
			stream, err := h.dial(ctx, path)
			return &cursed{stream, &armed}, err
		}})
		p := h.meet(c, 2)
		done := ask(t.Context(), c, "get_token")
		id := p.receive().ID
		armed.Store(true)
		p.reply(id, `{}`)
		isLost(t, <-done, true)
		isLost(t, c.Request(t.Context(), "get_token", nil, nil), false)
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
