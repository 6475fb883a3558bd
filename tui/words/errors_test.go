package words

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/text"
)

var update = flag.Bool("update", false, "write the golden sentences anew; look at them before committing")

// failing is an error and what its sentence must say.
type failing struct {
	name  string
	err   error
	cause string // part of what happened
	final bool   // nothing helps, or the cause says what does
}

const contract = "Credential proxy connection lost. Restart the session."

// failings returns an error of every kind, with foreign as the words of the host and
// of the system.
func failings(foreign string) []failing {
	var all []failing
	for _, list := range [][]failing{connectFailings(foreign), handshakeFailings(foreign), refusals(foreign), losses(foreign), calledOff(foreign)} {
		all = append(all, list...)
	}
	return append(all,
		failing{"malformed", &socket.MalformedDataError{Op: "list_buckets", What: "the list is not an array"}, "list_buckets is malformed, the list is not an array", false},
		failing{"capability", &store.CapabilityError{Reason: fmt.Sprintf("%s is not a file descriptor: %q", store.CapabilityVariable, foreign)}, "capability cannot be used", false},
		failing{"no proxy", store.ErrNoProxy, store.SocketVariable + " is not set", false},
		failing{"name", fmt.Errorf("%q: %w", foreign, store.ErrName), "Hosts refuse this name", false},
		failing{"timeout", socket.ErrTimeout, "did not answer in time", false},
		failing{"too large", socket.ErrTooLarge, "too large for this host", false},
		failing{"canceled", context.Canceled, "was canceled", true},
		failing{"closed", socket.ErrClosed, "was canceled", true},
		failing{"panic", ErrPanic, "credscope itself has failed", false},
		failing{"unknown", errors.New(foreign), "Something failed", true},
	)
}

func connectFailings(foreign string) []failing {
	path := "/run/" + foreign
	of := func(name string, kind socket.ConnectKind, detail string, cause string) failing {
		return failing{"connect " + name, &socket.ConnectError{Kind: kind, Path: path, Detail: detail, Err: errors.New(foreign)}, cause, false}
	}
	return []failing{
		of("failed", socket.ConnectFailed, "cannot connect", "Cannot connect to"),
		of("path invalid", socket.PathInvalid, "not an absolute path", "cannot be used, not an absolute path"),
		of("path too long", socket.PathTooLong, "over 107 bytes", "cannot be used, over 107 bytes"),
		of("pipe", socket.PathPipe, "a named pipe", "Windows named pipe"),
		of("missing", socket.Missing, "nothing there", "no socket at"),
		of("not permitted", socket.NotPermitted, "no permission", "Permission denied"),
		of("not a socket", socket.NotSocket, "not a socket", "is not a socket"),
		of("symlink", socket.Symlink, "a symbolic link", "is a symbolic link"),
		of("unsafe directory", socket.UnsafeDirectory, "any user may write", "Any user may replace"),
		of("refused", socket.Refused, "no process listens", "No process listens"),
		of("busy", socket.Busy, "queue full", "too busy"),
		of("replaced", socket.Replaced, "replaced", "was replaced"),
	}
}

func handshakeFailings(foreign string) []failing {
	refused := func(code string) error {
		return &socket.HandshakeError{Kind: socket.HandshakeRefused, Code: code, Message: foreign}
	}
	withheld := func(reason string) error {
		return &socket.HandshakeError{Kind: socket.HandshakeRefused, Code: "UNAUTHORIZED", Message: foreign, Withheld: []string{reason}}
	}
	return []failing{
		{"handshake closed", &socket.HandshakeError{Kind: socket.HandshakeClosed, Err: io.EOF}, "closed the connection during the handshake", false},
		{"handshake timed out", &socket.HandshakeError{Kind: socket.HandshakeTimedOut}, "did not answer the handshake", false},
		{"handshake unsupported", &socket.HandshakeError{Kind: socket.HandshakeUnsupported, Version: foreign}, "speaks protocol version", false},
		{"handshake malformed", &socket.HandshakeError{Kind: socket.HandshakeMalformed, Err: errors.New(foreign)}, "handshake is malformed", false},
		{"handshake unauthorized", refused("UNAUTHORIZED"), "requires a capability", false},
		{"handshake version refused", refused("UNKNOWN_VERSION"), "no protocol version that credscope speaks", false},
		{"handshake withheld", withheld("the socket is not yours"), "yours was not sent: the socket is not yours", false},
		{"handshake withheld, writable", withheld(socket.WorldWritable), "yours was not sent: ", false},
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
		of(store.Cancelled, "canceled the request"),
		other,
		limited(7*time.Second, "Rate limited. Retry after 7s."),
		limited(0, "Rate limited. Retry later."),
	}
}

