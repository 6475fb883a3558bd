package terminal

import (
	"bytes"
	"encoding/base64"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// osc handles an operating system command. What the parser hands over lacks the
// characters beyond ASCII, so it is taken as it came.
func (e *emulator) osc(number int, _ []byte) {
	data := bytes.TrimRight(e.sigil[bytes.LastIndex(e.sigil, []byte("\x1b]"))+2:], "\a\x1b")
	_, value, _ := strings.Cut(string(data), ";")
	switch number {
	case 0, 2:
		e.title = value
	case 8:
		uv.ReadLink(data, &e.cursor.link)
		return // a link starts between the parts of a grapheme at most
	case 10, 11, 12:
		e.colour(number, value)
	case 110, 111, 112:
		*e.modes.colour(number - 100) = ""
	case 52:
		e.copy(value)
	case 1, 4, 104, 7, 9, 22, 133, 777, 7501:
		// Icon, palette, directory, progress, pointer, prompt, notice, status:
		// nothing a screen shows.
	default:
		e.misunderstood()
	}
}

// colour returns the field of a colour the program can set.
func (m *Modes) colour(number int) *string {
	switch number {
	case 10:
		return &m.Foreground
	case 11:
		return &m.Background
	}
	return &m.CursorColor
}

func (e *emulator) colour(number int, value string) {
	if value == "?" {
		e.answerColour(number)
		return
	}
	*e.modes.colour(number) = value
}

// copy takes what the program puts on the clipboard, or says what is there.
func (e *emulator) copy(value string) {
	selection, encoded, _ := strings.Cut(value, ";")
	if encoded == "?" {
		last := ""
		if n := len(e.clipboard); n > 0 {
			last = e.clipboard[n-1]
		}
		e.answer("\x1b]52;" + selection + ";" + base64.StdEncoding.EncodeToString([]byte(last)) + "\a")
		return
	}
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		e.misunderstood()
		return
	}
	e.clipboard = append(e.clipboard, string(text))
}

// dcs answers the two questions that come as device control strings.
func (e *emulator) dcs(cmd ansi.Cmd, _ ansi.Params, _ []byte) {
	switch int(cmd) {
	case ansi.Command(0, '+', 'q'): // a terminfo capability
		e.answer("\x1bP0+r\x1b\\")
	case ansi.Command(0, '$', 'q'): // a setting
		e.answer("\x1bP0$r\x1b\\")
	default:
		e.misunderstood()
	}
}
