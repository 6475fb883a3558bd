package terminal

import (
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// args are a sequence's parameters.
type args struct{ ansi.Params }

// at returns a parameter, def if it is missing.
func (a args) at(i, def int) int {
	n, _, _ := a.Param(i, def)
	return n
}

// count returns the parameter i, 1 if it is missing or zero. No screen is so
// large that more than the limit would make a difference.
func (a args) count(i int) int { return min(max(a.at(i, 1), 1), 1<<16) }

// controls are the control sequences by final byte, prefix and intermediate.
var controls = map[int]func(*emulator, args){
	'A': func(e *emulator, a args) { e.moveRows(-a.count(0)) },
	'B': func(e *emulator, a args) { e.moveRows(a.count(0)) },
	'e': func(e *emulator, a args) { e.moveRows(a.count(0)) },
	'C': func(e *emulator, a args) { e.moveTo(e.cursor.x+a.count(0), e.cursor.y) },
	'a': func(e *emulator, a args) { e.moveTo(e.cursor.x+a.count(0), e.cursor.y) },
	'D': func(e *emulator, a args) { e.moveTo(e.cursor.x-a.count(0), e.cursor.y) },
	'E': func(e *emulator, a args) { e.moveRows(a.count(0)); e.cursor.x = 0 },
	'F': func(e *emulator, a args) { e.moveRows(-a.count(0)); e.cursor.x = 0 },
	'G': func(e *emulator, a args) { e.moveTo(a.count(0)-1, e.cursor.y) },
	'`': func(e *emulator, a args) { e.moveTo(a.count(0)-1, e.cursor.y) },
	'd': func(e *emulator, a args) { e.moveTo(e.cursor.x, a.count(0)-1) },
	'H': func(e *emulator, a args) { e.moveTo(a.count(1)-1, a.count(0)-1) },
	'f': func(e *emulator, a args) { e.moveTo(a.count(1)-1, a.count(0)-1) },
	'I': func(e *emulator, a args) { e.tab(a.count(0)) },
	'Z': func(e *emulator, a args) { e.tab(-a.count(0)) },
	's': func(e *emulator, _ args) { e.save() },
	'u': func(e *emulator, _ args) { e.restore() },

	'J': func(e *emulator, a args) { e.eraseDisplay(a.at(0, 0)) },
	'K': func(e *emulator, a args) { e.eraseLine(a.at(0, 0)) },
	'X': func(e *emulator, a args) {
		e.cursor.wrap = false
		e.page.erase(e.cursor.y, e.cursor.x, e.cursor.x+a.count(0), e.blank())
	},
	'@': func(e *emulator, a args) { e.shift(a.count(0)) },
	'P': func(e *emulator, a args) { e.shift(-a.count(0)) },
	'L': func(e *emulator, a args) { e.insertLines(a.count(0)) },
	'M': func(e *emulator, a args) { e.insertLines(-a.count(0)) },
	'S': func(e *emulator, a args) { e.scroll(e.top, a.count(0)) },
	'T': func(e *emulator, a args) { e.scroll(e.top, -a.count(0)) },
	'b': func(e *emulator, a args) { e.repeat(a.count(0)) },
	'r': func(e *emulator, a args) { e.setRegion(a.count(0)-1, a.at(1, 0)-1) },

	'g': func(e *emulator, a args) { e.clearTabs(a.at(0, 0)) },
	'h': func(e *emulator, a args) { e.setModes(a, ansiMode, true) },
	'l': func(e *emulator, a args) { e.setModes(a, ansiMode, false) },
	't': func(e *emulator, a args) { e.window(a) },
	'c': func(e *emulator, _ args) { e.answer("\x1b[?62;22c") },
	'n': func(e *emulator, a args) { e.status(a.at(0, 0)) },

	ansi.Command('?', 0, 'h'):   func(e *emulator, a args) { e.setModes(a, decMode, true) },
	ansi.Command('?', 0, 'l'):   func(e *emulator, a args) { e.setModes(a, decMode, false) },
	ansi.Command('?', 0, 'n'):   func(e *emulator, a args) { e.privateStatus(a.at(0, 0)) },
	ansi.Command('?', 0, 'u'):   func(e *emulator, _ args) { e.answerKitty() },
	ansi.Command('?', 0, 'm'):   func(e *emulator, a args) { e.answerModifyKeys(a.at(0, 0)) },
	ansi.Command('?', 0, 'W'):   func(e *emulator, _ args) { e.tabs = uv.DefaultTabStops(e.cols) },
	ansi.Command('>', 0, 'u'):   func(e *emulator, a args) { e.page.pushFlags(a.at(0, 0)) },
	ansi.Command('<', 0, 'u'):   func(e *emulator, a args) { e.page.popFlags(a.count(0)) },
	ansi.Command('=', 0, 'u'):   func(e *emulator, a args) { e.page.setFlags(a.at(0, 0), a.at(1, 1)) },
	ansi.Command('>', 0, 'm'):   func(e *emulator, a args) { e.modifyKeys(a) },
	ansi.Command('>', 0, 'c'):   func(e *emulator, _ args) { e.answer("\x1b[>1;10;0c") },
	ansi.Command('>', 0, 'q'):   func(e *emulator, _ args) { e.answer("\x1bP>|credscope terminal(1)\x1b\\") },
	ansi.Command(0, ' ', 'q'):   func(e *emulator, a args) { e.modes.CursorStyle = a.at(0, 0) },
	ansi.Command(0, '!', 'p'):   func(e *emulator, _ args) { e.softReset() },
	ansi.Command(0, '$', 'p'):   func(e *emulator, a args) { e.answerMode(a.at(0, 0), ansiMode) },
	ansi.Command('?', '$', 'p'): func(e *emulator, a args) { e.answerMode(a.at(0, 0), decMode) },
}

func (e *emulator) csi(cmd ansi.Cmd, params ansi.Params) {
	if cmd == 'm' { // colours come between the parts of a grapheme
		uv.ReadStyle(params, &e.cursor.pen)
		return
	}
	e.last.valid = false
	if control, ok := controls[int(cmd)]; ok {
		control(e, args{params})
		return
	}
	e.misunderstood()
}

// eraseDisplay blanks from the cursor on, up to it, everything, or what has
// scrolled off.
func (e *emulator) eraseDisplay(what int) {
	first, last := 0, e.rows
	switch what {
	case 0:
		e.eraseLine(0)
		first = e.cursor.y + 1
	case 1:
		e.eraseLine(1)
		last = e.cursor.y
	case 3:
		e.scrollback = nil
		return
	}
	for y := first; y < last; y++ {
		e.page.erase(y, 0, e.cols, e.blank())
	}
}

// eraseLine blanks from the cursor on, up to it, or the whole row.
func (e *emulator) eraseLine(what int) {
	e.cursor.wrap = false
	first, last := 0, e.cols
	switch what {
	case 0:
		first = e.cursor.x
	case 1:
		last = e.cursor.x + 1
	}
	e.page.erase(e.cursor.y, first, last, e.blank())
}

func (e *emulator) shift(n int) {
	e.cursor.wrap = false
	e.page.shift(e.cursor.x, e.cursor.y, n, e.blank())
}

// insertLines moves the rows from the cursor's on down, up if n is negative.
func (e *emulator) insertLines(n int) {
	if e.cursor.y < e.top || e.cursor.y > e.bottom {
		return
	}
	e.page.scroll(e.cursor.y, e.bottom, -n, e.blank())
	e.moveTo(0, e.cursor.y)
}

func (e *emulator) setRegion(top, bottom int) {
	if bottom < 0 || bottom >= e.rows {
		bottom = e.rows - 1
	}
	if top >= bottom {
		return
	}
	e.top, e.bottom = top, bottom
	e.moveTo(0, 0)
}

func (e *emulator) clearTabs(what int) {
	if what == 0 {
		e.tabs.Reset(e.cursor.x)
		return
	}
	e.tabs.Clear()
}

func (e *emulator) save() { e.page.saved = e.cursor }

func (e *emulator) restore() {
	e.cursor = e.page.saved
	wrap := e.cursor.wrap
	e.moveTo(e.cursor.x, e.cursor.y)
	e.cursor.wrap = wrap
}

func (e *emulator) softReset() {
	e.modes.CursorVisible, e.modes.AutoWrap = true, true
	e.modes.Insert, e.modes.AppCursor, e.modes.AppKeypad = false, false, false
	e.top, e.bottom = 0, e.rows-1
	e.page.saved = cursor{}
	e.cursor.pen = uv.Style{}
}

// escape handles the sequences without a bracket.
func (e *emulator) escape(cmd ansi.Cmd) {
	e.last.valid = false
	switch int(cmd) {
	case '7':
		e.save()
	case '8':
		e.restore()
	case 'D':
		e.index()
	case 'E':
		e.index()
		e.cursor.x = 0
	case 'M':
		e.reverseIndex()
	case 'H':
		e.tabs.Set(e.cursor.x)
	case 'c':
		e.reset()
	case '=', '>':
		e.modes.AppKeypad = cmd == '='
	case '\\', ansi.Command(0, '(', 'B'), ansi.Command(0, ')', 'B'): // ends a string; ASCII
	default:
		e.misunderstood()
	}
}
