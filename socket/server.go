package socket

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"sync"
)

// Handler answers the requests of every connection. It is called concurrently.
//
// The returned data must encode to a JSON object; nil is an empty one. An error
// of type *ResponseError is sent with its code, message and retryAfter; any
// other as INTERNAL_ERROR with its text. ctx ends when the connection does or
// when the client cancels the request.
type Handler interface {
	Handle(ctx context.Context, call Call) (data any, err error)
}

// HandlerFunc is a function as a Handler.
type HandlerFunc func(ctx context.Context, call Call) (data any, err error)

// Handle calls f.
func (f HandlerFunc) Handle(ctx context.Context, call Call) (any, error) { return f(ctx, call) }

// Call is one request as a Handler sees it.
type Call struct {
	Op         string
	Payload    json.RawMessage // an object, {} if the client sent none
	Restricted bool            // the client presented the demanded capability, which hosts take for a sandbox
}

// A Handler returns these to misbehave as a host can.
var (
	ErrNoReply = errors.New("leave the request without a reply")
	ErrHangUp  = errors.New("close the connection without a reply")
)

// ServeOptions of [Serve]. The zero value is the newest released behaviour:
// versions 1 and 2, no capability demanded.
type ServeOptions struct {
	// MaxVersion 1 is the older behaviour: protocol 1 only, frames to 64 KiB,
	// any number of requests at once, no cancel.
	MaxVersion int
	// Capability, if set, must be presented in the handshake.
	Capability string
}

// Serve answers the clients of l until ctx ends or l fails, then closes every
// connection without answering what is in flight and waits for its handlers.
func Serve(ctx context.Context, l net.Listener, h Handler, o ServeOptions) error {
	if o.MaxVersion == 0 {
		o.MaxVersion = maxVersion
	}
	ctx, stop := context.WithCancel(ctx)
	var sessions sync.WaitGroup
	defer sessions.Wait()
	defer stop()
	defer closeAfter(ctx, l)()
	for {
		stream, err := l.Accept()
		if ctx.Err() != nil {
			if err == nil {
				_ = stream.Close()
			}
			return nil
		}
		if err != nil {
			return err
		}
		sessions.Go(func() { newSession(ctx, stream, h, o).run() })
	}
}
