// Package demo is a credential proxy with made-up credentials, for tests and
// demonstrations. It speaks the real protocol on a real Unix socket.
//
// [Start] runs a [Host], [ForTest] one that ends with a test, and [Host.NewStore]
// connects to it. [Options].Scenario selects the credentials and the faults, and a
// [Hook] changes single answers.
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
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"credscope/socket"
	"credscope/store"
)

// Options configures a [Host]. The zero value is ready to use.
type Options struct {
	Scenario string           // one of [Scenarios]; "" is "default"
	Socket   string           // path to listen at; "" is a new temporary directory
	Now      func() time.Time // the host's clock; expiries are relative to its start; nil is [time.Now]
	Mark     string           // prefix of every made-up secret; "" is "made-up-secret"
	Hook     Hook             // see [Host.SetHook]
}

// Call is one request that a Host received. Key.Bucket is "default" if the request
// has no bucket.
type Call struct {
	Op  string // operation on the wire, such as "get_token"
	Key store.Key
}

// Hook is called in place of answering a request. answer carries the request out and
// returns the scenario's answer. The hook may wait, return something else, or return
// [socket.ErrNoReply] to send nothing or [socket.ErrHangUp] to close the connection.
// Other errors are sent as INTERNAL_ERROR, and a [*socket.ResponseError] as it is.
// ctx ends with the request. Hooks run concurrently.
type Hook func(ctx context.Context, call Call, answer func() (any, error)) (any, error)

// Host is a running host. Its methods are safe for concurrent use.
type Host struct {
	path     string
	dir      string // temporary directory of the socket; "" if Options.Socket was given
	scenario scenario
	mark     string
	now      func() time.Time
	renewals map[store.Key]renewal // by what the provider answers; not changed any more
	stop     context.CancelFunc
	served   chan error // holds the result of Serve
	accepted atomic.Int64

	mu        sync.Mutex // guards the fields below; not held while a hook runs
	tokens    map[store.Key]token
	calls     []Call
	hook      Hook
	removed   int // number of removals answered
	renewedAt map[store.Key]time.Time
	hidden    map[store.Key]bool // stored, but no longer shown
}

// token is a stored token in its wire form; nil is one that the host lists and
// cannot read.
type token map[string]any

// Start runs a host until its Close. It returns an error if the scenario is unknown or
// the host cannot listen. A socket that a crashed host left at Options.Socket is
// replaced; anything else there is an error.
func Start(o Options) (*Host, error) {
	if o.Scenario == "" {
		o.Scenario = "default"
	}
	s, ok := scenarios[o.Scenario]
	if !ok {
		return nil, fmt.Errorf("no scenario %q; there are %s", o.Scenario, strings.Join(Scenarios(), ", "))
	}
	if o.Now == nil {
		o.Now = time.Now //nolint:forbidigo // a host has its own clock
	}
	if o.Mark == "" {
		o.Mark = "made-up-secret"
	}
	h := &Host{
		scenario: s, mark: o.Mark, hook: o.Hook, now: o.Now, served: make(chan error, 1),
		tokens: map[store.Key]token{}, hidden: map[store.Key]bool{}, renewals: map[store.Key]renewal{}, renewedAt: map[store.Key]time.Time{},
	}
	for _, e := range s.entries(o.Now()) {
		h.tokens[e.key], h.renewals[e.key] = h.newToken(e), e.renewal
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
		defer func() { _ = recover() }() // runs after the send below
		var err error
		defer func() { h.served <- err }()
		err = socket.Serve(ctx, countingListener{listener, &h.accepted}, socket.HandlerFunc(h.handle), serve)
	}()
	return h, nil
}

// listen makes the socket, with mode 0600.
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

// clearStale removes a socket at path that nothing listens on. Anything else there is
// an error.
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

// Close ends the host's connections, waits for its goroutines and removes its socket.
// Further calls return the same result.
func (h *Host) Close() error {
	h.stop()
	err := <-h.served
	h.served <- err
	if h.dir != "" {
		return errors.Join(err, os.RemoveAll(h.dir))
	}
	return err
}

// ForTest is [Start] for a test: it fails the test on an error, and closes the host
// at the test's end. t is usually a *testing.T; package testing is not imported here
// because it would become part of programs.
func ForTest(t TB, o Options) *Host {
	t.Helper()
	h, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// TB is the part of testing.TB that [ForTest] uses.
type TB interface {
	Helper()
	Fatal(args ...any)
	Error(args ...any)
	Cleanup(func())
}

// NewStore returns a store of the host, configured by o. If the scenario gives its
// clients a capability, the store sends that one. The caller closes the store.
func (h *Host) NewStore(o store.Options) *store.ProxyTokenStore {
	if capability, given := h.Capability(); given {
		o.Capability = capability
	}
	return store.NewProxyTokenStore(h.path, o)
}

// Path returns the path of the host's socket.
func (h *Host) Path() string { return h.path }

// Capability returns the capability that the host demands in some scenarios. given
// reports whether the scenario gives it to clients.
func (h *Host) Capability() (capability store.Secret, given bool) {
	return store.NewSecret([]byte(madeUpCapability)), h.scenario.givesCapability
}

// SetHook replaces the hook of later requests; nil removes it.
func (h *Host) SetHook(hook Hook) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hook = hook
}

// Calls returns all requests so far, in order of arrival.
func (h *Host) Calls() []Call {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.calls)
}

// Count returns the number of requests so far with this operation.
func (h *Host) Count(op string) int {
	n := 0
	for _, call := range h.Calls() {
		if call.Op == op {
			n++
		}
	}
	return n
}

// Connections returns the number of connections accepted so far.
func (h *Host) Connections() int { return int(h.accepted.Load()) }

// Keys returns the keys of all stored credentials, sorted.
func (h *Host) Keys() []store.Key {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.SortedFunc(maps.Keys(h.tokens), compareKeys)
}

// Put stores a token that expires at the given time, as another process would.
func (h *Host) Put(key store.Key, expiry time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tokens[key] = h.newToken(entry{key: key, expiry: float64(expiry.Unix())})
}

// Drop removes a token, as another process would.
func (h *Host) Drop(key store.Key) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.tokens, key)
}

// countingListener counts the connections of a listener.
type countingListener struct {
	net.Listener
	accepted *atomic.Int64
}

func (c countingListener) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.accepted.Add(1)
	}
	return conn, err
}