func losses(foreign string) []failing {
	of := func(name string, because error, cause string) failing {
		return failing{"lost " + name, &socket.LostError{Cause: because}, cause, true}
	}
	return []failing{
		{"lost", socket.ErrLost, contract, true},
		of("for no known cause", nil, contract),
		of("at the end of the stream", io.EOF, contract),
		of("by the system", &fs.PathError{Op: "read", Path: foreign, Err: errors.New(foreign)}, contract),
		of("by the protocol", &socket.ProtocolError{Op: "get_token", What: "ok is not true or false"}, "broke the protocol, ok is not true or false"),
		of("by an empty frame", &socket.FrameError{Limit: 65536}, "broke the protocol, empty frame"),
		of("by a large frame", &socket.FrameError{Size: 70000, Limit: 65536}, "broke the protocol, frame of 70000 bytes, limit 65536"),
		of("to another host", &socket.ConnectError{Kind: socket.Replaced, Path: "/run/" + foreign}, "was replaced while connecting"),
	}
}

// calledOff returns the reasons for which the final check of a removal sends nothing.
func calledOff(foreign string) []failing {
	key := store.Key{Provider: "codex", Bucket: "b" + foreign}
	of := func(name string, e inventory.CalledOffError, cause string) failing {
		e.Key = key
		return failing{"called off, " + name, &e, cause, false}
	}
	refused := &store.Error{Code: store.InternalError, Message: foreign}
	return []failing{
		of("no answer", inventory.CalledOffError{Reason: inventory.NoAnswer, Err: refused}, "the final check had no answer: Host-side operation failed"),
		of("not listed", inventory.CalledOffError{Reason: inventory.NotListed}, "the host no longer lists "),
		of("listed twice", inventory.CalledOffError{Reason: inventory.ListedTwice}, " twice"),
		of("no such name", inventory.CalledOffError{Reason: inventory.NoSuchName}, "the host has no "),
		of("renewed", inventory.CalledOffError{
			Reason: inventory.Changed, Before: store.Stale, Now: &store.Check{Found: true},
		}, "has changed since the question, its expiry is another one"),
		of("vanished", inventory.CalledOffError{
			Reason: inventory.Changed, Before: store.Stale, Now: &store.Check{},
		}, "has changed since the question, it was stale and is unreadable now"),
		of("denied", inventory.CalledOffError{
			Reason: inventory.Changed, Before: store.Valid, Now: &store.Check{Hidden: true},
		}, "has changed since the question, it was valid and is denied now"),
	}
}

const hostile = "\x1b[2J\x1b]0;owned\a\r\nRemoved.\u2028 \u202eevil\u2066 \u200b\ufeff\u0085\x9b31m\xff\x00"

func TestEveryErrorIsOneSafeSentence(t *testing.T) {
	for _, foreign := range []string{"", "plain words", hostile, strings.Repeat("long-", 1000)} {
		for _, f := range failings(foreign) {
			if got := Evidence(f.err); text.Free(got) != got {
				t.Errorf("%s: the evidence is not safe to draw: %.200q", f.name, got)
			}
			for _, got := range []string{Error(f.err), ErrorWithoutKeys(f.err)} {
				switch {
				case text.Free(got) != got:
					t.Errorf("%s: not safe to draw: %.200q", f.name, got)
				case !strings.HasSuffix(got, ".") || strings.HasSuffix(got, ".."):
					t.Errorf("%s: does not end with a period: %.200q", f.name, got)
				case strings.TrimSpace(got) != got || strings.Contains(got, "  ") && foreign != hostile:
					t.Errorf("%s: needless blanks: %.200q", f.name, got)
				}
			}
		}
	}
}

func TestEveryErrorSaysWhatHappenedAndWhatToDoNext(t *testing.T) {
	for _, f := range failings("foreign") {
		e := Explain(f.err)
		if got := e.Sentence(); !strings.Contains(got, f.cause) {
			t.Errorf("%s: %q does not say %q", f.name, got, f.cause)
		} else if !f.final && !strings.HasSuffix(got, ": "+e.Next+".") {
			t.Errorf("%s: %q does not end with the next step", f.name, got)
		}
		if f.final != (e.Next == "") {
			t.Errorf("%s: the next step is %q", f.name, e.Next)
		}
	}
}

func TestWithoutAScreenNoKeyIsAdvised(t *testing.T) {
	for _, f := range failings("foreign") {
		got := ErrorWithoutKeys(f.err)
		if !strings.Contains(got, f.cause) || strings.Contains(got, "press ") {
			t.Errorf("%s: %q", f.name, got)
		}
	}
}

