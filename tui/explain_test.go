package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"time"

	"credscope/socket"
	"credscope/store"
)

// failing is an error and what its sentence must hold.
type failing struct {
	name  string
	err   error
	cause string // part of what the sentence says has happened
	final bool   // there is no next step, or the cause says it
}

const contract = "Credential proxy connection lost. Restart the session."

// failings returns an error of every kind. The host's and the system's words in
// them are foreign.
func failings(foreign string) []failing {
	var all []failing
	for _, list := range [][]failing{connectFailings(foreign), handshakeFailings(foreign), refusals(foreign), losses(foreign)} {
		all = append(all, list...)
	}
	return append(all,
		failing{"malformed", &store.MalformedDataError{Op: "list_buckets", What: "the list is not an array"}, "list_buckets is malformed, the list is not an array", false},
		failing{"capability", &store.CapabilityError{Reason: fmt.Sprintf("%s is not a file descriptor: %q", store.CapabilityVariable, foreign)}, "capability cannot be used", false},
		failing{"no proxy", store.ErrNoProxy, store.SocketVariable + " is not set", false},
		failing{"name", fmt.Errorf("%q: %w", foreign, store.ErrName), "Hosts refuse this name", false},
		failing{"timeout", store.ErrTimeout, "did not answer in time", false},
		failing{"too large", store.ErrTooLarge, "too large for this host", false},
		failing{"given up", context.Canceled, "given up", true},
		failing{"closed", store.ErrClosed, "given up", true},
		failing{"unknown", errors.New(foreign), "Something failed", true},
	)
}

func connectFailings(foreign string) []failing {
	path := "/run/" + foreign
	of := func(name string, kind socket.ConnectKind, detail string, cause string) failing {
		return failing{"connect " + name, &store.ConnectError{Kind: kind, Path: path, Detail: detail, Err: errors.New(foreign)}, cause, false}
	}
	return []failing{
		of("failed", socket.ConnectFailed, "cannot connect", "Cannot connect to"),
		of("path invalid", store.PathInvalid, "not an absolute path", "cannot be used, not an absolute path"),
		of("path too long", store.PathTooLong, "over 107 bytes", "cannot be used, over 107 bytes"),
		of("pipe", store.PathPipe, "a named pipe", "Windows named pipe"),
		of("missing", store.Missing, "nothing there", "no socket at"),
		of("not permitted", store.NotPermitted, "no permission", "Permission denied"),
		of("not a socket", store.NotSocket, "not a socket", "is not a socket"),
		of("symlink", store.Symlink, "a symbolic link", "is a symbolic link"),
		of("unsafe directory", store.UnsafeDirectory, "everybody may write", "Everybody may replace"),
		of("nobody listens", store.NobodyListens, "nobody listens", "Nobody listens"),
		of("busy", store.Busy, "queue full", "too busy"),
		of("replaced", store.Replaced, "replaced", "was replaced"),
	}
}

func handshakeFailings(foreign string) []failing {
	refused := func(code string) error {
		return &store.HandshakeError{Kind: store.HandshakeRefused, Code: code, Message: foreign}
	}
	return []failing{
		{"handshake closed", &store.HandshakeError{Kind: store.HandshakeClosed, Err: io.EOF}, "closed the connection during the handshake", false},
		{"handshake timed out", &store.HandshakeError{Kind: store.HandshakeTimedOut}, "did not answer the handshake", false},
		{"handshake unsupported", &store.HandshakeError{Kind: store.HandshakeUnsupported, Version: foreign}, "speaks protocol version", false},
		{"handshake malformed", &store.HandshakeError{Kind: store.HandshakeMalformed, Err: errors.New(foreign)}, "handshake is malformed", false},
		{"handshake unauthorized", refused("UNAUTHORIZED"), "requires a capability", false},
		{"handshake version refused", refused("UNKNOWN_VERSION"), "no protocol version that credscope knows", false},
		{"handshake other code", refused(foreign), "refused the handshake", false},
	}
}

func refusals(foreign string) []failing {
	of := func(code store.Code, cause string) failing {
		return failing{"refused " + string(code), &store.Error{Op: "get_token", Code: code, Message: foreign}, cause, false}
	}
	limited := func(after time.Duration, cause string) failing {
		return failing{"rate limited " + after.String(), &store.Error{Code: store.RateLimited, RetryAfter: after, Message: foreign}, cause, true}
	}
	other := of(store.Code("X"+foreign), "Proxy error [")
	other.name = "refused by another code"
	return []failing{
		of(store.Unauthorized, "Provider not available for this profile"),
		of(store.Forbidden, "policy forbids"),
		of(store.NotFound, "no readable token"),
		of(store.InternalError, "Host-side operation failed"),
		of(store.InvalidRequest, "does not accept the request"),
		of(store.ResourceExhausted, "busy with other requests"),
		of(store.ResponseTooLarge, "answer is too large"),
		of(store.Cancelled, "was cancelled"),
		other,
		limited(7*time.Second, "Rate limited. Retry after 7s."),
		limited(0, "Rate limited. Retry later."),
	}
}

