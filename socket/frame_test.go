package socket

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"time"
)

// chunks is a stream that returns one chunk per Read, then io.EOF.
type chunks struct {
	net.Conn
	left   [][]byte
	reads  int
	before func() // called before each Read
}

func (s *chunks) Read(p []byte) (int, error) {
	s.reads++
	if s.before != nil {
		s.before()
	}
	if len(s.left) == 0 {
		return 0, io.EOF
	}
	n := copy(p, s.left[0])
	if s.left[0] = s.left[0][n:]; len(s.left[0]) == 0 {
		s.left = s.left[1:]
	}
	return n, nil
}

func (s *chunks) SetReadDeadline(time.Time) error { return nil }

// cut splits b at the given offsets.
func cut(b []byte, offsets ...int) (pieces [][]byte) {
	from := 0
	for _, to := range append(offsets, len(b)) {
		if to > from {
			pieces = append(pieces, b[from:to])
			from = to
		}
	}
	return pieces
}

// all receives frames until an error and returns both.
func all(c *framer) (frames []string, err error) {
	for {
		frame, err := c.receive()
		if err != nil {
			return frames, err
		}
		frames = append(frames, string(frame))
	}
}

// transcript returns the bytes of several frames, and the JSON of each.
func transcript(t *testing.T) (stream []byte, frames []string) {
	for _, name := range []string{"H5", "S1", "S2", "S3", "S4", "X5", "X14", "X15", "X19", "H7"} {
		b := vector(t, name)
		stream = append(stream, b...)
		frames = append(frames, string(b[headerSize:]))
	}
	return stream, frames
}

func sameFrames(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) || strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Fatalf("got %d frames %q\nwant %d frames %q", len(got), got, len(want), want)
	}
}

func TestEverySplitOfAStreamGivesTheSameFrames(t *testing.T) {
	stream, want := transcript(t)
	splits := [][][]byte{cut(stream)}
	single := make([]int, len(stream))
	for i := range stream {
		single[i] = i
		splits = append(splits, cut(stream, i))
	}
	splits = append(splits, cut(stream, single...))
	for range 500 {
		offsets := []int{}
		for at := rand.IntN(40); at < len(stream); at += 1 + rand.IntN(40) {
			offsets = append(offsets, at)
		}
		splits = append(splits, cut(stream, offsets...))
	}
	for _, split := range splits {
		c := newFramer(&chunks{left: split}, MaxFrame)
		got, err := all(c)
		sameFrames(t, got, want)
		if !errors.Is(err, io.EOF) || c.partial() {
			t.Fatalf("the stream ended with %v", err)
		}
	}
}

func TestACutAtEveryByteGivesTheWholeFramesAndAnEnd(t *testing.T) {
	stream, want := transcript(t)
	ends, at := map[int]int{0: 0}, 0
	for i, frame := range want {
		at += headerSize + len(frame)
		ends[at] = i + 1
	}
	whole, boundary := 0, 0
	for i := range stream {
		if n, between := ends[i]; between {
			whole, boundary = n, i
		}
		c := newFramer(&chunks{left: cut(stream[:i])}, MaxFrame)
		got, err := all(c)
		sameFrames(t, got, want[:whole])
		if !errors.Is(err, io.EOF) || c.partial() != (i-boundary >= headerSize) {
			t.Fatalf("cut at %d: %v, partial %t", i, err, c.partial())
		}
	}
}

func TestALengthIsCheckedBeforeRoomIsMade(t *testing.T) {
	for _, size := range []uint32{0, MaxFrame + 1, 1 << 31, 1<<32 - 1} {
		header := binary.BigEndian.AppendUint32(nil, size)
		s := &chunks{left: [][]byte{header, []byte("never to be read")}}
		c := newFramer(s, MaxFrame)
		_, err := c.receive()
		wrong, ok := errors.AsType[*FrameError](err)
		if !ok || wrong.Size != size || wrong.Limit != MaxFrame {
			t.Errorf("%d bytes: %#v", size, err)
		}
		if s.reads != 1 || len(c.buf) != bufferSize {
			t.Errorf("%d bytes: %d reads, buffer of %d", size, s.reads, len(c.buf))
		}
	}
}

func TestTheLimitItselfIsAllowed(t *testing.T) {
	for _, limit := range []int{1, bufferSize - headerSize, bufferSize, MaxFrameV1 + 1, MaxFrame} {
		for _, size := range []int{limit - 1, limit, limit + 1} {
			stream := frameOf(strings.Repeat("7", size))
			frame, err := newFramer(&chunks{left: cut(stream)}, limit).receive()
			if allowed := size > 0 && size <= limit; (err == nil) != allowed || (allowed && len(frame) != size) {
				t.Errorf("limit %d, size %d: %d bytes, %v", limit, size, len(frame), err)
			}
		}
	}
}

func TestRoomIsMadeForWhatArrivedNotForWhatIsPromised(t *testing.T) {
	stream := frameOf(strings.Repeat("7", MaxFrame))
	for _, arrived := range []int{100, bufferSize, 3 * bufferSize} {
		c := newFramer(&chunks{left: cut(stream[:arrived])}, MaxFrame)
		if _, err := c.receive(); !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		if len(c.buf) > 2*max(arrived, bufferSize) {
			t.Errorf("a buffer of %d for %d bytes", len(c.buf), arrived)
		}
	}
}

