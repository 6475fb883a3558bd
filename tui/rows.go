package tui

import (
	"fmt"
	"strconv"
	"time"

	"credscope/store"
)

func (m *Model) providersTitle() string {
	if m.restricted() {
		return m.listTitle("By name", len(m.providers.rows), len(m.inv.providers), m.filters[providersPane])
	}
	return m.listTitle("Providers", len(m.providers.rows), len(m.inv.providers), m.filters[providersPane])
}

func (m *Model) bucketsTitle() string {
	p, ok := m.providers.current()
	if !ok {
		return "Buckets"
	}
	if p.asked.IsZero() && !p.byName {
		return "Buckets of " + named(p.name)
	}
	title := m.listTitle("Buckets of "+named(p.name), len(m.buckets.rows), len(p.buckets), m.filters[bucketsPane])
	if m.order != byName {
		title += " by " + m.order.String()
	}
	if m.clock == utcClock {
		title += " (UTC)"
	}
	return title
}

// asked says when a fact was asked for.
func (m *Model) asked(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return "asked " + m.clockTime(at)
}

func (m *Model) bucketsAsked() string {
	p, ok := m.providers.current()
	if !ok {
		return ""
	}
	return m.asked(p.asked)
}

// listTitle counts the rows, and says so when a filter holds some back.
func (m *Model) listTitle(name string, shown, all int, filter string) string {
	if filter == "" {
		return fmt.Sprintf("%s %d", name, all)
	}
	if m.privacy {
		filter = m.glyphs.ellipsis
	}
	return fmt.Sprintf("%s %d/%d /%s", name, shown, all, printableText(filter))
}

func (m *Model) providerRows(w int) []string {
	now := m.o.Now()
	visible := m.providers.visible()
	rows := newSheet(len(visible), len(visible)*rowBytes)
	for i, p := range visible {
		summary := m.summary(p, now)
		nameWidth := w - 4 - width(summary)
		if nameWidth < 8 {
			summary, nameWidth = "", w-4
		}
		name := pad(cutMiddle(named(p.name), nameWidth, m.glyphs.ellipsis), nameWidth, "")
		before, match, after := m.highlighted(name, m.filters[providersPane])
		counts := part{text: summary, paint: m.styles.plain, before: 1, after: 1}
		if p.err != nil {
			before, match, after = part{text: name, paint: m.styles.kinds[failure]}, part{}, part{}
			counts.paint = m.styles.kinds[failure]
		}
		m.row(rows, m.providers.top+i == m.providers.at, m.focus == providersPane,
			part{before: 1}, before, match, after, counts)
	}
	return rows.lines()
}

// summary counts a provider's buckets, the stale and unreadable ones and those
// not asked about.
func (m *Model) summary(p *provider, now time.Time) string {
	switch {
	case p.err != nil && p.asked.IsZero():
		return m.glyphs.kinds[failure] + " error"
	case p.asked.IsZero() && !p.byName:
		return m.glyphs.ellipsis
	case p.twice:
		return "listed twice"
	}
	text := strconv.Itoa(len(p.buckets))
	if p.marked > 0 {
		text = m.glyphs.marked + strconv.Itoa(p.marked) + " " + text
	}
	if p.err != nil {
		text = m.glyphs.kinds[failure] + " " + text
	}
	t := p.tallied(now, m.o.StaleAfter)
	for _, counted := range []struct {
		h store.Health
		n int
	}{{store.Stale, t.stale}, {store.Unreadable, t.unreadable}, {store.Unchecked, t.unchecked}} {
		if counted.n > 0 {
			text += " " + m.glyphs.health[counted.h] + strconv.Itoa(counted.n)
		}
	}
	return text
}

// The widths of a bucket's columns.
const (
	wordWidth = 10 // "unreadable", "odd expiry"
	timeWidth = 14 // "123d 05:00 ago", "26-11-23 14:05"
)

func (m *Model) bucketRows(w int) []string {
	if len(m.buckets.rows) == 0 {
		return m.noBuckets(w)
	}
	now := m.o.Now()
	visible := m.buckets.visible()
	rows := newSheet(len(visible), len(visible)*rowBytes)
	for i, b := range visible {
		m.bucketRow(rows, b, w, now, m.buckets.top+i == m.buckets.at)
	}
	return rows.lines()
}

func (m *Model) bucketRow(to *sheet, b *bucket, w int, now time.Time, selected bool) {
	h := b.health(now, m.o.StaleAfter)
	sign, word := m.glyphs.health[h], h.String()
	switch {
	case b.odd:
		sign, word = m.glyphs.health[store.OddExpiry], "unusual"
	case b.err != nil && !b.checked:
		word = "failed"
	case b.slot.busy && !b.checked:
		word = "asking"
	}
	nameWidth := w - wordWidth - 6 // cursor, sign and the spaces around the columns
	colour := m.styles.health[h]
	var status, times part
	if nameWidth-timeWidth-1 >= 12 {
		nameWidth -= timeWidth + 1
		text := m.rowTime(b, now)
		if b.listedTwice() {
			text = "listed twice"
		}
		times = part{text: text, paint: m.styles.dim, before: 1 + timeWidth - width(text)}
	}
	if nameWidth < 6 {
		nameWidth += wordWidth + 1
	} else {
		status = part{text: word, paint: colour, before: 1, after: wordWidth - width(word)}
	}
	name := m.shown(printableName(b.key.Bucket))
	if b.odd {
		name = `"` + name + `"` // its ends may be blank
	}
	name = cutMiddle(name, nameWidth, m.glyphs.ellipsis)
	mark := " "
	if b.marked {
		mark = m.glyphs.marked
	}
	before, match, after := m.highlighted(name, m.filters[bucketsPane])
	m.row(to, selected, m.focus == bucketsPane,
		part{text: mark, paint: m.styles.focus}, part{text: sign, paint: colour, after: 1},
		before, match, after, part{before: nameWidth - width(name)}, status, times, part{after: 1})
}

// noBuckets says why a provider's list is empty, as far as that is known.
func (m *Model) noBuckets(w int) []string {
	p, ok := m.providers.current()
	switch {
	case !ok:
		return wrapAll(w, " Nothing matches the filter.", " esc clears it.")
	case m.filters[bucketsPane] != "" && len(p.buckets) > 0:
		return wrapAll(w, " Nothing matches the filter.", " esc clears it.")
	case p.err != nil:
		return wrapAll(w, " "+explain(p.err).sentence())
	case p.asked.IsZero():
		return wrapAll(w, " Asking the host"+m.glyphs.ellipsis)
	}
	return wrapAll(w, " The host lists no bucket here.", "", " It does so too when it cannot read its keyring; r asks again.")
}
