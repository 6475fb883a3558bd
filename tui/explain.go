package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"credscope/store"
)

// explanation is an error for people: what happened, and what to do next.
type explanation struct{ cause, next string }

// sentence is the explanation as the status bar, the history and stderr have it.
func (e explanation) sentence() string {
	if e.next == "" {
		return e.cause + "."
	}
	return e.cause + ": " + e.next + "."
}

// Explain words an error in one safe sentence that ends with the next step, for
// places without the screen's keys.
func Explain(err error) string {
	e := explain(err)
	if strings.Contains(e.next, "press ") {
		e.next = "run credscope again"
	}
	return e.sentence()
}

// explain is the one place where errors become words.
func explain(err error) explanation {
	if e, ok := errors.AsType[*store.ConnectError](err); ok && !errors.Is(err, store.ErrLost) {
		return explainConnect(e)
	}
	if e, ok := errors.AsType[*store.HandshakeError](err); ok {
		return explainHandshake(e)
	}
	if e, ok := errors.AsType[*store.Error](err); ok {
		return explainRefusal(e)
	}
	if e, ok := errors.AsType[*store.MalformedDataError](err); ok {
		return explanation{"The host's answer to " + e.Op + " is malformed, " + e.What, "press r to ask again, or report it"}
	}
	if e, ok := errors.AsType[*store.CapabilityError](err); ok {
		return explanation{"The capability cannot be used, " + printableText(e.Reason), "start credscope again from its launcher"}
	}
	switch {
	case errors.Is(err, store.ErrNoProxy):
		return explanation{store.SocketVariable + " is not set, so no host is known", "start credscope inside an LLxprt sandbox, or try credscope --demo"}
	case errors.Is(err, store.ErrLost):
		return explainLoss(err)
	case errors.Is(err, store.ErrTimeout):
		return explanation{"The host did not answer in time", "press r to ask again"}
	case errors.Is(err, store.ErrTooLarge):
		return explanation{"The request is too large for this host, so it was not sent", "shorten the name"}
	case errors.Is(err, store.ErrName):
		return explanation{"Hosts refuse this name, so nothing was sent", "remove the entry with the host's own keychain tool"}
	case errors.Is(err, ErrPanic):
		return explanation{"credscope itself has failed and stopped, which is a bug", "report it with what credscope doctor --private writes"}
	case errors.Is(err, context.Canceled), errors.Is(err, store.ErrClosed):
		return explanation{"The request was given up", ""}
	}
	return explanation{`Something failed (` + inQuotes(err.Error()) + `)`, ""}
}

// explainLoss keeps the contract's sentence whole and adds what is known.
func explainLoss(err error) explanation {
	e := explanation{cause: "Credential proxy connection lost. Restart the session"}
	if broken, ok := errors.AsType[*store.ProtocolError](err); ok {
		e.cause += ". The host broke the protocol, " + broken.What
	} else if frame, ok := errors.AsType[*store.FrameError](err); ok {
		e.cause += ". The host broke the protocol, " + frame.Error()
	} else if replaced, ok := errors.AsType[*store.ConnectError](err); ok {
		e.cause += ". " + explainConnect(replaced).cause
	}
	return e
}

func explainConnect(e *store.ConnectError) explanation {
	path := printableName(e.Path)
	restart := "restart the LLxprt session on the host"
	check := "check " + store.SocketVariable + " or --socket"
	switch e.Kind {
	case store.PathInvalid, store.PathTooLong:
		return explanation{"The socket path " + path + " cannot be used, " + e.Detail, check}
	case store.PathPipe:
		return explanation{"The socket is a Windows named pipe, which is not supported here", "run credscope in a Linux or macOS sandbox"}
	case store.Missing:
		return explanation{"There is no socket at " + path, restart}
	case store.NotPermitted:
		return explanation{"Permission denied for the socket " + path, "run credscope as the sandbox's own user"}
	case store.NotSocket:
		return explanation{path + " is not a socket of a credential proxy", check}
	case store.Symlink:
		return explanation{path + " is a symbolic link, which anybody could point elsewhere", "name the socket itself with --socket"}
	case store.UnsafeDirectory:
		return explanation{"Everybody may replace the socket " + path, "remove others' write permission from its directory"}
	case store.NobodyListens:
		return explanation{"Nobody listens at " + path + ", the host has ended", restart}
	case store.Busy:
		return explanation{"The host is too busy to answer at " + path, "press r to try again"}
	case store.Replaced:
		return explanation{"The socket " + path + " was replaced while connecting", "press r to try again, if you trust that host"}
	default:
		cause := "Cannot connect to " + path
		if e.Err != nil {
			cause += ", " + cut(printableText(e.Err.Error()), maxQuote, "...")
		}
		return explanation{cause, restart}
	}
}