// watched returns a framer over pieces, and a check that no buffer it has used
// contains a released byte.
func watched(t *testing.T, pieces [][]byte) (c *framer, check func(when string)) {
	s := &chunks{left: pieces}
	c = newFramer(s, MaxFrame)
	var used [][]byte
	note := func() {
		if len(used) == 0 || &used[len(used)-1][0] != &c.buf[0] {
			used = append(used, c.buf)
		}
	}
	check = func(when string) {
		t.Helper()
		note()
		for i, b := range used {
			outside := [][]byte{b}
			if i == len(used)-1 {
				outside = [][]byte{b[:c.start], b[c.end:]}
			}
			for _, part := range outside {
				if len(bytes.Trim(part, "\x00")) > 0 {
					t.Fatalf("%s: released bytes are left in buffer %d of %d", when, i+1, len(used))
				}
			}
		}
	}
	s.before = func() { check("before a read") }
	return c, check
}

func TestNothingOfAFrameIsLeftOnceItIsReleased(t *testing.T) {
	sizes := []int{20, 40 << 10, 40 << 10, 30, 40 << 10, 70 << 10, 20, 300 << 10, 50, 65532, 65536, 65537, 9}
	var stream []byte
	for _, size := range sizes {
		stream = append(stream, frameOf(strings.Repeat("SECRET", size))[:headerSize+size]...)
		binary.BigEndian.PutUint32(stream[len(stream)-size-headerSize:], uint32(size))
	}
	for _, chunk := range []int{3000, 5 << 10, 30 << 10, 64 << 10, 1 << 20} {
		offsets := []int{}
		for at := chunk; at < len(stream); at += chunk {
			offsets = append(offsets, at)
		}
		c, check := watched(t, cut(stream, offsets...))
		for _, size := range sizes {
			frame, err := c.receive()
			if err != nil || len(frame) != size || !strings.HasPrefix(string(frame), "SECRET"[:min(6, size)]) {
				t.Fatalf("chunks of %d: frame of %d is %d bytes: %v", chunk, size, len(frame), err)
			}
			check("while a frame is lent")
		}
		if _, err := c.receive(); !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		check("at the end")
		if len(c.buf) != bufferSize {
			t.Errorf("the buffer stayed at %d bytes", len(c.buf))
		}
	}
}

func TestWipeLeavesNothingOfAFrameInHand(t *testing.T) {
	c := newFramer(&chunks{left: cut([]byte("\x00\x00\x00\x06SECRET\x00\x00\x00\x07SEC"))}, MaxFrame)
	if _, err := c.receive(); err != nil {
		t.Fatal(err)
	}
	c.wipe()
	if len(bytes.Trim(c.buf, "\x00")) > 0 {
		t.Error("bytes are left")
	}
}

func TestBufferedReportsAFrameThatNeedsNoRead(t *testing.T) {
	first := frameOf("1")
	for text, want := range map[string]bool{
		"":                       false,
		"\x00\x00\x00":           false,
		"\x00\x00\x00\x02":       false,
		"\x00\x00\x00\x02{":      false,
		"\x00\x00\x00\x02{}":     true,
		"\x00\x00\x00\x02{}\x00": true,
		"\x00\x00\x00\x00":       true, // an error needs no read either
		"\xff\xff\xff\xff":       true,
	} {
		c := newFramer(&chunks{left: cut(append(bytes.Clone(first), text...))}, MaxFrame)
		if _, err := c.receive(); err != nil {
			t.Fatal(err)
		}
		if c.buffered() != want {
			t.Errorf("%q: buffered is %t", text, !want)
		}
	}
}

const fuzzLimit = 300

// plainReader is a simple receive: it returns the frames of a stream, and whether a
// wrong length ended it.
func plainReader(stream []byte) (frames []string, badLength bool) {
	for len(stream) >= headerSize {
		size := uint64(binary.BigEndian.Uint32(stream))
		if size == 0 || size > fuzzLimit {
			return frames, true
		}
		if uint64(len(stream)-headerSize) < size {
			return frames, false
		}
		frames = append(frames, string(stream[headerSize:headerSize+size]))
		stream = stream[headerSize+size:]
	}
	return frames, false
}

// chopped splits stream into pieces with the lengths given by the bytes of sizes.
func chopped(stream, sizes []byte) [][]byte {
	offsets, at := []int{}, 0
	for i := 0; len(sizes) > 0 && at < len(stream); i++ {
		at += 1 + int(sizes[i%len(sizes)])
		offsets = append(offsets, min(at, len(stream)))
	}
	return cut(stream, offsets...)
}

func FuzzReceive(f *testing.F) {
	stream := []byte{}
	for _, text := range []string{`{}`, `{"id":"r1","ok":true}`, strings.Repeat("7", fuzzLimit)} {
		stream = append(stream, frameOf(text)...)
	}
	f.Add(stream, []byte{0, 2, 7})
	f.Add(stream[:len(stream)-1], []byte{255})
	f.Add(append(bytes.Clone(stream), 0xff, 0xff, 0xff, 0xff), []byte{})
	f.Fuzz(func(t *testing.T, stream, sizes []byte) {
		c, check := watched(t, chopped(stream, sizes))
		c.buf, c.limit = make([]byte, 16), fuzzLimit // small, so that it grows and moves
		want, badLength := plainReader(stream)
		for i := 0; ; i++ {
			frame, err := c.receive()
			check("after a receive")
			if err == nil {
				if i >= len(want) || string(frame) != want[i] {
					t.Fatalf("frame %d is %q", i, frame)
				}
				continue
			}
			if _, length := errors.AsType[*FrameError](err); length != badLength || (!length && !errors.Is(err, io.EOF)) {
				t.Fatalf("ended with %v", err)
			}
			if i != len(want) {
				t.Fatalf("%d frames of %d", i, len(want))
			}
			return
		}
	})
}
