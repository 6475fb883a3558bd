package tui

import (
	"slices"
	"strconv"
	"strings"

	"credscope/store"
	"credscope/tui/text"
	"credscope/tui/theme"
)

// header counts the buckets that need attention, and says which host is asked.
func (m *Model) header() string {
	c := &m.canvas
	left := []cell{{text: "credscope", style: c.styles.Focus}}
	add := func(text string, style theme.Style) { left = append(left, cell{text: text, style: style}) }
	if m.lost != nil {
		add("CONNECTION LOST at "+c.clock(*m.lost), c.styles.Kinds[theme.Failure])
	}
	if m.o.ReadOnly || m.locked {
		add("READ-ONLY", c.styles.Kinds[theme.Warning])
	}
	if n := len(m.buckets.active()); n > 0 {
		add(c.glyphs.Marked+" "+strconv.Itoa(n)+" marked", c.styles.Focus)
	}
	for _, warning := range slices.Concat(m.host.Warnings, m.o.Warnings) {
		add(c.glyphs.Kinds[theme.Warning]+" "+text.Free(warning), c.styles.Kinds[theme.Warning])
	}
	left = append(left, m.statusCounts(false)...)
	right := m.headerRight()
	if widthOf(left)+text.Width(right)+3 > m.size.w {
		left = append(left[:len(left)-len(m.statusCounts(false))], m.statusCounts(true)...)
	}
	if widthOf(left)+text.Width(right)+3 > m.size.w {
		right = ""
	}
	line := ""
	for _, cell := range left {
		style := cell.style
		if m.lost != nil {
			style = c.styles.Kinds[theme.Failure]
		}
		line += "  " + style.On(cell.text)
	}
	if m.waits() {
		line += "  " + m.spinner.View()
	}
	line = line[1:]
	room := m.size.w - text.Width(right) - min(1, len(right))
	return text.Pad(text.Pad(line, room, c.glyphs.Ellipsis)+c.styles.Dim.On(right), m.size.w, "")
}

// widthOf is how wide cells are with two blanks before each, and a spinner.
func widthOf(cells []cell) int { return cellsWidth(cells) + 2*len(cells) + 3 }

// headerStatuses are those that the header counts: what needs attention.
var headerStatuses = []store.Status{
	store.Dead, store.Stale, store.Unreadable, store.InvalidExpiry, store.Expired, store.Expiring, store.Unchecked,
}

// statusCounts counts the buckets by status, short without its words.
func (m *Model) statusCounts(short bool) (cells []cell) {
	c, counts := &m.canvas, m.inv.Counts("", m.canvas.now)
	for _, status := range headerStatuses {
		n := counts.Of(status)
		if n == 0 {
			continue
		}
		shown := c.glyphs.Status[status] + " " + strconv.Itoa(n) + " " + status.String()
		if short {
			shown = c.glyphs.Status[status] + strconv.Itoa(n)
		}
		cells = append(cells, cell{text: shown, style: c.styles.Status[status]})
	}
	return cells
}

// headerRight says which host is asked, and when it listed its providers last.
func (m *Model) headerRight() string {
	var parts []string
	if m.o.Label != "" {
		parts = append(parts, m.o.Label)
	}
	switch {
	case !m.inv.ListedAt.IsZero():
		parts = append(parts, "updated "+m.canvas.clock(m.inv.ListedAt))
	case m.host.Version > 0:
	case m.busy():
		parts = append(parts, "connecting")
	default:
		parts = append(parts, "not connected")
	}
	return strings.Join(parts, " "+m.canvas.glyphs.Separator+" ")
}
