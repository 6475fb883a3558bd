package store_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"credscope/socket"
	"credscope/socket/leaktest"
	"credscope/store"
	"credscope/store/demo"
)

// now is the time at which the hosts of the tests start.
var now = time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC)

const plainToken = `{"access_token":"t","expiry":1893456000,"token_type":"Bearer"}`

var (
	codex     = store.Key{Provider: "codex"}
	codexWork = store.Key{Provider: "codex", Bucket: "work"}
)

func raw(s string) json.RawMessage { return json.RawMessage(s) }

// fullToken returns a token with a value in every field.
func fullToken() store.OAuthToken {
	return store.OAuthToken{
		AccessToken: store.NewSecret([]byte("a\"b\\c\n\x00é")), IDToken: store.NewSecret([]byte("identity")),
		Expiry: store.NewExpiry(1893456000), TokenType: "bearer", Scope: "openid", ResourceURL: "https://a.example", AccountID: "acct",
	}
}

// good returns the answers of a host that has what is asked for.
func good() map[string]any {
	return map[string]any{
		"get_token":      plainToken,
		"list_providers": `{"providers":["codex"]}`,
		"list_buckets":   `{"buckets":["default","work"]}`,
	}
}

func TestMain(m *testing.M) {
	if does := children[os.Getenv(childVariable)]; does != nil {
		if err := does(os.Stdout); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(leaktest.Main(m))
}

const childVariable = "CREDSCOPE_TEST_CHILD"

// children are the functions that this test binary runs as a child process, by the
// value of childVariable. What they write to out is the result of runChild.
var children = map[string]func(out io.Writer) error{}

// runChild runs this test binary as the named child and returns its output. The files
// are its descriptors from 3 on.
func runChild(t *testing.T, name string, variables []string, files ...*os.File) string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), program)
	command.Env = append(os.Environ(), append(variables, childVariable+"="+name, "GORACE=atexit_sleep_ms=0")...)
	command.ExtraFiles = files
	var complaint strings.Builder
	command.Stderr = &complaint
	result, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, complaint.String())
	}
	return string(result)
}

// startDemo runs a demo host on a real socket and returns a store of it.
func startDemo(t *testing.T, scenario string) (*demo.Host, *store.ProxyTokenStore) {
	t.Helper()
	leaktest.Name(t)
	h := demo.ForTest(t, demo.Options{Scenario: scenario, Now: func() time.Time { return now }})
	s := h.NewStore(store.Options{})
	t.Cleanup(func() { _ = s.Close() })
	return h, s
}

// fakeCall is one request that a fakeHost received, with its payload as JSON.
type fakeCall struct{ op, payload string }

// fakeHost is a host over in-memory connections, which synctest bubbles need. It
// records all requests.
type fakeHost struct {
	answer  func(fakeCall) (any, error)
	breakAt string // operation whose frame the client cannot write whole
	ends    chan net.Conn
	closed  chan struct{}
	once    sync.Once

	mu    sync.Mutex
	calls []fakeCall
	dials int
	wire  []byte // all bytes that clients wrote
}

// startFake runs a host that answers by the given function, and returns a store of it.
func startFake(t *testing.T, o store.Options, answer func(fakeCall) (any, error)) (*store.ProxyTokenStore, *fakeHost) {
	t.Helper()
	leaktest.Name(t)
	h := &fakeHost{answer: answer, ends: make(chan net.Conn), closed: make(chan struct{})}
	o.Dial = h.dial
	s := store.NewProxyTokenStore("/somewhere/host.sock", o)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- socket.Serve(ctx, h, socket.HandlerFunc(h.handle), socket.ServeOptions{}) }()
	t.Cleanup(func() {
		_ = s.Close()
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s, h
}

// answers returns the answer to each operation: a string of JSON, an error, or nil.
func answers(byOp map[string]any) func(fakeCall) (any, error) {
	return func(c fakeCall) (any, error) {
		switch given := byOp[c.op].(type) {
		case string:
			return raw(given), nil
		case error:
			return nil, given
		}
		return nil, nil
	}
}

func (h *fakeHost) dial(ctx context.Context, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case h.ends <- theirs:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dials++
	return recordingConn{ours, h}, nil
}

func (h *fakeHost) Accept() (net.Conn, error) {
	select {
	case end := <-h.ends:
		return end, nil
	case <-h.closed:
		return nil, net.ErrClosed
	}
}

func (h *fakeHost) Close() error {
	h.once.Do(func() { close(h.closed) })
	return nil
}

func (h *fakeHost) Addr() net.Addr { return &net.UnixAddr{Net: "unix"} }

func (h *fakeHost) handle(_ context.Context, c socket.Call) (any, error) {
	a := fakeCall{c.Op, string(c.Payload)}
	h.mu.Lock()
	h.calls = append(h.calls, a)
	h.mu.Unlock()
	return h.answer(a)
}

// ops returns the operations received so far, in order.
func (h *fakeHost) ops() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var ops []string
	for _, call := range h.calls {
		ops = append(ops, call.op)
	}
	return strings.Join(ops, " ")
}

// payloads returns the payloads received with op.
func (h *fakeHost) payloads(op string) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []string
	for _, call := range h.calls {
		if call.op == op {
			found = append(found, call.payload)
		}
	}
	return found
}

var anyID = regexp.MustCompile(`"id":"[A-Z2-7]{26}"`)

// frames returns the JSON of every frame that clients wrote, with its id masked.
func (h *fakeHost) frames() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []string
	for rest := h.wire; len(rest) >= 4; {
		size := 4 + int(binary.BigEndian.Uint32(rest))
		found = append(found, anyID.ReplaceAllString(string(rest[4:size]), `"id":"ID"`))
		rest = rest[size:]
	}
	return found
}

