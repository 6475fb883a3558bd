package socket

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// maxStrays is how many replies nobody asked for one connection may bring.
	maxStrays = 64
)

// errRetired ends a link by plan: it was idle. Its requests go to a new one.
var errRetired = errors.New("idle connection closed")

// link is one connection with an accepted handshake, from there to its end.
//
// One goroutine, read, receives frames and delivers them; it ends when the
// stream is closed. Callers write their own frames, one at a time: whoever holds
// the token of the one-slot channel writer may write. A call's done channel has
// room for its one outcome, so delivering never blocks. A call belongs to
// pending until exactly one side takes it out: the reader, which then decodes
// into the caller's result, or the caller, which has given up. finish is the
// only way to end a link and runs once; it closes the stream, so that the
// reader and any writer return, then fails what is pending.
type link struct {
	conn    *conn
	version int
	idle    time.Duration
	writer  chan struct{}
	owner   owner
	helpers sync.WaitGroup // goroutines that send a cancel

	mu        sync.Mutex // guards the fields below
	pending   map[string]*call
	abandoned map[string]int // replies still to be expected for requests given up
	strays    int
	over      error       // why the link ended
	idleTimer *time.Timer // runs while nothing is pending
}

// owner hears of a link. It is called without the link's lock.
type owner interface {
	sent(op string)                  // one whole request has left
	linkEnded(l *link, reason error) // once, before anybody else learns of the end
}

// call is one request that waits for its reply.
type call struct {
	op     string
	result any
	done   chan error
}

func newLink(c *conn, version int, idle time.Duration, owner owner) *link {
	return &link{
		conn: c, version: version, idle: idle, owner: owner,
		writer:    make(chan struct{}, 1),
		pending:   map[string]*call{},
		abandoned: map[string]int{},
	}
}

// start lets the link grow idle. Before, nobody can reach it to send anything.
func (l *link) start() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rearmLocked()
}

// rearmLocked starts the idle time anew if nothing is pending.
func (l *link) rearmLocked() {
	switch {
	case l.over != nil || len(l.pending) > 0:
	case l.idleTimer == nil:
		l.idleTimer = time.AfterFunc(l.idle, l.retire)
	default:
		l.idleTimer.Reset(l.idle)
	}
}

func (l *link) disarmLocked() {
	if l.idleTimer != nil {
		l.idleTimer.Stop()
	}
}

// call sends one request and waits for its reply. It returns errRetired, with
// nothing sent, if the link was closed by plan before.
func (l *link) call(ctx context.Context, id, op string, payload []byte, result any, timeout time.Duration) error {
	frame := encodeRequest(l.version, id, op, payload)
	defer clear(frame)
	if len(frame)-headerSize > l.maxRequest() {
		return &RequestError{Op: op, Err: ErrTooLarge}
	}
	waiting := &call{op: op, result: result, done: make(chan error, 1)}
	if err := l.register(id, waiting); err != nil {
		return err
	}
	sent, err := l.write(ctx, op, frame)
	if err != nil {
		if l.forget(id, 0) {
			return &RequestError{Op: op, Err: err} // ctx ended before the first byte
		}
		return withSent(op, sent, <-waiting.done)
	}
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case err := <-waiting.done:
		return withSent(op, true, err)
	case <-ctx.Done():
		err = ctx.Err()
	case <-timer.C:
		err = ErrTimeout
	}
	if !l.forget(id, l.lateReplies()) {
		return withSent(op, true, <-waiting.done) // the reply came at the same moment
	}
	l.sendCancel(id)
	return &RequestError{Op: op, Sent: true, Err: err}
}

func (l *link) maxRequest() int {
	if l.version == 1 {
		return MaxFrameV1
	}
	return MaxFrame
}

// withSent adds to the end of a link whether the request had left. Replies,
// refusals among them, are returned as they are.
func withSent(op string, sent bool, err error) error {
	_, refused := errors.AsType[*ResponseError](err)
	_, malformed := errors.AsType[*MalformedDataError](err)
	if err == nil || refused || malformed || errors.Is(err, errRetired) {
		return err
	}
	return &RequestError{Op: op, Sent: sent, Err: err}
}

// write sends one frame when its turn comes. A failed write ends the link, for
// half a frame cannot be taken back; its error then comes through the call.
func (l *link) write(ctx context.Context, op string, frame []byte) (sent bool, err error) {
	select {
	case l.writer <- struct{}{}:
		defer func() { <-l.writer }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	sent, err = l.conn.send(frame)
	if sent {
		l.owner.sent(op)
	}
	if err != nil {
		l.finish(&LostError{Cause: err})
	}
	return sent, err
}

func (l *link) register(id string, waiting *call) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over != nil {
		return withSent(waiting.op, false, l.over)
	}
	l.disarmLocked()
	l.pending[id] = waiting
	return nil
}

// forget gives a request up, and says how many late replies are to be expected
// for it. It reports false if its outcome has been decided.
func (l *link) forget(id string, late int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.pending[id]; !ok {
		return false
	}
	l.removeLocked(id)
	l.expectLocked(id, late)
	return true
}

func (l *link) removeLocked(id string) {
	delete(l.pending, id)
	l.rearmLocked()
}

// retire closes the link by plan if it is still idle.
func (l *link) retire() {
	defer l.rescue()
	l.mu.Lock()
	idle := len(l.pending) == 0
	l.mu.Unlock()
	if idle {
		l.finish(errRetired)
	}
}

// finish ends the link. Only the first reason counts. Retiring gives way to a
// request that was registered in the meantime.
func (l *link) finish(reason error) {
	l.mu.Lock()
	if l.over != nil || (errors.Is(reason, errRetired) && len(l.pending) > 0) {
		l.mu.Unlock()
		return
	}
	l.over = reason
	l.disarmLocked()
	pending := l.pending
	l.pending = map[string]*call{}
	l.mu.Unlock()

	l.owner.linkEnded(l, reason)
	_ = l.conn.stream.Close()
	for _, waiting := range pending {
		waiting.done <- reason
	}
}

// rescue turns a panic of one of the link's goroutines into its end.
func (l *link) rescue() {
	if recover() != nil {
		l.finish(&LostError{Cause: &ProtocolError{What: "the answer could not be handled"}})
	}
}
