package words

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/text"
)

// ErrPanic is a panic of credscope itself. Its value is not kept, since it may
// hold anything.
var ErrPanic = errors.New("credscope itself has failed")

// Explanation is an error for people: what happened, and what to do next.
type Explanation struct {
	Cause string
	Next  string // "" if nothing helps
}

// Sentence returns the explanation as one sentence.
func (e Explanation) Sentence() string {
	if e.Next == "" {
		return e.Cause + "."
	}
	return e.Cause + ": " + e.Next + "."
}

// Error returns an error as one sentence for the screen. Quotations in it can be
// long; [text.ShortQuotes] cuts them.
func Error(err error) string { return Explain(err).Sentence() }

// ErrorWithoutKeys is [Error] for places without the screen's keys.
func ErrorWithoutKeys(err error) string {
	e := Explain(err)
	e.Next = keyAdvice.ReplaceAllString(e.Next, "run credscope again")
	return text.ShortQuotes(e.Sentence())
}

// keyAdvice matches the advice to press a key.
var keyAdvice = regexp.MustCompile(`press [a-zA-Z]( to [a-z ]+| in a moment)?`)

// Explain returns what an error means and what to do next.
func Explain(err error) Explanation {
	if off, ok := errors.AsType[*inventory.CalledOffError](err); ok {
		return explainCalledOff(off)
	}
	if e, ok := errors.AsType[*socket.ConnectError](err); ok && !errors.Is(err, socket.ErrLost) {
		return explainConnect(e)
	}
	if e, ok := errors.AsType[*socket.HandshakeError](err); ok {
		return explainHandshake(e)
	}
	if e, ok := errors.AsType[*store.Error](err); ok {
		return explainRefusal(e)
	}
	if e, ok := errors.AsType[*socket.MalformedDataError](err); ok {
		return Explanation{"The host's answer to " + e.Op + " is malformed, " + e.What, "press r to refresh, or report it"}
	}
	if e, ok := errors.AsType[*store.CapabilityError](err); ok {
		return Explanation{"The capability cannot be used, " + text.Free(e.Reason), "start credscope again from its launcher"}
	}
	switch {
	case errors.Is(err, store.ErrNoProxy):
		return Explanation{store.SocketVariable + " is not set, so no host is known", "start credscope inside an LLxprt sandbox, or try credscope --demo"}
	case errors.Is(err, socket.ErrLost):
		return explainLoss(err)
	case errors.Is(err, socket.ErrTimeout):
		return Explanation{"The host did not answer in time", "press r to refresh"}
	case errors.Is(err, socket.ErrTooLarge):
		return Explanation{"The request is too large for this host, so it was not sent", "shorten the name"}
	case errors.Is(err, store.ErrName):
		return Explanation{"Hosts refuse this name, so nothing was sent", "remove the entry with the host's own keychain tool"}
	case errors.Is(err, ErrPanic):
		return Explanation{"credscope itself has failed and stopped, which is a bug", "report it with what credscope doctor --private writes"}
	case errors.Is(err, context.Canceled), errors.Is(err, socket.ErrClosed):
		return Explanation{Cause: "The request was canceled"}
	}
	return Explanation{Cause: `Something failed (` + text.Quoted(err.Error()) + `)`}
}

// explainLoss keeps the contract's sentence whole and adds the cause.
func explainLoss(err error) Explanation {
	e := Explanation{Cause: "Credential proxy connection lost. Restart the session"}
	if broken, ok := errors.AsType[*socket.ProtocolError](err); ok {
		e.Cause += ". The host broke the protocol, " + broken.What
	} else if frame, ok := errors.AsType[*socket.FrameError](err); ok {
		e.Cause += ". The host broke the protocol, " + frame.Error()
	} else if replaced, ok := errors.AsType[*socket.ConnectError](err); ok {
		e.Cause += ". " + explainConnect(replaced).Cause
	}
	return e
}

