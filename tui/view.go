package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
)

const (
	minWidth, minHeight = 20, 5 // below, there is only a note
	boxedHeight         = 9     // from here on panes have borders
	helpfulHeight       = 12    // from here on messages may take a second line
	threePanes          = 100
	twoPanes            = 70
)

// The widths of three panes beside each other: buckets get enough for an address
// and its expiry, the detail the rest.
const (
	mostProviders          = 30
	goodBuckets            = 58
	goodDetail, mostDetail = 34, 52
)

// layout is the division of the screen.
type layout struct {
	body   int  // lines between header and status
	header bool // there is room for it
	boxed  bool
	panes  [detailPane + 1]int // width of each pane, 0 if it is not shown
}

// arrange fits the lists to the screen. Called after every change.
func (m *Model) arrange() {
	l := m.layout()
	rows := l.body
	if l.boxed {
		rows -= 2
	}
	m.providers.resize(max(1, rows))
	m.buckets.resize(max(1, rows))
}

func (m *Model) layout() layout {
	l := layout{header: m.height >= minHeight+1, boxed: m.height >= boxedHeight}
	l.body = m.height - len(m.statusLines()) - 1
	if l.header {
		l.body--
	}
	w := m.width
	switch {
	case w >= threePanes:
		first := min(mostProviders, w*24/100)
		third := max(min(goodDetail, w*31/100), min(w-first-goodBuckets, mostDetail))
		l.panes = [...]int{first, w - first - third, third}
	case w >= twoPanes && m.focus == detailPane:
		l.panes = [...]int{0, w / 2, w - w/2}
	case w >= twoPanes:
		l.panes = [...]int{w * 3 / 10, w - w*3/10, 0}
	default:
		l.panes[m.focus] = w
	}
	return l
}

// View draws the screen.
func (m *Model) View() tea.View {
	lines := m.frame()
	v := tea.NewView(strings.Join(lines, "\n"))
	v.AltScreen = true
	if !m.o.NoMouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	v.Cursor = m.cursor(lines)
	return v
}

// frame returns the screen's lines, each exactly as wide as the terminal.
func (m *Model) frame() []string {
	if m.width < 1 || m.height < 1 {
		return nil
	}
	if m.width < minWidth || m.height < minHeight {
		return m.tooSmall()
	}
	l := m.layout()
	var lines []string
	if l.header {
		lines = append(lines, m.header())
	}
	lines = append(lines, m.body(l)...)
	if m.confirm != nil {
		lines = m.overlayConfirm(m.dimmed(lines))
	}
	lines = append(lines, m.statusLines()...)
	return append(lines, m.footer())
}

func (m *Model) tooSmall() []string {
	note := fmt.Sprintf("%dx%d is too small, %dx%d needed", m.width, m.height, minWidth, minHeight)
	lines := make([]string, m.height)
	for i := range lines {
		lines[i] = strings.Repeat(" ", m.width)
	}
	lines[0] = pad(note, m.width, m.glyphs.ellipsis)
	return lines
}

// body draws the panes, or what stands in their place.
func (m *Model) body(l layout) []string {
	inner := m.inner(l, m.width)
	switch m.page {
	case helpPage:
		return m.wide("Help", m.helpLines(inner), &m.pageTop, l)
	case historyPage:
		return m.wide("History", m.historyLines(inner), &m.pageTop, l)
	case triagePage:
		return m.wide(m.triageTitle(), m.triageLines(inner, m.rowsIn(l)), &scroll{}, l)
	case ledgerPage:
		return m.wide(m.ledgerTitle(), m.ledgerLines(inner), &m.pageTop, l)
	case mainPage:
	}
	if len(m.inv.providers) == 0 {
		title, lines := m.nothing(inner)
		return m.wide(title, lines, &m.detail, l)
	}
	var columns [][]string
	for p, w := range l.panes {
		if w > 0 {
			columns = append(columns, m.pane(pane(p), w, l))
		}
	}
	return beside(columns...)
}

func (m *Model) inner(l layout, w int) int {
	if l.boxed {
		return w - 2
	}
	return w
}

func (m *Model) rowsIn(l layout) int {
	if l.boxed {
		return l.body - 2
	}
	return l.body
}

// wide draws one text over the whole body.
func (m *Model) wide(title string, lines []string, at *scroll, l layout) []string {
	shown := at.window(lines, m.rowsIn(l))
	return m.enclose(title, at.more(lines, m.rowsIn(l), m.keyLabel("↓")), shown, m.width, l, true)
}

// enclose puts lines into a box where there is room for one.
func (m *Model) enclose(title, note string, lines []string, w int, l layout, focused bool) []string {
	inner := m.inner(l, w)
	fitted := make([]string, 0, l.body)
	for _, line := range lines[:min(len(lines), m.rowsIn(l))] {
		fitted = append(fitted, pad(line, inner, m.glyphs.ellipsis))
	}
	if l.boxed {
		return m.box(title, note, fitted, w, l.body, focused)
	}
	for len(fitted) < l.body {
		fitted = append(fitted, strings.Repeat(" ", w))
	}
	return fitted
}

func (m *Model) pane(p pane, w int, l layout) []string {
	inner, focused := m.inner(l, w), m.focus == p
	switch p {
	case providersPane:
		return m.enclose(m.providersTitle(), m.asked(m.inv.asked), m.providerRows(inner), w, l, focused)
	case bucketsPane:
		return m.enclose(m.bucketsTitle(), m.bucketsAsked(), m.bucketRows(inner), w, l, focused)
	default:
		lines := m.detailLines(inner)
		shown := m.detail.window(lines, m.rowsIn(l))
		return m.enclose("Detail", m.detail.more(lines, m.rowsIn(l), m.keyLabel("↓")), shown, w, l, focused)
	}
}

// cursor is the terminal's own cursor, in whichever field has the keyboard.
func (m *Model) cursor(lines []string) *tea.Cursor {
	switch {
	case m.width < minWidth || m.height < minHeight:
		return nil
	case m.confirm != nil:
		return m.confirmCursor(lines)
	case m.prompt == noPrompt:
		return nil
	}
	before := string([]rune(m.field.Value())[:m.field.Position()])
	return steady(width(m.prompt.String()+printableText(before)), m.height-2, m.width)
}

// steady is a cursor that does not blink, so that nothing is redrawn for it and
// the terminal's own style is restored in the end.
func steady(x, y, w int) *tea.Cursor {
	c := tea.NewCursor(min(x, w-1), y)
	c.Blink = false
	return c
}
