package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// box draws lines inside a border with a title above and a note below. The lines must be exactly w-2
// cells wide; missing ones are filled. A focused box differs in its line and in
// a sign, so that colour is not needed to tell.
func (m *Model) box(title, note string, lines []string, w, h int, focused bool) []string {
	g, border, heading, top := m.glyphs, m.styles.border, m.styles.heading, m.glyphs.horizontal
	if focused {
		border, heading, top = m.styles.focus, m.styles.title, m.glyphs.focusTop
		title = g.cursor + " " + title
	}
	inner := w - 2
	title = cut(" "+title+" ", inner-1, g.ellipsis+" ")
	rule := strings.Repeat(top, max(0, inner-1-width(title)))
	side, blank := border.on(g.vertical), spaces(inner)
	size := 2 * w * len(g.horizontal) // the rules, about
	for _, line := range lines {
		size += len(line)
	}
	out := newSheet(h, size+h*2*len(side)+max(0, h-len(lines))*inner)
	out.line(border.on(g.topLeft+top), heading.on(title), border.on(rule+g.topRight))
	for i := range h - 2 {
		line := blank
		if i < len(lines) {
			line = lines[i]
		}
		out.line(side, line, side)
	}
	if note != "" {
		note = cut(" "+note+" ", inner-1, "")
	}
	rule = strings.Repeat(g.horizontal, max(0, inner-1-width(note)))
	out.line(border.on(g.botLeft+rule), m.styles.dim.on(note), border.on(g.horizontal+g.botRight))
	return out.lines()
}

// beside joins columns of equally many lines.
func beside(columns ...[]string) []string {
	size := 0
	for _, column := range columns {
		for _, line := range column {
			size += len(line)
		}
	}
	out := newSheet(len(columns[0]), size)
	for i := range columns[0] {
		for _, column := range columns {
			out.text.WriteString(column[i])
		}
		out.end()
	}
	return out.lines()
}

// dimmed takes the colours off a frame, for what lies behind a dialog.
func (m *Model) dimmed(frame []string) []string {
	out := make([]string, len(frame))
	for i, line := range frame {
		out[i] = m.styles.dim.on(plainText(line))
	}
	return out
}

// overlay lays a box of lines over the middle of a frame of w cells.
func overlay(frame, box []string, w int) []string {
	if len(box) == 0 {
		return frame
	}
	boxWidth := width(box[0])
	left := max(0, (w-boxWidth)/2)
	top := max(0, (len(frame)-len(box))/2)
	for i, line := range box {
		if top+i >= len(frame) {
			break
		}
		under := frame[top+i]
		before := pad(ansi.Truncate(under, left, ""), left, "")
		after := ansi.TruncateLeft(under, left+boxWidth, "")
		frame[top+i] = before + "\x1b[m" + line + "\x1b[m" + padLeft(after, w-left-boxWidth, "")
	}
	return frame
}

// more says how many lines there are below those in view, "" for none.
func (s *scroll) more(lines []string, h int, arrow string) string {
	if rest := len(lines) - s.top - h; h > 0 && rest > 0 {
		return fmt.Sprintf("%s %d more", arrow, rest)
	}
	return ""
}

// scroll is how far a text is scrolled.
type scroll struct{ top int }

const maxScroll = 1 << 20

func (s *scroll) by(n int) { s.top = max(0, min(s.top+n, maxScroll)) }

// window returns the h lines in view and keeps the last ones from leaving it.
func (s *scroll) window(lines []string, h int) []string {
	s.top = min(s.top, max(0, len(lines)-h))
	return lines[s.top:min(len(lines), s.top+max(h, 0))]
}
