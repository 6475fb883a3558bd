package main

import (
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// cell is one place of a screen, with its colours made out.
type cell struct {
	content   string // one character, "" behind a wide one
	text      color.RGBA
	ground    color.RGBA // the window's own where nothing else is said
	bold      bool
	underline bool
}

// frame is a whole screen.
type frame struct {
	rows [][]cell
}

// frameOf draws what a program wrote into a screen of w by h cells.
func frameOf(content string, w, h int, in window) frame {
	buffer := uv.NewScreenBuffer(w, h)
	uv.NewStyledString(content).Draw(buffer, buffer.Bounds())
	f := frame{rows: make([][]cell, h)}
	for y := range h {
		f.rows[y] = make([]cell, w)
		for x := range w {
			f.rows[y][x] = cellOf(buffer.CellAt(x, y), in)
		}
	}
	return f
}

func cellOf(drawn *uv.Cell, in window) cell {
	if drawn == nil {
		return cell{content: " ", text: in.text, ground: in.ground}
	}
	c := cell{
		content: drawn.Content,
		text:    in.shade(drawn.Style.Fg, in.text), ground: in.shade(drawn.Style.Bg, in.ground),
		bold:      drawn.Style.Attrs&uv.AttrBold != 0,
		underline: drawn.Style.Underline != uv.UnderlineNone,
	}
	if drawn.Style.Attrs&uv.AttrReverse != 0 {
		c.text, c.ground = c.ground, c.text
	}
	return c
}

// shade is a colour as this window shows it; its 16 are the window's own.
func (in window) shade(c color.Color, otherwise color.RGBA) color.RGBA {
	if c == nil {
		return otherwise
	}
	if basic, ok := c.(ansi.BasicColor); ok {
		if own, known := in.basic[basic]; known {
			return own
		}
	}
	r, g, b, _ := c.RGBA()
	return color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 0xFF}
}

// putCursor draws the terminal's cursor, a block.
func (f frame) putCursor(x, y int) {
	if y < len(f.rows) && x < len(f.rows[y]) {
		c := &f.rows[y][x]
		c.text, c.ground = c.ground, c.text
	}
}

// text is the frame without colours, its lines right-trimmed.
func (f frame) text() string {
	var b strings.Builder
	for _, row := range f.rows {
		var line strings.Builder
		for _, c := range row {
			line.WriteString(c.content)
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}
