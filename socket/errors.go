package socket

import (
	"errors"
	"fmt"
	"time"
)

// sentence is an error whose text is meant for people as it stands.
type sentence string

func (s sentence) Error() string { return string(s) }

var (
	// ErrLost is the sticky end of a Client: the connection broke unexpectedly
	// and no request will be sent again. A [LostError] carries the cause.
	ErrLost error = sentence("Credential proxy connection lost. Restart the session.")
	// ErrTimeout is a request that the host did not answer in time.
	ErrTimeout error = sentence("the host did not answer in time")
	// ErrClosed is a request on a Client after its Close.
	ErrClosed = errors.New("credential proxy client closed")
	// ErrTooLarge is a request over the host's frame limit; it was not sent.
	ErrTooLarge = errors.New("request exceeds the host's frame limit")
)

// LostError says why the connection counts as lost. It is [ErrLost].
type LostError struct{ Cause error }

func (e *LostError) Error() string   { return ErrLost.Error() }
func (e *LostError) Unwrap() []error { return []error{ErrLost, e.Cause} }

// ProtocolError is a host that broke the protocol. What is in our own words and
// quotes nothing of what the host sent.
type ProtocolError struct {
	Op   string // the operation answered, if known
	What string
}

func (e *ProtocolError) Error() string {
	if e.Op == "" {
		return "malformed answer: " + e.What
	}
	return fmt.Sprintf("malformed answer to %s: %s", e.Op, e.What)
}

// MalformedDataError is a valid reply whose data is not what the operation
// returns. It ends the request, not the connection. A result's UnmarshalJSON may
// return one, with What in its own words and quoting no value; Op is filled in.
type MalformedDataError struct {
	Op   string
	What string
}

func (e *MalformedDataError) Error() string {
	return fmt.Sprintf("malformed answer to %s: %s", e.Op, e.What)
}

// ResponseError is a refusal: the host answered ok:false. Code and Message are
// the host's words and may hold anything.
type ResponseError struct {
	Op         string
	Code       string
	Message    string
	RetryAfter time.Duration // 0 if the host named none
}

func (e *ResponseError) Error() string {
	return fmt.Sprintf("%s refused with code %q: %q", e.Op, e.Code, e.Message)
}

// RequestError is a request that got no valid answer. Its text is Err's.
type RequestError struct {
	Op string
	// Sent is true if the whole request left this process, so that the host may
	// have acted on it; if false, the host cannot have executed it.
	Sent bool
	Err  error
}

func (e *RequestError) Error() string { return e.Err.Error() }
func (e *RequestError) Unwrap() error { return e.Err }

// ConnectKind tells the reasons for which no connection was made.
type ConnectKind int

// The reasons of a [ConnectError]. In every case nothing was sent.
const (
	ConnectFailed   ConnectKind = iota // any other error of the system
	PathInvalid                        // empty, relative, abstract or with control bytes
	PathTooLong                        // over the system's limit for socket paths
	PathPipe                           // a Windows named pipe
	Missing                            // nothing at the path
	NotPermitted                       // no permission for the path or the socket
	NotSocket                          // something else at the path
	Symlink                            // a symbolic link at the path
	UnsafeDirectory                    // others may replace the socket
	Refused                            // a socket, but nobody listens
	Busy                               // the host's queue is full
	Replaced                           // the socket changed while we connected
)

// ConnectError is a connection that was not made.
type ConnectError struct {
	Kind   ConnectKind
	Path   string
	Detail string // facts in our own words, such as the limit
	Err    error  // the system's error, if there was one
}

func (e *ConnectError) Error() string {
	text := fmt.Sprintf("socket %q: %s", e.Path, e.Detail)
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *ConnectError) Unwrap() error { return e.Err }

// HandshakeKind tells the ways in which a handshake fails.
type HandshakeKind int

// The ways of a [HandshakeError].
const (
	HandshakeClosed      HandshakeKind = iota // closed before the answer
	HandshakeRefused                          // answered ok:false
	HandshakeMalformed                        // answered something else than a handshake
	HandshakeTimedOut                         // no answer
	HandshakeUnsupported                      // a version that we do not speak
)

// HandshakeError is a connection that never got an accepted handshake.
type HandshakeError struct {
	Kind    HandshakeKind
	Code    string // of a refusal: the host's word
	Message string // of a refusal: the host's words
	Version string // of an unsupported version: the number as sent, at most 32 characters
	Err     error
}

func (e *HandshakeError) Error() string {
	switch e.Kind {
	case HandshakeRefused:
		return fmt.Sprintf("handshake refused with code %q: %q", e.Code, e.Message)
	case HandshakeTimedOut:
		return "the host did not answer the handshake"
	case HandshakeUnsupported:
		return fmt.Sprintf("the host answered the handshake with version %q; this program speaks 1 and 2", e.Version)
	case HandshakeMalformed:
		return fmt.Sprintf("malformed handshake answer: %v", e.Err)
	default:
		return "the host closed the connection during the handshake"
	}
}

func (e *HandshakeError) Unwrap() error { return e.Err }
