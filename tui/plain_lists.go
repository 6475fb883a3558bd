package tui

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// list says what is open: a bucket, a provider's buckets or the providers.
func (p *plain) list() {
	m := p.m
	row, ok := m.providers.current()
	switch {
	case p.over:
	case m.triage != nil:
		p.proposed()
	case m.focus == providersPane || !ok:
		p.overview()
	case m.focus == detailPane && len(m.buckets.rows) > 0:
		p.known()
		p.paragraphs(p.fields())
	default:
		p.bucketList(row)
	}
}

// known says that what follows cannot be asked about any more.
func (p *plain) known() {
	if at := p.m.lostAt; at != nil {
		p.say("Connection lost at " + p.m.clockTime(*at) + ": this was known before")
	}
}

// overview lists the providers, or says why there are none.
func (p *plain) overview() {
	m := p.m
	m.refreshRows()
	p.providers = m.providers.rows
	switch {
	case p.over:
		return
	case len(m.inv.providers) == 0:
		title, lines := m.nothing(wide)
		p.say(title)
		p.paragraphs(lines)
		return
	}
	p.known()
	p.say(p.heading("Providers", len(m.providers.rows), len(m.inv.providers), providersPane))
	now := m.o.Now()
	for i, row := range m.providers.rows {
		p.say(strconv.Itoa(i+1) + ". " + printableName(row.name) + ": " + m.counted(row, now))
	}
	p.noMatch(len(m.providers.rows))
}

// heading names a list and how much of it is shown.
func (p *plain) heading(name string, shown, all int, of pane) string {
	if filter := p.m.filters[of]; filter != "" {
		return fmt.Sprintf(`%s: %d of %d, filter "%s"`, name, shown, all, unquoted(filter))
	}
	return fmt.Sprintf("%s: %d", name, all)
}

// counted says how many buckets a provider has, and of which status.
func (m *Model) counted(row *provider, now time.Time) string {
	if row.asked.IsZero() && !row.byName {
		if row.err != nil {
			return "not listed. " + explain(row.err).sentence()
		}
		return "not listed yet"
	}
	words := []string{count(len(row.buckets), "bucket")}
	counts := map[string]int{}
	for _, b := range row.buckets {
		counts[m.word(b, now)]++
	}
	for _, h := range healthOrder {
		if n := counts[h.String()]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, h))
		}
	}
	if n := counts[unusualName]; n > 0 {
		words = append(words, count(n, unusualName))
	}
	if row.twice {
		words = append(words, "listed twice")
	}
	if row.err != nil {
		words = append(words, "not listed again: "+explain(row.err).sentence())
	}
	return strings.Join(words, ", ")
}

const unusualName = "unusual name"

// word is the status of a bucket.
func (m *Model) word(b *bucket, now time.Time) string {
	if b.odd {
		return unusualName
	}
	return b.health(now, m.o.StaleAfter).String()
}

// bucketList lists the buckets of the open provider, or says why there are none.
func (p *plain) bucketList(row *provider) {
	m := p.m
	m.refreshRows()
	p.buckets = m.buckets.rows
	p.known()
	heading := p.heading("Buckets of "+named(row.name), len(m.buckets.rows), len(row.buckets), bucketsPane)
	if m.order != byName {
		heading += ", sorted by " + m.order.String()
	}
	p.say(heading)
	if len(row.buckets) == 0 {
		p.paragraphs(m.noBuckets(wide))
		return
	}
	now := m.o.Now()
	for i, b := range m.buckets.rows {
		p.say(strconv.Itoa(i+1) + ". " + p.bucketLine(b, now))
	}
	p.noMatch(len(m.buckets.rows))
}

func (p *plain) bucketLine(b *bucket, now time.Time) string {
	m := p.m
	words := []string{m.word(b, now)}
	if end := m.rowTime(b, now); end != "" {
		words = append(words, end)
	}
	if b.listedTwice() {
		words = append(words, "listed twice")
	}
	if b.err != nil {
		words = append(words, "no answer to the last look")
	}
	if m.lostAt != nil && b.checked {
		words = append(words, "asked "+m.clockTime(b.asked))
	}
	return printableName(b.key.Bucket) + ": " + strings.Join(words, ", ")
}

// noMatch says how to get out of a filter that lets nothing through.
func (p *plain) noMatch(rows int) {
	if rows == 0 {
		p.say("Nothing matches the filter: type back to list all")
	}
}

// paragraphs says the lines of a text of the screen, without those that only
// part them.
func (p *plain) paragraphs(lines []string) {
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			p.say(line)
		}
	}
}

// fields are the lines of the detail pane with a colon behind each label.
func (p *plain) fields() []string {
	lines := p.m.detailLines(wide)
	for i, line := range lines {
		if len(line) <= labelWidth || line[1] == ' ' {
			lines[i] = strings.ReplaceAll(line, "the removal key", "remove")
			continue // a note
		}
		lines[i] = strings.TrimSpace(line[1:1+labelWidth]) + ": " + strings.TrimSpace(line[1+labelWidth:])
	}
	return lines
}

// proposed lists the stale and unreadable buckets, and which are spared.
func (p *plain) proposed() {
	m := p.m
	p.proposal = m.triage.rows.rows
	p.known()
	p.say(m.triageTitle())
	if gaps := m.gaps(); gaps != "" {
		p.say(gaps)
	}
	now := m.o.Now()
	for i, b := range p.proposal {
		line := strconv.Itoa(i+1) + ". " + printableName(b.key.String()) + ": " + m.word(b, now) + ", " + b.reason(now)
		if m.triage.spared[b] {
			line += ", spared"
		}
		p.say(line)
	}
	if len(p.proposal) == 0 {
		p.say("Nothing is stale or unreadable among what the host has shown.")
	}
}
