package tui

import (
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"credscope/store/inventory"
)

const (
	minWidth, minHeight = 20, 5 // below, there is only a note
	boxedHeight         = 9     // from here on panes have borders
	headsHeight         = 12    // from here on columns have heads
	roomyHeight         = 12    // from here on messages may take a second line
	threePanes          = 116
	twoPanes            = 70
)

// layout is the division of the screen.
type layout struct {
	body   int  // lines between header and status
	header bool // there is room for it
	boxed  bool
	panes  [detailPane + 1]int // width of each pane, 0 if it is not shown
}

func (m *Model) layout() layout {
	l := layout{header: m.size.h >= minHeight+1, boxed: m.size.h >= boxedHeight}
	l.body = m.size.h - len(m.statusLines()) - 1
	if l.header {
		l.body--
	}
	w := m.size.w
	first := max(18, min(30, m.providers.width(&m.canvas, &m.inv, m.buckets.marked(), m.hidesLists())+2))
	switch {
	case w >= threePanes:
		third := max(30, min(52, w/4))
		l.panes = [...]int{first, w - first - third, third}
	case w >= twoPanes && m.focus == detailPane:
		l.panes = [...]int{0, w / 2, w - w/2}
	case w >= twoPanes:
		l.panes = [...]int{first, w - first, 0}
	default:
		l.panes[m.focus] = w
	}
	return l
}

// inner is the room within a pane of a width.
func (l layout) inner(w int) size {
	if l.boxed {
		return size{w - 2, l.body - 2}
	}
	return size{w, l.body}
}

// arrange fits the lists to the screen. It is called after every change.
func (m *Model) arrange() {
	h := max(1, m.layout().inner(m.size.w).h)
	m.providers.list.resize(h)
	m.buckets.list.resize(max(1, h-m.headLines()))
	if m.run != nil {
		m.run.rows.resize(m.run.listHeight(h))
	}
}

// headLines is how many lines the heads of the columns take.
func (m *Model) headLines() int {
	if m.size.h >= headsHeight && len(m.buckets.list.rows) > 0 {
		return 1
	}
	return 0
}

// bucketsDrawn reports whether buckets or the detail of one are on the screen.
func (m *Model) bucketsDrawn() bool {
	panes := m.layout().panes
	return !m.tooSmall() && (panes[bucketsPane] > 0 || panes[detailPane] > 0)
}

// subject is what the detail is about: the bucket under the cursor, or with the focus
// on the providers the provider under theirs.
func (m *Model) subject() subject {
	if b, ok := m.buckets.list.current(); ok && m.focus != providersPane {
		return subject{bucket: b}
	}
	return subject{provider: m.inv.Provider(m.providers.selected())}
}

// LeaveScreen undoes whatever View may have set in a terminal, for a process that
// ends without the framework. It also ends a sequence that was cut off.
const LeaveScreen = "\x1b\\" + ansi.ResetModeSynchronizedOutput +
	ansi.ResetModifyOtherKeys + "\x1b[<1u" + // the keyboard's protocol, of which the alternate screen has its own
	ansi.ResetModeAltScreenSaveCursor + ansi.SetModeTextCursorEnable + ansi.ResetModeBracketedPaste +
	ansi.ResetModeMouseButtonEvent + ansi.ResetModeMouseAnyEvent + ansi.ResetModeMouseExtSgr

// View draws the screen.
func (m *Model) View() tea.View {
	lines, cursor := m.frame()
	v := tea.NewView(strings.Join(lines, "\n"))
	v.AltScreen = true
	if !m.o.NoMouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	v.Cursor = cursor
	return v
}

// frame returns the screen's lines, each exactly as wide as the terminal, and the
// terminal's cursor in whichever field has the keyboard.
func (m *Model) frame() (lines []string, cursor *tea.Cursor) {
	c := &m.canvas
	switch {
	case m.size.w < 1 || m.size.h < 1:
		return nil, nil
	case m.tooSmall():
		note := fmt.Sprintf("%dx%d is too small, %dx%d needed", m.size.w, m.size.h, minWidth, minHeight)
		return fill(c, []string{note}, m.size), nil
	}
	l := m.layout()
	if l.header {
		lines = append(lines, m.header())
	}
	lines = append(lines, m.body(l)...)
	if m.dialog != nil {
		lines = c.dimmed(lines)
	}
	lines = append(lines, m.statusLines()...)
	switch {
	case m.dialog != nil:
		q := m.question()
		overlay(lines, q.lines, q.x, q.y, m.size.w)
		cursor = q.cursor
	case m.prompt.isOpen():
		cursor = m.prompt.cursor(m.size.w, m.size.h-2)
	}
	return append(lines, m.footer()), cursor
}

