package store

import (
	"errors"
	"fmt"
	"time"

	"credscope/socket"
)

// Code is the reason that a host gives for refusing a request. It is an error, so
// that errors.Is(err, store.Forbidden) tests for it.
type Code string

// The codes that released hosts refuse the store's operations with. Hosts may
// send others.
const (
	Unauthorized      Code = socket.CodeUnauthorized
	Forbidden         Code = socket.CodeForbidden
	NotFound          Code = socket.CodeNotFound
	RateLimited       Code = socket.CodeRateLimited
	InternalError     Code = socket.CodeInternalError
	InvalidRequest    Code = socket.CodeInvalidRequest
	ResourceExhausted Code = socket.CodeResourceExhausted
	ResponseTooLarge  Code = socket.CodeResponseTooLarge
	Cancelled         Code = socket.CodeCancelled

	// Of refresh_token only.

	ProviderNotFound    Code = socket.CodeProviderNotFound    // the host does not renew this provider
	RefreshNotAvailable Code = socket.CodeRefreshNotAvailable // it has no refresh token
	RefreshFailed       Code = socket.CodeRefreshFailed       // the provider or the host failed
	ReauthRequired      Code = socket.CodeReauthRequired      // the provider refused
)

func (c Code) Error() string { return fmt.Sprintf("code %q", string(c)) }

var (
	// ErrNoProxy means that LLXPRT_CREDENTIAL_SOCKET is unset or empty.
	ErrNoProxy = errors.New("LLXPRT_CREDENTIAL_SOCKET is not set")
	// ErrName means that a provider or bucket breaks the rule of [ValidName].
	// Nothing was sent.
	ErrName = errors.New("names are 1 to 64 letters, digits, dots, underscores, @ and dashes")
)

// Error is a host's refusal of a request. errors.Is(err, code) reports whether it
// has that [Code].
type Error struct {
	Op         string        // operation on the wire, such as "get_token"
	Code       Code          // as sent
	Message    string        // the host's text, as sent: it may hold any characters
	RetryAfter time.Duration // with RATE_LIMITED, in whole seconds; 0 if the host named none
}

// Error returns the refusal as a sentence for users. Host text in it is quoted as
// by %q.
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

// quotedCode returns the code, in quotes if it needs escapes.
func (e *Error) quotedCode() string {
	quoted := fmt.Sprintf("%q", string(e.Code))
	if unquoted := quoted[1 : len(quoted)-1]; unquoted == string(e.Code) {
		return unquoted
	}
	return quoted
}

// Is reports whether target is e's Code.
func (e *Error) Is(target error) bool {
	code, ok := target.(Code)
	return ok && code == e.Code
}

// wrapError turns a refusal into an [*Error]. Every other error keeps its type,
// which gives the stage at which the request failed.
func wrapError(err error) error {
	refusal, ok := errors.AsType[*socket.ResponseError](err)
	if !ok {
		return err
	}
	return &Error{Op: refusal.Op, Code: Code(refusal.Code), Message: refusal.Message, RetryAfter: refusal.RetryAfter}
}
