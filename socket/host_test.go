package socket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"credscope/socket/leaktest"
)

// TestMain fails if the tests leave anything behind.
func TestMain(m *testing.M) { os.Exit(leaktest.Main(m)) }

// hosts is the Dial of a Client. The test plays the hosts.
type hosts struct {
	t     *testing.T
	ends  chan net.Conn
	dials atomic.Int32
}

func (h *hosts) dial(context.Context, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	h.dials.Add(1)
	h.ends <- theirs
	return ours, nil
}

// next waits for the next dial and returns the host's end of it.
func (h *hosts) next() *peer {
	h.t.Helper()
	return newPeer(h.t, <-h.ends)
}

// newTestClient returns a client that dials hosts, for use in a synctest bubble.
func newTestClient(t *testing.T, o Options) (*Client, *hosts) {
	t.Helper()
	leaktest.Name(t)
	h := &hosts{t: t, ends: make(chan net.Conn, 64)}
	if o.Dial == nil {
		o.Dial = h.dial
	}
	c := NewClient("/somewhere/host.sock", o)
	t.Cleanup(func() { _ = c.Close() })
	return c, h
}

// connectedClient returns a client with one idle connection to a host of the given version.
func connectedClient(t *testing.T, version int, o Options) (*Client, *hosts, *peer) {
	t.Helper()
	c, h := newTestClient(t, o)
	return c, h, h.connect(c, version)
}

// connect makes a first request and answers handshake and request.
func (h *hosts) connect(c *Client, version int) *peer {
	h.t.Helper()
	done := ask(h.t.Context(), c, "first")
	p := h.next()
	p.accept(version)
	p.reply(p.receive().ID, `{}`)
	if err := <-done; err != nil {
		h.t.Fatalf("the first request failed: %v", err)
	}
	return p
}

// ask starts a request and returns a channel for its outcome.
func ask(ctx context.Context, c *Client, op string) <-chan error {
	done := make(chan error, 1)
	go func() { done <- c.Request(ctx, op, nil, nil) }()
	return done
}

// peer is one end of a stream, played by the test.
type peer struct {
	t      *testing.T
	stream net.Conn
	frames *framer
}

func newPeer(t *testing.T, stream net.Conn) *peer {
	t.Cleanup(func() { _ = stream.Close() })
	return &peer{t: t, stream: stream, frames: newFramer(stream, MaxFrame+1)}
}

// request is a client's frame, decoded.
type request struct {
	V       int
	ID, Op  string
	Payload json.RawMessage
}

// text returns the next frame's JSON.
func (p *peer) text() string {
	p.t.Helper()
	frame, err := p.frames.receive()
	if err != nil {
		p.t.Fatalf("no frame came: %v", err)
	}
	return string(frame)
}

func (p *peer) receive() (r request) {
	p.t.Helper()
	text := p.text()
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		p.t.Fatalf("%s: %v", text, err)
	}
	return r
}

// write writes b unchanged, with one Write.
func (p *peer) write(b []byte) {
	p.t.Helper()
	if _, err := p.stream.Write(b); err != nil {
		p.t.Fatalf("the other end does not read: %v", err)
	}
}

// send writes each text as a frame, all of them with one Write.
func (p *peer) send(texts ...string) {
	p.t.Helper()
	var all []byte
	for _, text := range texts {
		all = append(all, frameOf(text)...)
	}
	p.write(all)
}

func (p *peer) reply(id, data string) {
	p.t.Helper()
	p.send(fmt.Sprintf(`{"id":%q,"ok":true,"data":%s}`, id, data))
}

// accept reads a handshake and accepts it.
func (p *peer) accept(version int) {
	p.t.Helper()
	if offer := p.text(); !strings.Contains(offer, `"op":"handshake"`) {
		p.t.Fatalf("the first frame is %s", offer)
	}
	p.send(fmt.Sprintf(`{"v":%d,"op":"handshake","ok":true,"data":{"version":%[1]d}}`, version))
}

// expectSilence fails if the other end sends anything or closes before all goroutines block.
func (p *peer) expectSilence() {
	p.t.Helper()
	synctest.Wait()
	_ = p.stream.SetReadDeadline(time.Now().Add(time.Nanosecond)) // expires in the bubble when all goroutines block
	n, err := p.stream.Read(make([]byte, 1))
	if n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		p.t.Fatalf("the other end was not silent: %d bytes, %v", n, err)
	}
	_ = p.stream.SetReadDeadline(time.Time{})
}

// expectClose waits until the other end closes and fails if it sends anything before.
func (p *peer) expectClose() {
	p.t.Helper()
	_ = p.stream.SetReadDeadline(time.Time{})
	if rest, err := io.ReadAll(p.stream); err != nil || len(rest) > 0 {
		p.t.Fatalf("not a plain end: %q, %v", rest, err)
	}
}

