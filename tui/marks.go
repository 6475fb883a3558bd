package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"
)

// Marks belong to buckets and not to places in a list, so they survive refresh,
// sorting and filters. The panes count them wherever they are.

// span is a range being marked: from its first row to the cursor, on top of the
// marks that were there before.
type span struct {
	from   *bucket
	before map[*bucket]bool
	sticky bool // goes on without shift, until it is ended by its key
}

// unmarkable says why a bucket cannot be removed and so not be marked.
func (b *bucket) unmarkable() string {
	switch {
	case b.of.twice:
		return "The host listed this provider twice, so it is not clear which one a removal would hit: press R"
	case b.twice:
		return "The host listed this name twice, so it is not clear which one a removal would hit: press r"
	case b.byName && b.checked && !b.look.Found && !b.look.Hidden:
		return "The host knows nothing under this name, so there is nothing to remove"
	case b.odd:
		return "Hosts refuse this unusual name: remove it with the host's own keychain tool"
	}
	return ""
}

func (m *Model) toggleMark() tea.Cmd {
	b, ok := m.buckets.current()
	if !ok || m.focus == providersPane {
		m.status.note("Marks are for buckets: press enter on a provider first")
		return nil
	}
	if reason := b.unmarkable(); reason != "" {
		m.status.note(reason)
		return nil
	}
	m.span = nil
	b.mark(!b.marked)
	m.buckets.move(1)
	m.detail = scroll{}
	return m.moved()
}

// markAll marks every bucket shown, or unmarks them if all are marked.
func (m *Model) markAll() {
	m.span = nil
	all := true
	for _, b := range m.buckets.rows {
		all = all && (b.marked || b.unmarkable() != "")
	}
	for _, b := range m.buckets.rows {
		b.mark(!all && b.unmarkable() == "")
	}
}

func (m *Model) marked() []*bucket {
	var marked []*bucket
	for _, p := range m.inv.providers {
		if p.marked == 0 {
			continue
		}
		for _, b := range p.buckets {
			if b.marked {
				marked = append(marked, b)
			}
		}
	}
	return marked
}

// clearMarks takes all marks away and returns how many there were.
func (m *Model) clearMarks() int {
	marked := m.marked()
	for _, b := range marked {
		b.mark(false)
	}
	return len(marked)
}

// toggleSpan begins or ends a range.
func (m *Model) toggleSpan() {
	if m.span != nil {
		m.span = nil
		return
	}
	m.beginSpan(true)
}

func (m *Model) beginSpan(sticky bool) {
	b, ok := m.buckets.current()
	if !ok || m.focus != bucketsPane {
		m.status.note("A range is marked among buckets: press enter on a provider first")
		return
	}
	m.span = &span{from: b, before: map[*bucket]bool{}, sticky: sticky}
	for _, row := range m.buckets.rows {
		m.span.before[row] = row.marked
	}
	m.markSpan()
}

// stretch moves the cursor and marks what lies between.
func (m *Model) stretch(by int) tea.Cmd {
	if m.span == nil {
		m.beginSpan(false)
	}
	if m.span == nil {
		return nil
	}
	m.buckets.move(by)
	m.markSpan()
	return m.moved()
}

// markSpan marks the rows from the range's first to the cursor.
func (m *Model) markSpan() {
	if m.span == nil {
		return
	}
	inside := false
	for i, row := range m.buckets.rows {
		edge := row == m.span.from || i == m.buckets.at
		within := inside || edge
		if edge && m.span.from != m.buckets.rows[m.buckets.at] {
			inside = !inside
		}
		row.mark((within && row.unmarkable() == "") || m.span.before[row])
	}
}

// targets returns what the removal key is about: the marked buckets that the
// filters let through, or the one under the cursor. hidden counts the marked
// ones that are left out; reason says why there is nothing.
func (m *Model) targets() (targets []target, hidden int, reason string) {
	if reason := m.removalOff(); reason != "" {
		return nil, 0, reason
	}
	marked := m.marked()
	for _, b := range marked {
		if m.filteredOut(b) {
			hidden++
			continue
		}
		if reason := b.unmarkable(); reason != "" {
			return nil, 0, reason
		}
		targets = append(targets, m.targetOf(b))
	}
	switch b, ok := m.buckets.current(); {
	case len(targets) > 0:
		return targets, hidden, ""
	case len(marked) > 0:
		return nil, hidden, fmt.Sprintf("The filter hides %s: press esc to see what would be removed", count(hidden, "marked bucket"))
	case m.focus == providersPane || !ok:
		return nil, 0, "Removing works on a bucket: press enter on a provider first"
	case b.unmarkable() != "":
		return nil, 0, b.unmarkable()
	default:
		return []target{m.targetOf(b)}, 0, ""
	}
}

// removes reports whether the removal key has something to ask about.
func (m *Model) removes() bool {
	if m.removalOff() != "" {
		return false
	}
	if m.inv.marked == 0 {
		b, ok := m.buckets.current()
		return ok && m.focus != providersPane && b.unmarkable() == ""
	}
	return slices.ContainsFunc(m.inv.providers, func(p *provider) bool {
		return p.marked > 0 && slices.ContainsFunc(p.buckets, func(b *bucket) bool { return b.marked && !m.filteredOut(b) })
	})
}

func (m *Model) targetOf(b *bucket) target {
	return target{key: b.key, health: b.health(m.o.Now(), m.o.StaleAfter), checked: b.checked, look: b.look, listed: !b.byName}
}

// filteredOut reports whether a filter keeps a bucket off the screen.
func (m *Model) filteredOut(b *bucket) bool {
	if !matches(b.key.Provider, m.filters[providersPane]) {
		return true
	}
	p, ok := m.providers.current()
	return ok && p.name == b.key.Provider && !matches(b.key.Bucket, m.filters[bucketsPane])
}
