package socket

import (
	"encoding/binary"
	"fmt"
	"net"
	"time"
)

const (
	// MaxFrame is the longest JSON text, in bytes, that either end accepts.
	MaxFrame = 4 << 20
	// MaxFrameV1 is the longest JSON text, in bytes, that hosts of protocol
	// version 1 accept; they drop the connection over a longer one.
	MaxFrameV1 = 64 << 10

	headerSize   = 4
	wordSize     = 8
	bufferSize   = 64 << 10
	frameTimeout = 5 * time.Second // from a complete header to the frame's last byte
	writeTimeout = 5 * time.Second
)

// FrameError is a frame whose length the protocol does not allow. Nothing of
// its body was read and no room was made for it.
type FrameError struct {
	Size  uint32 // bytes announced by the header
	Limit int    // bytes allowed
}

func (e *FrameError) Error() string {
	if e.Size == 0 {
		return "empty frame"
	}
	return fmt.Sprintf("frame of %d bytes, limit %d", e.Size, e.Limit)
}

// conn carries whole frames over a byte stream. Received frames are lent out of
// a buffer that conn owns and wipes, because a reply may hold a secret. One
// goroutine may receive while another sends.
type conn struct {
	stream   net.Conn
	limit    int       // bytes of JSON accepted from the other end
	deadline time.Time // for the next frame's header too; zero waits for ever
	armed    time.Time // the stream's read deadline now

	buf        []byte
	start, end int // buf[start:end] has been read from the stream and not yet released
	lent       int // bytes at start, header included, lent out by receive
}

func newConn(stream net.Conn, limit int) *conn {
	return &conn{stream: stream, limit: limit, buf: make([]byte, bufferSize)}
}

// receive returns the JSON of the next frame. The slice is valid, and its bytes
// exist, only until the next call of receive or wipe.
func (c *conn) receive() ([]byte, error) {
	c.release()
	if err := c.fill(headerSize, c.deadline); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(c.buf[c.start:])
	if size == 0 || uint64(size) > uint64(c.limit) {
		return nil, &FrameError{Size: size, Limit: c.limit}
	}
	whole := headerSize + int(size)
	if err := c.fill(whole, c.bodyDeadline()); err != nil {
		return nil, err
	}
	c.lent = whole
	return c.buf[c.start+headerSize : c.start+whole], nil
}

func (c *conn) bodyDeadline() time.Time {
	soon := time.Now().Add(frameTimeout)
	if !c.deadline.IsZero() && c.deadline.Before(soon) {
		return c.deadline
	}
	return soon
}

// partial reports whether a frame has begun, with its whole header.
func (c *conn) partial() bool { return c.end-c.start >= headerSize }

// buffered reports whether receive can answer without reading the stream.
func (c *conn) buffered() bool {
	next := c.buf[c.start+c.lent : c.end]
	if len(next) < headerSize {
		return false
	}
	size := binary.BigEndian.Uint32(next)
	return size == 0 || uint64(size) > uint64(c.limit) || len(next)-headerSize >= int(size)
}

// fill reads until n bytes stand at start.
func (c *conn) fill(n int, deadline time.Time) error {
	if c.end-c.start >= n {
		return nil
	}
	if deadline != c.armed {
		if err := c.stream.SetReadDeadline(deadline); err != nil {
			return err
		}
		c.armed = deadline
	}
	for c.end-c.start < n {
		c.makeRoom(n)
		m, err := c.stream.Read(c.buf[c.end:])
		c.end += m
		if err != nil && c.end-c.start < n {
			return err
		}
	}
	return nil
}

// makeRoom leaves at least one free byte behind end. The buffer grows with what
// has arrived, not with what a header promises, and leaves no copy behind.
func (c *conn) makeRoom(n int) {
	if c.end < len(c.buf) && c.start+n <= len(c.buf) {
		return
	}
	into := c.buf
	if c.end-c.start == len(c.buf) {
		into = make([]byte, min(2*len(c.buf), max(n, bufferSize)))
	}
	old, length := c.buf[c.start:c.end], c.end-c.start
	move(into, old)
	if len(into) != len(c.buf) {
		clear(c.buf)
	} else if c.start > 0 {
		clear(c.buf[length:c.end])
	}
	c.buf, c.start, c.end = into, 0, length
}

// move copies by whole words. The built-in copy works through vector registers,
// all of which the kernel saves on a signal's stack when one interrupts it, and
// there nothing can wipe them. into may begin before from in the same memory.
func move(into, from []byte) {
	for len(from) >= wordSize {
		binary.NativeEndian.PutUint64(into, binary.NativeEndian.Uint64(from))
		into, from = into[wordSize:], from[wordSize:]
	}
	//lint:ignore S1001 the built-in copy is what this is not
	for i, b := range from { //nolint:staticcheck // as above
		into[i] = b
	}
}

// release wipes the frame that receive lent out.
func (c *conn) release() {
	clear(c.buf[c.start : c.start+c.lent])
	c.start += c.lent
	c.lent = 0
	if c.start < c.end {
		return
	}
	c.start, c.end = 0, 0
	if len(c.buf) > bufferSize {
		c.buf = make([]byte, bufferSize)
	}
}

// wipe clears everything received. Only the goroutine that receives may call it.
func (c *conn) wipe() { clear(c.buf) }

// send writes one sealed frame with one Write and tells whether all of it was
// handed to the kernel. After an error the stream means nothing any more.
func (c *conn) send(frame []byte) (whole bool, err error) {
	if err := c.stream.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return false, err
	}
	n, err := c.stream.Write(frame)
	return n == len(frame), err
}

// newFrame starts a frame with room for size bytes of JSON; append to it, then seal.
func newFrame(size int) []byte { return make([]byte, headerSize, headerSize+size) }

func seal(frame []byte) []byte {
	binary.BigEndian.PutUint32(frame, uint32(len(frame)-headerSize))
	return frame
}
