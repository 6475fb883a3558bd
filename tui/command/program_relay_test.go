package command_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// request is one frame of the program.
type request struct {
	Op      string         `json:"op"`
	Payload map[string]any `json:"payload"`
}

// tape records what the program sends.
type tape struct {
	once  sync.Once
	ended chan struct{} // closed when the first connection is over

	mu       sync.Mutex // guards the fields below
	sent     bytes.Buffer
	sessions int
}

func (r *tape) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sent.Write(p)
}

// bytes returns all that came over the one connection of a program that has ended.
func (r *tape) bytes(t *testing.T) []byte {
	t.Helper()
	await(t, r.ended, "the end of the connection")
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sessions != 1 {
		t.Fatalf("the program connected %d times, want once", r.sessions)
	}
	return slices.Clone(r.sent.Bytes())
}

// requests returns every frame of a program that has ended.
func (r *tape) requests(t *testing.T) (requests []request) {
	t.Helper()
	for sent := r.bytes(t); len(sent) >= 4; {
		size := 4 + int(binary.BigEndian.Uint32(sent))
		var one request
		if err := json.Unmarshal(sent[4:size], &one); err != nil {
			t.Fatal(err)
		}
		requests, sent = append(requests, one), sent[size:]
	}
	return requests
}

// of returns the payloads of one operation.
func (r *tape) of(t *testing.T, op string) (payloads []map[string]any) {
	t.Helper()
	for _, one := range r.requests(t) {
		if one.Op == op {
			payloads = append(payloads, one.Payload)
		}
	}
	return payloads
}

// relay stands before a host and records what the program sends to it.
func relay(t *testing.T, target string) (path string, recorded *tape) {
	t.Helper()
	recorded = &tape{ended: make(chan struct{})}
	path = listen(t, func(client net.Conn) {
		recorded.mu.Lock()
		recorded.sessions++
		recorded.mu.Unlock()
		host, err := net.Dial("unix", target)
		if err != nil {
			return
		}
		var back sync.WaitGroup
		back.Go(func() {
			_, _ = io.Copy(client, host)
			_ = client.Close()
		})
		_, _ = io.Copy(io.MultiWriter(recorded, host), client)
		recorded.once.Do(func() { close(recorded.ended) })
		_ = host.Close()
		back.Wait()
	})
	return path, recorded
}

// listen lets serve speak to whoever connects, each connection by itself.
func listen(t *testing.T, serve func(net.Conn)) (path string) {
	t.Helper()
	path = socketPath(t)
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	var sessions sync.WaitGroup
	var mu sync.Mutex
	var streams []net.Conn
	sessions.Go(func() {
		for {
			stream, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			streams = append(streams, stream)
			mu.Unlock()
			sessions.Go(func() {
				defer func() { _ = stream.Close() }()
				serve(stream)
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		mu.Lock()
		for _, stream := range streams {
			_ = stream.Close()
		}
		mu.Unlock()
		sessions.Wait()
	})
	return path
}

// socketPath is a free place for a socket, short enough for every system.
func socketPath(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "credscope-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "host.sock")
}

// frame is a message as it goes over the wire.
func frame(body string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...)
}
