package socket

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"slices"
	"sync"
	"time"
)

const (
	// MaxInFlight is how many requests of one Client wait for replies at once.
	// Further requests wait for a free place. Released hosts refuse the 17th.
	MaxInFlight = 8

	defaultTimeout = 30 * time.Second
	defaultIdle    = 5 * time.Minute
)

// Capability is a host's token for one session, in a type that never prints it.
// Callers of Bytes must not keep or change the slice.
type Capability interface {
	Bytes() []byte
	Wipe()
}

// Options configures a Client. The zero value is ready to use.
type Options struct {
	Capability Capability    // presented in the handshake if path and peer pass every check; wiped by Close
	Timeout    time.Duration // of a request, from its sending, and of a handshake; 0 is 30 s
	Idle       time.Duration // without a request, after which the connection is closed; 0 is 5 min
	Log        *slog.Logger  // see OpenLog; nil logs nothing
	// Dial replaces the checks of path and peer and the connect. For tests.
	Dial func(ctx context.Context, path string) (net.Conn, error)
}

// Info describes a Client and the host it is connected to.
type Info struct {
	Path       string
	Version    int            // negotiated protocol version; 0 before an accepted handshake
	PeerUID    int            // uid of the host process; -1 if unknown
	Presented  bool           // a capability was sent
	Withheld   bool           // a capability was not sent, because of Warnings
	Warnings   []string       // unusual facts about the socket and the host process
	Handshakes int            // accepted handshakes so far
	Requests   map[string]int // requests sent so far, by operation
}

// Client is one shared connection to a host. It connects when it is first
// needed and is safe for concurrent use. After an unexpected loss every later
// request fails at once with [ErrLost]. Only a connection that the Client closed
// because it was idle is opened again.
//
// Client's lock and each conn's lock are never held together, and neither is
// held during I/O. One goroutine dials and then runs the connection. Close waits
// for it.
type Client struct {
	path     string
	o        Options
	inflight chan struct{} // holds one token per request in flight

	ctx     context.Context // ends at Close
	stop    context.CancelFunc
	running sync.WaitGroup
	lost    chan struct{}

	mu      sync.Mutex // guards the fields below
	current *conn
	dialing *dialAttempt
	end     error     // why no request can be sent: ErrClosed or a *LostError
	host    *identity // of the first accepted host
	info    Info
}

// dialAttempt is one dial for which several callers may wait. conn and err are
// set before done is closed.
type dialAttempt struct {
	done chan struct{}
	conn *conn
	err  error
}

