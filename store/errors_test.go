package store_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"credscope/socket"
	"credscope/store"
)

var codes = []store.Code{
	store.Unauthorized, store.Forbidden, store.NotFound, store.RateLimited, store.InternalError,
	store.InvalidRequest, store.ResourceExhausted, store.ResponseTooLarge, store.Cancelled,
}

// refused returns the error of SaveToken when the host answers r.
func refused(t *testing.T, r socket.ResponseError) *store.Error {
	t.Helper()
	s, _ := startFake(t, store.Options{}, func(fakeCall) (any, error) { return nil, &r })
	err := s.SaveToken(t.Context(), codex, fullToken())
	wrapped, ok := errors.AsType[*store.Error](err)
	if !ok || wrapped.Op != "save_token" || wrapped.Code != store.Code(r.Code) || wrapped.Message != r.Message || wrapped.RetryAfter != r.RetryAfter {
		t.Fatalf("%+v became %#v", r, err)
	}
	return wrapped
}

func TestEveryCodeHasItsWords(t *testing.T) {
	for _, test := range []struct {
		code, message string
		retry         time.Duration
		want          string
	}{
		{"UNAUTHORIZED", "Bucket not allowed: work", 0, `Provider not available for this profile: "Bucket not allowed: work"`},
		{"UNAUTHORIZED", "", 0, `Provider not available for this profile: ""`},
		{"RATE_LIMITED", "Refresh rate limited", 30 * time.Second, "Rate limited. Retry after 30s"},
		{"RATE_LIMITED", "Refresh rate limited", time.Second, "Rate limited. Retry after 1s"},
		{"RATE_LIMITED", "Refresh rate limited", 5 * time.Minute, "Rate limited. Retry after 300s"},
		{"RATE_LIMITED", "Refresh rate limited", 0, "Rate limited. Retry later"},
		{"INTERNAL_ERROR", "The keychain is locked", 0, `"The keychain is locked"`},
		{"INTERNAL_ERROR", "", 0, "Host-side operation failed"},
		{"FORBIDDEN", "Access denied", 0, `Proxy error [FORBIDDEN]: "Access denied"`},
		{"NOT_FOUND", "No token", 0, `Proxy error [NOT_FOUND]: "No token"`},
		{"INVALID_REQUEST", "Missing provider", 0, `Proxy error [INVALID_REQUEST]: "Missing provider"`},
		{"RESOURCE_EXHAUSTED", "Too many", 0, `Proxy error [RESOURCE_EXHAUSTED]: "Too many"`},
		{"RESPONSE_TOO_LARGE", "", 0, `Proxy error [RESPONSE_TOO_LARGE]: ""`},
		{"CANCELLED", "Operation cancelled", 0, `Proxy error [CANCELLED]: "Operation cancelled"`},
		{"SOMETHING_NEW", "x", 0, `Proxy error [SOMETHING_NEW]: "x"`},
		{"", "x", 0, `Proxy error []: "x"`},
		{"internal_error", "x", 0, `Proxy error [internal_error]: "x"`},
		{"A\nB", "x", 0, `Proxy error ["A\nB"]: "x"`},
		{`A"B`, "x", 0, `Proxy error ["A\"B"]: "x"`},
	} {
		err := refused(t, socket.ResponseError{Code: test.code, Message: test.message, RetryAfter: test.retry})
		if got := err.Error(); got != test.want {
			t.Errorf("%q %q: got %s, want %s", test.code, test.message, got, test.want)
		}
	}
}

func TestEveryCodeCanBeAskedFor(t *testing.T) {
	for _, code := range codes {
		err := fmt.Errorf("while saving: %w", refused(t, socket.ResponseError{Code: string(code), Message: "m"}))
		for _, other := range codes {
			if got := errors.Is(err, other); got != (code == other) {
				t.Errorf("%s is %s: %t", code, other, got)
			}
		}
		if errors.Is(err, store.ErrName) || errors.Is(err, socket.ErrLost) {
			t.Errorf("%s is something of ours", code)
		}
		if got, want := code.Error(), fmt.Sprintf("code %q", string(code)); got != want {
			t.Errorf("the code alone says %s", got)
		}
	}
}

func TestForeignWordsAreNeverRawInAnError(t *testing.T) {
	const hostile = "\x1b[31mred\x07\r\n\x00\u202egnp\u2028\u200b\x9b\xff\x7f"
	for _, code := range append([]store.Code{"SOMETHING_NEW", hostile}, codes...) {
		err := &store.Error{Op: "get_token", Code: code, Message: hostile, RetryAfter: time.Second}
		for _, text := range []string{err.Error(), code.Error(), fmt.Errorf("more: %w", err).Error()} {
			if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
				t.Errorf("%q holds raw foreign characters", text)
			}
		}
	}
}

func TestErrorsThatAreNoRefusalKeepTheirType(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "gone.sock")
	s := store.NewProxyTokenStore(missing, store.Options{})
	defer func() { _ = s.Close() }()
	for _, call := range append(readingCalls(), changingCalls()...) {
		err := call.do(t.Context(), s)
		if call.sent == "" {
			continue
		}
		if wrong, ok := errors.AsType[*socket.ConnectError](err); !ok || wrong.Kind != socket.Missing || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %#v", call.name, err)
		}
	}
	_, refusing := startDemo(t, "refused")
	_, err := refusing.ListProviders(t.Context())
	if wrong, ok := errors.AsType[*socket.HandshakeError](err); !ok || wrong.Kind != socket.HandshakeRefused || wrong.Code != "UNAUTHORIZED" {
		t.Errorf("a refused handshake became %#v", err)
	}
	if errors.Is(err, store.Unauthorized) {
		t.Error("a refused handshake is not the refusal of a request")
	}
}

func TestALossIsStickyAndTold(t *testing.T) {
	s, h := startFake(t, store.Options{}, func(fakeCall) (any, error) { return nil, socket.ErrHangUp })
	for _, call := range append(changingCalls(), readingCalls()...) {
		err := call.do(t.Context(), s)
		if call.sent != "" && (!errors.Is(err, socket.ErrLost) || err.Error() != "Credential proxy connection lost. Restart the session.") {
			t.Errorf("%s: %v", call.name, err)
		}
	}
	if n := len(h.frames()); h.dials != 1 || n != 2 {
		t.Errorf("%d dials and %d frames", h.dials, n)
	}
}

func TestARequestGivenUpIsTheCallersOwnError(t *testing.T) {
	s, h := startFake(t, store.Options{}, answers(good()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, call := range append(readingCalls(), changingCalls()...) {
		if err := call.do(ctx, s); call.sent != "" && !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", call.name, err)
		}
	}
	if got := h.ops(); got != "" {
		t.Errorf("received %s", got)
	}
}
