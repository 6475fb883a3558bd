package socket

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// shakes are handshake replies, and the version that each leads to; 0 is none.
var shakes = []struct {
	text    string
	version int
}{
	{`{"v":2,"op":"handshake","ok":true,"data":{"version":2}}`, 2},
	{`{"v":1,"op":"handshake","ok":true,"data":{"version":1}}`, 1},
	{`{"op":"handshake","ok":true}`, 1},
	{`{"op":"handshake","ok":false,"code":"UNAUTHORIZED"}`, 0},
	{`{"id":"handshake"}`, 0},
	{``, 0},
}

// replies are frames with an id, and the outcome of the request: "" for a loss of
// the connection.
var replies = []struct {
	text string
	want func(a *modelRequest) string
}{
	{`{"id":%q,"ok":true,"data":{"n":%d}}`, func(a *modelRequest) string { return fmt.Sprint("answer ", a.n) }},
	{`{"id":%q,"ok":false,"code":"NO","error":"%d"}`, func(a *modelRequest) string { return fmt.Sprint("NO ", a.n) }},
	{`{"id":%q,"ok":true,"data":{"n":"%d"}}`, func(*modelRequest) string { return "malformed" }},
	{`{"id":%q,"ok":true,"data":[%d]}`, func(*modelRequest) string { return "" }},
	{`{"id":%q,"ok":false,"data":{"n":%d}}`, func(*modelRequest) string { return "" }},
}

// broken are bytes that end a connection.
var broken = [][]byte{
	{0, 0, 0, 0},
	{0xff, 0xff, 0xff, 0xff},
	binary.BigEndian.AppendUint32(nil, MaxFrame+1),
	frameOf("{"), frameOf("null"), frameOf("[]"), frameOf("{}{}"), frameOf("\xef\xbb\xbf{}"),
}

// ask starts a request. If there is no connection, the next host answers the
// handshake by shakes[shake].
func (m *machine) ask(shake int) {
	ctx, cancel := context.WithCancel(context.Background())
	m.made++
	a := &modelRequest{n: m.made, cancel: cancel, done: make(chan error, 1)}
	s := shakes[shake%len(shakes)]
	m.shake = s.text
	go func() { a.done <- m.c.Request(ctx, "ask", number{a.n}, &a.got) }()
	switch {
	case m.end != "":
		m.ended(a, m.end)
	case len(m.inFlight) == MaxInFlight:
		m.queued = append(m.queued, a)
		synctest.Wait() // requests in the queue are sent in their order
	case m.version == 0 && s.version == 0:
		m.wantDials++
		m.ended(a, "no handshake")
	default:
		if m.version == 0 {
			m.wantDials++
			m.version, m.unmatched, m.canceled, m.rest = s.version, 0, map[string]int{}, nil
		}
		m.sent(a)
	}
}

// target returns the id of a request in flight, of a finished one, or an unknown id.
func (m *machine) target(i int) (id string, n int) {
	m.settled()
	if i < 16 && len(m.inFlight) > 0 {
		a := m.inFlight[i%len(m.inFlight)]
		return a.id, a.n
	}
	if i < 24 && len(m.gone) > 0 {
		return m.gone[len(m.gone)-1-i%len(m.gone)], -1
	}
	return "nobody", -1
}

// write makes the host write b, after the rest of a frame that begin left partial.
func (m *machine) write(b []byte) bool {
	m.finish()
	if m.version == 0 {
		return false
	}
	if _, err := m.host.Write(b); err != nil && !errors.Is(err, io.ErrClosedPipe) {
		m.t.Fatal(err)
	}
	return true
}

func (m *machine) finish() {
	rest, whole := m.rest, m.whenWhole
	if m.version == 0 || rest == nil {
		return
	}
	m.rest = nil
	if _, err := m.host.Write(rest); err != nil {
		m.t.Fatalf("the rest of a frame was not read: %v", err)
	}
	whole()
}

func (m *machine) reply(kind, to int) {
	id, n := m.target(to)
	kind %= len(replies)
	if m.write(frameOf(fmt.Sprintf(replies[kind].text, id, n))) {
		m.arrives(id, replies[kind].want)
	}
}

