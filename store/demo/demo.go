// Package demo is a host with made-up credentials, behind the real protocol on
// a real Unix socket. The program's demo, its tests and its pictures share it.
package demo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"credscope/socket"
	"credscope/store"
)

// Options of a Host.
type Options struct {
	Scenario string           // a name of Scenarios; "" is "default"
	Socket   string           // where to listen; "" is a fresh directory of its own
	Now      func() time.Time // the clock that expiries are relative to, read at the start
	Mark     string           // begins every made-up secret, so that tests can search for it
	Hook     Hook
}

// Call is one request that a Host received.
type Call struct {
	Op  string
	Key store.Key
}

// Hook stands between a request and its answer: it may wait before or after
// calling answer, return something else, or return [socket.ErrNoReply] or
// [socket.ErrHangUp]. ctx ends with the request.
type Hook func(ctx context.Context, call Call, answer func() (any, error)) (any, error)

// Host is a running host. Its methods are safe for concurrent use.
type Host struct {
	path     string
	dir      string // of its own, removed by Close; "" if the socket's place was given
	scenario scenario
	mark     string
	stop     context.CancelFunc
	served   chan error
	accepted atomic.Int64

	mu      sync.Mutex // guards the fields below; not held while a hook runs
	tokens  map[store.Key]token
	calls   []Call
	hook    Hook
	removed int  // removals answered
	blank   bool // every list is empty from now on
}

// token is a stored token in its wire form; nil is an entry that the host lists
// and cannot read.
type token map[string]any

// Start runs a host until Close. Nothing of it remains afterwards.
func Start(o Options) (*Host, error) {
	if o.Scenario == "" {
		o.Scenario = "default"
	}
	s, ok := scenarios[o.Scenario]
	if !ok {
		return nil, fmt.Errorf("no scenario %q; there are %v", o.Scenario, Scenarios())
	}
	if o.Now == nil {
		o.Now = time.Now //nolint:forbidigo // the clock of a host is its own
	}
	if o.Mark == "" {
		o.Mark = "made-up-secret"
	}
	h := &Host{scenario: s, mark: o.Mark, hook: o.Hook, served: make(chan error, 1), tokens: map[store.Key]token{}}
	for _, e := range s.entries(o.Now()) {
		h.tokens[e.key] = h.newToken(e)
	}
	listener, err := h.listen(o.Socket)
	if err != nil {
		return nil, err
	}
	serve := socket.ServeOptions{MaxVersion: s.maxVersion}
	if s.demandsCapability {
		serve.Capability = madeUpCapability
	}
	ctx, stop := context.WithCancel(context.Background())
	h.stop = stop
	go func() {
		defer func() { _ = recover() }() // Serve's end is told in any case
		var err error
		defer func() { h.served <- err }()
		err = socket.Serve(ctx, counting{listener, &h.accepted}, socket.HandlerFunc(h.handle), serve)
	}()
	return h, nil
}

// listen makes the socket, open to its owner only.
func (h *Host) listen(path string) (net.Listener, error) {
	if path == "" {
		dir, err := os.MkdirTemp("", "credscope-demo-")
		if err != nil {
			return nil, err
		}
		h.dir, path = dir, filepath.Join(dir, "host.sock")
	} else if err := clearStale(path); err != nil {
		return nil, err
	}
	h.path = path
	listener, err := net.Listen("unix", path)
	if err == nil {
		if err = os.Chmod(path, 0o600); err != nil {
			_ = listener.Close()
		}
	}
	if err != nil && h.dir != "" {
		_ = os.RemoveAll(h.dir)
	}
	return listener, err
}

// clearStale removes a socket that a crashed host left behind, and nothing else.
func clearStale(path string) error {
	found, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if found.Mode().Type() != os.ModeSocket {
		return fmt.Errorf("%q is not a socket; it was left alone", path)
	}
	live, err := net.Dial("unix", path)
	switch {
	case err == nil:
		_ = live.Close()
		return fmt.Errorf("a host already listens at %q", path)
	case !errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("%q may be in use and was left alone: %w", path, err)
	}
	return os.Remove(path)
}

// Close stops the host, ends its connections and removes its socket.
func (h *Host) Close() error {
	h.stop()
	err := <-h.served
	h.served <- err
	if h.dir != "" {
		return errors.Join(err, os.RemoveAll(h.dir))
	}
	return err
}

// Path is where the host listens.
func (h *Host) Path() string { return h.path }

// Capability returns the capability that the scenario hands to clients, if it does.
func (h *Host) Capability() (capability store.Secret, given bool) {
	return store.NewSecret([]byte(madeUpCapability)), h.scenario.givesCapability
}

// SetHook puts hook between requests and answers from now on; nil removes it.
func (h *Host) SetHook(hook Hook) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hook = hook
}

// Calls returns every request so far, in order of arrival.
func (h *Host) Calls() []Call {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.calls)
}

// Count returns how often op was asked.
func (h *Host) Count(op string) int {
	n := 0
	for _, call := range h.Calls() {
		if call.Op == op {
			n++
		}
	}
	return n
}

// Connections returns how many clients have connected so far.
func (h *Host) Connections() int { return int(h.accepted.Load()) }

// Keys returns what the host holds, sorted.
func (h *Host) Keys() []store.Key {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.SortedFunc(maps.Keys(h.tokens), compareKeys)
}

// Put stores a token that expires at the given time.
func (h *Host) Put(key store.Key, expiry time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tokens[key] = h.newToken(entry{key: key, expiry: float64(expiry.Unix())})
}

// Drop removes a token behind everybody's back.
func (h *Host) Drop(key store.Key) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.tokens, key)
}

// counting counts the connections of a listener.
type counting struct {
	net.Listener
	accepted *atomic.Int64
}

func (c counting) Accept() (net.Conn, error) {
	stream, err := c.Listener.Accept()
	if err == nil {
		c.accepted.Add(1)
	}
	return stream, err
}
