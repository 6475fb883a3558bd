package tui

import "slices"

// matching returns the buckets that a filter lets through.
func (p *provider) matching(filter string) []*bucket {
	if filter == "" {
		return p.buckets
	}
	rows := make([]*bucket, 0, len(p.buckets))
	for _, b := range p.buckets {
		if matches(b.key.Bucket, filter) {
			rows = append(rows, b)
		}
	}
	return rows
}

// refreshRows brings the lists in line with the inventory and the filters.
func (m *Model) refreshRows() {
	providers := m.inv.providers
	if f := m.filters[providersPane]; f != "" {
		providers = nil
		for _, p := range m.inv.providers {
			if matches(p.name, f) {
				providers = append(providers, p)
			}
		}
	}
	m.providers.set(providers)
	p, ok := m.providers.current()
	if p != m.opened {
		m.opened = p
		m.buckets = list[*bucket]{height: m.buckets.height}
		m.filters[bucketsPane], m.detail, m.span = "", scroll{}, nil
	}
	var rows []*bucket
	if ok {
		rows = p.matching(m.filters[bucketsPane])
	}
	m.buckets.set(m.sorted(rows))
	if m.span != nil && !slices.Contains(m.buckets.rows, m.span.from) {
		m.span = nil
	}
	if len(m.providers.rows) == 0 {
		m.focus = providersPane
	}
}

// bucketsDrawn reports whether buckets or one's detail are on the screen.
func (m *Model) bucketsDrawn() bool {
	panes := m.layout().panes
	return panes[bucketsPane] > 0 || panes[detailPane] > 0
}

// countsDown reports whether a time on the screen changes by itself.
func (m *Model) countsDown() bool {
	var drawn []*bucket
	switch {
	case m.width < minWidth || m.height < minHeight:
	case m.page == triagePage:
		drawn = m.triage.rows.visible()
	case m.page == mainPage && m.bucketsDrawn():
		drawn = m.buckets.visible()
	}
	return slices.ContainsFunc(drawn, func(b *bucket) bool {
		_, ok := b.look.Metadata.Expiry.Time()
		return ok && b.checked
	})
}
