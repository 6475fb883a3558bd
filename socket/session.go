package socket

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net"
	"sync"
	"time"
)

const (
	maxBurst     = 100 // frames in one read; a flood of more ends the connection
	maxInFlight  = 16  // requests in flight per connection
	refusalGrace = 3 * time.Second
)

var errFlood = errors.New("too many frames at once")

// session is one client of Serve. run receives; each request has a goroutine of
// its own, which writes its reply when it holds the token of the one-slot
// channel writer. run waits for them before it returns.
type session struct {
	ctx        context.Context
	stop       context.CancelFunc
	conn       *conn
	handler    Handler
	o          ServeOptions
	version    int
	restricted bool
	writer     chan struct{}
	requests   sync.WaitGroup

	mu       sync.Mutex // guards the field below
	inFlight map[string]context.CancelCauseFunc
}

func newSession(ctx context.Context, stream net.Conn, h Handler, o ServeOptions) *session {
	limit := MaxFrame
	if o.MaxVersion == 1 {
		limit = MaxFrameV1
	}
	ctx, stop := context.WithCancel(ctx)
	return &session{
		ctx: ctx, stop: stop, conn: newConn(stream, limit), handler: h, o: o,
		writer:   make(chan struct{}, 1),
		inFlight: map[string]context.CancelCauseFunc{},
	}
}

func (s *session) run() {
	defer s.requests.Wait()
	defer func() { _ = recover() }() // one client's frames may not end the host
	defer func() { _ = s.conn.stream.Close() }()
	defer closeAfter(s.ctx, s.conn.stream)()
	defer s.stop()
	frames, err := s.burst()
	if err != nil || !s.shakeHands(frames[0]) {
		return
	}
	frames = frames[1:]
	for s.accept(frames) {
		if frames, err = s.burst(); err != nil {
			return
		}
	}
}

// burst returns the frames that came with one read. If one of them is bad none
// counts, as with released hosts.
func (s *session) burst() ([][]byte, error) {
	var frames [][]byte
	for len(frames) == 0 || s.conn.buffered() {
		frame, err := s.conn.receive()
		if err != nil {
			return nil, err
		}
		if !json.Valid(frame) {
			return nil, &ProtocolError{What: "broken JSON"}
		}
		frames = append(frames, bytes.Clone(frame))
	}
	if len(frames) > maxBurst && s.o.MaxVersion > 1 {
		return nil, errFlood
	}
	return frames, nil
}

// shakeHands takes the first frame, whatever it is, for a handshake.
func (s *session) shakeHands(first []byte) bool {
	if isNull(first) {
		return false
	}
	var offer handshakeOffer
	_ = json.Unmarshal(first, &offer) // what is no object has no versions and is refused below
	s.version = offer.negotiate(s.o.MaxVersion)
	if s.version == 0 {
		s.refuse("UNKNOWN_VERSION", "Unsupported protocol version")
		return false
	}
	if s.o.Capability != "" {
		token, _ := offer.Payload.Capability.text()
		if subtle.ConstantTimeCompare([]byte(token), []byte(s.o.Capability)) != 1 {
			s.refuse("UNAUTHORIZED", "Invalid or missing capability token")
			return false
		}
		s.restricted = true
	}
	return s.send(handshakeAnswer{V: s.version, Op: opHandshake, OK: true, Data: map[string]int{"version": s.version}}) == nil
}

// refuse answers the handshake and closes, giving the client time to read why.
func (s *session) refuse(code, message string) {
	if s.send(handshakeAnswer{V: s.o.MaxVersion, Op: opHandshake, Code: code, Error: message}) != nil {
		return
	}
	if half, ok := s.conn.stream.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	s.conn.deadline = time.Now().Add(refusalGrace)
	for {
		if _, err := s.conn.receive(); err != nil {
			return
		}
	}
}

// accept starts the requests of one burst; false ends the session.
func (s *session) accept(frames [][]byte) bool {
	for _, frame := range frames {
		if isNull(frame) {
			return false
		}
		s.dispatch(frame)
	}
	return true
}

// send writes one frame when its turn comes.
func (s *session) send(answer any) error {
	body, err := encodePayload(answer)
	if err != nil {
		return err
	}
	select {
	case s.writer <- struct{}{}:
		defer func() { <-s.writer }()
	case <-s.ctx.Done():
	}
	if s.ctx.Err() != nil {
		return s.ctx.Err()
	}
	if _, err = s.conn.send(seal(append(newFrame(len(body)), body...))); err != nil {
		s.stop()
	}
	return err
}

func isNull(frame []byte) bool { return string(bytes.TrimSpace(frame)) == "null" }