// answerAll is a host that accepts every handshake and answers every request.
func answerAll(stream net.Conn) {
	frames := newFramer(stream, MaxFrame)
	for {
		text, err := frames.receive()
		if err != nil {
			return
		}
		var r request
		_ = json.Unmarshal(text, &r)
		answer := `{"id":"` + r.ID + `","ok":true,"data":{}}`
		if r.Op == opHandshake {
			answer = `{"v":2,"op":"handshake","ok":true,"data":{"version":2}}`
		}
		if _, err := frames.send(frameOf(answer)); err != nil {
			return
		}
	}
}

func frameOf(text string) []byte { return seal(append(newFrame(len(text)), text...)) }

// object returns a JSON object of exactly size bytes.
func object(size int) json.RawMessage {
	const empty = `{"k":""}`
	return json.RawMessage(`{"k":"` + strings.Repeat("x", size-len(empty)) + `"}`)
}

func answerTo(id string) string { return `{"id":"` + id + `","ok":true,"data":{}}` }

func refused(id, code string) string {
	return `{"id":"` + id + `","ok":false,"code":"` + code + `","error":"no"}`
}

type tokenPayload struct {
	Provider string `json:"provider"`
	Bucket   string `json:"bucket,omitempty"`
}

// number is a payload and a result.
type number struct {
	N int `json:"n"`
}

// wantLoss fails unless err is ErrLost with its text and the given Sent.
func wantLoss(t *testing.T, err error, sent bool) {
	t.Helper()
	const text = "Credential proxy connection lost. Restart the session."
	failed, ok := errors.AsType[*RequestError](err)
	if !ok || !errors.Is(err, ErrLost) || err.Error() != text {
		t.Fatalf("not a loss: %#v", err)
	}
	if failed.Sent != sent {
		t.Errorf("Sent is %t, want %t", failed.Sent, sent)
	}
}

func isOpen(c <-chan struct{}) bool {
	select {
	case <-c:
		return false
	default:
		return true
	}
}

// token is a Capability that remembers whether it was wiped.
type token struct {
	bytes []byte
	wiped bool
}

func (c *token) Bytes() []byte { return c.bytes }

func (c *token) Wipe() {
	clear(c.bytes)
	c.wiped = true
}

// elapsed returns the virtual time that f takes.
func elapsed(f func()) time.Duration {
	started := time.Now()
	f()
	return time.Since(started)
}

// within receives from c. It fails after a time that a passing test never needs.
func within[T any](t *testing.T, c <-chan T, what string) (got T) {
	t.Helper()
	select {
	case got = <-c:
	case <-time.After(20 * time.Second):
		t.Fatalf("timeout: %s", what)
	}
	return got
}

// shortDir returns a directory with a path short enough for a socket in it.
func shortDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "cs")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// listen returns a listener. Its socket is writable by its owner only and stays when
// the listener is closed.
func listen(t testing.TB, path string) *net.UnixListener {
	t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// recordingHost answers the clients of a Unix socket and records what they send.
type recordingHost struct {
	path  string
	ended chan int // receives the number of each connection that has ended

	mu   sync.Mutex // guards the field below
	said []string   // by connection: all its frames
}

// wiretap passes what is read from a stream to received.
type wiretap struct {
	net.Conn
	received func(p []byte)
}

func (w *wiretap) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	w.received(p[:n])
	return n, err
}

func newRecordingHost(t *testing.T, path string) *recordingHost {
	t.Helper()
	h := &recordingHost{path: path, ended: make(chan int, 100)}
	l := listen(t, path)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			stream, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { h.answerAll(stream) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		running.Wait()
	})
	return h
}

func (h *recordingHost) answerAll(stream net.Conn) {
	h.mu.Lock()
	nr := len(h.said)
	h.said = append(h.said, "")
	h.mu.Unlock()
	answerAll(&wiretap{stream, func(p []byte) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.said[nr] += string(p)
	}})
	_ = stream.Close()
	h.ended <- nr
}

// received returns what each connection sent.
func (h *recordingHost) received() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string{}, h.said...)
}

func unixClient(t *testing.T, path string, o Options) *Client {
	leaktest.Name(t)
	c := NewClient(path, o)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func mustRequest(t *testing.T, c *Client) {
	t.Helper()
	if err := c.Request(t.Context(), "list_providers", nil, nil); err != nil {
		t.Fatalf("%#v", err)
	}
}

// unixHost serves echo on a Unix socket until the end of the test.
func unixHost(t *testing.T) (path string) {
	t.Helper()
	path = shortDir(t) + "/s"
	ctx, stop := context.WithCancel(t.Context())
	done, l := make(chan error, 1), listen(t, path)
	go func() { done <- Serve(ctx, l, HandlerFunc(echo), ServeOptions{}) }()
	t.Cleanup(func() {
		stop()
		_ = within(t, done, "the end of Serve")
	})
	return path
}