// begin writes the first part of a good reply.
func (m *machine) begin(part, to int) {
	m.finish()
	id, n := m.target(to)
	whole := frameOf(fmt.Sprintf(replies[0].text, id, n))
	part = 1 + part%(len(whole)-1)
	if !m.write(whole[:part]) {
		return
	}
	m.rest, m.restDue = whole[part:], time.Time{}
	if part >= headerSize {
		m.restDue = time.Now().Add(frameTimeout)
	}
	m.whenWhole = func() { m.arrives(id, replies[0].want) }
}

// pass lets d pass and applies the timeouts within it, one after the other.
func (m *machine) pass(d time.Duration) {
	for until := time.Now().Add(d); ; {
		next, event := until, func() {}
		soonest := func(at time.Time, f func()) {
			if at.Before(next) {
				next, event = at, f
			}
		}
		if m.version > 0 && m.rest != nil && !m.restDue.IsZero() {
			soonest(m.restDue, m.lose)
		}
		for _, a := range m.inFlight {
			soonest(a.since.Add(defaultTimeout), func() { m.giveUp(a, "timeout") })
		}
		if m.version > 0 && len(m.inFlight) == 0 {
			soonest(m.idleSince.Add(defaultIdle), func() { m.version, m.rest = 0, nil })
		}
		time.Sleep(time.Until(next))
		synctest.Wait()
		if event(); next.Equal(until) {
			return
		}
	}
}

// act executes one step of a script.
func (m *machine) act(what, how byte) {
	time.Sleep(time.Microsecond) // makes all deadlines different
	a, b := int(how>>5), int(how&31)
	switch what % 12 {
	case 0, 1, 2:
		m.ask(int(how))
	case 3, 4:
		m.reply(0, b)
	case 5:
		m.reply(a, b)
	case 6:
		m.begin(int(how), b)
	case 7:
		m.finish()
	case 8:
		m.pass([]time.Duration{time.Second, 6 * time.Second, 31 * time.Second, 301 * time.Second}[how%4])
	case 9:
		if all := slices.Concat(m.inFlight, m.queued); len(all) > 0 {
			m.cancel(all[int(how)%len(all)])
		}
	case 10:
		for range 1 + how%70 {
			m.reply(0, 31)
		}
	case 11:
		m.breakConnection(int(how))
	}
}

func (m *machine) cancel(a *modelRequest) {
	m.settled()
	a.cancel()
	if i := slices.Index(m.queued, a); i >= 0 {
		m.queued = slices.Delete(m.queued, i, i+1)
		m.ended(a, "given up, sent false")
		return
	}
	m.giveUp(a, "given up")
}

func (m *machine) breakConnection(how int) {
	if how%4 == 0 {
		_ = m.c.Close()
		m.over("closed")
		return
	}
	if m.version == 0 {
		return
	}
	if how%4 == 1 {
		m.settled()
		_ = m.host.Close()
		m.lose()
	} else if m.write(broken[how/4%len(broken)]) {
		m.lose()
	}
}

// run executes a script. The bubble fails if a goroutine is left.
func run(t *testing.T, script []byte) {
	synctest.Test(t, func(t *testing.T) {
		m := newMachine(t)
		defer func() { _ = m.c.Close() }()
		for ; len(script) > 1; script = script[2:] {
			m.act(script[0], script[1])
			m.check()
		}
		_ = m.c.Close()
		m.over("closed")
		m.check()
	})
}

// longest is the number of bytes of a script that are executed.
const longest = 200

// FuzzClient executes scripts with two bytes per step: the action and its argument.
func FuzzClient(f *testing.F) {
	f.Fuzz(func(t *testing.T, script []byte) { run(t, script[:min(len(script), longest)]) })
}

var scripts = flag.Int("scripts", 2000, "number of random scripts")

func TestEveryRequestEndsAsTheModelSays(t *testing.T) {
	seed := rand.Uint64()
	for i := range uint64(*scripts) {
		random := rand.New(rand.NewPCG(seed, i))
		script := make([]byte, 2+random.IntN(longest))
		for at := range script {
			script[at] = byte(random.Uint32())
			if calm := i%4 > 0; calm && at%2 == 0 && script[at]%12 > 8 { // most actions that end a connection are left out
				script[at] = byte(random.IntN(9))
			}
		}
		if !t.Run("", func(t *testing.T) { run(t, script) }) {
			t.Fatalf("script %q", script)
		}
	}
}
