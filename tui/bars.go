package tui

import (
	"fmt"
	"slices"
	"strings"
)

// header says which host is asked and how much has been asked of it.
func (m *Model) header() string {
	parts := []string{" credscope"}
	add := func(s string) { parts = append(parts, s) }
	if m.o.Label != "" {
		add(m.o.Label)
	}
	switch {
	case m.lostAt != nil:
		add("CONNECTION LOST at " + m.clockTime(*m.lostAt))
	case m.info.Version > 0:
		add(fmt.Sprintf("protocol %d", m.info.Version))
	case m.busy > 0:
		add("connecting")
	default:
		add("not connected")
	}
	if m.o.ReadOnly || m.locked {
		add("READ-ONLY")
	}
	if n := m.inv.marked; n > 0 {
		add(m.glyphs.marked + " " + fmt.Sprint(n) + " marked")
	}
	for _, text := range slices.Concat(m.info.Warnings, m.o.Warnings) {
		add(m.glyphs.kinds[warning] + " " + printableText(text))
	}
	r := m.info.Requests
	add(fmt.Sprintf("asked %s, %s, %s", count(r["list_providers"]+r["list_buckets"], "list"), count(r["get_token"], "token"), count(r["remove_token"], "removal")))
	line := strings.Join(parts, " "+m.glyphs.separator+" ")
	if m.busy > 0 {
		line += " " + m.spinner.View()
	}
	if m.lostAt != nil {
		return m.styles.kinds[failure].on(pad(line, m.width, m.glyphs.ellipsis))
	}
	return m.styles.strong.on(pad(line, m.width, m.glyphs.ellipsis))
}

// statusLines is the last message, on as many lines as it needs and there are.
func (m *Model) statusLines() []string {
	if m.prompt != noPrompt {
		return []string{pad(m.prompt.String()+printableText(m.field.Value()), m.width, m.glyphs.ellipsis)}
	}
	last := m.status.last
	limit := 1
	if m.height >= helpfulHeight {
		limit = min(4, m.height/4)
	}
	text := m.shown(last.text)
	if text == "" {
		return []string{strings.Repeat(" ", max(0, m.width))}
	}
	prefix := " " + m.glyphs.kinds[last.kind] + " "
	lines := wrap(text, max(1, m.width-width(prefix)-1))
	if len(lines) > limit {
		rest := strings.Join(lines[limit-1:], " ")
		lines = append(lines[:limit-1], cut(rest, m.width-width(prefix)-1, m.glyphs.ellipsis))
	}
	for i, line := range lines {
		lines[i] = m.styles.kinds[last.kind].on(pad(prefix+line, m.width, m.glyphs.ellipsis))
		prefix = strings.Repeat(" ", width(prefix))
	}
	return lines
}
