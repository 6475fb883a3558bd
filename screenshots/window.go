package main

import (
	"image/color"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// window is how the terminal around a screen looks.
type window struct {
	ground, text           color.RGBA
	bar, edge, title, knob color.RGBA
	keycap                 color.RGBA
	basic                  map[ansi.BasicColor]color.RGBA // the terminal's own colours, as far as they are used
}

func hex(rgb uint32) color.RGBA {
	return color.RGBA{uint8(rgb >> 16), uint8(rgb >> 8), uint8(rgb), 0xFF}
}

var (
	darkWindow = window{
		ground: hex(0x16161C), text: hex(0xE6E6EA),
		bar: hex(0x22222B), edge: hex(0x3B3B48), title: hex(0xA6A6B3), knob: hex(0x4A4A59), keycap: hex(0x3A3F58),
		basic: map[ansi.BasicColor]color.RGBA{
			ansi.Red: hex(0xFF8A80), ansi.Green: hex(0x7FD88F), ansi.Yellow: hex(0xF2C55C), ansi.Cyan: hex(0x7FD3DE),
		},
	}
	lightWindow = window{
		ground: hex(0xFDFDFE), text: hex(0x1D1D24),
		bar: hex(0xECECF1), edge: hex(0xC9C9D4), title: hex(0x5B5B68), knob: hex(0xC3C3CE), keycap: hex(0xD5DCF2),
	}
)

// The window's measures.
const (
	barHeight = 34.0
	padding   = 14.0
	radius    = 9.0
)

// size of the window around a screen.
func (in window) size(f frame) (w, h float64) {
	return float64(len(f.rows[0]))*cellWidth + 2*padding, float64(len(f.rows))*cellHeight + barHeight + 2*padding
}

// origin is where the screen's first cell begins.
func (in window) origin() (x, y float64) { return padding, barHeight + padding }

// chrome draws the window itself, around a screen like f.
func (in window) chrome(f frame, title string) []mark {
	w, h := in.size(f)
	marks := []mark{
		{colour: in.edge, shape: rounded(0, 0, w, h, radius)},
		{colour: in.ground, shape: rounded(1, 1, w-2, h-2, radius-1)},
		{colour: in.bar, shape: roof(1, 1, w-2, barHeight-1, radius-1)},
		{colour: in.knob, shape: append(disc(20, barHeight/2, 5), append(disc(38, barHeight/2, 5), disc(56, barHeight/2, 5)...)...)},
	}
	x := (w - float64(utf8.RuneCountInString(title))*cellWidth) / 2
	return append(marks, mark{colour: in.title, text: title, x: float64(int(x)), y: barHeight/2 + 5})
}

// roof is a rectangle with round corners above only.
func roof(x, y, w, h, r float64) outline {
	k := r * (1 - bow)
	return outline{
		{[]point{{x, y + h}}, true},
		{points: []point{{x, y + r}}},
		{points: []point{{x, y + k}, {x + k, y}, {x + r, y}}},
		{points: []point{{x + w - r, y}}},
		{points: []point{{x + w - k, y}, {x + w, y + k}, {x + w, y + r}}},
		{points: []point{{x + w, y + h}}},
	}
}

// key draws a key cap, if there is a key, and what it does, beside the buttons.
func (in window) key(key, does string) []mark {
	const x, line = 84.0, barHeight/2 + 5
	if key == "" {
		return []mark{{colour: in.text, text: does, x: x, y: line}}
	}
	letters := float64(utf8.RuneCountInString(key)) * cellWidth
	return []mark{
		{colour: in.keycap, shape: rounded(x, 6, letters+14, barHeight-12, 5)},
		{colour: in.text, text: key, bold: true, x: x + 7, y: line},
		{colour: in.text, text: does, x: x + letters + 24, y: line},
	}
}

// still draws a whole picture.
func (in window) still(f frame, title string) []mark {
	marks := in.chrome(f, title)
	x, y := in.origin()
	for i, row := range f.rows {
		for _, m := range drawRow(row, in) {
			marks = append(marks, m.moved(x, y+float64(i)*cellHeight))
		}
	}
	return marks
}