// question is the dialog as the screen shows it.
func (m *Model) question() question {
	if m.tooSmall() {
		return question{}
	}
	return m.dialog.view(&m.canvas, m.size, m.size.h-len(m.statusLines())-1)
}

func (m *Model) tooSmall() bool { return m.size.w < minWidth || m.size.h < minHeight }

// body draws the panes, or what fills the screen in their place.
func (m *Model) body(l layout) []string {
	c, in := &m.canvas, l.inner(m.size.w)
	switch m.page {
	case helpPage:
		return m.wide(m.help.title(c), m.help.lines(c, &m.keys, m.working(), in.w), m.help.scroll, l)
	case historyPage:
		return m.wide("History", m.history.lines(c, m.host, in.w), m.history.scroll, l)
	case runPage:
		return m.enclosed(m.run.title(), "", m.run.rows.place(), m.run.lines(c, in, m.host.Version), m.size.w, l, true)
	case noPage:
	}
	if len(m.inv.Providers()) == 0 {
		title, lines := m.emptyState(in.w)
		return m.wide(title, lines, m.detail.scroll, l)
	}
	var columns [][]string
	for p, w := range l.panes {
		if w > 0 {
			columns = append(columns, m.pane(pane(p), w, l))
		}
	}
	return beside(columns...)
}

// wide draws one text over the whole body.
func (m *Model) wide(title string, lines []string, at scroll, l layout) []string {
	h := l.inner(m.size.w).h
	return m.enclosed(title, "", at.more(len(lines), h, m.canvas.key("↓")), at.window(lines, h), m.size.w, l, true)
}

// enclosed draws lines into a box where there is room for one.
func (m *Model) enclosed(title, note, below string, lines []string, w int, l layout, focused bool) []string {
	if l.boxed {
		return m.canvas.box(title, note, below, lines, size{w, l.body}, focused)
	}
	return fill(&m.canvas, lines[:min(len(lines), l.body)], size{w, l.body})
}

func (m *Model) pane(p pane, w int, l layout) []string {
	c, in, focused := &m.canvas, l.inner(w), m.focus == p
	switch p {
	case providersPane:
		lines := m.providers.view(c, &m.inv, in.w, focused, m.buckets.marked())
		return m.enclosed(m.providers.title(c, m.hidesLists()), "", m.providers.list.place(), lines, w, l, focused)
	case bucketsPane:
		return m.enclosed(m.buckets.title(c, len(m.inv.Buckets(m.buckets.provider))), m.bucketsNote(), m.buckets.list.place(), m.bucketLines(in), w, l, focused)
	default:
		about := m.subject()
		lines := m.detail.lines(c, &m.inv, about, host{m.host, m.connected}, in.w)
		return m.enclosed(about.title(c), "", m.detail.scroll.more(len(lines), in.h, c.key("↓")), m.detail.scroll.window(lines, in.h), w, l, focused)
	}
}

func (m *Model) bucketLines(in size) []string {
	if len(m.buckets.list.rows) == 0 {
		return m.buckets.empty(&m.canvas, &m.inv, in.w, m.busy())
	}
	return m.buckets.view(&m.canvas, &m.inv, in.w, m.headLines() > 0, m.focus == bucketsPane, m.doing)
}

// doing says what is being done about a bucket, "" for nothing.
func (m *Model) doing(b *inventory.Bucket) string {
	switch {
	case m.running() && m.run.isSending(b.Key):
		return m.run.words().Doing
	case b.Check == nil && b.Err == nil && m.checks.isPending(b.Key):
		return "checking"
	}
	return ""
}

// bucketsNote says how the buckets are ordered, and how many checks are to come.
func (m *Model) bucketsNote() string {
	if left := m.checks.left(); left > 0 {
		return "checking " + strconv.Itoa(left)
	}
	return m.buckets.orderNote()
}

// statusLines is the prompt, or the last message on as many lines as it needs and
// there are.
func (m *Model) statusLines() []string {
	if m.prompt.isOpen() {
		return []string{m.prompt.view(&m.canvas, m.size.w)}
	}
	limit := 1
	if m.size.h >= roomyHeight {
		limit = min(4, m.size.h/4)
	}
	return m.status.view(&m.canvas, max(0, m.size.w), limit)
}