func explainConnect(e *socket.ConnectError) Explanation {
	path := text.Name(e.Path)
	restart := "restart the LLxprt session on the host"
	check := "check " + store.SocketVariable + " or --socket"
	switch e.Kind {
	case socket.PathInvalid, socket.PathTooLong:
		return Explanation{"The socket path " + path + " cannot be used, " + e.Detail, check}
	case socket.PathPipe:
		return Explanation{"The socket is a Windows named pipe, which is not supported here", "run credscope in a Linux or macOS sandbox"}
	case socket.Missing:
		return Explanation{"There is no socket at " + path, check + ", or " + restart}
	case socket.NotPermitted:
		return Explanation{"Permission denied for the socket " + path, "run credscope as the sandbox's own user"}
	case socket.NotSocket:
		return Explanation{path + " is not a socket of a credential proxy", check}
	case socket.Symlink:
		return Explanation{path + " is a symbolic link, which could be pointed elsewhere", "name the socket itself with --socket"}
	case socket.UnsafeDirectory:
		return Explanation{"Any user may replace the socket " + path, "remove others' write permission from its directory"}
	case socket.Refused:
		return Explanation{"No process listens at " + path + ", so the host has ended", restart}
	case socket.Busy:
		return Explanation{"The host is too busy to answer at " + path, "press r to try again"}
	case socket.Replaced:
		return Explanation{"The socket " + path + " was replaced while connecting", "press r to try again, if you trust that host"}
	default:
		cause := "Cannot connect to " + path
		if e.Err != nil {
			cause += ", " + text.Cut(text.Free(e.Err.Error()), 120, "...")
		}
		return Explanation{cause, restart}
	}
}

func explainHandshake(e *socket.HandshakeError) Explanation {
	switch {
	case e.Kind == socket.HandshakeClosed:
		return Explanation{"The host closed the connection during the handshake, so its proxy is not reachable", "restart the LLxprt session on the host"}
	case e.Kind == socket.HandshakeTimedOut:
		return Explanation{"The host did not answer the handshake", "press r to try again, or restart the LLxprt session on the host"}
	case e.Kind == socket.HandshakeUnsupported:
		return Explanation{fmt.Sprintf("The host speaks protocol version %s, credscope speaks 1 and 2", plainWord(e.Version)), "get a newer credscope"}
	case e.Kind == socket.HandshakeMalformed:
		return Explanation{"The host's answer to the handshake is malformed", "check that " + store.SocketVariable + " names a credential proxy"}
	case e.Code == string(store.Unauthorized) && len(e.Withheld) > 0:
		return explainWithheld(e)
	case e.Code == string(store.Unauthorized):
		return Explanation{"This host answers only LLxprt's own process and requires a capability" + hostSays(e.Message), "manage its credentials on the host itself"}
	case e.Code == socket.CodeUnknownVersion:
		return Explanation{"The host speaks no protocol version that credscope speaks" + hostSays(e.Message), "get a newer credscope"}
	}
	return Explanation{"The host refused the handshake with code " + PlainCode(e.Code) + hostSays(e.Message), "restart the LLxprt session on the host"}
}

// explainWithheld is about a capability that the host demands and that was not sent.
func explainWithheld(e *socket.HandshakeError) Explanation {
	next := "name a socket of your own user, or manage its credentials on the host itself"
	if slices.Contains(e.Withheld, socket.WorldWritable) {
		next = "take others' write permission from the socket (chmod o-w), then start credscope again"
	}
	return Explanation{"This host requires a capability, and yours was not sent: " + text.Free(strings.Join(e.Withheld, ", ")), next}
}

// explainRefusal is about an error reply. The host's own words are quoted, so that
// they cannot pass for ours.
func explainRefusal(e *store.Error) Explanation {
	said := hostSays(e.Message)
	switch e.Code {
	case store.Unauthorized:
		return Explanation{"Provider not available for this profile" + said, "choose another row"}
	case store.Forbidden:
		return Explanation{"The host's policy forbids this" + said, "do it on the host itself"}
	case store.RateLimited:
		if e.RetryAfter > 0 {
			return Explanation{Cause: fmt.Sprintf("Rate limited. Retry after %ds", int(e.RetryAfter/time.Second))}
		}
		return Explanation{Cause: "Rate limited. Retry later"}
	case store.InternalError:
		return Explanation{"Host-side operation failed" + said, adviceOnInternalError(e.Message)}
	case store.NotFound:
		return Explanation{"The host finds no readable token" + said, "press R to refresh all"}
	case store.InvalidRequest:
		return Explanation{"The host does not accept the request" + said, "get a credscope that fits this host"}
	case store.ResourceExhausted:
		return Explanation{"The host is busy with other requests" + said, "press r in a moment"}
	case store.ResponseTooLarge:
		return Explanation{"The answer is too large for this host's protocol" + said, fewerBuckets}
	case store.ReauthRequired:
		return Explanation{"The host says that it must be logged in again" + said, ""}
	case store.RefreshFailed:
		return Explanation{"The host could not renew it" + said, ""}
	case store.RefreshNotAvailable:
		return Explanation{"The host has no refresh token for it" + said, ""}
	case store.ProviderNotFound:
		return Explanation{"The host does not renew this provider" + said, ""}
	case store.Cancelled:
		return Explanation{"The host canceled the request" + said, "press r to refresh"}
	}
	return Explanation{"Proxy error [" + PlainCode(string(e.Code)) + "]" + said, "press r to refresh"}
}

