package socket

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestOnlyObjectsLeave(t *testing.T) {
	for _, payload := range []any{json.RawMessage(nil), (*tokenPayload)(nil), []int{1}, "x", map[string]int(nil), json.RawMessage("{\n")} {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := meet(t, 2, Options{})
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			done := make(chan error, 1)
			go func() { done <- c.Request(ctx, "x", payload, nil) }()
			synctest.Wait()
			select {
			case err := <-done:
				t.Log("refused here", err)
			default:
				t.Errorf("%#v left as %s", payload, p.text())
			}
		})
	}
}

type lateListener struct {
	pipeListener
	stop context.CancelFunc
}

func (l *lateListener) Accept() (net.Conn, error) {
	conn := <-l.ends
	l.stop()
	return conn, nil
}

func TestAConnectionAcceptedAtTheEndIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		l := &lateListener{pipeListener{ends: make(chan net.Conn, 1), closed: make(chan struct{})}, stop}
		ours, theirs := net.Pipe()
		l.ends <- theirs
		_ = Serve(ctx, l, HandlerFunc(echo), ServeOptions{})
		_ = ours.SetReadDeadline(time.Now().Add(time.Minute))
		if _, err := ours.Read(make([]byte, 1)); err == nil || !strings.Contains(err.Error(), "EOF") {
			t.Errorf("still open: %v", err)
		}
		_ = theirs.Close()
	})
}

func oneReply(t *testing.T, h HandlerFunc, id string) (string, error) {
	p := serve(t, h, ServeOptions{}).greet(2)
	p.send(`{"id":` + id + `,"op":"x"}`)
	_ = p.stream.SetReadDeadline(time.Now().Add(time.Hour))
	frame, err := p.frames.receive()
	return string(frame), err
}

func TestBrokenDataOfAHandlerIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := serve(t, HandlerFunc(func(context.Context, Call) (any, error) { return json.RawMessage(`{bad`), nil }), ServeOptions{}).greet(2)
		p.send(`{"id":"r1","op":"x"}`)
		_ = p.stream.SetReadDeadline(time.Now().Add(time.Hour))
		if n, err := p.stream.Read(make([]byte, 100)); n == 0 {
			t.Errorf("no answer: %v", err)
		}
	})
}

func TestAnErrorTextKeepsToTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		text, err := oneReply(t, func(context.Context, Call) (any, error) { return nil, errors.New(strings.Repeat("x", 5<<20)) }, `"r1"`)
		if err != nil || len(text) > MaxFrame {
			t.Errorf("%d bytes, %v", len(text), err)
		}
	})
}

func TestAnEscapedIDKeepsToTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id := `"` + strings.Repeat(`\u0001`, 1000) + `"`
		text, err := oneReply(t, func(context.Context, Call) (any, error) { return object(MaxFrame - 2000), nil }, id)
		if err != nil || len(text) > MaxFrame {
			t.Errorf("%d bytes, %v", len(text), err)
		}
	})
}

type bomb struct{}

func (bomb) MarshalJSON() ([]byte, error) { panic("boom") }

func TestAPanicInEncodingIsAnInternalError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		text, err := oneReply(t, func(context.Context, Call) (any, error) { return bomb{}, nil }, `"r1"`)
		if err != nil || !strings.Contains(text, "INTERNAL_ERROR") {
			t.Error(text, err)
		}
	})
}

func TestAnEmptyCapabilityIsNotPresented(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, _ := meet(t, 2, Options{Capability: &token{bytes: []byte{}}})
		if c.Info().Presented {
			t.Error("Presented, but nothing was sent")
		}
	})
}

type panicky struct{}

func (panicky) Bytes() []byte { panic("boom") }
func (panicky) Wipe()         {}

func TestAPanicInTheHandshakeClosesTheStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, h := newTestClient(t, Options{Capability: panicky{}})
		done := ask(t.Context(), c, "x")
		p := h.next()
		t.Log(<-done)
		_ = p.stream.SetReadDeadline(time.Now().Add(time.Minute))
		if _, err := p.stream.Read(make([]byte, 1)); err == nil || !strings.Contains(err.Error(), "EOF") {
			t.Errorf("still open: %v", err)
		}
	})
}