func TestAnErrorSaysTheSameHoweverItIsWrapped(t *testing.T) {
	for _, f := range failings("foreign") {
		if f.name == "unknown" {
			continue
		}
		want := Error(f.err)
		for _, wrapped := range []error{
			fmt.Errorf("checking: %w", f.err),
			&socket.RequestError{Op: "get_token", Sent: true, Err: f.err},
			errors.Join(f.err, errors.New("and another")),
		} {
			if got := Error(wrapped); got != want {
				t.Errorf("%s: %q, and wrapped in %T %q", f.name, want, wrapped, got)
			}
		}
	}
}

func TestALossKeepsTheContractsSentenceWhole(t *testing.T) {
	for _, foreign := range []string{"", "foreign", hostile} {
		for _, f := range losses(foreign) {
			if got := Error(f.err); !strings.HasPrefix(got, contract) {
				t.Errorf("%s: %q", f.name, got)
			}
		}
	}
}

func TestTheNextStepAfterAnInternalErrorFitsItsMessage(t *testing.T) {
	for message, next := range map[string]string{
		"":                            "check on the host, then press r",
		"something else":              "check on the host, then press r",
		"Frame exceeds maximum size":  fewerBuckets,
		"The keychain is locked":      "unlock the keyring on the host, then restart the LLxprt session",
		"User denied access":          "unlock the keyring on the host, then restart the LLxprt session",
		"Permission was refused":      "unlock the keyring on the host, then restart the LLxprt session",
		"binary was replaced on disk": "restart LLxprt on the host",
	} {
		if got := Explain(&store.Error{Code: store.InternalError, Message: message}).Next; got != next {
			t.Errorf("%q: %q, not %q", message, got, next)
		}
	}
}

// said finds the host's message in a sentence.
var said = regexp.MustCompile(`\(host says: "(.*)"\)`)

func TestTheHostsMessageIsQuotedAndLabelled(t *testing.T) {
	const message = "Removed. Press y"
	for _, f := range append(handshakeFailings(message), refusals(message)...) {
		got := Error(f.err)
		labelled := said.FindString(got) == `(host says: "`+message+`")`
		if labelled != f.quotesTheHost() {
			t.Errorf("%s: labelled is %t: %q", f.name, labelled, got)
		}
		if rest := said.ReplaceAllString(got, ""); !f.namesACode() && strings.Contains(rest, message) {
			t.Errorf("%s: words of the host stand without a label: %q", f.name, got)
		}
	}
	if got := Error(&store.Error{Code: store.Forbidden}); strings.Contains(got, "says") {
		t.Errorf("a host without a message is quoted: %q", got)
	}
}

func (f *failing) quotesTheHost() bool {
	if e, ok := errors.AsType[*store.Error](f.err); ok {
		return e.Code != store.RateLimited
	}
	e, ok := errors.AsType[*socket.HandshakeError](f.err)
	return ok && e.Kind == socket.HandshakeRefused && len(e.Withheld) == 0
}

// namesACode reports whether a word of the host has a place outside of a quotation of
// its message.
func (f *failing) namesACode() bool {
	return strings.HasSuffix(f.name, "code") || f.name == "handshake unsupported"
}

func TestOutsideTheScreenTheHostsMessageIsCut(t *testing.T) {
	for _, foreign := range []string{strings.Repeat("a", 1000), strings.Repeat("日", 1000), strings.Repeat("\x1b", 1000)} {
		for _, f := range append(handshakeFailings(foreign), refusals(foreign)...) {
			match := said.FindStringSubmatch(ErrorWithoutKeys(f.err))
			if match == nil {
				continue
			}
			if w := text.Width(match[1]); w > 120 || w < 119 || !strings.HasSuffix(match[1], "...") {
				t.Errorf("%s: %d cells of the host's words: %q", f.name, w, match[1])
			}
		}
	}
}

func TestTheSentencesInOnePlace(t *testing.T) {
	var b strings.Builder
	for _, f := range failings("foreign words") {
		fmt.Fprintf(&b, "%s\n    %s\n", f.name, Error(f.err))
		if without := ErrorWithoutKeys(f.err); without != Error(f.err) {
			fmt.Fprintf(&b, "    %s\n", without)
		}
	}
	compareGolden(t, "testdata/sentences.txt", b.String())
}

func compareGolden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s has changed; if the new one is right, look at it and run go test ./tui/words -update\n--- want\n%s--- got\n%s", path, want, got)
	}
}
