package terminal

import (
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// method is how a terminal measures: one character after another, or whole
// graphemes if the program turned on Unicode core.
func (e *emulator) method() ansi.Method {
	if e.modes.UnicodeCore {
		return ansi.GraphemeWidth
	}
	return ansi.WcWidth
}

func (e *emulator) width(text string) int { return e.method().StringWidth(text) }

func (e *emulator) print(r rune) {
	if e.join(r) {
		return
	}
	width := e.width(string(r))
	if width == 0 {
		return // nothing for it to join
	}
	if e.cursor.wrap && e.modes.AutoWrap {
		e.cursor.x = 0
		e.index()
	}
	if e.cursor.x+width > e.cols && e.modes.AutoWrap && width <= e.cols {
		e.cursor.x = 0
		e.index()
	}
	e.cursor.x = max(0, min(e.cursor.x, e.cols-width))
	if e.modes.Insert {
		e.page.shift(e.cursor.x, e.cursor.y, width, e.blank())
	}
	e.put(string(r), width)
	e.lastRune = r
}

// put writes a character at the cursor, which goes behind it.
func (e *emulator) put(content string, width int) {
	at := &e.cursor
	e.page.split(at.x+width, at.y)
	e.page.SetCell(at.x, at.y, &uv.Cell{Content: content, Width: width, Style: at.pen, Link: at.link})
	e.last = mark{at.x, at.y, true}
	at.x += width
	if at.wrap = false; at.x >= e.cols {
		at.x = e.cols - 1
		at.wrap = e.modes.AutoWrap
	}
}

// join adds a character to the one before it if the two make one grapheme.
func (e *emulator) join(r rune) bool {
	if r < 0x80 || !e.last.valid {
		return false
	}
	before := e.page.CellAt(e.last.x, e.last.y)
	if before == nil || before.Content == "" {
		return false
	}
	joined := before.Content + string(r)
	if e.method() == ansi.WcWidth {
		if e.width(string(r)) > 0 {
			return false
		}
		before.Content = joined
		return true
	}
	cluster, width := ansi.FirstGraphemeCluster(joined, ansi.GraphemeWidth)
	if cluster != joined {
		return false
	}
	if width <= before.Width || e.last.x+width > e.cols {
		before.Content = joined
		return true
	}
	// It has become wide, as an emoji does by its variation selector.
	e.cursor.x, e.cursor.y = e.last.x, e.last.y
	e.put(joined, width)
	return true
}

// repeat prints the last character again.
func (e *emulator) repeat(n int) {
	for range min(n, e.cols*e.rows) {
		if e.lastRune != 0 {
			e.print(e.lastRune)
		}
	}
}

func (e *emulator) execute(b byte) {
	e.last.valid = false
	switch b {
	case '\b':
		e.moveTo(e.cursor.x-1, e.cursor.y)
	case '\t':
		e.tab(1)
	case '\n', '\v', '\f':
		e.index()
	case '\r':
		e.moveTo(0, e.cursor.y)
	default:
		if b == '\x0e' || b >= 0x80 { // the second character set, C1
			e.misunderstood()
		}
	}
}

// tab moves on by n stops, back if n is negative.
func (e *emulator) tab(n int) {
	x := e.cursor.x
	for ; n > 0 && x < e.cols-1; n-- {
		x = e.tabs.Next(x)
	}
	for ; n < 0 && x > 0; n++ {
		x = e.tabs.Prev(x)
	}
	e.moveTo(x, e.cursor.y)
}