// NewClient returns a client for the host at path. It does not connect.
func NewClient(path string, o Options) *Client {
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Idle <= 0 {
		o.Idle = defaultIdle
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	ctx, stop := context.WithCancel(context.Background())
	return &Client{
		path: path, o: o, ctx: ctx, stop: stop,
		inflight: make(chan struct{}, MaxInFlight),
		lost:     make(chan struct{}),
		info:     Info{Path: path, PeerUID: -1, Requests: map[string]int{}},
	}
}

// Request sends op with payload and decodes the data of the reply into result
// by [rawjson.Unmarshal]. A nil result ignores the data.
//
// op is 1 to 64 lower-case letters, digits and underscores and begins with a
// letter. payload must encode to a JSON object; nil is an empty one. A payload
// of type json.RawMessage is sent unchanged and always wiped, also if it is not
// sent, so that it leaves no copy of a secret.
//
// The error is one of:
//   - *ResponseError: the host refused.
//   - *MalformedDataError: the data does not fit result.
//   - *ConnectError, *HandshakeError: there was no connection; a later request
//     tries again.
//   - *RequestError: anything else, with whether the request was sent.
func (c *Client) Request(ctx context.Context, op string, payload, result any) error {
	if raw, ok := payload.(json.RawMessage); ok {
		defer clear(raw)
	}
	if !isOp(op) {
		return &RequestError{Op: op, Err: errOp}
	}
	body, err := encodeObject(payload)
	if err != nil {
		return &RequestError{Op: op, Err: err}
	}
	defer clear(body)
	select {
	case c.inflight <- struct{}{}:
		defer func() { <-c.inflight }()
	case <-ctx.Done():
		return &RequestError{Op: op, Err: ctx.Err()}
	}
	started, id := time.Now(), rand.Text()
	sent, err := c.try(ctx, id, op, body, result)
	for errors.Is(err, errIdle) { // closed between connect and call
		if err = ctx.Err(); err == nil {
			sent, err = c.try(ctx, id, op, body, result)
		}
	}
	err = wrapError(op, sent, err)
	c.logRequest(ctx, id, op, len(body), started, err)
	return err
}

// errOp is an operation that would need escaping in a frame.
var errOp = errors.New("operation is not a plain word")

// isOp reports whether op has the form of a host's operation.
func isOp(op string) bool {
	for i := range len(op) {
		letter, other := op[i] >= 'a' && op[i] <= 'z', op[i] == '_' || op[i] >= '0' && op[i] <= '9'
		if !letter && (!other || i == 0) {
			return false
		}
	}
	return op != "" && len(op) <= maxWord
}

func (c *Client) try(ctx context.Context, id, op string, body []byte, result any) (sent bool, err error) {
	conn, err := c.connect(ctx)
	if err != nil {
		return false, err
	}
	return conn.call(ctx, id, op, body, result)
}

// connect returns the current connection and dials if there is none. Callers
// that arrive during a dial wait for that one.
func (c *Client) connect(ctx context.Context) (*conn, error) {
	c.mu.Lock()
	if c.end != nil || c.current != nil {
		defer c.mu.Unlock()
		return c.current, c.end
	}
	a := c.dialing
	if a == nil {
		a = &dialAttempt{done: make(chan struct{})}
		c.dialing = a
		c.running.Go(func() { c.run(a) })
	}
	c.mu.Unlock()
	select {
	case <-a.done:
		return a.conn, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// run dials, completes a, and runs the connection until it ends. A panic in either
// becomes its error, so that no caller waits forever.
func (c *Client) run(a *dialAttempt) {
	f, version, err := c.dialHost()
	c.mu.Lock()
	c.dialing = nil
	if c.end != nil {
		err = c.end
	}
	if err == nil {
		a.conn = newConn(c, f, version)
		c.current = a.conn
	}
	c.mu.Unlock()
	if err != nil && f != nil { // the client was closed meanwhile
		closeQuietly(f.stream)
		f.wipe()
	}
	a.err = err
	close(a.done)
	if err == nil {
		a.conn.run()
	}
}

// dialHost connects, checks path and peer, and shakes hands. It closes the stream
// if any of these fails or panics.
func (c *Client) dialHost() (f *framer, version int, err error) {
	var stream net.Conn
	defer func() {
		if err != nil && stream != nil {
			closeQuietly(stream)
		}
	}()
	defer onPanic(func() { err = &HandshakeError{Kind: HandshakeMalformed, Err: &ProtocolError{What: whatPanicked}} })
	ctx, cancel := context.WithTimeout(c.ctx, c.o.Timeout)
	defer cancel()
	stream, host, warnings, err := c.dial(ctx)
	if err != nil {
		return nil, 0, err
	}
	if err = c.checkSameHost(host); err != nil {
		return nil, 0, err
	}
	var capability []byte
	if c.o.Capability != nil && len(warnings) == 0 {
		capability = c.o.Capability.Bytes()
	}
	defer closeAfter(c.ctx, stream)()
	f = newFramer(stream, MaxFrame)
	f.deadline = time.Now().Add(c.o.Timeout)
	version, err = offerHandshake(f, capability)
	c.recordHandshake(host, warnings, version, len(capability) > 0)
	if err != nil {
		f.wipe()
		if failed, ok := errors.AsType[*HandshakeError](err); ok && c.o.Capability != nil {
			failed.Withheld = warnings
		}
		return nil, 0, err
	}
	f.deadline = time.Time{}
	c.o.Log.Debug("connected", "version", version)
	return f, version, nil
}

// dial connects to the path. host is nil if Options.Dial made the connection.
func (c *Client) dial(ctx context.Context) (stream net.Conn, host *identity, warnings []string, err error) {
	if c.o.Dial != nil {
		stream, err = c.o.Dial(ctx, c.path)
		return stream, nil, nil, err
	}
	return dialPath(ctx, c.path)
}

// checkSameHost compares the host with that of the first connection. Another one
// at the same path is a loss: the socket may have been replaced while the
// connection was closed as idle.
func (c *Client) checkSameHost(host *identity) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.host == nil || host == nil || *c.host == *host {
		return nil
	}
	loss := &LostError{Cause: &ConnectError{Kind: Replaced, Path: c.path, Detail: "another host answers at the path"}}
	c.failLocked(loss)
	return loss
}

// recordHandshake updates Info after a handshake. version is 0 if it failed.
func (c *Client) recordHandshake(host *identity, warnings []string, version int, presented bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.info.Warnings = warnings
	c.info.Presented = presented
	c.info.Withheld = c.o.Capability != nil && len(warnings) > 0
	if host != nil {
		c.info.PeerUID = host.peer
	}
	if version > 0 {
		c.host = host
		c.info.Version = version
		c.info.Handshakes++
	}
}

func (c *Client) countRequest(op string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.info.Requests[op]++
}

// connEnded records the end of a connection.
func (c *Client) connEnded(ended *conn, err error) {
	lost := errors.Is(err, ErrLost)
	c.mu.Lock()
	if c.current == ended {
		c.current = nil
	}
	if lost {
		c.failLocked(err)
	}
	c.mu.Unlock()
	if lost {
		defer onPanic(func() {}) // of a log handler
		c.o.Log.Debug("connection lost")
	}
}

// failLocked makes a loss permanent.
func (c *Client) failLocked(loss error) {
	if c.end != nil {
		return
	}
	c.end = loss
	close(c.lost)
}

// Info returns a copy of the current state.
func (c *Client) Info() Info {
	c.mu.Lock()
	defer c.mu.Unlock()
	info := c.info
	info.Requests = maps.Clone(c.info.Requests)
	info.Warnings = slices.Clone(c.info.Warnings)
	return info
}

// Lost returns a channel that is closed when the connection is lost, also while
// no request is pending.
func (c *Client) Lost() <-chan struct{} { return c.lost }

// Cause returns why the connection was lost, nil if it was not.
func (c *Client) Cause() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if loss, ok := errors.AsType[*LostError](c.end); ok {
		return loss.Cause
	}
	return nil
}

// Close ends the connection and all pending requests, waits for the client's
// goroutines and wipes the capability. It always returns nil.
func (c *Client) Close() error {
	c.mu.Lock()
	if c.end == nil {
		c.end = ErrClosed
	}
	current := c.current
	c.mu.Unlock()
	c.stop()
	if current != nil {
		current.finish(ErrClosed)
	}
	c.running.Wait()
	if c.o.Capability != nil {
		c.o.Capability.Wipe()
	}
	return nil
}

// whatPanicked describes a panic without its value, which may quote a secret.
const whatPanicked = "the answer could not be handled"

// onPanic must be deferred. It stops a panic and calls f instead. All goroutines of
// this package defer it, because they call code of the package's user: a Dial, a
// stream, an UnmarshalJSON, a Handler.
func onPanic(f func()) {
	if recover() != nil {
		f()
	}
}

// closeQuietly closes c and ignores errors and panics: c may be implemented by
// the user, through Options.Dial or Serve.
func closeQuietly(c io.Closer) {
	defer onPanic(func() {})
	_ = c.Close()
}

// closeAfter closes c when ctx ends, which ends its reads, writes and accepts,
// unless stop is called before.
func closeAfter(ctx context.Context, c io.Closer) (stop func() bool) {
	return context.AfterFunc(ctx, func() { closeQuietly(c) })
}
