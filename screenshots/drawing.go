package main

import (
	"image/color"
	"strings"
	"unicode/utf8"
)

// mark is one thing in a picture: a filled shape, or a text of so many cells.
type mark struct {
	colour color.RGBA
	shape  outline // nil for a text
	text   string
	bold   bool
	x, y   float64 // of a text: where it begins, on its baseline
}

func (m mark) moved(x, y float64) mark {
	m.shape = m.shape.at(x, y)
	m.x, m.y = m.x+x, m.y+y
	return m
}

// drawRow draws a row of cells at the origin: what is behind, then the letters,
// then the shapes, those of one colour after each other.
func drawRow(row []cell, in window) []mark {
	marks := grounds(row, in)
	shapes := map[color.RGBA][]mark{}
	var order []color.RGBA
	add := func(c color.RGBA, o outline) {
		if _, known := shapes[c]; !known {
			order = append(order, c)
		}
		shapes[c] = append(shapes[c], mark{colour: c, shape: o})
	}
	for at := 0; at < len(row); {
		c, x := row[at], float64(at)*cellWidth
		n := runOf(row[at:])
		if c.underline {
			add(c.text, rectangle(x, baseline+2, float64(n)*cellWidth, thin))
		}
		r, _ := utf8.DecodeRuneInString(c.content)
		colour := c.text
		if r == '░' {
			colour = mix(c.text, c.ground, 0.35)
		}
		if shape, ok := sign(r, n); ok {
			add(colour, shape.at(x, 0))
		} else {
			marks = append(marks, words(row[at:at+n], x)...)
		}
		at += n
	}
	for _, c := range order {
		marks = append(marks, shapes[c]...)
	}
	return marks
}

// runOf is how many cells from the first on are drawn as one: the same sign, or
// letters, in the same style.
func runOf(row []cell) int {
	same := func(a, b cell) bool {
		return a.text == b.text && a.ground == b.ground && a.bold == b.bold && a.underline == b.underline
	}
	isSign := func(c cell) bool {
		r, _ := utf8.DecodeRuneInString(c.content)
		_, ok := sign(r, 1)
		return ok
	}
	first := row[0]
	n := 1
	for n < len(row) && same(row[n], first) && isSign(row[n]) == isSign(first) && (!isSign(first) || row[n].content == first.content) {
		n++
	}
	return n
}

// grounds are the rectangles behind cells that are not the window's colour.
func grounds(row []cell, in window) []mark {
	var marks []mark
	for at := 0; at < len(row); {
		n := 1
		for at+n < len(row) && row[at+n].ground == row[at].ground {
			n++
		}
		if row[at].ground != in.ground {
			marks = append(marks, mark{colour: row[at].ground, shape: rectangle(float64(at)*cellWidth, 0, float64(n)*cellWidth, cellHeight)})
		}
		at += n
	}
	return marks
}

// words are the texts of cells in one style, which begin at x. Two spaces part
// them, so that no viewer's font can move what stands in columns.
func words(row []cell, x float64) []mark {
	var marks []mark
	for at := 0; at < len(row); {
		if row[at].content == " " || row[at].content == "" {
			at++
			continue
		}
		var text strings.Builder
		n := 0
		for at+n < len(row) && (row[at+n].content != " " || at+n+1 < len(row) && row[at+n+1].content != " ") {
			text.WriteString(row[at+n].content)
			n++
		}
		marks = append(marks, mark{colour: row[at].text, text: text.String(), bold: row[at].bold, x: x + float64(at)*cellWidth, y: baseline})
		at += n
	}
	return marks
}

// mix is so much of a over the rest of b.
func mix(a, b color.RGBA, much float64) color.RGBA {
	part := func(a, b uint8) uint8 { return uint8((int(a)*int(much*100) + int(b)*int(100-much*100)) / 100) }
	return color.RGBA{part(a.R, b.R), part(a.G, b.G), part(a.B, b.B), 0xFF}
}
