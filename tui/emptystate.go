package tui

import (
	"errors"
	"fmt"

	"credscope/socket"
	"credscope/store"
	"credscope/tui/text"
	"credscope/tui/words"
)

// emptyState fills the screen when there is no row. An empty list is never called an
// absence: each cause has its next step and its evidence.
func (m *Model) emptyState(w int) (title string, lines []string) {
	switch err := m.listError(); {
	case err != nil:
		return emptyTitle(err), text.WrapAll(w, m.emptyBecause(err)...)
	case m.inv.ListedAt.IsZero():
		return "Connecting", text.WrapAll(w, "", " Waiting for the host's list of providers"+m.canvas.glyphs.Ellipsis)
	}
	return "Nothing listed", text.WrapAll(w, "",
		" The host listed nothing. Either it has no login, or it could not read its keyring: it answers the same in both cases.", "",
		" Next: on the host, run /auth to see its logins or to log in, then press R here.", "",
		" Evidence: "+m.evidence()+".")
}

// listError is why there is no list of providers, nil if there is one or none yet.
func (m *Model) listError() error {
	if m.o.NoHost != nil {
		return m.o.NoHost
	}
	return m.inv.Err
}

// emptyBecause is the page for an error, whose cause is in the status bar: what to do
// next, and the evidence.
func (m *Model) emptyBecause(err error) []string {
	paragraphs := []string{""}
	if next := words.Explain(err).Next; next != "" {
		paragraphs = append(paragraphs, " Next: "+next+".", "")
	}
	if evidence := words.Evidence(err); evidence != "" {
		paragraphs = append(paragraphs, " Evidence: "+evidence+".", "")
	}
	if m.o.NoHost == nil && m.lost == nil {
		paragraphs = append(paragraphs, " r tries again, q quits.")
	} else {
		paragraphs = append(paragraphs, " q quits.")
	}
	for i := range paragraphs {
		paragraphs[i] = m.canvas.shown(paragraphs[i])
	}
	return paragraphs
}

func emptyTitle(err error) string {
	if errors.Is(err, store.ErrNoProxy) {
		return "No host named"
	}
	if errors.Is(err, socket.ErrLost) {
		return "Connection lost"
	}
	if _, ok := errors.AsType[*socket.ConnectError](err); ok {
		return "No connection"
	}
	if e, ok := errors.AsType[*socket.HandshakeError](err); ok {
		switch {
		case e.Code == string(store.Unauthorized):
			return "Capability required"
		case e.Kind == socket.HandshakeUnsupported, e.Code == socket.CodeUnknownVersion:
			return "Unsupported version"
		}
		return "No handshake"
	}
	return "Unknown; host error"
}

// evidence is what an accepted connection has shown.
func (m *Model) evidence() string {
	evidence := fmt.Sprintf("connected to %s, protocol %d, an empty list at %s", text.Name(m.host.Path), m.host.Version, m.canvas.clock(m.inv.ListedAt))
	if before := m.inv.Before; before.Buckets > 0 {
		evidence += fmt.Sprintf("; before, it had listed %s, updated %s", words.Count(before.Buckets, "bucket"), m.canvas.clock(before.At))
	}
	if m.host.Presented {
		return evidence + ", a capability was presented"
	}
	return evidence + ", no capability presented"
}
