package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
)

// footer draws the keys that work now, as many as fit.
func (m *Model) footer() string {
	var b strings.Builder
	used := 1
	b.WriteString(" ")
	for _, binding := range m.offered() {
		shown, does := binding.Help().Key, binding.Help().Desc
		size := width(shown) + 1 + width(does)
		if used+size > m.width {
			break
		}
		b.WriteString(m.styles.focus.on(shown) + " " + m.styles.dim.on(does))
		used += size
		if used+2 <= m.width {
			b.WriteString("  ")
			used += 2
		}
	}
	return b.String() + strings.Repeat(" ", max(0, m.width-used))
}

// offered lists the keys that do something now.
func (m *Model) offered() []key.Binding {
	k := &m.keys
	switch {
	case m.confirm != nil:
		return m.confirm.offered(k)
	case m.typing:
		return []key.Binding{k.Keep, k.Clear, k.TypingUp, k.TypingDown, k.Leave}
	case m.help:
		return []key.Binding{k.Back, k.Down, k.Up, k.Leave}
	case m.o.NoHost != nil:
		return []key.Binding{k.Help, k.Quit}
	}
	var offered []key.Binding
	for _, binding := range k.footer() {
		if m.works(binding) {
			offered = append(offered, binding)
		}
	}
	return offered
}

// works reports whether a key of the footer does something now.
func (m *Model) works(b key.Binding) bool {
	switch b.Help().Key {
	case m.keys.Look.Help().Key:
		return len(m.providers.rows) > 0 && m.lostAt == nil
	case m.keys.Again.Help().Key, m.keys.Everything.Help().Key:
		return m.lostAt == nil
	case m.keys.CheckAll.Help().Key:
		return len(m.providers.rows) > 0 && m.lostAt == nil
	case m.keys.Remove.Help().Key:
		_, reason := m.removable()
		return reason == ""
	case m.keys.Filter.Help().Key:
		return len(m.inv.providers) > 0
	case m.keys.Back.Help().Key:
		return m.focus != providersPane || m.filters[providersPane] != ""
	}
	return true
}

// helpLines lists every key by task, in two columns where there is room, and
// the signs.
func (m *Model) helpLines(w int) []string {
	var lines []string
	for _, group := range m.keys.groups() {
		lines = append(lines, " "+m.styles.title.on(group.Title))
		for _, binding := range group.Keys {
			lines = append(lines, "   "+m.styles.strong.on(pad(binding.Help().Key, 12, ""))+m.styles.plain.on(binding.Help().Desc))
		}
		lines = append(lines, "")
	}
	lines = append(lines, " "+m.styles.title.on("Signs"))
	for _, h := range healthOrder {
		about := wrap(healthMeaning[h], max(1, w-18))
		for i, line := range about {
			sign := m.styles.health[h].on(m.glyphs.health[h] + " " + pad(h.String(), wordWidth+1, ""))
			if i > 0 {
				sign = strings.Repeat(" ", wordWidth+3)
			}
			lines = append(lines, "   "+sign+m.styles.plain.on(line))
		}
	}
	return lines
}