// recordingConn is the client's end of a connection, whose writes the host records.
type recordingConn struct {
	net.Conn
	host *fakeHost
}

func (c recordingConn) Write(b []byte) (int, error) {
	if c.host.breakAt != "" && strings.Contains(string(b), c.host.breakAt) {
		n, _ := c.Conn.Write(b[:len(b)/2])
		return n, errors.New("broken in the middle")
	}
	c.host.mu.Lock()
	c.host.wire = append(c.host.wire, b...)
	c.host.mu.Unlock()
	return c.Conn.Write(b)
}

// opsOf returns the operations that a demo host received, in order.
func opsOf(h *demo.Host) string {
	var ops []string
	for _, call := range h.Calls() {
		ops = append(ops, call.Op)
	}
	return strings.Join(ops, " ")
}

func refusal(code store.Code, message string) error {
	return &socket.ResponseError{Code: string(code), Message: message}
}

type storeCall struct {
	name string
	do   func(context.Context, *store.ProxyTokenStore) error
	sent string // operation and payload as JSON; "" if nothing is sent
}

func readingCalls() []storeCall {
	type (
		c = context.Context
		s = *store.ProxyTokenStore
	)
	return []storeCall{
		{
			"GetToken", func(ctx c, s s) error { _, _, err := s.GetToken(ctx, codexWork); return err },
			`"get_token","payload":{"provider":"codex","bucket":"work"}`,
		},
		{
			"GetToken without a bucket", func(ctx c, s s) error { _, _, err := s.GetToken(ctx, codex); return err },
			`"get_token","payload":{"provider":"codex"}`,
		},
		{
			"Check", func(ctx c, s s) error { _, err := s.Check(ctx, codex); return err },
			`"get_token","payload":{"provider":"codex"}`,
		},
		{
			"ListProviders", func(ctx c, s s) error { _, err := s.ListProviders(ctx); return err },
			`"list_providers","payload":{}`,
		},
		{
			"ListBuckets", func(ctx c, s s) error { _, err := s.ListBuckets(ctx, "a<b>&"); return err },
			`"list_buckets","payload":{"provider":"a<b>&"}`,
		},
		{
			"GetBucketStats", func(ctx c, s s) error { _, _, err := s.GetBucketStats(ctx, codex); return err },
			`"get_token","payload":{"provider":"codex"}`,
		},
		{"AcquireRefreshLock", func(ctx c, s s) error { _, err := s.AcquireRefreshLock(ctx, codex, time.Hour); return err }, ""},
		{"ReleaseRefreshLock", func(ctx c, s s) error { return s.ReleaseRefreshLock(ctx, codex) }, ""},
	}
}

func changingCalls() []storeCall {
	type (
		c = context.Context
		s = *store.ProxyTokenStore
	)
	const wire = `"token":{"expiry":1893456000,"token_type":"bearer","scope":"openid","resource_url":"https://a.example",` +
		`"account_id":"acct","access_token":"a\"b\\c\u000a\u0000é","id_token":"identity"}}`
	const least = `"token":{"expiry":0,"token_type":"","access_token":"t"}}`
	return []storeCall{
		{
			"SaveToken", func(ctx c, s s) error { return s.SaveToken(ctx, codexWork, fullToken()) },
			`"save_token","payload":{"provider":"codex","bucket":"work",` + wire,
		},
		{
			"SaveToken without a bucket", func(ctx c, s s) error { return s.SaveToken(ctx, codex, fullToken()) },
			`"save_token","payload":{"provider":"codex",` + wire,
		},
		{"SaveToken of the least", func(ctx c, s s) error {
			return s.SaveToken(ctx, codex, store.OAuthToken{AccessToken: store.NewSecret([]byte("t"))})
		}, `"save_token","payload":{"provider":"codex",` + least},
		{
			"RemoveToken", func(ctx c, s s) error { return s.RemoveToken(ctx, codexWork) },
			`"remove_token","payload":{"provider":"codex","bucket":"work"}`,
		},
		{
			"RemoveToken without a bucket", func(ctx c, s s) error { return s.RemoveToken(ctx, codex) },
			`"remove_token","payload":{"provider":"codex","bucket":"default"}`,
		},
	}
}

// busy answers the first n requests with RESOURCE_EXHAUSTED.
func busy(n int) func(fakeCall) (any, error) {
	ready := answers(good())
	return func(c fakeCall) (any, error) {
		if n--; n >= 0 {
			return nil, refusal(store.ResourceExhausted, "Too many concurrent requests")
		}
		return ready(c)
	}
}

// received returns the token of a host that answers get_token with data.
func received(t *testing.T, data string) (store.OAuthToken, error) {
	t.Helper()
	s, _ := startFake(t, store.Options{}, answers(map[string]any{"get_token": data}))
	token, found, err := s.GetToken(t.Context(), codex)
	if found != (err == nil) {
		t.Errorf("%s: found is %t with %v", data, found, err)
	}
	return token, err
}

// drops returns the dropped fields of a token, without its secrets, as "NAME: REASON".
func drops(m store.Metadata) []string {
	var words []string
	for _, d := range m.Dropped {
		if d.Reason != store.DroppedSecret {
			words = append(words, d.Name+": "+d.Reason.String())
		}
	}
	return words
}

// isMalformed fails unless err is the MalformedDataError of op with this text.
func isMalformed(t *testing.T, err error, op, what string) {
	t.Helper()
	wrong, ok := errors.AsType[*socket.MalformedDataError](err)
	if !ok || wrong.Op != op || wrong.What != what {
		t.Errorf("ended with %#v, want a malformed answer to %s: %s", err, op, what)
	}
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\ngot  %q\nwant %q", what, got, want)
	}
}
