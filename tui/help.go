package tui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
)

// footerGap is the space between two keys of the footer.
const footerGap = 2

func (m *Model) footerSize(b key.Binding) int {
	return width(m.firstKey(b)) + 1 + width(b.Help().Desc)
}

// firstKey is the first way to press a key, which is all that the footer names.
func (m *Model) firstKey(b key.Binding) string {
	first, _, _ := strings.Cut(b.Help().Key, " ")
	return m.keyLabel(first)
}

var arrowWords = strings.NewReplacer("↑", "Up", "↓", "Down", "←", "Left", "→", "Right")

// keyLabel is a key's name as this terminal can show it.
func (m *Model) keyLabel(shown string) string {
	if m.o.ASCII {
		return arrowWords.Replace(shown)
	}
	return shown
}

// footer draws the keys that work now, as many as fit.
func (m *Model) footer() string {
	var b strings.Builder
	used := 1
	b.WriteString(" ")
	for _, binding := range m.offered() {
		size := m.footerSize(binding)
		if used+size > m.width {
			break
		}
		b.WriteString(m.styles.focus.on(m.firstKey(binding)) + " " + m.styles.dim.on(binding.Help().Desc))
		used += size
		gap := min(footerGap, m.width-used)
		b.WriteString(strings.Repeat(" ", gap))
		used += gap
	}
	return b.String() + strings.Repeat(" ", max(0, m.width-used))
}

// offered lists the keys that do something now.
func (m *Model) offered() []key.Binding {
	k := &m.keys
	switch {
	case m.confirm != nil:
		return m.confirm.offered(k)
	case m.prompt == lookupPrompt:
		return []key.Binding{k.Enter, k.Decline, k.Leave}
	case m.prompt == filterPrompt:
		return []key.Binding{k.Keep, k.Clear, k.TypingUp, k.TypingDown, k.Leave}
	case m.page == triagePage:
		return []key.Binding{k.Mark, k.MarkAll, k.Remove, k.Back, k.Leave}
	case m.page == ledgerPage && m.job != nil:
		return []key.Binding{k.Stop, k.Leave}
	case m.page != mainPage:
		return []key.Binding{k.Back, k.Down, k.Up, k.Leave}
	case m.o.NoHost != nil:
		return []key.Binding{k.Help, k.Quit}
	}
	var offered []key.Binding
	if len(m.inv.providers) == 0 {
		offered = append(offered, k.Down) // what is said may be longer than the screen
	}
	for _, binding := range k.footer() {
		if m.works(binding) {
			offered = append(offered, binding)
		}
	}
	return offered
}

// works reports whether a key of the main screen does something now.
func (m *Model) works(b key.Binding) bool {
	k := &m.keys
	is := func(bindings ...key.Binding) bool {
		return slices.ContainsFunc(bindings, func(other key.Binding) bool { return other.Help() == b.Help() })
	}
	asking := m.lostAt == nil && m.o.NoHost == nil
	rows := len(m.providers.rows) > 0
	inBuckets := m.focus != providersPane && len(m.buckets.rows) > 0
	switch {
	case is(k.Look, k.CheckAll):
		return asking && rows
	case is(k.Again):
		return asking
	case is(k.Everything, k.LookUp):
		return asking && m.info.Version > 0
	case is(k.Triage):
		return asking && rows && !m.restricted()
	case is(k.Remove):
		return m.removes()
	case is(k.Mark, k.MarkAll, k.Range, k.RangeUp, k.RangeDown):
		return inBuckets && m.removalOff() == ""
	case is(k.Filter, k.Sort, k.Copy, k.Times):
		return len(m.inv.providers) > 0
	case is(k.Back):
		return m.focus != providersPane || m.filters[providersPane] != "" || m.inv.marked > 0
	case is(k.Lock):
		return !m.o.ReadOnly
	case is(k.Accept, k.Typed, k.Decline, k.NextControl):
		return m.confirm != nil
	}
	return true
}

// helpLines lists every key by task, the ones that work now with emphasis, and
// the signs. Where there is room the tasks stand in two columns.
func (m *Model) helpLines(w int) []string {
	groups := m.keys.groups()
	var lines []string
	if w >= 76 {
		half := (len(groups) + 1) / 2
		left, right := m.groupLines(groups[:half], w/2), m.groupLines(groups[half:], w-w/2)
		for len(left) < len(right) {
			left = append(left, strings.Repeat(" ", w/2))
		}
		for i, line := range left {
			if i < len(right) {
				line += right[i]
			}
			lines = append(lines, line)
		}
	} else {
		lines = m.groupLines(groups, w)
	}
	lines = append(lines, " "+m.styles.title.on("Signs"))
	for _, h := range healthOrder {
		about := wrap(healthMeaning[h], max(1, w-19))
		for i, line := range about {
			sign := m.styles.health[h].on(m.glyphs.health[h] + " " + pad(h.String(), wordWidth+2, ""))
			if i > 0 {
				sign = strings.Repeat(" ", wordWidth+4)
			}
			lines = append(lines, "   "+sign+m.styles.plain.on(line))
		}
	}
	return append(lines, "", " Dimmed keys do nothing now. With the mouse: wheel scrolls, click selects; shift selects text.")
}

// groupLines draws some tasks' keys, w cells wide.
func (m *Model) groupLines(groups []keyGroup, w int) []string {
	var lines []string
	for _, group := range groups {
		lines = append(lines, pad(" "+m.styles.title.on(group.Title), w, ""))
		for _, binding := range group.Keys {
			name, does := m.styles.strong, m.styles.plain
			if !m.works(binding) {
				name, does = m.styles.dim, m.styles.dim
			}
			lines = append(lines, pad("   "+name.on(pad(m.keyLabel(binding.Help().Key), 12, ""))+does.on(binding.Help().Desc), w, m.glyphs.ellipsis))
		}
		lines = append(lines, strings.Repeat(" ", w))
	}
	return lines
}