func explainHandshake(e *store.HandshakeError) explanation {
	switch {
	case e.Kind == store.HandshakeClosed:
		return explanation{"The host closed the connection during the handshake, so its proxy is not reachable", "restart the LLxprt session on the host"}
	case e.Kind == store.HandshakeTimedOut:
		return explanation{"The host did not answer the handshake", "press r to try again, or restart the LLxprt session on the host"}
	case e.Kind == store.HandshakeUnsupported:
		return explanation{fmt.Sprintf("The host speaks protocol version %s, credscope speaks 1 and 2", plainWord(e.Version)), "get a newer credscope"}
	case e.Kind == store.HandshakeMalformed:
		return explanation{"The host's answer to the handshake is malformed", "check that " + store.SocketVariable + " names a credential proxy"}
	case e.Code == string(store.Unauthorized):
		return explanation{"This host answers only LLxprt's own process and requires a capability" + quote(e.Message), "manage its credentials on the host itself"}
	case e.Code == "UNKNOWN_VERSION":
		return explanation{"The host speaks no protocol version that credscope knows" + quote(e.Message), "get a newer credscope"}
	}
	return explanation{"The host refused the handshake with code " + plainCode(e.Code) + quote(e.Message), "restart the LLxprt session on the host"}
}

// explainRefusal words what the host refused. Its own text is quoted and
// labelled, so that it cannot pass for ours.
func explainRefusal(e *store.Error) explanation {
	said := quote(e.Message)
	switch e.Code {
	case store.Unauthorized:
		return explanation{"Provider not available for this profile" + said, "choose another row"}
	case store.Forbidden:
		return explanation{"The host's policy forbids this" + said, "do it on the host itself"}
	case store.RateLimited:
		if e.RetryAfter > 0 {
			return explanation{fmt.Sprintf("Rate limited. Retry after %ds", int(e.RetryAfter/time.Second)), ""}
		}
		return explanation{"Rate limited. Retry later", ""}
	case store.InternalError:
		return explanation{"Host-side operation failed" + said, "look at the host, then press r"}
	case store.NotFound:
		return explanation{"The host finds no readable token" + said, "press R to ask everything again"}
	case store.InvalidRequest:
		return explanation{"The host does not accept the request" + said, "get a credscope that fits this host"}
	case store.ResourceExhausted:
		return explanation{"The host is busy with other requests" + said, "press r in a moment"}
	case store.ResponseTooLarge:
		return explanation{"The answer is too large for this host's protocol" + said, "ask for less"}
	case store.Cancelled:
		return explanation{"The request was cancelled" + said, "press r to ask again"}
	}
	return explanation{"Proxy error [" + plainCode(string(e.Code)) + "]" + said, "press r to ask again"}
}

func plainCode(code string) string {
	if code == "" {
		return "no code"
	}
	return plainWord(code)
}

// plainWord leaves the plain words that codes are, and numbers, and quotes
// anything else.
func plainWord(word string) string {
	for _, r := range word {
		if (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' {
			return inQuotes(word)
		}
	}
	return word
}

const maxQuote = 120 // cells of the host's own words that are shown in a message

// unquoted makes the host's words safe, and unable to close our quotation.
func unquoted(words string) string { return strings.ReplaceAll(printableText(words), `"`, "'") }

func quote(words string) string {
	if words == "" {
		return ""
	}
	return ` (host says: ` + inQuotes(words) + `)`
}

// inQuotes is some of the host's words, in quotes that end behind them.
func inQuotes(words string) string { return `"` + cut(unquoted(words), maxQuote, "...") + `"` }
