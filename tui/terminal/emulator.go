package terminal

import (
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/parser"
)

// cursor is where the next character goes, and what it will look like.
type cursor struct {
	x, y int
	wrap bool // the last column is written; the next character starts a row
	pen  uv.Style
	link uv.Link
}

// emulator turns a program's output into a screen.
type emulator struct {
	cols, rows         int
	primary, alternate *page
	page               *page // the one shown
	cursor             cursor
	top, bottom        int // the rows that scroll, both included
	tabs               *uv.TabStops
	modes              Modes
	frozen             *view // the frame before the one being drawn
	scrollback         []string

	last     mark // the character a combining one joins
	lastRune rune // what REP repeats

	title     string
	titles    []string // pushed ones
	clipboard []string
	unknown   []string

	background string
	answers    func(string) // nil if mute
	kitty      bool         // answers the query for keyboard flags

	parser *ansi.Parser
	sigil  []byte // the sequence being parsed, as it came
}

// mark is where a character stands.
type mark struct {
	x, y  int
	valid bool
}

func newEmulator(cols, rows int) *emulator {
	e := &emulator{cols: cols, rows: rows, parser: ansi.NewParser()}
	e.parser.SetDataSize(0) // no limit: a clipboard may be large
	e.parser.SetHandler(ansi.Handler{
		Print:     e.print,
		Execute:   e.execute,
		HandleCsi: e.csi,
		HandleEsc: e.escape,
		HandleOsc: e.osc,
		HandleDcs: e.dcs,
		HandleSos: e.ignored,
		HandlePm:  e.ignored,
		HandleApc: e.ignored,
	})
	e.reset()
	return e
}

// reset is what a terminal does on RIS.
func (e *emulator) reset() {
	e.primary, e.alternate = newPage(e.cols, e.rows), newPage(e.cols, e.rows)
	e.page = e.primary
	e.cursor, e.last = cursor{}, mark{}
	e.top, e.bottom = 0, e.rows-1
	e.tabs = uv.DefaultTabStops(e.cols)
	e.modes, e.frozen = Default, nil
	e.title, e.titles = "", nil
}

// speak lets the terminal answer, if it has a background.
func (e *emulator) speak(background string, kitty bool, answers func(string)) {
	e.background, e.kitty = background, kitty
	if background != "" {
		e.answers = answers
	}
}

func (e *emulator) write(output []byte) {
	for _, b := range output {
		if e.parser.State() == parser.GroundState {
			e.sigil = e.sigil[:0]
		}
		e.sigil = append(e.sigil, b)
		if b >= 0x80 && inString(e.parser.State()) {
			b = '?' // the parser ends a string in the midst of a character
		}
		e.parser.Advance(b)
	}
}

func inString(state parser.State) bool {
	return state == parser.DcsStringState || state >= parser.OscStringState && state <= parser.ApcStringState
}

// misunderstood notes the sequence just parsed.
func (e *emulator) misunderstood() { e.unknown = append(e.unknown, string(e.sigil)) }

func (e *emulator) ignored([]byte) { e.misunderstood() }

// visible is what a person sees, which lasts until the next write.
func (e *emulator) visible() view {
	if e.frozen != nil {
		return *e.frozen
	}
	return view{rows: e.page.Lines, x: e.cursor.x, y: e.cursor.y, cursor: e.modes.CursorVisible}
}

// report returns the modes, those kept elsewhere included.
func (e *emulator) report() Modes {
	m := e.modes
	m.AltScreen = e.page == e.alternate
	m.KittyDepth = len(e.page.kitty)
	m.Kitty = e.page.flags()
	return m
}

// history is the primary screen below what has left it at the top.
func (e *emulator) history() string {
	text := strings.Join(append(append([]string{}, e.scrollback...), view{rows: e.primary.Lines}.text()), "\n")
	return strings.TrimRight(text, "\n")
}

// blank is what erasing leaves: xterm keeps the background's colour.
func (e *emulator) blank() uv.Cell {
	return uv.Cell{Content: " ", Width: 1, Style: uv.Style{Bg: e.cursor.pen.Bg}}
}

func (e *emulator) moveTo(x, y int) {
	e.cursor.x = min(max(x, 0), e.cols-1)
	e.cursor.y = min(max(y, 0), e.rows-1)
	e.cursor.wrap = false
}

// moveRows moves up or down, but not out of the rows that scroll.
func (e *emulator) moveRows(n int) {
	top, bottom := 0, e.rows-1
	if e.cursor.y >= e.top {
		top = e.top
	}
	if e.cursor.y <= e.bottom {
		bottom = e.bottom
	}
	e.moveTo(e.cursor.x, min(max(e.cursor.y+n, top), bottom))
}

// index moves down a row, scrolling at the bottom.
func (e *emulator) index() {
	e.cursor.wrap = false
	switch e.cursor.y {
	case e.bottom:
		e.scroll(e.top, 1)
	case e.rows - 1:
	default:
		e.cursor.y++
	}
}

// reverseIndex moves up a row, scrolling at the top.
func (e *emulator) reverseIndex() {
	e.cursor.wrap = false
	switch e.cursor.y {
	case e.top:
		e.scroll(e.top, -1)
	case 0:
	default:
		e.cursor.y--
	}
}

// scroll moves the rows from top up by n; those leaving the primary screen are
// kept.
func (e *emulator) scroll(top, n int) {
	gone := e.page.scroll(top, e.bottom, n, e.blank())
	if e.page == e.primary && top == 0 {
		e.keep(gone)
	}
}

func (e *emulator) keep(gone []uv.Line) {
	for _, line := range gone {
		e.scrollback = append(e.scrollback, rowText(line))
	}
}

// resize keeps the cursor's row on the primary screen, as xterm does: what does
// not fit leaves at the top.
func (e *emulator) resize(cols, rows int) {
	at := &e.cursor
	if e.page != e.primary {
		at = &e.primary.saved
	}
	if over := at.y - rows + 1; over > 0 {
		e.keep(e.primary.scroll(0, e.rows-1, over, uv.EmptyCell))
		at.y -= over
	}
	e.cols, e.rows = cols, rows
	e.primary.resize(cols, rows)
	e.alternate.resize(cols, rows)
	e.top, e.bottom = 0, rows-1
	e.tabs = uv.DefaultTabStops(cols)
	e.frozen = nil
	e.last = mark{}
	e.moveTo(e.cursor.x, e.cursor.y)
}
