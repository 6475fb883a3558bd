package socket

import (
	"context"
	"crypto/rand"
)

// maxAbandoned is how many given-up requests a link remembers.
const maxAbandoned = 256

// expectLocked notes how many late replies to an id are no strays.
func (l *link) expectLocked(id string, late int) {
	if late == 0 {
		return
	}
	for old := range l.abandoned {
		if len(l.abandoned) < maxAbandoned {
			break
		}
		delete(l.abandoned, old)
	}
	l.abandoned[id] = late
}

// lateReplies is how many replies a host may still send for a request given up:
// its own and, where cancel exists, the one that says CANCELLED.
func (l *link) lateReplies() int { return l.version }

// sendCancel tells a host of version 2 that nobody waits any more. It does not
// make the caller wait for a host that does not read.
func (l *link) sendCancel(target string) {
	if l.version < 2 {
		return
	}
	id := rand.Text()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over != nil {
		return
	}
	l.expectLocked(id, 1)
	l.helpers.Go(func() {
		defer l.rescue()
		frame := encodeRequest(l.version, id, opCancel, []byte(`{"targetId":"`+target+`"}`))
		_, _ = l.write(context.Background(), opCancel, frame)
	})
}
