package socket

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strconv"
	"testing"
	"time"
)

// The benchmarks compare a Client with the least that the protocol needs: a
// loop over encoding/json that checks, wipes and times out nothing. Both send
// the same frames to the same host.

const benchToken = `{"access_token":"made-up-secret-0123456789-0123456789-0123456789-0123456789","expiry":1893456000,"token_type":"Bearer","scope":"openid profile email"}`

var benchKey = tokenPayload{Provider: "provider-00000", Bucket: "account000000@example.com"}

// benchHost answers the requests of one connection with benchToken. It
// allocates nothing per request.
func benchHost(b *testing.B) (path string) {
	b.Helper()
	path = shortDir(b) + "/s"
	l, err := net.Listen("unix", path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	go func() {
		stream, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = stream.Close() }()
		in := bufio.NewReaderSize(stream, bufferSize)
		var reply []byte
		for request, err := benchReceive(in); err == nil; request, err = benchReceive(in) {
			reply = benchReply(reply[:0], request)
			_, _ = stream.Write(reply) // the next receive fails too
		}
	}()
	return path
}

func benchReply(reply, request []byte) []byte {
	reply = append(reply, 0, 0, 0, 0)
	if _, rest, found := bytes.Cut(request, []byte(`"id":"`)); found {
		id, _, _ := bytes.Cut(rest, []byte(`"`))
		reply = append(append(append(reply, `{"id":"`...), id...), `","ok":true,"data":`+benchToken+`}`...)
	} else {
		reply = append(reply, `{"v":2,"op":"handshake","ok":true,"data":{"version":2}}`...)
	}
	binary.BigEndian.PutUint32(reply, uint32(len(reply)-headerSize))
	return reply
}

// benchReceive returns the JSON of the next frame, valid until the next call.
func benchReceive(in *bufio.Reader) ([]byte, error) {
	header, err := in.Peek(headerSize)
	if err != nil {
		return nil, err
	}
	size := headerSize + int(binary.BigEndian.Uint32(header))
	frame, err := in.Peek(size)
	if err != nil {
		return nil, err
	}
	_, err = in.Discard(size)
	return frame[headerSize:], err
}

// bareLoop is one connection without a Client. One goroutine may use it.
type bareLoop struct {
	stream net.Conn
	in     *bufio.Reader
	last   int // number of the last request
}

type bareRequest struct {
	V       int    `json:"v"`
	ID      string `json:"id,omitempty"`
	Op      string `json:"op"`
	Payload any    `json:"payload"`
}

func newBareLoop(b *testing.B) *bareLoop {
	b.Helper()
	stream, err := net.Dial("unix", benchHost(b))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = stream.Close() })
	l := &bareLoop{stream: stream, in: bufio.NewReaderSize(stream, bufferSize)}
	err = l.send(bareRequest{V: 2, Op: "handshake", Payload: map[string]int{"minVersion": 1, "maxVersion": 2}})
	if err == nil {
		err = l.receive("")
	}
	if err != nil {
		b.Fatal(err)
	}
	return l
}

func (r bareRequest) frame() ([]byte, error) {
	body, err := json.Marshal(r)
	frame := binary.BigEndian.AppendUint32(make([]byte, 0, headerSize+len(body)), uint32(len(body)))
	return append(frame, body...), err
}

func (l *bareLoop) send(r bareRequest) error {
	frame, err := r.frame()
	if err == nil {
		_, err = l.stream.Write(frame)
	}
	return err
}

// receive decodes the next reply, which must have this id.
func (l *bareLoop) receive(id string) error {
	frame, err := benchReceive(l.in)
	if err != nil {
		return err
	}
	var r struct {
		ID   string          `json:"id"`
		OK   bool            `json:"ok"`
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(frame, &r); err != nil {
		return err
	}
	if r.ID != id || !r.OK {
		return fmt.Errorf("want a result for %q, got %s", id, frame)
	}
	return nil
}

// bareID is as long as the id of a Client's request.
func bareID(n int) string { return "ABCDEFGHIJKLMNOP" + strconv.Itoa(1_000_000_000+n) }

func bareGet(n int) bareRequest {
	return bareRequest{V: 2, ID: bareID(n), Op: "get_token", Payload: benchKey}
}

// exchange makes n requests with up to window of them in flight. The host
// replies in order.
func (l *bareLoop) exchange(n, window int) error {
	first := l.last + 1
	for done := range n {
		for ; l.last < first+min(n, done+window)-1; l.last++ {
			if err := l.send(bareGet(l.last + 1)); err != nil {
				return err
			}
		}
		if err := l.receive(bareID(first + done)); err != nil {
			return err
		}
	}
	return nil
}

func TestTheBareLoopSendsTheFramesOfAClient(t *testing.T) {
	r := bareGet(1)
	payload, err := encodeObject(benchKey)
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.frame()
	if want := encodeRequest(r.V, r.ID, r.Op, payload); err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %q, want %q, %v", got, want, err)
	}
}

// benchBeside runs a client and the bare loop in turn. Time and allocations per
// operation are the client's, x/bare is the ratio of the two times.
func benchBeside(b *testing.B, client func(c *Client) error, bare func(l *bareLoop) error) {
	b.Helper()
	c, l := NewClient(benchHost(b), Options{}), newBareLoop(b)
	b.Cleanup(func() { _ = c.Close() })
	b.ReportAllocs()
	var reference time.Duration
	for b.Loop() {
		err := client(c)
		b.StopTimer()
		started := time.Now()
		err = errors.Join(err, bare(l))
		reference += time.Since(started)
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed())/float64(reference), "x/bare")
}

func benchGet(b *testing.B, c *Client) error {
	var data json.RawMessage
	return c.Request(b.Context(), "get_token", benchKey, &data)
}

// BenchmarkRequest makes one request.
func BenchmarkRequest(b *testing.B) {
	benchBeside(b, func(c *Client) error { return benchGet(b, c) }, func(l *bareLoop) error { return l.exchange(1, 1) })
}

// BenchmarkRequestsInFlight makes 400 requests, eight at a time.
func BenchmarkRequestsInFlight(b *testing.B) {
	const requests = 400
	benchBeside(b, func(c *Client) (err error) {
		results := make(chan error)
		for range MaxInFlight {
			go func() {
				var err error
				for range requests / MaxInFlight {
					err = errors.Join(err, benchGet(b, c))
				}
				results <- err
			}()
		}
		for range MaxInFlight {
			err = errors.Join(err, <-results)
		}
		return err
	}, func(l *bareLoop) error { return l.exchange(requests, MaxInFlight) })
}
