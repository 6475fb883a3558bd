package socket

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"slices"
	"sync"
	"time"
)

const (
	// maxUnmatched is how many replies to unknown ids one connection may bring.
	maxUnmatched = 64
	// maxCanceled is how many canceled requests a connection keeps track of.
	maxCanceled = 256
)

// errIdle ends a connection that was idle. Its requests go to a new one.
var errIdle = errors.New("idle connection closed")

// conn is one connection of a Client, from the accepted handshake to its end.
//
// One goroutine, in run, receives replies and passes each to its call. Callers
// write their own requests. A call stays in pending until one side removes it:
// run, which then decodes the reply into the caller's result, or the caller,
// when its timeout or context ends. A call's done channel has room for its only
// outcome, so run never waits for a caller.
//
// finish is the only way to end a conn. It closes the stream, which ends run
// and all writes, and then fails the pending calls.
type conn struct {
	framer  *framer
	version int
	client  *Client
	cancels sync.WaitGroup // goroutines that send a cancel

	mu        sync.Mutex // guards the fields below
	pending   map[string]*call
	canceled  []canceledRequest // oldest first
	unmatched int               // replies to unknown ids so far
	err       error             // why the conn ended
	idleTimer *time.Timer       // nil until run starts; runs while pending is empty
}

// call is a request that waits for its reply.
type call struct {
	op     string
	result any
	done   chan error
}

// canceledRequest is a request without a caller, and how many replies to it the
// host may still send.
type canceledRequest struct {
	id      string
	replies int
}

func newConn(c *Client, f *framer, version int) *conn {
	return &conn{framer: f, version: version, client: c, pending: map[string]*call{}}
}

// run receives replies until the connection ends, then wipes what it received.
func (c *conn) run() {
	defer c.cancels.Wait()
	defer c.framer.wipe()
	defer onPanic(c.finishPanicked)
	c.mu.Lock()
	c.rearmLocked()
	c.mu.Unlock()
	for {
		frame, err := c.framer.receive()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = &ProtocolError{What: "the frame did not arrive whole within 5 seconds"}
		}
		if err == nil {
			err = c.deliver(frame)
		}
		if err != nil {
			c.finish(&LostError{Cause: err})
			return
		}
	}
}

// deliver decodes one reply and completes the call that waits for it. After an
// error the connection is unusable.
func (c *conn) deliver(frame []byte) error {
	m, err := parseMessage(frame)
	if err != nil {
		return err
	}
	id, _ := m.ID.prefix(maxWord)
	waiting, err := c.takePending(id)
	if waiting == nil {
		return err
	}
	outcome := waiting.decode(&m)
	broken, isBroken := errors.AsType[*ProtocolError](outcome)
	if !isBroken {
		waiting.done <- outcome
		return nil
	}
	loss := &LostError{Cause: broken}
	c.finish(loss)
	waiting.done <- loss
	return broken
}

// decode decodes the reply into the result of the call. A panic, for example in the
// result's UnmarshalJSON, is a *ProtocolError.
func (w *call) decode(m *message) (err error) {
	defer onPanic(func() { err = &ProtocolError{Op: w.op, What: whatPanicked} })
	return m.decodeReply(w.op, w.result)
}

// takePending removes and returns the call with this id. It returns nil for a reply
// to a canceled request and for an unmatched reply, and an error once there are
// more than maxUnmatched of those.
func (c *conn) takePending(id string) (*call, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if waiting, ok := c.pending[id]; ok {
		c.removeLocked(id)
		return waiting, nil
	}
	if c.takeCanceledLocked(id) {
		return nil, nil
	}
	if c.unmatched++; c.unmatched > maxUnmatched {
		return nil, &ProtocolError{What: "too many replies without a request"}
	}
	return nil, nil
}

// call sends one request and waits for its outcome. sent reports whether the
// whole request was written. If the connection was closed as idle before, call
// sends nothing and returns errIdle.
func (c *conn) call(ctx context.Context, id, op string, payload []byte, result any) (sent bool, err error) {
	frame := encodeRequest(c.version, id, op, payload)
	defer clear(frame)
	if len(frame)-headerSize > frameLimit(c.version) {
		return false, ErrTooLarge
	}
	waiting := &call{op: op, result: result, done: make(chan error, 1)}
	if err := c.register(id, waiting); err != nil {
		return false, err
	}
	sent, err = c.write(ctx, op, frame)
	if err != nil {
		if c.abandon(id, 0) {
			return false, err // ctx ended before the first byte was written
		}
		return sent, <-waiting.done
	}
	timer := time.NewTimer(c.client.o.Timeout)
	defer timer.Stop()
	select {
	case err := <-waiting.done:
		return true, err
	case <-ctx.Done():
		err = ctx.Err()
	case <-timer.C:
		err = ErrTimeout
	}
	// A host of version 1 may still send one reply, a host of version 2 two: the
	// normal one and CANCELLED.
	if !c.abandon(id, c.version) {
		return true, <-waiting.done // the reply came at the same moment
	}
	c.sendCancel(id)
	return true, err
}

