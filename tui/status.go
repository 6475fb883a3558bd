package tui

import (
	"slices"
	"time"
)

// kind tells messages apart, by sign and word as well as by colour.
type kind int

const (
	info kind = iota
	success
	warning
	failure
)

func (k kind) String() string {
	switch k {
	case success:
		return "done"
	case warning:
		return "note"
	case failure:
		return "error"
	default:
		return "info"
	}
}

// message is one line for the status bar.
type message struct {
	kind kind
	text string
	at   time.Time
}

// status holds the last message until the next result, and all of them for the
// history. Moving the cursor clears nothing.
type status struct {
	now     func() time.Time
	last    message
	history []record
}

const maxHistory = 2000

func (s *status) put(k kind, text string) {
	if s.last.kind == k && s.last.text == text && k == failure {
		s.last.at = s.now() // one cause that fails many requests is one message
		return
	}
	s.last = message{k, text, s.now()}
	s.record(record{at: s.last.at, kind: k, message: text})
}

// record keeps a line for the history.
func (s *status) record(r record) {
	at := len(s.history)
	for at > 0 && s.history[at-1].at.After(r.at) {
		at-- // requests come by mail, a moment later than what they brought
	}
	s.history = slices.Insert(s.history, at, r)
	if len(s.history) > maxHistory {
		s.history = s.history[len(s.history)-maxHistory:]
	}
}

func (s *status) say(text string)  { s.put(info, text) }
func (s *status) done(text string) { s.put(success, text) }
func (s *status) note(text string) { s.put(warning, text) }
func (s *status) fail(err error)   { s.put(failure, explain(err).sentence()) }
