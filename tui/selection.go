package tui

// matching returns the buckets that a filter lets through.
func (p *provider) matching(filter string) []*bucket {
	if filter == "" {
		return p.buckets
	}
	var rows []*bucket
	for _, b := range p.buckets {
		if matches(b.key.Bucket, filter) {
			rows = append(rows, b)
		}
	}
	return rows
}

// refreshRows brings the lists in line with the inventory and the filters.
func (m *Model) refreshRows() {
	before, _ := m.providers.current()
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
	if p != before {
		m.buckets = list[*bucket]{height: m.buckets.height}
		m.filters[bucketsPane], m.detail, m.span = "", scroll{}, nil
	}
	var rows []*bucket
	if ok {
		rows = p.matching(m.filters[bucketsPane])
	}
	m.buckets.set(m.sorted(rows))
	if len(m.providers.rows) == 0 {
		m.focus = providersPane
	}
}

// countsDown reports whether a time on the screen changes by itself.
func (m *Model) countsDown() bool {
	if m.page != mainPage && m.page != triagePage {
		return false
	}
	for _, b := range m.buckets.visible() {
		if _, ok := b.look.Metadata.Expiry.Time(); ok && b.checked {
			return true
		}
	}
	return false
}
