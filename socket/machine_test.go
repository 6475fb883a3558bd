package socket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// machine is a client, the host that a script plays to it, and a model of what
// every request must come to. It lives in a bubble.
type machine struct {
	t     *testing.T
	c     *Client
	shake string // the next host's answer to the handshake; empty hangs up
	host  net.Conn
	mu    sync.Mutex
	heard []request // what the host has read and the model has not, guarded by mu
	dials int
	asked int

	made, wantDials, wantSent int
	version                   int    // of the connection there is; 0 without one
	end                       string // once no request can be sent any more: how they end
	inFlight, queued          []*asking
	abandoned                 map[string]int // late replies that are no strays
	gone                      []string       // ids for which nobody waits
	strays                    int
	rest                      []byte    // of a frame that the host has begun
	restDue                   time.Time // zero if its header is not whole
	whenWhole                 func()
	idleSince                 time.Time
}

// asking is one request.
type asking struct {
	n      int
	id     string
	since  time.Time
	got    struct{ N int }
	cancel context.CancelFunc
	done   chan error
}

func newMachine(t *testing.T) *machine {
	m := &machine{t: t, abandoned: map[string]int{}}
	m.c = NewClient("/somewhere/host.sock", Options{Dial: m.dial})
	return m
}

func (m *machine) dial(context.Context, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	m.dials++
	m.host = theirs
	go m.read(theirs, m.shake)
	return ours, nil
}

// read is the host's side until the connection's end.
func (m *machine) read(stream net.Conn, shake string) {
	defer func() { _ = stream.Close() }()
	frames := newConn(stream, MaxFrame)
	for first := true; ; first = false {
		text, err := frames.receive()
		if err != nil || first && shake == "" {
			return
		}
		if first {
			_, err = stream.Write(frameOf(shake))
		} else {
			var r request
			err = json.Unmarshal(text, &r)
			m.mu.Lock()
			m.heard = append(m.heard, r)
			m.mu.Unlock()
		}
		if err != nil {
			return
		}
	}
}

// settled lets everybody go on until all wait, and learns the ids of what came.
func (m *machine) settled() {
	synctest.Wait()
	m.mu.Lock()
	heard := m.heard
	m.heard = nil
	m.mu.Unlock()
	for _, r := range heard {
		if r.Op == opCancel {
			m.gone = append(m.gone, r.ID)
			m.abandoned[r.ID] = 1
			continue
		}
		var payload struct{ N int }
		_ = json.Unmarshal(r.Payload, &payload)
		for _, a := range slices.Concat(m.inFlight, m.queued) {
			if a.n == payload.N && a.id == "" {
				a.id = r.ID
			}
		}
		m.asked++
	}
}

// check compares the client with the model.
func (m *machine) check() {
	m.settled()
	for _, a := range m.inFlight {
		if a.id == "" {
			m.t.Fatalf("request %d did not reach the host", a.n)
		}
	}
	for _, a := range slices.Concat(m.inFlight, m.queued) {
		if len(a.done) > 0 {
			m.t.Fatalf("request %d ended too early: %v", a.n, <-a.done)
		}
	}
	info := m.c.Info()
	if m.dials != m.wantDials || m.asked != m.wantSent || info.Requests["ask"] != m.wantSent {
		m.t.Fatalf("%d dials, want %d; %d requests heard, %d counted, want %d", m.dials, m.wantDials, m.asked, info.Requests["ask"], m.wantSent)
	}
	if n := m.c.strayReplies(); m.version > 0 && n != m.strays {
		m.t.Fatalf("%d replies count as strays, want %d", n, m.strays)
	}
	if lost := !isOpen(m.c.Lost()); lost != strings.HasPrefix(m.end, "lost") {
		m.t.Fatalf("lost is %t, want %q", lost, m.end)
	}
}

// strayReplies is how many replies of the current connection nobody asked for.
func (c *Client) strayReplies() int {
	c.mu.Lock()
	l := c.current
	c.mu.Unlock()
	if l == nil {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.strays
}

// ended fails unless the request has ended so, and not in another way.
func (m *machine) ended(a *asking, want string) {
	m.t.Helper()
	synctest.Wait()
	select {
	case err := <-a.done:
		if got := a.outcome(err); got != want {
			m.t.Fatalf("request %d: %s, want %s", a.n, got, want)
		}
	default:
		m.t.Fatalf("request %d has not ended, want %s", a.n, want)
	}
	a.cancel()
}

// outcome words how a request ended.
func (a *asking) outcome(err error) string {
	if refused, ok := errors.AsType[*ResponseError](err); ok {
		return refused.Code + " " + refused.Message
	}
	if _, ok := errors.AsType[*MalformedDataError](err); ok {
		return "malformed"
	}
	if _, ok := errors.AsType[*HandshakeError](err); ok {
		return "no handshake"
	}
	for name, kind := range map[string]error{"lost": ErrLost, "closed": ErrClosed, "timeout": ErrTimeout, "given up": context.Canceled} {
		if failed, ok := errors.AsType[*RequestError](err); ok && errors.Is(err, kind) {
			return fmt.Sprintf("%s, sent %t", name, failed.Sent)
		}
	}
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint("answer ", a.got.N)
}

// out takes a request that has ended out of the model; the next in the queue
// goes out in its place.
func (m *machine) out(a *asking) {
	m.gone = append(m.gone, a.id)
	m.inFlight = slices.DeleteFunc(m.inFlight, func(b *asking) bool { return a == b })
	if len(m.queued) > 0 {
		next := m.queued[0]
		m.queued = m.queued[1:]
		m.sent(next)
	}
	if len(m.inFlight) == 0 {
		m.idleSince = time.Now()
	}
	m.settled()
}

func (m *machine) sent(a *asking) {
	a.since = time.Now()
	m.inFlight = append(m.inFlight, a)
	m.wantSent++
}

// over ends the connection and everything that waits, for ever.
func (m *machine) over(word string) {
	if m.end == "" {
		m.end = word + ", sent false"
	}
	m.version, m.rest = 0, nil
	inFlight, queued := m.inFlight, m.queued
	m.inFlight, m.queued = nil, nil
	for _, a := range inFlight {
		m.ended(a, word+", sent true")
		m.gone = append(m.gone, a.id)
	}
	for _, a := range queued {
		m.ended(a, m.end)
	}
}

func (m *machine) lose() { m.over("lost") }

// giveUp ends a request that was in flight and for which nobody waits any more.
func (m *machine) giveUp(a *asking, word string) {
	m.settled()
	m.ended(a, word+", sent true")
	m.abandoned[a.id] = m.version
	m.out(a)
}

// arrives is a whole reply with this id, good or not.
func (m *machine) arrives(id string, want func(a *asking) string) {
	m.settled()
	for _, a := range m.inFlight {
		if a.id == id {
			if word := want(a); word != "" {
				m.ended(a, word)
				m.out(a)
				return
			}
			m.lose()
			return
		}
	}
	if m.abandoned[id] > 0 {
		m.abandoned[id]--
	} else if m.strays++; m.strays > maxStrays {
		m.lose()
	}
}
