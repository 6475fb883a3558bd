package socket

import (
	"errors"
	"fmt"
	"time"
)

// userMessage is an error whose text is shown to users unchanged.
type userMessage string

func (s userMessage) Error() string { return string(s) }

var (
	// ErrLost is the permanent state of a Client after an unexpected loss of the
	// connection. A [LostError] carries the cause.
	ErrLost error = userMessage("Credential proxy connection lost. Restart the session.")
	// ErrTimeout is a request that the host did not answer in time.
	ErrTimeout error = userMessage("the host did not answer in time")
	// ErrClosed is a request on a Client after Close.
	ErrClosed = errors.New("credential proxy client closed")
	// ErrTooLarge is a request over the host's frame limit. It was not sent.
	ErrTooLarge = errors.New("request exceeds the host's frame limit")
)

// The codes with which released hosts refuse a handshake or a request. Other
// hosts may send other codes.
const (
	CodeUnknownVersion        = "UNKNOWN_VERSION"
	CodeUnauthorized          = "UNAUTHORIZED"
	CodeForbidden             = "FORBIDDEN"
	CodeNotFound              = "NOT_FOUND"
	CodeRateLimited           = "RATE_LIMITED"
	CodeInternalError         = "INTERNAL_ERROR"
	CodeInvalidRequest        = "INVALID_REQUEST"
	CodeResourceExhausted     = "RESOURCE_EXHAUSTED"
	CodeResponseTooLarge      = "RESPONSE_TOO_LARGE"
	CodeCancelled             = "CANCELLED"
	CodeProviderNotFound      = "PROVIDER_NOT_FOUND"
	CodeRefreshNotAvailable   = "REFRESH_NOT_AVAILABLE"
	CodeRefreshFailed         = "REFRESH_FAILED"
	CodeReauthRequired        = "REAUTH_REQUIRED"
	CodeProviderNotConfigured = "PROVIDER_NOT_CONFIGURED"
	CodeFlowInitiationFailed  = "FLOW_INITIATION_FAILED"
	CodeSessionNotFound       = "SESSION_NOT_FOUND"
	CodeSessionAlreadyUsed    = "SESSION_ALREADY_USED"
	CodeSessionExpired        = "SESSION_EXPIRED"
	CodeExchangeFailed        = "EXCHANGE_FAILED"
	CodeAccessDenied          = "ACCESS_DENIED"
	CodePollFailed            = "POLL_FAILED"
)

// isReleasedCode reports whether code is in the list above.
func isReleasedCode(code string) bool {
	switch code {
	case CodeUnknownVersion, CodeUnauthorized, CodeForbidden, CodeNotFound, CodeRateLimited, CodeInternalError, CodeInvalidRequest,
		CodeResourceExhausted, CodeResponseTooLarge, CodeCancelled, CodeProviderNotFound, CodeRefreshNotAvailable, CodeRefreshFailed,
		CodeReauthRequired, CodeProviderNotConfigured, CodeFlowInitiationFailed, CodeSessionNotFound, CodeSessionAlreadyUsed,
		CodeSessionExpired, CodeExchangeFailed, CodeAccessDenied, CodePollFailed:
		return true
	}
	return false
}

// LostError is [ErrLost] with its cause.
type LostError struct{ Cause error }

func (e *LostError) Error() string   { return ErrLost.Error() }
func (e *LostError) Unwrap() []error { return []error{ErrLost, e.Cause} }

// FrameError is a frame of a length that the protocol does not allow. Its body
// was not read.
type FrameError struct {
	Size  uint32 // bytes that the header announces
	Limit int    // bytes allowed
}

func (e *FrameError) Error() string {
	if e.Size == 0 {
		return "empty frame"
	}
	return fmt.Sprintf("frame of %d bytes, limit %d", e.Size, e.Limit)
}

// ProtocolError is a violation of the protocol by the host. What never quotes
// the host.
type ProtocolError struct {
	Op   string // the operation that was answered, if known
	What string
}

