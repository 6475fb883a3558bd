package socket

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"
)

const (
	maxBurst    = 100 // frames in one read; more end the connection
	maxInFlight = 16  // requests in flight per connection

	// The pauses before Serve accepts again, as in net/http.
	minPause = 5 * time.Millisecond
	maxPause = time.Second
)

// Handler answers the requests of all connections. It is called concurrently.
//
// The returned data must encode to a JSON object; nil is an empty one. A
// *ResponseError is sent with its code, message and retryAfter, any other error
// as INTERNAL_ERROR with its text. ctx ends when the connection ends or the
// client cancels the request.
type Handler interface {
	Handle(ctx context.Context, call Call) (data any, err error)
}

// HandlerFunc is a function as a Handler.
type HandlerFunc func(ctx context.Context, call Call) (data any, err error)

// Handle calls f.
func (f HandlerFunc) Handle(ctx context.Context, call Call) (any, error) { return f(ctx, call) }

// Call is one request, as a Handler receives it.
type Call struct {
	Op         string
	Payload    json.RawMessage // an object, {} if the client sent none
	Restricted bool            // the client presented the capability, which marks it as a sandbox
}

// A Handler returns these errors to misbehave, for tests of clients.
var (
	ErrNoReply = errors.New("leave the request without a reply")
	ErrHangUp  = errors.New("close the connection without a reply")
)

// ServeOptions configures [Serve]. The zero value behaves like the newest
// released host: versions 1 and 2, no capability required.
type ServeOptions struct {
	// MaxVersion 1 behaves like older hosts: version 1 only, frames up to
	// 64 KiB, any number of requests at once, no cancel. 0 is 2.
	MaxVersion int
	// Capability, unless empty, must be presented in the handshake.
	Capability string
}

// Serve accepts clients from l and answers them by h, until ctx ends or l fails.
// It then closes all connections without replying to requests in flight, and
// returns when every Handler has returned: nil if ctx ended, else the error of l.
// While the system has no descriptors or memory for a new connection, Serve
// keeps the existing ones and retries at least once a second.
func Serve(ctx context.Context, l net.Listener, h Handler, o ServeOptions) error {
	if o.MaxVersion == 0 {
		o.MaxVersion = maxVersion
	}
	ctx, stop := context.WithCancel(ctx)
	var conns sync.WaitGroup
	defer conns.Wait()
	defer stop()
	defer closeAfter(ctx, l)()
	for {
		stream, err := accept(ctx, l)
		if ctx.Err() != nil {
			if err == nil {
				_ = stream.Close()
			}
			return nil
		}
		if err != nil {
			return err
		}
		conns.Go(func() { newServerConn(ctx, stream, h, o).run() })
	}
}

// accept returns the next connection. It retries after a temporary error until
// ctx ends.
func accept(ctx context.Context, l net.Listener) (net.Conn, error) {
	for pause := minPause; ; pause = min(2*pause, maxPause) {
		stream, err := l.Accept()
		if !isTemporary(err) {
			return stream, err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, err
		}
	}
}

// isTemporary reports an error of Accept after which the listener still works.
func isTemporary(err error) bool {
	return slices.ContainsFunc([]error{
		syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED,
	}, func(known error) bool { return errors.Is(err, known) })
}

// serverConn is one client of Serve. run receives requests and starts a
// goroutine for each, which sends its own reply. run waits for them.
type serverConn struct {
	ctx        context.Context
	stop       context.CancelFunc
	framer     *framer
	handler    Handler
	o          ServeOptions
	version    int
	restricted bool
	requests   sync.WaitGroup

	mu       sync.Mutex // guards the field below
	inFlight map[string]context.CancelCauseFunc
}

func newServerConn(ctx context.Context, stream net.Conn, h Handler, o ServeOptions) *serverConn {
	ctx, stop := context.WithCancel(ctx)
	return &serverConn{
		ctx: ctx, stop: stop, framer: newFramer(stream, frameLimit(o.MaxVersion)), handler: h, o: o,
		inFlight: map[string]context.CancelCauseFunc{},
	}
}

func (s *serverConn) run() {
	defer s.requests.Wait()
	defer onPanic(func() {}) // the other clients are still served
	defer closeQuietly(s.framer.stream)
	defer closeAfter(s.ctx, s.framer.stream)()
	defer s.stop()
	frames, err := s.receiveBurst()
	if err != nil || !s.acceptHandshake(frames[0]) {
		return
	}
	for frames = frames[1:]; err == nil; frames, err = s.receiveBurst() {
		for _, frame := range frames {
			if isNull(frame) {
				return
			}
			s.dispatch(frame)
		}
	}
}

// receiveBurst returns the frames that arrived with one read. Like released
// hosts it drops all of them if one is bad.
func (s *serverConn) receiveBurst() ([][]byte, error) {
	var frames [][]byte
	for len(frames) == 0 || s.framer.buffered() {
		frame, err := s.framer.receive()
		if err != nil {
			return nil, err
		}
		if !json.Valid(frame) {
			return nil, &ProtocolError{What: "broken JSON"}
		}
		frames = append(frames, bytes.Clone(frame))
	}
	if len(frames) > maxBurst && s.o.MaxVersion > 1 {
		return nil, &ProtocolError{What: "too many frames at once"}
	}
	return frames, nil
}

