package tui

import (
	"context"
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"credscope/store"
)

// triage is the list of what is worth removing: the stale and unreadable
// buckets of all providers, all of them chosen at first.
type triage struct {
	rows    list[*bucket]
	spared  map[*bucket]bool // not chosen any more
	pending []*bucket        // being looked at for the first time
	total   int              // how many pending were at the start
	cancel  context.CancelFunc
}

// openTriage looks at what nobody has looked at yet, then proposes.
func (m *Model) openTriage() tea.Cmd {
	if m.cannotAsk() {
		return nil
	}
	if m.restricted() {
		m.status.note(m.removalOff())
		return nil
	}
	ctx, cancel := context.WithCancel(m.load.ctx)
	t := &triage{spared: map[*bucket]bool{}, cancel: cancel}
	for _, p := range m.inv.providers {
		for _, b := range p.buckets {
			if !b.checked && !b.odd {
				t.pending = append(t.pending, b)
			}
		}
	}
	t.total = len(t.pending)
	m.triage, m.page = t, triagePage
	cmd := m.lookWithin(ctx, t.pending, false)
	m.refreshTriage()
	return cmd
}

func (m *Model) closeTriage() {
	m.triage.cancel()
	m.triage, m.page = nil, mainPage
}

// refreshTriage takes in what the answers have shown.
func (m *Model) refreshTriage() {
	if m.triage == nil {
		return
	}
	var pending, rows []*bucket
	for _, b := range m.triage.pending {
		if b.slot.busy {
			pending = append(pending, b)
		}
	}
	m.triage.pending = pending
	now := m.o.Now()
	for _, p := range m.inv.providers {
		for _, b := range p.buckets {
			h := b.health(now, m.o.StaleAfter)
			if b.unmarkable() == "" && !b.byName && (h == store.Stale || h == store.Unreadable) {
				rows = append(rows, b)
			}
		}
	}
	m.triage.rows.set(rows)
}

// gaps says what the proposal cannot know, "" if nothing is missing.
func (m *Model) gaps() string {
	unlisted, unseen, now := 0, 0, m.o.Now()
	for _, p := range m.inv.providers {
		if p.asked.IsZero() && !p.byName {
			unlisted++
		}
		unseen += p.tallied(now, m.o.StaleAfter).unasked
	}
	switch {
	case unlisted > 0:
		return "Incomplete: the buckets of " + count(unlisted, "provider") + " are not known."
	case unseen > 0:
		return "Incomplete: " + count(unseen, "bucket") + " could not be looked at."
	}
	return ""
}

// chosen returns the rows that a removal would be about.
func (t *triage) chosen() []*bucket {
	var chosen []*bucket
	for _, b := range t.rows.rows {
		if !t.spared[b] {
			chosen = append(chosen, b)
		}
	}
	return chosen
}

func (m *Model) pressTriage(msg tea.KeyPressMsg) tea.Cmd {
	k, t := &m.keys, m.triage
	switch {
	case key.Matches(msg, k.Back, k.Quit, k.Triage):
		if len(t.pending) > 0 {
			m.status.say(fmt.Sprintf("Stopped asking, %s not looked at", count(len(t.pending), "bucket")))
		}
		m.closeTriage()
	case key.Matches(msg, k.Mark):
		if b, ok := t.rows.current(); ok {
			t.spared[b] = !t.spared[b]
			t.rows.move(1)
		}
	case key.Matches(msg, k.MarkAll):
		spare := len(t.chosen()) == len(t.rows.rows)
		for _, b := range t.rows.rows {
			t.spared[b] = spare
		}
	case key.Matches(msg, k.Remove):
		m.askTriage()
	case key.Matches(msg, k.Help):
		m.openPage(helpPage)
	default:
		t.rows.move(m.movement(msg, len(t.rows.rows)))
	}
	return nil
}

// askTriage opens the dialog about the chosen rows.
func (m *Model) askTriage() {
	reason := m.removalOff()
	chosen := m.triage.chosen()
	switch {
	case reason != "":
	case len(m.triage.pending) > 0:
		reason = "Still asking the host: wait for the whole list, or press esc to stop"
	case len(chosen) == 0:
		reason = "No row is chosen: space chooses one"
	}
	if reason != "" {
		m.status.note(reason)
		return
	}
	targets := make([]target, len(chosen))
	for i, b := range chosen {
		targets[i] = m.targetOf(b)
	}
	m.openConfirm(targets, 0)
}

func (m *Model) triageTitle() string {
	return fmt.Sprintf("Stale and unreadable: %d of %d chosen", len(m.triage.chosen()), len(m.triage.rows.rows))
}

// triageLines draws the proposal: each row with its reason and age.
func (m *Model) triageLines(w, h int) []string {
	t := m.triage
	var head []string
	if len(t.pending) > 0 {
		head = append(head, " "+m.bar(w-2, t.total-len(t.pending), t.total, "looked at"), "")
	}
	if gaps := m.gaps(); gaps != "" && len(t.pending) == 0 {
		head = append(head, wrapAll(w, " "+gaps)...)
	}
	if len(t.rows.rows) == 0 {
		if len(t.pending) > 0 {
			return append(head, wrapAll(w, " Asking the host about what has not been looked at yet; esc stops.")...)
		}
		return append(head, wrapAll(w, "", " Nothing is stale or unreadable among what the host has shown.")...)
	}
	t.rows.resize(max(1, h-len(head)))
	now, longest := m.o.Now(), 0
	for _, b := range t.rows.visible() {
		longest = max(longest, width(m.shown(printableName(b.key.String()))))
	}
	rows := newSheet(len(t.rows.visible()), len(t.rows.visible())*rowBytes)
	for i, b := range t.rows.visible() {
		m.triageRow(rows, b, w, longest, t.rows.top+i == t.rows.at, b.reason(now))
	}
	return append(head, rows.lines()...)
}

// triageRow adds one row; longest is the widest name in view.
func (m *Model) triageRow(to *sheet, b *bucket, w, longest int, selected bool, reason string) {
	mark := m.glyphs.marked
	if m.triage.spared[b] {
		mark = " "
	}
	const signs = 6 // cursor, mark and sign, with a blank behind each and at the end
	h := b.health(m.o.Now(), m.o.StaleAfter)
	name := m.shown(printableName(b.key.String()))
	reasonWidth := min(len(reason), max(0, w-signs-min(width(name), 24)))
	nameWidth := min(longest, max(0, w-signs-1-reasonWidth))
	name = pad(cutMiddle(name, nameWidth, m.glyphs.ellipsis), nameWidth, "")
	reason = pad(reason, max(0, w-signs-1-nameWidth), m.glyphs.ellipsis)
	m.row(to, selected, true, part{text: mark, paint: m.styles.focus, after: 1}, part{text: m.glyphs.health[h], paint: m.styles.health[h], after: 1},
		part{text: name, paint: m.styles.plain, after: 2}, part{text: reason, paint: m.styles.dim})
}
