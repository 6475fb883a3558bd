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

// record is one line of the history: a message, or a request and its result,
// which is worded when somebody looks.
type record struct {
	at      time.Time
	kind    kind
	message string // shown in the status bar; "" for a request
	request store.Request
}

func recordOf(r requestMsg) record {
	k := info
	if r.Err != nil && !errors.Is(r.Err, store.NotFound) {
		k = failure
	}
	return record{at: r.at, kind: k, request: r.Request}
}

// text is the line without its time.
func (r record) text() string {
	if r.message != "" {
		return r.message
	}
	name, key := "", r.request.Key
	switch {
	case key.Valid() && key.Bucket != "":
		name = key.String()
	case key.Bucket != "":
		name = named(key.String())
	case key.Provider != "":
		name = named(key.Provider)
	}
	result := "ok"
	switch {
	case errors.Is(r.request.Err, store.NotFound):
		result = "no readable token"
	case r.request.Err != nil:
		result = explain(r.request.Err).cause
	}
	return strings.TrimRight(fmt.Sprintf("%-15s %s", r.request.Op, name), " ") + ": " + result
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
		text := r.text()
		if r.message != "" {
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
