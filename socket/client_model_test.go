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

// machine is a client, a host controlled by a script, and a model that predicts the
// outcome of every request. It must be used in a synctest bubble.
type machine struct {
	t        *testing.T
	c        *Client
	shake    string // the next host's handshake reply; empty closes the connection
	host     net.Conn
	mu       sync.Mutex
	received []request // read by the host and not yet seen by the model, guarded by mu
	dials    int
	asked    int

	made, wantDials, wantSent int
	version                   int    // of the current connection; 0 without one
	end                       string // outcome of new requests once none can be sent
	inFlight, queued          []*modelRequest
	canceled                  map[string]int // replies expected for canceled requests
	gone                      []string       // ids of finished requests
	unmatched                 int
	rest                      []byte    // of a frame that is partly sent
	restDue                   time.Time // zero if its header is incomplete
	whenWhole                 func()
	idleSince                 time.Time
}

// modelRequest is one request.
type modelRequest struct {
	n      int
	id     string
	since  time.Time
	got    number
	cancel context.CancelFunc
	done   chan error
}

func newMachine(t *testing.T) *machine {
	m := &machine{t: t, canceled: map[string]int{}}
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

// read is the host's end of a connection.
func (m *machine) read(stream net.Conn, shake string) {
	defer func() { _ = stream.Close() }()
	frames := newFramer(stream, MaxFrame)
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
			m.received = append(m.received, r)
			m.mu.Unlock()
		}
		if err != nil {
			return
		}
	}
}

// settled waits until all goroutines block, then records the ids of new requests.
func (m *machine) settled() {
	synctest.Wait()
	m.mu.Lock()
	received := m.received
	m.received = nil
	m.mu.Unlock()
	for _, r := range received {
		if r.Op == opCancel {
			m.gone = append(m.gone, r.ID)
			m.canceled[r.ID] = 1
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
		m.t.Fatalf("%d dials, want %d; %d requests received, %d counted, want %d", m.dials, m.wantDials, m.asked, info.Requests["ask"], m.wantSent)
	}
	if n := m.c.unmatchedReplies(); m.version > 0 && n != m.unmatched {
		m.t.Fatalf("%d unmatched replies, want %d", n, m.unmatched)
	}
	if lost := !isOpen(m.c.Lost()); lost != strings.HasPrefix(m.end, "lost") {
		m.t.Fatalf("lost is %t, want %q", lost, m.end)
	}
}

// ended fails unless the request has ended with this outcome.
func (m *machine) ended(a *modelRequest, want string) {
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

// outcome describes how a request ended.
func (a *modelRequest) outcome(err error) string {
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

// out removes a finished request from the model and sends the next one in the queue.
func (m *machine) out(a *modelRequest) {
	m.gone = append(m.gone, a.id)
	m.inFlight = slices.DeleteFunc(m.inFlight, func(b *modelRequest) bool { return a == b })
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

func (m *machine) sent(a *modelRequest) {
	a.since = time.Now()
	m.inFlight = append(m.inFlight, a)
	m.wantSent++
}

// over ends the connection and all requests, permanently.
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

// giveUp ends a request in flight by a timeout or a cancel.
func (m *machine) giveUp(a *modelRequest, word string) {
	m.settled()
	m.ended(a, word+", sent true")
	m.canceled[a.id] = m.version
	m.out(a)
}

// arrives applies a complete reply with this id.
func (m *machine) arrives(id string, want func(a *modelRequest) string) {
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
	if m.canceled[id] > 0 {
		m.canceled[id]--
	} else if m.unmatched++; m.unmatched > maxUnmatched {
		m.lose()
	}
}