// dispatch checks one request and starts the goroutine that answers it.
func (s *serverConn) dispatch(frame []byte) {
	m := readMessage(frame)
	id, ok := m.requestID()
	op, _ := m.Op.text()
	if !ok || op == "" {
		s.reply(newRefusal(id, CodeInvalidRequest, "Missing request id or op"))
		return
	}
	payload := json.RawMessage("{}")
	if m.Payload.isObject() {
		payload = json.RawMessage(m.Payload)
	}
	if op == opCancel && s.o.MaxVersion > 1 {
		s.cancel(id, m.Payload.member("targetId"))
		return
	}
	ctx, done, refusal := s.begin(id)
	if refusal != nil {
		s.reply(*refusal)
		return
	}
	s.requests.Go(func() {
		defer onPanic(s.stop) // the other clients are still served
		s.answer(ctx, done, id, Call{Op: op, Payload: payload, Restricted: s.restricted})
	})
}

// begin registers a request as in flight until done is called, or returns the
// refusal to send.
func (s *serverConn) begin(id string) (ctx context.Context, done func(), refusal *sentReply) {
	ctx, cancel := context.WithCancelCause(s.ctx)
	if s.o.MaxVersion == 1 {
		return ctx, func() { cancel(nil) }, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var r sentReply
	switch _, taken := s.inFlight[id]; {
	case taken:
		r = newRefusal(id, CodeInvalidRequest, "Duplicate request id")
	case len(s.inFlight) >= maxInFlight:
		r = newRefusal(id, CodeResourceExhausted, "Too many concurrent requests")
	default:
		s.inFlight[id] = cancel
		return ctx, func() {
			s.mu.Lock()
			delete(s.inFlight, id)
			s.mu.Unlock()
			cancel(nil)
		}, nil
	}
	cancel(nil)
	return nil, nil, &r
}

// errCanceled is the cause of a request's end by the client's own cancel.
var errCanceled = errors.New("operation cancelled")

// answer calls the handler and replies. Like released hosts it sends a canceled
// request its normal reply and then CANCELLED. done is called before the reply,
// because a client may use the id again once it has read that.
func (s *serverConn) answer(ctx context.Context, done func(), id string, call Call) {
	data, err := s.handle(ctx, call)
	canceled := errors.Is(context.Cause(ctx), errCanceled)
	done()
	if errors.Is(err, ErrHangUp) {
		s.stop()
		return
	}
	if !errors.Is(err, ErrNoReply) {
		s.reply(newReply(id, data, err))
	}
	if canceled {
		s.reply(newRefusal(id, CodeCancelled, "Operation cancelled"))
	}
}

var (
	errHandler    = errors.New("the handler failed")
	errNotEncoded = errors.New("the answer could not be encoded")
)

// handle calls the handler and encodes its data. A panic of either is errHandler.
func (s *serverConn) handle(ctx context.Context, call Call) (body []byte, err error) {
	defer onPanic(func() { err = errHandler })
	data, err := s.handler.Handle(ctx, call)
	if err != nil {
		return nil, err
	}
	if body, err = encodeObject(data); err != nil {
		return nil, errNotEncoded
	}
	return body, nil
}

// reply sends r, or a refusal if r is too long for the client.
func (s *serverConn) reply(r sentReply) {
	body, err := encodeObject(r)
	switch size := len(body); {
	case err != nil:
		body, _ = encodeObject(newRefusal(r.ID, CodeInternalError, errNotEncoded.Error()))
	case s.o.MaxVersion == 1 && size > MaxFrameV1, s.version > 1 && size > MaxFrame:
		body, _ = encodeObject(newRefusal(r.ID, CodeInternalError, "Frame exceeds maximum size"))
	case s.o.MaxVersion > 1 && s.version == 1 && size > MaxFrameV1-headerSize:
		body, _ = encodeObject(newRefusal(r.ID, CodeResponseTooLarge, "Response exceeds maximum frame size for protocol version 1"))
	}
	_ = s.send(body)
}

// cancel ends the context of the request in flight whose id is target.
func (s *serverConn) cancel(id string, target field) {
	targetID, _ := target.text()
	if targetID == "" {
		s.reply(newRefusal(id, CodeInvalidRequest, "Missing targetId"))
		return
	}
	s.mu.Lock()
	end, found := s.inFlight[targetID]
	s.mu.Unlock()
	if found {
		end(errCanceled)
	}
	s.reply(sentReply{ID: id, OK: true, Data: json.RawMessage(`{"cancelled":` + strconv.FormatBool(found) + `}`)})
}

// send sends one JSON text as a frame. A failed write ends the connection.
func (s *serverConn) send(body []byte) error {
	if err := s.framer.lockSend(s.ctx); err != nil {
		return err
	}
	defer s.framer.unlockSend()
	_, err := s.framer.send(seal(append(newFrame(len(body)), body...)))
	if err != nil {
		s.stop()
	}
	return err
}