func (e *ProtocolError) Error() string {
	if e.Op == "" {
		return "malformed answer: " + e.What
	}
	return fmt.Sprintf("malformed answer to %s: %s", e.Op, e.What)
}

// MalformedDataError is a valid reply with data of the wrong shape. It ends the
// request and not the connection. The UnmarshalJSON method of a result may
// return one; What must not quote a value, and Op is filled in.
type MalformedDataError struct {
	Op   string
	What string
}

func (e *MalformedDataError) Error() string {
	return fmt.Sprintf("malformed answer to %s: %s", e.Op, e.What)
}

// ResponseError is a refusal: the host answered ok:false. Code and Message are
// the host's text and may contain anything.
type ResponseError struct {
	Op         string
	Code       string
	Message    string
	RetryAfter time.Duration // in whole seconds, at most 5 min; 0 if the host gave none
}

func (e *ResponseError) Error() string {
	return fmt.Sprintf("%s refused with code %q: %q", e.Op, e.Code, e.Message)
}

// RequestError is a request without a valid answer. Its text is that of Err.
type RequestError struct {
	Op string
	// Sent reports whether the whole request was written. If so, the host may have
	// executed it; if not, the host cannot have.
	Sent bool
	Err  error
}

func (e *RequestError) Error() string { return e.Err.Error() }
func (e *RequestError) Unwrap() error { return e.Err }

// wrapError returns err as a *RequestError, unless it is an outcome of another
// type that [Client.Request] returns.
func wrapError(op string, sent bool, err error) error {
	if err == nil {
		return nil
	}
	_, refused := errors.AsType[*ResponseError](err)
	_, malformed := errors.AsType[*MalformedDataError](err)
	_, noConnection := errors.AsType[*ConnectError](err)
	_, noHandshake := errors.AsType[*HandshakeError](err)
	if (refused || malformed || noConnection || noHandshake) && !errors.Is(err, ErrLost) {
		return err
	}
	return &RequestError{Op: op, Sent: sent, Err: err}
}

// ConnectKind is the reason of a [ConnectError].
type ConnectKind int

// The reasons of a [ConnectError]. Nothing has been sent in any of them.
const (
	ConnectFailed   ConnectKind = iota // another error of the system
	PathInvalid                        // empty, relative, abstract or with control bytes
	PathTooLong                        // over the system's limit for socket paths
	PathPipe                           // a Windows named pipe
	Missing                            // nothing at the path
	NotPermitted                       // no permission for the path or the socket
	NotSocket                          // no stream socket at the path
	Symlink                            // a symbolic link at the path
	UnsafeDirectory                    // any user may replace the socket
	Refused                            // a socket without a listener
	Busy                               // the listener's queue is full
	Replaced                           // the socket changed during the connect
)

// ConnectError is a failed connect.
type ConnectError struct {
	Kind   ConnectKind
	Path   string
	Detail string // the reason in words, never quoting the path
	Err    error  // the system's error, if any
}

func (e *ConnectError) Error() string {
	text := fmt.Sprintf("socket %q: %s", e.Path, e.Detail)
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *ConnectError) Unwrap() error { return e.Err }

// HandshakeKind is the reason of a [HandshakeError].
type HandshakeKind int

// The reasons of a [HandshakeError].
const (
	HandshakeClosed      HandshakeKind = iota // the host closed the connection without a reply
	HandshakeRefused                          // the host answered ok:false
	HandshakeMalformed                        // the host's first frame was not a handshake reply
	HandshakeTimedOut                         // the host sent no reply
	HandshakeUnsupported                      // the host chose a version other than 1 and 2
)

// HandshakeError is a connection without an accepted handshake.
type HandshakeError struct {
	Kind    HandshakeKind
	Code    string // of a refusal; the host's text
	Message string // of a refusal; the host's text
	Version string // of an unsupported version: the number as sent, at most 32 characters
	// Withheld says why a capability was not sent, as in Info.Warnings. It is empty
	// if a capability was sent or there is none.
	Withheld []string
	Err      error
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
