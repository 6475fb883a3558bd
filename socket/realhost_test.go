package socket

import (
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"credscope/socket/leaktest"
)

// within waits for a sight of c; the time is only for a test that fails.
func within[T any](t *testing.T, c <-chan T, what string) (got T) {
	t.Helper()
	select {
	case got = <-c:
	case <-time.After(20 * time.Second):
		t.Fatalf("waited in vain for %s", what)
	}
	return got
}

// shortDir returns a directory whose name leaves room for a socket's.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "cs")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// listen returns a listener whose socket only its owner may write, and which
// stays when the listener is closed.
func listen(t *testing.T, path string) *net.UnixListener {
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

// realHost obliges the clients of a real socket and keeps what they said.
type realHost struct {
	path  string
	ended chan int // one per connection that has ended

	mu   sync.Mutex // guards the field below
	said []string   // by connection: all its frames
}

// wiretap keeps what is read from a stream.
type wiretap struct {
	net.Conn
	heard func(p []byte)
}

func (w *wiretap) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	w.heard(p[:n])
	return n, err
}

func newRealHost(t *testing.T, path string) *realHost {
	t.Helper()
	h := &realHost{path: path, ended: make(chan int, 100)}
	l := listen(t, path)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			stream, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { h.oblige(stream) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		running.Wait()
	})
	return h
}

func (h *realHost) oblige(stream net.Conn) {
	h.mu.Lock()
	nr := len(h.said)
	h.said = append(h.said, "")
	h.mu.Unlock()
	oblige(&wiretap{stream, func(p []byte) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.said[nr] += string(p)
	}})
	_ = stream.Close()
	h.ended <- nr
}

// heard returns what each connection said.
func (h *realHost) heard() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string{}, h.said...)
}

func realClient(t *testing.T, path string, o Options) *Client {
	leaktest.Name(t)
	c := NewClient(path, o)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func mustAsk(t *testing.T, c *Client) {
	t.Helper()
	if err := c.Request(t.Context(), "list_providers", nil, nil); err != nil {
		t.Fatalf("%#v", err)
	}
}