// fewerBuckets is what helps when an answer does not fit into a frame.
const fewerBuckets = "remove buckets on the host itself, or use a newer LLxprt there"

// adviceOnInternalError returns what can help after an INTERNAL_ERROR. A newer host
// keeps the failure of its keyring until it is restarted.
func adviceOnInternalError(message string) string {
	lower := strings.ToLower(message)
	switch {
	case strings.Contains(lower, "frame exceeds maximum size"):
		return fewerBuckets
	case strings.Contains(lower, "locked"), strings.Contains(lower, "denied"), strings.Contains(lower, "permission"):
		return "unlock the keyring on the host, then restart the LLxprt session"
	case strings.Contains(lower, "replaced on disk"):
		return "restart LLxprt on the host"
	}
	return "check on the host, then press r"
}

// explainCalledOff is about a plan that the final check has stopped.
func explainCalledOff(e *inventory.CalledOffError) Explanation {
	name, action := keyName(e.Key), Action(e.Action)
	nothing := "Nothing was " + action.Done + ", because "
	switch e.Reason {
	case inventory.NoAnswer:
		why := Explain(e.Err)
		return Explanation{nothing + "the final check had no answer: " + why.Cause, why.Next}
	case inventory.NotListed:
		return Explanation{nothing + "the host no longer lists " + name, "press r to refresh"}
	case inventory.ListedTwice:
		return Explanation{nothing + "the host lists " + name + " twice", "press r to refresh"}
	case inventory.NoSuchName:
		return Explanation{nothing + "the host has no " + name, "check the name"}
	case inventory.Changed:
	}
	return Explanation{nothing + name + " has changed since the question, " + change(e), "press " + action.Key + " to be asked again"}
}

// change says what is different, which may be no more than the expiry.
func change(e *inventory.CalledOffError) string {
	now := store.Unreadable
	switch {
	case e.Now.Hidden:
		now = store.Denied
	case e.Now.Found:
		return "its expiry is another one"
	}
	if e.Before == now {
		return "its expiry is another one"
	}
	return fmt.Sprintf("it was %s and is %s now", e.Before, now)
}

// Evidence returns what was seen of an error, in the words of the host or the
// system, "" if they add nothing.
func Evidence(err error) string {
	if e, ok := errors.AsType[*socket.ConnectError](err); ok {
		return text.Free(e.Error())
	}
	if e, ok := errors.AsType[*socket.HandshakeError](err); ok {
		if e.Kind == socket.HandshakeRefused {
			return "handshake refused with code " + text.Quoted(e.Code) + ": " + text.Quoted(e.Message)
		}
		return text.Free(e.Error())
	}
	if e, ok := errors.AsType[*store.Error](err); ok {
		return e.Op + " answered " + PlainCode(string(e.Code)) + ", " + text.Quoted(e.Message)
	}
	return ""
}

// PlainCode returns an error code of a host. Codes are plain words; anything else
// is quoted.
func PlainCode(code string) string {
	if code == "" {
		return "no code"
	}
	return plainWord(code)
}

func plainWord(word string) string {
	for _, r := range word {
		if (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' {
			return text.Quoted(word)
		}
	}
	return word
}

// hostSays returns the host's own message, labelled and in quotes.
func hostSays(message string) string {
	if message == "" {
		return ""
	}
	return ` (host says: ` + text.Quoted(message) + `)`
}
