package tui

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/tui/text"
	"credscope/tui/theme"
	"credscope/tui/words"
)

// history keeps all messages and requests of a run, in the order of their times.
type history struct {
	records []record
	ledger  []ended
	scroll  scroll
}

// maxHistory is how many lines are kept. A removal is four requests and a message.
const maxHistory = 4000

// record is a message, or a request and its result.
type record struct {
	at      time.Time
	kind    theme.Kind
	message string // "" for a request
	request store.Request
}

// ended is a removal or renewal that was accepted and what came of it.
type ended struct {
	at time.Time
	store.Outcome
}

func (h *history) addOutcome(o store.Outcome, at time.Time) {
	h.ledger = append(h.ledger, ended{at, o})
}

// lastOutcome is the last one after which a login has to be made anew.
func (h *history) lastOutcome() store.Outcome {
	for _, e := range slices.Backward(h.ledger) {
		if words.NeedsNewLogin(e.Outcome) {
			return e.Outcome
		}
	}
	return store.Outcome{Verdict: store.NotStarted}
}

func (h *history) add(r record) {
	at := len(h.records)
	for at > 0 && h.records[at-1].at.After(r.at) {
		at-- // requests arrive in batches, a moment later than what they brought
	}
	h.records = slices.Insert(h.records, at, r)
	if len(h.records) > maxHistory {
		h.records = h.records[len(h.records)-maxHistory:]
	}
}

func (h *history) addRequest(r requestEndedMsg) {
	kind := theme.Info
	if r.Err != nil && !errors.Is(r.Err, store.NotFound) {
		kind = theme.Failure
	}
	h.add(record{at: r.at, kind: kind, request: r.Request})
}

// lastError is the last error that was shown, "" if there was none.
func (h *history) lastError() string {
	for _, r := range slices.Backward(h.records) {
		if r.message != "" && r.kind == theme.Failure {
			return r.message
		}
	}
	return ""
}

// text is the line without its time.
func (r record) text() string {
	if r.message != "" {
		return r.kind.String() + ": " + r.message
	}
	name, key := "", r.request.Key
	switch {
	case key.Bucket != "":
		name = text.NameInSentence(key.Provider) + "/" + text.NameInSentence(key.Bucket)
	case key.Provider != "":
		name = text.NameInSentence(key.Provider)
	}
	result := "ok"
	switch {
	case errors.Is(r.request.Err, store.NotFound):
		result = "no token"
	case r.request.Err != nil:
		result = words.Explain(r.request.Err).Cause
	}
	return strings.TrimRight(fmt.Sprintf("%-15s %s", r.request.Op, name), " ") + ": " + result
}

// lines are the removals and renewals, a count of the requests sent, and all records,
// the newest first.
func (h *history) lines(c *canvas, host socket.Info, w int) []string {
	var counts []string
	for _, op := range slices.Sorted(maps.Keys(host.Requests)) {
		counts = append(counts, fmt.Sprintf("%s %d", op, host.Requests[op]))
	}
	if len(counts) == 0 {
		counts = []string{"nothing"}
	}
	lines := h.ledgerLines(c, host.Version, w)
	lines = append(append(lines, text.WrapAll(w, " Sent to the host: "+strings.Join(counts, ", ")+".")...), "")
	for _, r := range slices.Backward(h.records) {
		lines = append(lines, h.stamped(c, r.at, r.kind, r.text(), w)...)
	}
	return lines
}

// stamped is a text with its time and sign, continued below itself.
func (h *history) stamped(c *canvas, at time.Time, kind theme.Kind, words string, w int) (lines []string) {
	stamp, sign := " "+h.clock(c, at)+" ", c.glyphs.Kinds[kind]+" "
	for i, line := range text.Wrap(c.shown(words), max(1, w-text.Width(stamp+sign)-1)) {
		if i > 0 {
			stamp, sign = text.Blanks(text.Width(stamp)), text.Blanks(text.Width(sign))
		}
		lines = append(lines, c.styles.Dim.On(stamp)+c.styles.Kinds[kind].On(sign+line))
	}
	return lines
}

func (h *history) clock(c *canvas, at time.Time) string {
	return at.In(c.zone()).Format(words.ClockSec)
}

// ledgerLines are the removals and renewals so far, in their order, with how to log in
// again to what is gone or dead.
func (h *history) ledgerLines(c *canvas, protocol, w int) (lines []string) {
	if len(h.ledger) == 0 {
		return nil
	}
	outcomes := make([]store.Outcome, len(h.ledger))
	for i, e := range h.ledger {
		outcomes[i] = e.Outcome
	}
	_, summary := words.Summary(outcomes, len(outcomes))
	lines = append(lines, " "+c.styles.Heading.On(ledgerTitle(outcomes)+": "+summary))
	for _, e := range h.ledger {
		kind, _ := words.Verdict(e.Outcome, c.zone())
		said := text.Name(e.Key.String()) + ": " + e.String()
		if words.NeedsNewLogin(e.Outcome) {
			said += ". Log in again: " + words.LoginAdvice(e.Key, protocol)
		}
		lines = append(lines, h.stamped(c, e.at, kind, said, w)...)
	}
	return append(lines, "")
}

// ledgerTitle names what the outcomes are of.
func ledgerTitle(outcomes []store.Outcome) string {
	var actions []string
	for _, a := range []store.Action{store.ActionRemove, store.ActionRenew} {
		if slices.ContainsFunc(outcomes, func(o store.Outcome) bool { return o.Action == a }) {
			actions = append(actions, words.Action(a).Noun+"s")
		}
	}
	return words.Capital(strings.Join(actions, " and "))
}
