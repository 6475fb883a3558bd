package bare_test

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"credscope/socket"
	"credscope/socket/bare"
)

const token = `{"access_token":"made-up"}`

var (
	key   = bare.Key{Provider: bare.Provider(0), Bucket: bare.Bucket(0)}
	anyID = regexp.MustCompile(`"id":"[A-Z0-9]{26}"`)
)

// talk is what went over one connection in either direction.
type talk struct {
	mu       sync.Mutex
	up, down []byte
}

// eavesdrop relays one connection from path to a host and keeps what is said.
func eavesdrop(t *testing.T, path, host string) *talk {
	t.Helper()
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	said := &talk{}
	var relays sync.WaitGroup
	t.Cleanup(func() { _ = listener.Close(); relays.Wait() })
	relays.Go(func() {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("unix", host)
		if err != nil {
			t.Error(err)
			return
		}
		relays.Go(func() { said.relay(&said.up, server, client) })
		said.relay(&said.down, client, server)
	})
	return said
}

func (s *talk) relay(kept *[]byte, to, from net.Conn) {
	defer func() { _ = to.Close() }()
	buffer := make([]byte, 4096)
	for {
		n, err := from.Read(buffer)
		s.mu.Lock()
		*kept = append(*kept, buffer[:n]...)
		s.mu.Unlock()
		if _, failed := to.Write(buffer[:n]); failed != nil || err != nil {
			return
		}
	}
}

func (s *talk) text() (up, down string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	mask := func(b []byte) string { return anyID.ReplaceAllString(string(b), `"id":"ID"`) }
	return mask(s.up), mask(s.down)
}

func bareHost(t *testing.T, path string) {
	t.Helper()
	stop, err := (&bare.Host{Providers: 1, Buckets: 2, Token: token}).Start(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func realHost(t *testing.T, path string) {
	t.Helper()
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- socket.Serve(ctx, listener, socket.HandlerFunc(func(context.Context, socket.Call) (any, error) {
			return json.RawMessage(token), nil
		}), socket.ServeOptions{})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func askReal(t *testing.T, path string) {
	t.Helper()
	c := socket.NewClient(path, socket.Options{})
	defer func() { _ = c.Close() }()
	var got bare.Token
	if err := c.Request(t.Context(), "get_token", key, &got); err != nil || got.AccessToken != "made-up" {
		t.Errorf("got %v, %v", got, err)
	}
}

func askBare(t *testing.T, path string) {
	t.Helper()
	l, err := bare.Dial(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if got, err := bare.Call[bare.Token](l, "get_token", key); err != nil || got.AccessToken != "made-up" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestTheBareEndsSayWhatTheRealOnesSay(t *testing.T) {
	var wantUp, wantDown string
	for i, host := range []func(*testing.T, string){realHost, bareHost} {
		for j, ask := range []func(*testing.T, string){askReal, askBare} {
			dir := t.TempDir()
			host(t, filepath.Join(dir, "host.sock"))
			said := eavesdrop(t, filepath.Join(dir, "ear.sock"), filepath.Join(dir, "host.sock"))
			ask(t, filepath.Join(dir, "ear.sock"))
			up, down := said.text()
			if i == 0 && j == 0 {
				wantUp, wantDown = up, down
			}
			if up != wantUp || down != wantDown {
				t.Errorf("host %d, client %d: said\n%q\n%q\nand not\n%q\n%q", i, j, up, down, wantUp, wantDown)
			}
		}
	}
}

func TestTheBareHostRefusesTheSeventeenthInFlight(t *testing.T) {
	path := filepath.Join(t.TempDir(), "host.sock")
	h := &bare.Host{Providers: 1, Buckets: 1, Token: token, Delay: time.Hour}
	stop, err := h.Start(path)
	if err != nil {
		t.Fatal(err)
	}
	l, err := bare.Dial(path)
	if err != nil {
		t.Fatal(err)
	}
	err = bare.Pipeline(l, "get_token", 17, 17, func(int) any { return key }, func(int, bare.Token) {})
	if s := h.Stats(); err == nil || s.Refused != 1 || s.Requests["get_token"] != 17 || s.Twice != 16 {
		t.Errorf("17 in flight ended with %v, counted as %+v", err, s)
	}
	if err := errors.Join(l.Close(), stop()); err != nil {
		t.Error(err)
	}
}
