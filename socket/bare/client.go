package bare

import (
	"bytes"
	"encoding/binary"
	"net"
	"sync"
	"time"
)

const (
	mostInFlight = 16       // as released hosts allow
	batch        = 64 << 10 // bytes of answers that are written at once
)

// client is one connection of a Host. One goroutine reads and answers; answers
// that take their time are written by timers, each under the lock.
type client struct {
	host   *Host
	stream net.Conn

	mu       sync.Mutex // guards the stream's writing and the fields below
	inFlight int
	out      []byte
}

func (c *client) serve() {
	defer func() { _ = c.stream.Close() }()
	var buffer []byte
	in := make([]byte, batch)
	for {
		n, err := c.stream.Read(in)
		if err != nil {
			return
		}
		buffer = append(buffer, in[:n]...)
		rest := c.burst(buffer)
		buffer = append(buffer[:0], rest...)
	}
}

// burst answers the whole frames at the front of what has come.
func (c *client) burst(came []byte) (rest []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var asks [2 * mostInFlight]ask
	taken := asks[:0]
	for len(came) >= headerSize {
		end := headerSize + int(binary.BigEndian.Uint32(came))
		if len(came) < end {
			break
		}
		taken = append(taken, readAsk(came[headerSize:end]))
		came = came[end:]
	}
	before := c.inFlight
	c.inFlight += len(taken)
	for i, a := range taken {
		c.take(a, before+i >= mostInFlight)
	}
	c.flush()
	return came
}

func (c *client) take(a ask, tooMany bool) {
	if string(a.op) == "handshake" {
		c.append(`{"v":2,"op":"handshake","ok":true,"data":{"version":2}}`, nil, "", nil)
		c.inFlight--
		return
	}
	c.host.count(a)
	if tooMany {
		c.host.mu.Lock()
		c.host.stats.Refused++
		c.host.mu.Unlock()
		c.append(`{"id":"`, a.id, `","ok":false,"code":"RESOURCE_EXHAUSTED","error":"Too many requests"}`, nil)
		c.inFlight--
		return
	}
	data, delay := c.host.answer(a)
	if delay == 0 {
		c.reply(a, data)
		return
	}
	a.id, a.op = bytes.Clone(a.id), bytes.Clone(a.op)
	time.AfterFunc(delay, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.reply(a, data)
		c.flush()
	})
}

func (c *client) reply(a ask, data []byte) {
	c.append(`{"id":"`, a.id, `","ok":true,"data":`, data)
	c.inFlight--
	c.host.answered(a)
	if len(c.out) > batch {
		c.flush()
	}
}

// append adds a frame made of the four parts, and the object's end if there are
// more than one.
func (c *client) append(a string, b []byte, d string, e []byte) {
	size := len(a) + len(b) + len(d) + len(e)
	if e != nil {
		size++
	}
	c.out = binary.BigEndian.AppendUint32(c.out, uint32(size))
	c.out = append(append(append(append(c.out, a...), b...), d...), e...)
	if e != nil {
		c.out = append(c.out, '}')
	}
}

func (c *client) flush() {
	if len(c.out) > 0 {
		_, _ = c.stream.Write(c.out) // a client that is gone is noticed by its reader
		c.out = c.out[:0]
	}
}
