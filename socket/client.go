package socket

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"maps"
	"net"
	"strconv"
	"sync"
	"time"
)

const (
	// MaxInFlight is how many requests of one Client wait for replies at once;
	// more of them queue here. Released hosts refuse the seventeenth.
	MaxInFlight = 8

	shortID        = 6 // characters of an id that are logged
	defaultTimeout = 30 * time.Second
	defaultIdle    = 5 * time.Minute
)

// Capability is a host's token for one session, held so that no printing shows
// it. Bytes may not be kept or changed by the caller.
type Capability interface {
	Bytes() []byte
	Wipe()
}

// Options of a Client. The zero value is ready to use.
type Options struct {
	Capability Capability    // presented in the handshake once every check of path and peer has passed; wiped by Close
	Timeout    time.Duration // of a request, from its sending, and of a handshake; 0 is 30 s
	Idle       time.Duration // without a request until the planned close; 0 is 5 min
	Log        *slog.Logger  // op, short id, sizes, codes and durations, never a frame; nil is silent
	// Dial replaces the checks of path and peer and the connect. For tests.
	Dial func(ctx context.Context, path string) (net.Conn, error)
}

// Info is what a Client knows about its host and itself.
type Info struct {
	Path       string
	Version    int            // negotiated protocol version; 0 before an accepted handshake
	PeerUID    int            // uid of the answering process; -1 if unknown
	Presented  bool           // a capability was sent
	Withheld   bool           // a capability was not sent, because of Warnings
	Warnings   []string       // facts about socket and peer that are out of the ordinary
	Handshakes int            // connections with an accepted handshake so far
	Requests   map[string]int // requests sent so far, by operation
}

// Client is one shared connection to a host. It connects when it is first
// needed and is safe for concurrent use. After an unexpected loss every request
// fails with [ErrLost], at once and for ever; only the planned close of an idle
// connection is followed by a new one.
//
// Each connection is a link with its own lock. Client's lock guards which link
// is current; neither lock is held while taking the other. Connecting runs in one goroutine, which any number of callers await
// and Close ends.
type Client struct {
	path  string
	o     Options
	slots chan struct{} // holds one token per request in flight

	ctx     context.Context // ends at Close
	stop    context.CancelFunc
	running sync.WaitGroup
	lost    chan struct{}

	mu      sync.Mutex // guards the fields below
	current *link
	attempt *attempt
	end     error     // ErrClosed or a LostError: no request will be sent again
	host    *identity // of the first accepted host
	info    Info
}

// attempt is one connect that several callers may wait for. link and err are
// written before done is closed.
type attempt struct {
	done chan struct{}
	link *link
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
		slots: make(chan struct{}, MaxInFlight),
		lost:  make(chan struct{}),
		info:  Info{Path: path, PeerUID: -1, Requests: map[string]int{}},
	}
}

// Request sends op with payload, which must encode to a JSON object (nil is an
// empty one), and decodes the reply's data into result, which may be nil. A
// payload of type json.RawMessage is sent as it stands and wiped, so that a
// secret in it leaves no copy.
//
// The error is a *ResponseError if the host refused, a *MalformedDataError if
// its data was not what result expects, a *ConnectError or *HandshakeError if
// there was no connection (the next request tries again), and otherwise a
// *RequestError, which tells whether the request had left.
func (c *Client) Request(ctx context.Context, op string, payload, result any) error {
	body, err := encodePayload(payload)
	if err != nil {
		return &RequestError{Op: op, Err: err}
	}
	defer clear(body)
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return &RequestError{Op: op, Err: ctx.Err()}
	}
	started, id := time.Now(), rand.Text()
	for {
		err = c.try(ctx, id, op, body, result)
		if !errors.Is(err, errRetired) {
			break
		}
		if ctx.Err() != nil {
			err = &RequestError{Op: op, Err: ctx.Err()}
			break
		}
	}
	if c.o.Log.Enabled(ctx, slog.LevelDebug) {
		c.o.Log.Debug("request", "id", id[:shortID], "op", op, "bytes", len(body), "took", time.Since(started).Round(time.Microsecond), "result", logWord(err))
	}
	return err
}

func (c *Client) try(ctx context.Context, id, op string, body []byte, result any) error {
	l, err := c.connected(ctx)
	if err != nil {
		return withOp(op, err)
	}
	return l.call(ctx, id, op, body, result, c.o.Timeout)
}

func withOp(op string, err error) error {
	_, noConnection := errors.AsType[*ConnectError](err)
	_, noHandshake := errors.AsType[*HandshakeError](err)
	if (noConnection || noHandshake) && !errors.Is(err, ErrLost) {
		return err
	}
	return &RequestError{Op: op, Err: err}
}

// logWord names an outcome without quoting anybody.
func logWord(err error) string {
	if refusal, ok := errors.AsType[*ResponseError](err); ok {
		code := shorten(refusal.Code, 32)
		if quoted := strconv.QuoteToASCII(code); quoted != `"`+code+`"` {
			code = quoted // slog leaves what is invisible as it is
		}
		return "refused " + code
	}
	if err != nil {
		return "failed"
	}
	return "ok"
}

// Info returns a copy of what is known now.
func (c *Client) Info() Info {
	c.mu.Lock()
	defer c.mu.Unlock()
	info := c.info
	info.Requests = maps.Clone(c.info.Requests)
	return info
}

// Lost is closed at an unexpected loss, also when nothing is pending.
func (c *Client) Lost() <-chan struct{} { return c.lost }

// Cause returns why the connection is lost, nil if it is not.
func (c *Client) Cause() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if loss, ok := errors.AsType[*LostError](c.end); ok {
		return loss.Cause
	}
	return nil
}

// Close ends the connection and everything pending, waits for the client's
// goroutines and wipes the capability.
func (c *Client) Close() error {
	c.mu.Lock()
	if c.end == nil {
		c.end = ErrClosed
	}
	l := c.current
	c.mu.Unlock()
	c.stop()
	if l != nil {
		l.finish(ErrClosed)
	}
	c.running.Wait()
	if c.o.Capability != nil {
		c.o.Capability.Wipe()
	}
	return nil
}
