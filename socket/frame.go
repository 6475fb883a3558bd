package socket

import (
	"context"
	"encoding/binary"
	"net"
	"time"
)

const (
	// MaxFrame is the longest JSON text, in bytes, that either end accepts.
	MaxFrame = 4 << 20
	// MaxFrameV1 is the longest JSON text, in bytes, that a host of protocol
	// version 1 accepts. It drops the connection on a longer one.
	MaxFrameV1 = 64 << 10

	headerSize   = 4
	wordSize     = 8
	bufferSize   = 64 << 10
	frameTimeout = 5 * time.Second // from a complete header to the frame's last byte
	writeTimeout = 5 * time.Second
)

// frameLimit returns the longest JSON text, in bytes, that a host of this protocol
// version accepts.
func frameLimit(version int) int {
	if version == 1 {
		return MaxFrameV1
	}
	return MaxFrame
}

// framer sends and receives whole frames over a byte stream.
//
// One goroutine may receive while others send; senders take turns with lockSend.
// Received frames are slices of a buffer that the framer owns and wipes, because a
// reply may hold a secret.
type framer struct {
	stream   net.Conn
	limit    int           // longest JSON text accepted, in bytes
	sending  chan struct{} // holds one token while the send lock is taken
	deadline time.Time     // for receiving the next frame; zero is none
	armed    time.Time     // the read deadline that stream has now

	buf        []byte
	start, end int // buf[start:end] has been read and not yet released
	lent       int // bytes at start that receive has returned, with the header
}

func newFramer(stream net.Conn, limit int) *framer {
	return &framer{stream: stream, limit: limit, sending: make(chan struct{}, 1), buf: make([]byte, bufferSize)}
}

// receive returns the JSON text of the next frame. The slice is valid until the
// next call of receive or wipe, which clear it. A length that the protocol does
// not allow is a *FrameError, returned before the body is read.
func (f *framer) receive() ([]byte, error) {
	f.release()
	if err := f.fill(headerSize, f.deadline); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(f.buf[f.start:])
	if size == 0 || uint64(size) > uint64(f.limit) {
		return nil, &FrameError{Size: size, Limit: f.limit}
	}
	whole := headerSize + int(size)
	if err := f.fill(whole, f.bodyDeadline()); err != nil {
		return nil, err
	}
	f.lent = whole
	return f.buf[f.start+headerSize : f.start+whole], nil
}

func (f *framer) bodyDeadline() time.Time {
	soon := time.Now().Add(frameTimeout)
	if !f.deadline.IsZero() && f.deadline.Before(soon) {
		return f.deadline
	}
	return soon
}

// partial reports whether a complete header has arrived without its whole body.
func (f *framer) partial() bool { return f.end-f.start >= headerSize }

// buffered reports whether receive can return without reading from the stream.
func (f *framer) buffered() bool {
	next := f.buf[f.start+f.lent : f.end]
	if len(next) < headerSize {
		return false
	}
	size := binary.BigEndian.Uint32(next)
	return size == 0 || uint64(size) > uint64(f.limit) || len(next)-headerSize >= int(size)
}

// fill reads until the buffer holds n unreleased bytes.
func (f *framer) fill(n int, deadline time.Time) error {
	if f.end-f.start >= n {
		return nil
	}
	if deadline != f.armed {
		if err := f.stream.SetReadDeadline(deadline); err != nil {
			return err
		}
		f.armed = deadline
	}
	for f.end-f.start < n {
		f.makeRoom(n)
		m, err := f.stream.Read(f.buf[f.end:])
		f.end += m
		if err != nil && f.end-f.start < n {
			return err
		}
	}
	return nil
}

// makeRoom makes at least one byte free after end, for a frame of n bytes. The
// buffer at most doubles, so its size follows the bytes that have arrived and
// not the length that a header announces. Moved bytes are cleared.
func (f *framer) makeRoom(n int) {
	if f.end < len(f.buf) && f.start+n <= len(f.buf) {
		return
	}
	into := f.buf
	if f.end-f.start == len(f.buf) {
		into = make([]byte, min(2*len(f.buf), max(n, bufferSize)))
	}
	old, length := f.buf[f.start:f.end], f.end-f.start
	move(into, old)
	if len(into) != len(f.buf) {
		clear(f.buf)
	} else if f.start > 0 {
		clear(f.buf[length:f.end])
	}
	f.buf, f.start, f.end = into, 0, length
}

// move copies from to into, which may overlap it at a lower address. It copies
// word by word because the built-in copy uses vector registers: a signal saves
// those on its stack, where a secret could not be wiped.
func move(into, from []byte) {
	for len(from) >= wordSize {
		binary.NativeEndian.PutUint64(into, binary.NativeEndian.Uint64(from))
		into, from = into[wordSize:], from[wordSize:]
	}
	//lint:ignore S1001 copy would use vector registers
	for i, b := range from { //nolint:staticcheck // as above
		into[i] = b
	}
}

// release clears the frame that receive returned last.
func (f *framer) release() {
	clear(f.buf[f.start : f.start+f.lent])
	f.start += f.lent
	f.lent = 0
	if f.start < f.end {
		return
	}
	f.start, f.end = 0, 0
	if len(f.buf) > bufferSize {
		f.buf = make([]byte, bufferSize)
	}
}

// wipe clears all received bytes. Only the receiving goroutine may call it.
func (f *framer) wipe() { clear(f.buf) }

// lockSend waits for the send lock. It returns the error of ctx if that has
// ended, even if the lock is free.
func (f *framer) lockSend(ctx context.Context) error {
	select {
	case f.sending <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		f.unlockSend()
		return err
	}
	return nil
}

func (f *framer) unlockSend() { <-f.sending }

// send writes one sealed frame with one Write. whole reports whether all of it
// was written. After an error the stream is unusable.
func (f *framer) send(frame []byte) (whole bool, err error) {
	if err := f.stream.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return false, err
	}
	n, err := f.stream.Write(frame)
	return n == len(frame), err
}

// newFrame returns a frame without JSON and with capacity for size bytes of it.
// Append the JSON, then call seal.
func newFrame(size int) []byte { return make([]byte, headerSize, headerSize+size) }

// seal sets the header of a frame to the length of its JSON.
func seal(frame []byte) []byte {
	binary.BigEndian.PutUint32(frame, uint32(len(frame)-headerSize))
	return frame
}
