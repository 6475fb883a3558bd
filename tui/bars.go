package tui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// header says which host is asked and how much has been asked of it.
func (m *Model) header() string {
	parts := m.headerParts()
	if m.lostAt != nil {
		for i := range parts {
			parts[i].paint = m.styles.kinds[failure]
		}
	}
	length := 1
	for _, p := range parts {
		length += width(p.text) + 3
	}
	if last := len(parts) - 1; length > m.width {
		parts = parts[:last] // the counts are in the history too
	}
	var b strings.Builder
	b.WriteString(" ")
	for i, p := range parts {
		if i > 0 {
			m.styles.dim.write(&b, " "+m.glyphs.separator+" ")
		}
		p.write(&b, p.text)
	}
	if m.busy > 0 {
		b.WriteString(" " + m.spinner.View())
	}
	return pad(b.String(), m.width, m.glyphs.ellipsis)
}

func (m *Model) headerParts() []part {
	parts := []part{{text: "credscope", paint: m.styles.title}}
	add := func(text string, p paint) { parts = append(parts, part{text: text, paint: p}) }
	if m.o.Label != "" {
		add(m.o.Label, m.styles.plain)
	}
	switch {
	case m.lostAt != nil:
		add("CONNECTION LOST at "+m.clockTime(*m.lostAt), m.styles.plain)
	case m.info.Version > 0:
		add(fmt.Sprintf("protocol %d", m.info.Version), m.styles.plain)
	case m.busy > 0:
		add("connecting", m.styles.plain)
	default:
		add("not connected", m.styles.kinds[warning])
	}
	if m.o.ReadOnly || m.locked {
		add("READ-ONLY", m.styles.kinds[warning])
	}
	if n := m.inv.marked; n > 0 {
		add(m.glyphs.marked+" "+strconv.Itoa(n)+" marked", m.styles.focus)
	}
	for _, text := range slices.Concat(m.info.Warnings, m.o.Warnings) {
		add(m.glyphs.kinds[warning]+" "+printableText(text), m.styles.kinds[warning])
	}
	r := m.info.Requests
	add(fmt.Sprintf("asked %s, %s, %s", count(r["list_providers"]+r["list_buckets"], "list"), count(r["get_token"], "token"), count(r["remove_token"], "removal")), m.styles.dim)
	return parts
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