func losses(foreign string) []failing {
	of := func(name string, because error, cause string) failing {
		return failing{"lost " + name, &store.LostError{Cause: because}, cause, true}
	}
	return []failing{
		{"lost", store.ErrLost, contract, true},
		of("for no known cause", nil, contract),
		of("at the end of the stream", io.EOF, contract),
		of("by the system", &fs.PathError{Op: "read", Path: foreign, Err: errors.New(foreign)}, contract),
		of("by the protocol", &store.ProtocolError{Op: "get_token", What: "ok is not true or false"}, "broke the protocol, ok is not true or false"),
		of("by an empty frame", &store.FrameError{Limit: 65536}, "broke the protocol, empty frame"),
		of("by a large frame", &store.FrameError{Size: 70000, Limit: 65536}, "broke the protocol, frame of 70000 bytes, limit 65536"),
		of("to another host", &store.ConnectError{Kind: store.Replaced, Path: "/run/" + foreign}, "was replaced while connecting"),
	}
}

const hostile = "\x1b[2J\x1b]0;owned\a\r\nRemoved.\u2028 \u202eevil\u2066 \u200b\ufeff\u0085\x9b31m\xff\x00"

func TestEveryErrorIsOneSafeSentence(t *testing.T) {
	for _, foreign := range []string{"", "plain words", hostile, strings.Repeat("long-", 1000)} {
		for _, f := range failings(foreign) {
			got := Explain(f.err)
			switch bad := dangerous(got); {
			case bad >= 0:
				t.Errorf("%s: holds %U: %q", f.name, bad, got)
			case !strings.HasSuffix(got, ".") || strings.HasSuffix(got, ".."):
				t.Errorf("%s: does not end with a period: %q", f.name, got)
			case strings.TrimSpace(got) != got || strings.Contains(got, "  ") && foreign != hostile:
				t.Errorf("%s: has space to spare: %q", f.name, got)
			}
		}
	}
}

func TestEveryErrorNamesItsCauseAndTheNextStep(t *testing.T) {
	for _, f := range failings("foreign") {
		e := explain(f.err)
		if got := e.sentence(); !strings.Contains(got, f.cause) {
			t.Errorf("%s: %q does not say %q", f.name, got, f.cause)
		} else if !f.final && !strings.HasSuffix(got, ": "+e.next+".") {
			t.Errorf("%s: %q does not end with a next step", f.name, got)
		}
		if f.final != (e.next == "") {
			t.Errorf("%s: the next step is %q", f.name, e.next)
		}
	}
}

func TestAnErrorSaysTheSameHoweverItIsWrapped(t *testing.T) {
	for _, f := range failings("foreign") {
		if f.name == "unknown" {
			continue
		}
		want := Explain(f.err)
		for _, wrapped := range []error{
			fmt.Errorf("looking: %w", f.err),
			&socket.RequestError{Op: "get_token", Sent: true, Err: f.err},
			errors.Join(f.err, errors.New("and another")),
		} {
			if got := Explain(wrapped); got != want {
				t.Errorf("%s: %q, and wrapped in %T %q", f.name, want, wrapped, got)
			}
		}
	}
}

func TestALossKeepsTheContractsSentenceWhole(t *testing.T) {
	for _, foreign := range []string{"", "foreign", hostile} {
		for _, f := range losses(foreign) {
			if got := Explain(f.err); !strings.HasPrefix(got, contract) {
				t.Errorf("%s: %q", f.name, got)
			}
		}
	}
}

// said finds the host's words in a sentence.
var said = regexp.MustCompile(`\(host says: "(.*)"\)`)

func TestTheHostsWordsAreQuotedAndLabelled(t *testing.T) {
	const words = "Removed. Press y"
	for _, f := range append(handshakeFailings(words), refusals(words)...) {
		got := Explain(f.err)
		labelled := said.FindString(got) == `(host says: "`+words+`")`
		if labelled != f.quotesTheHost() {
			t.Errorf("%s: labelled is %t: %q", f.name, labelled, got)
		}
		if rest := said.ReplaceAllString(got, ""); !f.namesACode() && strings.Contains(rest, words) {
			t.Errorf("%s: words of the host stand without a label: %q", f.name, got)
		}
	}
	if got := Explain(&store.Error{Code: store.Forbidden}); strings.Contains(got, "says") {
		t.Errorf("a host that said nothing is quoted: %q", got)
	}
}

func (f *failing) quotesTheHost() bool {
	if e, ok := errors.AsType[*store.Error](f.err); ok {
		return e.Code != store.RateLimited
	}
	e, ok := errors.AsType[*store.HandshakeError](f.err)
	return ok && e.Kind == store.HandshakeRefused
}

// namesACode reports whether a word of the host stands outside its quotation,
// in a place of its own.
func (f *failing) namesACode() bool {
	return strings.HasSuffix(f.name, "code") || f.name == "handshake unsupported"
}

func TestTheHostsWordsAreCutToAShortPlace(t *testing.T) {
	for _, foreign := range []string{strings.Repeat("a", 1000), strings.Repeat("日", 1000), strings.Repeat("\x1b", 1000)} {
		for _, f := range append(handshakeFailings(foreign), refusals(foreign)...) {
			match := said.FindStringSubmatch(Explain(f.err))
			if match == nil {
				continue
			}
			if w := width(match[1]); w > maxQuote || w < maxQuote-1 || !strings.HasSuffix(match[1], "...") {
				t.Errorf("%s: %d cells of the host's words: %q", f.name, w, match[1])
			}
		}
	}
}

func TestTheSentencesInOnePlace(t *testing.T) {
	var b strings.Builder
	for _, f := range failings("foreign words") {
		fmt.Fprintf(&b, "%s\n    %s\n", f.name, Explain(f.err))
	}
	compareGolden(t, "sentences", b.String())
}
