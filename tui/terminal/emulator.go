package terminal

import (
	"encoding/base64"
	"fmt"
	"image/color"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// emulator is the screen: [vt.Emulator], and what that lacks: the modes as one value,
// frames that are shown whole, keyboard protocols, clipboard, and which sequences it
// does not know.
type emulator struct {
	vt         *vt.Emulator
	background string // "" is mute
	knowsKitty bool

	modes     Modes
	kitty     [2][]int // stacks of keyboard flags, of the primary and the alternate screen
	frozen    *frame   // the frame before the one that is being drawn
	primary   string   // the text of the primary screen while the alternate one is shown
	title     string
	clipboard []string
	unknown   []string
}

// frame is a screen at a moment.
type frame struct {
	text string
	x, y int
}

func newEmulator(cols, rows int, background string, knowsKitty bool) *emulator {
	e := &emulator{vt: vt.NewEmulator(cols, rows), background: background, knowsKitty: knowsKitty, modes: Default}
	if c := ansi.XParseColor(background); c != nil {
		e.vt.SetDefaultBackgroundColor(c)
		if !isDark(c) {
			e.vt.SetDefaultForegroundColor(color.Black)
		}
	}
	e.vt.SetLogger(e)
	e.vt.SetCallbacks(vt.Callbacks{
		AltScreen:   func(on bool) { e.modes.AltScreen = on },
		EnableMode:  func(mode ansi.Mode) { e.setMode(mode, true) },
		DisableMode: func(mode ansi.Mode) { e.setMode(mode, false) },
	})
	e.registerControls()
	e.registerStrings()
	return e
}

// Printf takes the library's log, which names every sequence that it does not know.
func (e *emulator) Printf(format string, args ...any) {
	if line := fmt.Sprintf(format, args...); strings.HasPrefix(line, "unhandled sequence: ") {
		e.unknown = append(e.unknown, strings.TrimPrefix(line, "unhandled sequence: "))
	}
}

// replies reads the answers to the program's queries until stopReplies, and passes
// them on unless the terminal is mute. The library writes them to a pipe, and its
// Write waits until they are read.
func (e *emulator) replies(pass func(answer string)) {
	buffer := make([]byte, 4096)
	for {
		n, err := e.vt.Read(buffer)
		if err != nil {
			return
		}
		if e.background != "" {
			pass(string(buffer[:n]))
		}
	}
}

// stopReplies ends replies. The library's Close would race with its Read.
func (e *emulator) stopReplies() { _ = e.vt.InputPipe().(io.Closer).Close() }

func (e *emulator) reply(answer string) { _, _ = io.WriteString(e.vt.InputPipe(), answer) }

func (e *emulator) write(output []byte) { _, _ = e.vt.Write(output) }

func (e *emulator) resize(cols, rows int) {
	e.frozen = nil
	e.vt.Resize(cols, rows)
}

// shown is what a person sees: while a frame is being drawn, the one before.
func (e *emulator) shown() frame {
	if e.frozen != nil {
		return *e.frozen
	}
	at := e.vt.CursorPosition()
	return frame{text: e.screen(), x: at.X, y: at.Y}
}

// screen is the text of the screen, rows without trailing blanks.
func (e *emulator) screen() string {
	rows := make([]string, e.vt.Height())
	for y := range rows {
		var row strings.Builder
		for x := range e.vt.Width() {
			if cell := e.vt.CellAt(x, y); cell != nil {
				row.WriteString(cell.Content)
			}
		}
		rows[y] = strings.TrimRight(row.String(), " ")
	}
	return strings.Join(rows, "\n")
}

// history is the text of the primary screen below what has left it at the top.
func (e *emulator) history() string {
	if e.modes.AltScreen {
		return e.primary
	}
	var rows []string
	for y := range e.vt.ScrollbackLen() {
		var row strings.Builder
		for x := range e.vt.Width() {
			if cell := e.vt.ScrollbackCellAt(x, y); cell != nil {
				row.WriteString(cell.Content)
			}
		}
		rows = append(rows, strings.TrimRight(row.String(), " "))
	}
	return strings.TrimRight(strings.Join(append(rows, e.screen()), "\n"), "\n")
}

// report returns the modes in force.
func (e *emulator) report() Modes {
	m, stack := e.modes, *e.keyboard()
	if m.KittyDepth = len(stack); m.KittyDepth > 0 {
		m.Kitty = stack[len(stack)-1]
	}
	return m
}

// keyboard is the stack of keyboard flags of the screen that is shown.
func (e *emulator) keyboard() *[]int {
	if e.modes.AltScreen {
		return &e.kitty[1]
	}
	return &e.kitty[0]
}

func (e *emulator) setMode(mode ansi.Mode, on bool) {
	flag := e.modes.flag(mode)
	switch {
	case mode == ansi.ModeAltScreenSaveCursor, mode == ansi.ModeAltScreen, mode == ansi.ModeSaveCursor:
	case flag == nil:
		e.unknown = append(e.unknown, fmt.Sprintf("mode %T(%v)", mode, mode))
	case mode == ansi.ModeSynchronizedOutput && on && e.frozen == nil:
		shown := e.shown()
		e.frozen, *flag = &shown, true
	case mode == ansi.ModeSynchronizedOutput && !on:
		e.frozen, *flag = nil, false
	default:
		*flag = on
	}
}

// registerControls adds the control sequences that the library does not know, and
// listens to some that it does: a handler that returns false leaves the rest to it.
func (e *emulator) registerControls() {
	at := func(params ansi.Params, i, otherwise int) int {
		n, _, _ := params.Param(i, otherwise)
		return n
	}
	on := func(prefix, intermediate, final byte, handle func(ansi.Params) bool) {
		e.vt.RegisterCsiHandler(ansi.Command(prefix, intermediate, final), handle)
	}
	on('?', 0, 'h', func(params ansi.Params) bool {
		if !e.modes.AltScreen { // the library does not show the screen that it leaves
			e.primary = e.history()
		}
		return false
	})
	on('?', '$', 'p', func(params ansi.Params) bool {
		e.reportMode(ansi.DECMode(at(params, 0, 0)))
		return true
	})
	on('>', 0, 'u', func(params ansi.Params) bool {
		*e.keyboard() = append(*e.keyboard(), at(params, 0, 0))
		return true
	})
	on('<', 0, 'u', func(params ansi.Params) bool {
		stack := e.keyboard()
		*stack = (*stack)[:max(0, len(*stack)-max(1, at(params, 0, 1)))]
		return true
	})
	on('=', 0, 'u', func(params ansi.Params) bool {
		e.setKeyboard(at(params, 0, 0), at(params, 1, 1))
		return true
	})
	on('?', 0, 'u', func(ansi.Params) bool {
		if e.knowsKitty {
			e.reply(fmt.Sprintf("\x1b[?%du", e.report().Kitty))
		}
		return true
	})
	const otherKeys = 4
	on('>', 0, 'm', func(params ansi.Params) bool {
		e.modes.ModifyOtherKeys = at(params, 1, 0)
		return at(params, 0, otherKeys) == otherKeys
	})
	on('?', 0, 'm', func(ansi.Params) bool {
		e.reply(fmt.Sprintf("\x1b[>%d;%dm", otherKeys, e.modes.ModifyOtherKeys))
		return true
	})
	on(0, ' ', 'q', func(params ansi.Params) bool {
		e.modes.CursorStyle = at(params, 0, 0)
		return false
	})
	on('>', 0, 'q', func(ansi.Params) bool {
		e.reply("\x1bP>|credscope terminal(1)\x1b\\")
		return true
	})
	on('?', 0, 'n', func(params ansi.Params) bool {
		const colourScheme = 996
		if at(params, 0, 0) != colourScheme {
			return false
		}
		e.reply(fmt.Sprintf("\x1b[?997;%dn", map[bool]int{true: 1, false: 2}[isDark(ansi.XParseColor(e.background))]))
		return true
	})
}

// reportMode answers whether a mode is on.
func (e *emulator) reportMode(mode ansi.Mode) {
	setting, shown := ansi.ModeNotRecognized, e.report()
	flag := shown.flag(mode)
	if mode == ansi.ModeAltScreenSaveCursor {
		flag = &shown.AltScreen
	}
	if flag != nil {
		if setting = ansi.ModeReset; *flag {
			setting = ansi.ModeSet
		}
	}
	e.reply(ansi.ReportMode(mode, setting))
}

// setKeyboard replaces the keyboard flags in force, adds to them, or removes some.
func (e *emulator) setKeyboard(flags, how int) {
	stack := e.keyboard()
	if len(*stack) == 0 {
		*stack = []int{0}
	}
	switch top := &(*stack)[len(*stack)-1]; how {
	case 1:
		*top = flags
	case 2:
		*top |= flags
	case 3:
		*top &^= flags
	}
}

// registerStrings adds what programs send as strings: titles, colours, the clipboard,
// and queries for capabilities. The library ends a string within a character beyond
// ASCII, so titles are ASCII here.
func (e *emulator) registerStrings() {
	e.vt.RegisterEscHandler('\\', func() bool { return true }) // the end of a string
	value := func(data []byte) string {
		_, value, _ := strings.Cut(string(data), ";")
		return value
	}
	for _, number := range []int{0, 2} {
		e.vt.RegisterOscHandler(number, func(data []byte) bool {
			e.title = value(data)
			return true
		})
	}
	for number, colour := range map[int]*string{10: &e.modes.Foreground, 11: &e.modes.Background, 12: &e.modes.CursorColor} {
		e.vt.RegisterOscHandler(number, func(data []byte) bool {
			if v := value(data); v != "?" {
				*colour = v
			}
			return false
		})
		e.vt.RegisterOscHandler(number+100, func([]byte) bool {
			*colour = ""
			return false
		})
	}
	e.vt.RegisterOscHandler(52, func(data []byte) bool {
		_, encoded, _ := strings.Cut(value(data), ";")
		copied, err := base64.StdEncoding.DecodeString(encoded)
		if err == nil {
			e.clipboard = append(e.clipboard, string(copied))
		}
		return err == nil
	})
	for final, answer := range map[byte]string{'+': "\x1bP0+r\x1b\\", '$': "\x1bP0$r\x1b\\"} {
		e.vt.RegisterDcsHandler(ansi.Command(0, final, 'q'), func(ansi.Params, []byte) bool {
			e.reply(answer)
			return true
		})
	}
}

func isDark(c color.Color) bool {
	return c == nil || color.GrayModel.Convert(c).(color.Gray).Y < 128
}
