package socket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"credscope/socket/leaktest"
)

// service is a running Serve. The test plays its clients.
type service struct {
	t    *testing.T
	ends chan net.Conn
	stop context.CancelFunc
	done chan error // what Serve returned
}

// serve starts Serve in a synctest bubble.
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

// handshake returns a connection with an accepted handshake.
func (s *service) handshake(version int) *peer {
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

// echo answers with its call.
func echo(_ context.Context, call Call) (any, error) {
	return map[string]any{"op": call.Op, "payload": call.Payload, "restricted": call.Restricted}, nil
}

// blockingHandler is a Handler that reports each call in entered and returns after release.
type blockingHandler struct {
	entered chan context.Context
	release chan error
}

func newBlockingHandler() *blockingHandler {
	return &blockingHandler{entered: make(chan context.Context, 200), release: make(chan error)}
}

func (h *blockingHandler) Handle(ctx context.Context, _ Call) (any, error) {
	h.entered <- ctx
	select {
	case err := <-h.release:
		return nil, err
	case <-ctx.Done():
		if errors.Is(context.Cause(ctx), errCanceled) {
			return nil, <-h.release
		}
		return nil, ctx.Err()
	}
}

// requestBurst returns n requests with different ids.
func requestBurst(n int) (texts []string) {
	for i := range n {
		texts = append(texts, fmt.Sprintf(`{"v":2,"id":"b%d","op":"list_providers","payload":{}}`, i))
	}
	return texts
}

// codes counts the next n replies by code.
func codes(p *peer, n int) map[string]int {
	p.t.Helper()
	counts := map[string]int{}
	for range n {
		var a struct {
			OK   bool
			Code string
		}
		text := p.text()
		if err := json.Unmarshal([]byte(text), &a); err != nil || a.OK != (a.Code == "") {
			p.t.Errorf("%s: %v", text, err)
		}
		counts[a.Code]++
	}
	return counts
}

func TestServeEndsWithItsContextAndWaitsForHandlers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		left := make(chan bool, 1)
		s := serve(t, HandlerFunc(func(ctx context.Context, _ Call) (any, error) {
			<-ctx.Done()
			time.Sleep(time.Minute) // a slow handler
			left <- true
			return nil, nil
		}), ServeOptions{})
		busy, idle, shy := s.handshake(2), s.handshake(1), s.connect()
		busy.send(`{"id":"r1","op":"get_token"}`)
		synctest.Wait()
		s.stop()
		for _, p := range []*peer{busy, idle, shy} {
			p.expectClose() // without a reply to the request in flight
		}
		if took := elapsed(func() {
			if err := <-s.done; err != nil {
				t.Errorf("returned %v", err)
			}
		}); took != time.Minute || len(left) != 1 {
			t.Errorf("returned after %v", took)
		}
	})
}

type stoppingListener struct {
	pipeListener
	stop context.CancelFunc
}

func (l *stoppingListener) Accept() (net.Conn, error) {
	conn := <-l.ends
	l.stop()
	return conn, nil
}

func TestAConnectionAcceptedAtTheEndIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		l := &stoppingListener{pipeListener{ends: make(chan net.Conn, 1), closed: make(chan struct{})}, stop}
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

// failingListener fails to accept.
type failingListener struct{ pipeListener }

func (*failingListener) Accept() (net.Conn, error) { return nil, errors.ErrUnsupported }

func TestServeReturnsTheErrorOfItsListener(t *testing.T) {
	if err := Serve(t.Context(), &failingListener{}, HandlerFunc(echo), ServeOptions{}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("returned %v", err)
	}
}

// temporaryListener fails to accept with errors of the system, until a time.
type temporaryListener struct {
	pipeListener
	until  time.Time
	errors []error
	tries  atomic.Int64
}

func (l *temporaryListener) Accept() (net.Conn, error) {
	if err := l.errors[int(l.tries.Add(1))%len(l.errors)]; time.Now().Before(l.until) {
		return nil, &net.OpError{Op: "accept", Net: "unix", Err: os.NewSyscallError("accept4", err)}
	}
	return l.pipeListener.Accept()
}

func TestServeRetriesAfterTemporaryErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		l := &temporaryListener{
			pipeListener: pipeListener{ends: make(chan net.Conn), closed: make(chan struct{})},
			until:        time.Now().Add(time.Minute),
			errors:       []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED},
		}
		s := &service{t: t, ends: l.ends, done: make(chan error, 1)}
		go func() { s.done <- Serve(ctx, l, HandlerFunc(echo), ServeOptions{}) }()
		var p *peer
		if took := elapsed(func() { p = s.handshake(2) }); took < time.Minute || took > time.Minute+time.Second || l.tries.Load() > 100 {
			t.Errorf("accepted after %v and %d tries", took, l.tries.Load())
		}
		_ = p.stream.Close()
		s.handshake(2) // the next is accepted at once
		stop()
		if err := <-s.done; err != nil {
			t.Errorf("returned %v", err)
		}
	})
}

func TestServeEndsDuringTemporaryErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), 30*time.Second+time.Millisecond)
		defer stop()
		l := &temporaryListener{
			pipeListener: pipeListener{closed: make(chan struct{})}, until: time.Now().Add(time.Hour), errors: []error{syscall.EMFILE},
		}
		var err error
		if took := elapsed(func() { err = Serve(ctx, l, HandlerFunc(echo), ServeOptions{}) }); err != nil || took != 30*time.Second+time.Millisecond {
			t.Errorf("returned %v after %v", err, took)
		}
		if <-l.closed; l.tries.Load() < 10 {
			t.Errorf("%d tries", l.tries.Load())
		}
	})
}

func TestAFloodEndsTheConnectionUnprocessed(t *testing.T) {
	const offer = `{"v":2,"op":"handshake","payload":{"minVersion":1,"maxVersion":2}}`
	for _, s := range []struct {
		name  string
		after []string // a good handshake, unless the first is one
		ends  bool
	}{
		{"100", requestBurst(100), false},
		{"101", requestBurst(101), true},
		{"handshake and 99", append([]string{offer}, requestBurst(99)...), false},
		{"handshake and 100", append([]string{offer}, requestBurst(100)...), true},
	} {
		t.Run(s.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				handled := make(chan bool, 200)
				service := serve(t, HandlerFunc(func(context.Context, Call) (any, error) {
					handled <- true
					return nil, nil
				}), ServeOptions{})
				p := service.connect()
				if s.after[0] != offer {
					p = service.handshake(2)
				}
				p.send(s.after...)
				if s.ends {
					p.expectClose()
				} else if got := codes(p, len(s.after)); got[""]+got["RESOURCE_EXHAUSTED"] != len(s.after) || got[""] < maxInFlight {
					t.Errorf("answered %v", got)
				}
				if s.ends && len(handled) > 0 {
					t.Errorf("%d requests of a flood were handled", len(handled))
				}
			})
		})
	}
}

func TestTheSeventeenthRequestInFlightIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newBlockingHandler()
		s := serve(t, h, ServeOptions{})
		p, neighbour := s.handshake(2), s.handshake(2)
		p.send(requestBurst(100)...)
		if got := codes(p, 84); got["RESOURCE_EXHAUSTED"] != 84 {
			t.Errorf("while 16 are held: %v", got)
		}
		p.expectSilence()
		neighbour.send(`{"id":"n","op":"list_providers"}`) // the limit is per connection
		neighbour.expectSilence()
		close(h.release)
		if got := codes(p, 16); got[""] != 16 {
			t.Errorf("then: %v", got)
		}
		if got := codes(neighbour, 1); got[""] != 1 {
			t.Errorf("the neighbour: %v", got)
		}
		synctest.Wait()
		p.send(requestBurst(1)...) // there is room again
		if got := codes(p, 1); got[""] != 1 {
			t.Errorf("at last: %v", got)
		}
	})
}

func TestAnOlderHostTakesAnyNumberAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newBlockingHandler()
		p := serve(t, h, ServeOptions{MaxVersion: 1}).handshake(1)
		p.send(requestBurst(150)...)
		for range 150 {
			<-h.entered
		}
		close(h.release)
		if got := codes(p, 150); got[""] != 150 {
			t.Errorf("answered %v", got)
		}
	})
}

func TestADuplicateIDInFlightIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newBlockingHandler()
		p := serve(t, h, ServeOptions{}).handshake(2)
		p.send(`{"id":"7","op":"a"}`, `{"id":7,"op":"b"}`)
		if got := p.text(); got != `{"id":"7","ok":false,"code":"INVALID_REQUEST","error":"Duplicate request id"}` {
			t.Errorf("the second was answered with %s", got)
		}
		close(h.release)
		if got := p.text(); got != answerTo("7") {
			t.Errorf("the first was answered with %s", got)
		}
		synctest.Wait()
		p.send(`{"id":"7","op":"c"}`)
		if got := p.text(); got != answerTo("7") {
			t.Errorf("an id used again was answered with %s", got)
		}
	})
}

func TestAnOlderHostAnswersADuplicateTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newBlockingHandler()
		p := serve(t, h, ServeOptions{MaxVersion: 1}).handshake(1)
		p.send(`{"id":"7","op":"a"}`, `{"id":"7","op":"b"}`)
		close(h.release)
		if first, second := p.text(), p.text(); first != answerTo("7") || second != first {
			t.Errorf("%s, then %s", first, second)
		}
	})
}

func TestACancelledRequestIsAnsweredAndThenCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newBlockingHandler()
		p := serve(t, h, ServeOptions{}).handshake(2)
		p.send(`{"id":"r1","op":"get_token"}`)
		ctx := <-h.entered
		p.send(`{"id":"c1","op":"cancel","payload":{"targetId":"r1"}}`)
		if got := p.text(); got != `{"id":"c1","ok":true,"data":{"cancelled":true}}` {
			t.Errorf("cancel was answered with %s", got)
		}
		<-ctx.Done()
		p.expectSilence()
		h.release <- nil
		if got := p.text(); got != answerTo("r1") {
			t.Errorf("first %s", got)
		}
		if got := p.text(); got != `{"id":"r1","ok":false,"code":"CANCELLED","error":"Operation cancelled"}` {
			t.Errorf("then %s", got)
		}
		p.expectSilence()
	})
}

func TestCancelNeedsATargetThatIsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newBlockingHandler()
		s := serve(t, h, ServeOptions{})
		p, neighbour := s.handshake(2), s.handshake(2)
		neighbour.send(`{"id":"theirs","op":"get_token"}`)
		p.send(requestBurst(maxInFlight)...) // cancel does not count and may repeat an id
		for range maxInFlight + 1 {
			<-h.entered
		}
		const missing = `"ok":false,"code":"INVALID_REQUEST","error":"Missing targetId"}`
		for payload, want := range map[string]string{
			`{"targetId":"b99"}`:    `"ok":true,"data":{"cancelled":false}}`,
			`{"targetId":"theirs"}`: `"ok":true,"data":{"cancelled":false}}`,
			`{"targetId":""}`:       missing,
			`{"targetId":7}`:        missing,
			`{}`:                    missing,
			`null`:                  missing,
		} {
			p.send(`{"id":"b0","op":"cancel","payload":` + payload + `}`)
			if got := p.text(); got != `{"id":"b0",`+want {
				t.Errorf("%s: %s", payload, got)
			}
		}
		p.send(`{"op":"cancel","payload":{"targetId":"b1"}}`)
		if got := p.text(); got != missingID {
			t.Errorf("a cancel without an id: %s", got)
		}
		p.expectSilence()
	})
}

func TestAnOlderHostKnowsNoCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := serve(t, HandlerFunc(echo), ServeOptions{MaxVersion: 1}).handshake(1)
		p.send(`{"id":"c1","op":"cancel","payload":{"targetId":"r1"}}`)
		if got := p.text(); !strings.Contains(got, `"data":{"op":"cancel","payload":{"targetId":"r1"}`) {
			t.Errorf("the handler did not get it: %s", got)
		}
	})
}
