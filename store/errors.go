package store

import (
	"errors"
	"fmt"
	"time"

	"credscope/socket"
)

// Code is a host's reason for refusing. It is an error, so that errors.Is asks
// for it: errors.Is(err, store.Forbidden).
type Code string

// The codes of released hosts. Others may come.
const (
	Unauthorized      Code = "UNAUTHORIZED"
	Forbidden         Code = "FORBIDDEN"
	NotFound          Code = "NOT_FOUND"
	RateLimited       Code = "RATE_LIMITED"
	InternalError     Code = "INTERNAL_ERROR"
	InvalidRequest    Code = "INVALID_REQUEST"
	ResourceExhausted Code = "RESOURCE_EXHAUSTED"
	ResponseTooLarge  Code = "RESPONSE_TOO_LARGE"
	Cancelled         Code = "CANCELLED"
)

func (c Code) Error() string { return fmt.Sprintf("code %q", string(c)) }

var (
	// ErrNoProxy is LLXPRT_CREDENTIAL_SOCKET unset or empty.
	ErrNoProxy = errors.New("LLXPRT_CREDENTIAL_SOCKET is not set")
	// ErrName is a provider or bucket against the hosts' rule for names. Hosts
	// refuse such names, so nothing is sent.
	ErrName = errors.New("names are 1 to 64 letters, digits, dots, underscores, @ and dashes")
)

// Error is a refusal by the host, worded for people. Message is the host's own
// text and may hold anything; Error quotes it.
type Error struct {
	Op         string
	Code       Code
	Message    string
	RetryAfter time.Duration // of RATE_LIMITED; 0 if the host named none
}

func (e *Error) Error() string {
	switch e.Code {
	case Unauthorized:
		return fmt.Sprintf("Provider not available for this profile: %q", e.Message)
	case RateLimited:
		if e.RetryAfter <= 0 {
			return "Rate limited. Retry later"
		}
		return fmt.Sprintf("Rate limited. Retry after %ds", int(e.RetryAfter/time.Second))
	case InternalError:
		if e.Message == "" {
			return "Host-side operation failed"
		}
		return fmt.Sprintf("%q", e.Message)
	default:
		return fmt.Sprintf("Proxy error [%s]: %q", e.quotedCode(), e.Message)
	}
}

// quotedCode leaves the plain words that codes are as they stand.
func (e *Error) quotedCode() string {
	quoted := fmt.Sprintf("%q", string(e.Code))
	if inside := quoted[1 : len(quoted)-1]; inside == string(e.Code) {
		return inside
	}
	return quoted
}

// Is makes errors.Is(err, code) true for the error's own code.
func (e *Error) Is(target error) bool {
	code, ok := target.(Code)
	return ok && code == e.Code
}

// worded is the one mapping from the wire's refusals. Every other error stays
// as it is: its type tells the stage at which the request failed.
func worded(err error) error {
	refusal, ok := errors.AsType[*socket.ResponseError](err)
	if !ok {
		return err
	}
	return &Error{Op: refusal.Op, Code: Code(refusal.Code), Message: refusal.Message, RetryAfter: refusal.RetryAfter}
}
