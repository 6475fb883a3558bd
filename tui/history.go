package tui

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"credscope/store"
)

// requestMsg is one request that has ended, for the history.
type requestMsg struct {
	store.Request
	at time.Time
}

// record is one line of the history: a message, or a request and its result.
type record struct {
	at      time.Time
	kind    kind
	text    string
	message bool // shown in the status bar, not a request
}

func recordOf(r requestMsg) record {
	name := r.Key.Provider
	if r.Key.Bucket != "" {
		name = r.Key.String()
	}
	k, result := info, "ok"
	switch {
	case errors.Is(r.Err, store.NotFound):
		result = "no readable token"
	case r.Err != nil:
		k, result = failure, explain(r.Err).cause
	}
	return record{at: r.at, kind: k, text: strings.TrimRight(fmt.Sprintf("%-15s %s", r.Op, printableName(name)), " ") + ": " + result}
}

func (m *Model) pressHistory(msg tea.KeyPressMsg) tea.Cmd {
	if key.Matches(msg, m.keys.Back, m.keys.Quit, m.keys.History) {
		m.page = mainPage
		return m.moved()
	}
	m.pageTop.by(m.movement(msg, maxScroll))
	return nil
}

// historyLines are all messages and requests, the newest first, under a count
// of the requests sent.
func (m *Model) historyLines(w int) []string {
	var counts []string
	for _, op := range slices.Sorted(maps.Keys(m.info.Requests)) {
		counts = append(counts, fmt.Sprintf("%s %d", op, m.info.Requests[op]))
	}
	sent := "nothing"
	if len(counts) > 0 {
		sent = strings.Join(counts, ", ")
	}
	lines := append(wrapAll(w, " Sent to the host: "+sent+"."), "")
	for _, r := range slices.Backward(m.status.history) {
		stamp, sign := " "+m.clockTime(r.at)+" ", m.glyphs.kinds[r.kind]+" "
		text := r.text
		if r.message {
			text = r.kind.String() + ": " + text
		}
		for i, line := range wrap(m.shown(text), max(1, w-width(stamp+sign)-1)) {
			if i > 0 {
				stamp, sign = spaces(width(stamp)), spaces(width(sign))
			}
			lines = append(lines, m.styles.dim.on(stamp)+m.styles.kinds[r.kind].on(sign+line))
		}
	}
	return lines
}
