package tui

import (
	"errors"
	"fmt"
	"strings"

	"credscope/store"
)

// nothing fills the body when there is no row to show. An empty list is never
// called an absence: each cause has its evidence and its next step.
func (m *Model) nothing(w int) (title string, lines []string) {
	err := m.inv.err
	if m.o.NoHost != nil {
		err = m.o.NoHost
	}
	switch {
	case err != nil:
		return m.nothingBecause(err, w)
	case m.inv.asked.IsZero():
		return "Asking the host", wrapAll(w, "", " Asking the host what it offers"+m.glyphs.ellipsis)
	}
	return "Nothing listed", wrapAll(w, "",
		" The host listed nothing. Either nobody has logged in on it, or it could not read its keyring: it answers the same in both cases.", "",
		" Next: on the host, run /auth to see its logins or to log in, then press R here.", "",
		" Evidence: "+m.evidence()+".")
}

func (m *Model) nothingBecause(err error, w int) (title string, lines []string) {
	e := explain(err)
	paragraphs := []string{"", " " + e.cause + ".", ""}
	if e.next != "" {
		paragraphs = append(paragraphs, " Next: "+e.next+".", "")
	}
	if fact := evidenceOf(err); fact != "" {
		paragraphs = append(paragraphs, " Evidence: "+fact+".", "")
	}
	if m.info.Withheld {
		paragraphs = append(paragraphs, " Your capability was not sent, because of this: "+printableText(strings.Join(m.info.Warnings, ", "))+".", "")
	}
	if m.o.NoHost == nil && m.lostAt == nil {
		paragraphs = append(paragraphs, " r tries again, q quits.")
	} else {
		paragraphs = append(paragraphs, " q quits.")
	}
	return nothingTitle(err), wrapAll(w, paragraphs...)
}

func nothingTitle(err error) string {
	if errors.Is(err, store.ErrNoProxy) {
		return "No host named"
	}
	if errors.Is(err, store.ErrLost) {
		return "Connection lost"
	}
	if _, ok := errors.AsType[*store.ConnectError](err); ok {
		return "No connection"
	}
	if e, ok := errors.AsType[*store.HandshakeError](err); ok {
		switch {
		case e.Code == string(store.Unauthorized):
			return "Capability required"
		case e.Kind == store.HandshakeUnsupported, e.Code == "UNKNOWN_VERSION":
			return "Unsupported version"
		}
		return "No handshake"
	}
	return "The host cannot say"
}

// evidenceOf is what was seen, in the host's or the system's words.
func evidenceOf(err error) string {
	if e, ok := errors.AsType[*store.ConnectError](err); ok {
		return printableText(e.Error())
	}
	if e, ok := errors.AsType[*store.HandshakeError](err); ok {
		if e.Kind == store.HandshakeRefused {
			return "handshake refused with code " + inQuotes(e.Code) + ": " + inQuotes(e.Message)
		}
		return printableText(e.Error())
	}
	if e, ok := errors.AsType[*store.Error](err); ok {
		return e.Op + " answered " + plainCode(string(e.Code)) + ", " + inQuotes(e.Message)
	}
	return ""
}

// evidence is what an accepted connection has shown.
func (m *Model) evidence() string {
	text := fmt.Sprintf("connected to %s, protocol %d, an empty list at %s", printableName(m.info.Path), m.info.Version, m.clockTime(m.inv.asked))
	if m.formerly != "" {
		text += "; before, it had listed " + m.formerly
	}
	if m.info.Presented {
		return text + ", a capability was presented"
	}
	return text + ", no capability presented"
}