// write sends one frame. An incomplete frame makes the stream unusable, so a
// failed write ends the connection and thereby the call.
func (c *conn) write(ctx context.Context, op string, frame []byte) (sent bool, err error) {
	if err := c.framer.lockSend(ctx); err != nil {
		return false, err
	}
	defer c.framer.unlockSend()
	sent, err = c.framer.send(frame)
	if sent {
		c.client.countRequest(op)
	}
	if err != nil {
		c.finish(&LostError{Cause: err})
	}
	return sent, err
}

// sendCancel sends a host of version 2 a cancel of a request, in the background.
func (c *conn) sendCancel(target string) {
	if c.version < 2 {
		return
	}
	id := rand.Text()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return
	}
	c.addCanceledLocked(id, 1)
	c.cancels.Go(func() {
		defer onPanic(c.finishPanicked)
		frame := encodeRequest(c.version, id, opCancel, []byte(`{"targetId":"`+target+`"}`))
		_, _ = c.write(context.Background(), opCancel, frame)
	})
}

// register adds a call to pending, or returns why the connection ended.
func (c *conn) register(id string, waiting *call) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return c.err
	}
	c.disarmLocked()
	c.pending[id] = waiting
	return nil
}

// abandon removes a call from pending. The given number of later replies to it are
// ignored. It returns false if the call already has an outcome.
func (c *conn) abandon(id string, replies int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.pending[id]; !ok {
		return false
	}
	c.removeLocked(id)
	c.addCanceledLocked(id, replies)
	return true
}

func (c *conn) removeLocked(id string) {
	delete(c.pending, id)
	c.rearmLocked()
}

// addCanceledLocked expects replies to a canceled request. Beyond maxCanceled it
// drops the oldest request.
func (c *conn) addCanceledLocked(id string, replies int) {
	if replies == 0 {
		return
	}
	if len(c.canceled) == maxCanceled {
		c.canceled = slices.Delete(c.canceled, 0, 1)
	}
	c.canceled = append(c.canceled, canceledRequest{id, replies})
}

// takeCanceledLocked reports whether a reply to a canceled request was expected.
func (c *conn) takeCanceledLocked(id string) bool {
	at := slices.IndexFunc(c.canceled, func(r canceledRequest) bool { return r.id == id })
	if at < 0 {
		return false
	}
	if c.canceled[at].replies--; c.canceled[at].replies == 0 {
		c.canceled = slices.Delete(c.canceled, at, at+1)
	}
	return true
}

// rearmLocked restarts the idle timer if no call is pending.
func (c *conn) rearmLocked() {
	switch {
	case c.err != nil || len(c.pending) > 0:
	case c.idleTimer == nil:
		c.idleTimer = time.AfterFunc(c.client.o.Idle, c.closeIdle)
	default:
		c.idleTimer.Reset(c.client.o.Idle)
	}
}

func (c *conn) disarmLocked() {
	if c.idleTimer != nil {
		c.idleTimer.Stop()
	}
}

// closeIdle ends the connection unless a call has been registered since.
func (c *conn) closeIdle() {
	defer onPanic(c.finishPanicked)
	c.finish(errIdle)
}

// finish ends the connection with err. Only the first call has an effect, and
// errIdle has none while a call is pending. The client records the end before
// any caller sees it.
func (c *conn) finish(err error) {
	c.mu.Lock()
	if c.err != nil || (errors.Is(err, errIdle) && len(c.pending) > 0) {
		c.mu.Unlock()
		return
	}
	c.err = err
	c.disarmLocked()
	pending := c.pending
	c.pending = map[string]*call{}
	c.mu.Unlock()

	c.client.connEnded(c, err)
	closeQuietly(c.framer.stream)
	for _, waiting := range pending {
		waiting.done <- err
	}
}

func (c *conn) finishPanicked() {
	c.finish(&LostError{Cause: &ProtocolError{What: whatPanicked}})
}
