package socket

import (
	"errors"
	"os"
)

// read receives replies until the link ends, then wipes what it has received.
func (l *link) read() {
	defer l.helpers.Wait()
	defer l.conn.wipe()
	defer l.rescue()
	for {
		frame, err := l.conn.receive()
		if err != nil {
			l.finish(&LostError{Cause: readCause(err)})
			return
		}
		if err := l.deliver(frame); err != nil {
			l.finish(&LostError{Cause: err})
			return
		}
	}
}

func readCause(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return &ProtocolError{What: "the frame did not arrive whole within 5 seconds"}
	}
	return err
}

// deliver hands one reply to the call that waits for it. An error condemns the
// connection.
func (l *link) deliver(frame []byte) error {
	var r reply
	if err := decodeObject(frame, r.members()); err != nil {
		return err
	}
	id, _ := r.ID.beginning(maxWord)
	waiting, err := l.claim(id)
	if waiting == nil {
		return err
	}
	outcome, broken := l.decode(&r, waiting), error(nil)
	if malformed, ok := errors.AsType[*ProtocolError](outcome); ok {
		broken = malformed
		outcome = &LostError{Cause: malformed}
		l.finish(outcome)
	}
	waiting.done <- outcome
	return broken
}

// decode reads the reply into the caller's result, and answers the call even if
// the result's own decoding panics.
func (l *link) decode(r *reply, waiting *call) (outcome error) {
	defer func() {
		if recover() != nil {
			outcome = &ProtocolError{Op: waiting.op, What: "the answer could not be handled"}
		}
	}()
	return r.outcome(waiting.op, waiting.result)
}

// claim takes the call with this id out of pending. A reply that nobody waits
// for is ignored, up to a limit.
func (l *link) claim(id string) (*call, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if waiting, ok := l.pending[id]; ok {
		l.removeLocked(id)
		return waiting, nil
	}
	if late := l.abandoned[id]; late > 0 {
		if l.abandoned[id] = late - 1; late == 1 {
			delete(l.abandoned, id)
		}
		return nil, nil
	}
	if l.strays++; l.strays > maxStrays {
		return nil, &ProtocolError{What: "too many replies that nobody asked for"}
	}
	return nil, nil
}
