package terminal

import (
	"fmt"
	"image/color"

	"github.com/charmbracelet/x/ansi"
)

// answer tells the program something it asked for, unless the terminal is mute.
func (e *emulator) answer(text string) {
	if e.answers != nil {
		e.answers(text)
	}
}

// answerMode tells whether a mode is on, in DECRPM's numbers.
func (e *emulator) answerMode(number int, kind func(int) ansi.Mode) {
	mode, setting := kind(number), ansi.ModeNotRecognized
	shown := e.report()
	on := shown.field(mode)
	if mode == ansi.ModeAltScreenSaveCursor {
		on = &shown.AltScreen
	}
	if on != nil {
		setting = ansi.ModeReset
		if *on {
			setting = ansi.ModeSet
		}
	}
	e.answer(ansi.ReportMode(mode, setting))
}

// answerColour tells a colour: as the program set it, the background of the
// options, and black or white to be read on that.
func (e *emulator) answerColour(number int) {
	value := *e.modes.colour(number)
	if value == "" && number == 11 {
		value = e.background
	}
	c := ansi.XParseColor(value)
	if c == nil {
		c = color.White
		if !e.dark() {
			c = color.Black
		}
	}
	r, g, b, _ := c.RGBA()
	e.answer(fmt.Sprintf("\x1b]%d;rgb:%04x/%04x/%04x\a", number, r, g, b))
}

// dark tells whether the background is.
func (e *emulator) dark() bool {
	c := ansi.XParseColor(e.background)
	return c == nil || color.GrayModel.Convert(c).(color.Gray).Y < 128
}

func (e *emulator) status(what int) {
	switch what {
	case 5:
		e.answer("\x1b[0n")
	case 6:
		e.answer(fmt.Sprintf("\x1b[%d;%dR", e.cursor.y+1, e.cursor.x+1))
	default:
		e.misunderstood()
	}
}

func (e *emulator) privateStatus(what int) {
	switch what {
	case 6:
		e.answer(fmt.Sprintf("\x1b[?%d;%dR", e.cursor.y+1, e.cursor.x+1))
	case 996:
		scheme := 2
		if e.dark() {
			scheme = 1
		}
		e.answer(fmt.Sprintf("\x1b[?997;%dn", scheme))
	default:
		e.misunderstood()
	}
}

func (e *emulator) answerKitty() {
	if e.kitty {
		e.answer(fmt.Sprintf("\x1b[?%du", e.page.flags()))
	}
}

func (e *emulator) answerModifyKeys(what int) {
	if what == otherKeys {
		e.answer(fmt.Sprintf("\x1b[>%d;%dm", otherKeys, e.modes.ModifyOtherKeys))
	}
}

// window answers for the size and keeps titles; other requests move windows.
func (e *emulator) window(a args) {
	switch a.at(0, 0) {
	case 18:
		e.answer(fmt.Sprintf("\x1b[8;%d;%dt", e.rows, e.cols))
	case 22:
		e.titles = append(e.titles, e.title)
	case 23:
		if n := len(e.titles); n > 0 {
			e.title, e.titles = e.titles[n-1], e.titles[:n-1]
		}
	default:
		e.misunderstood()
	}
}
