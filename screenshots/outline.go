package main

import (
	"math"
	"strconv"
	"strings"
)

// point is a place in a picture, in its own units, y downwards.
type point struct{ x, y float64 }

// piece is a part of an outline: it begins (1 point), goes straight (1) or bends
// (3, a cubic curve) to its last point.
type piece struct {
	points []point
	begins bool
}

// outline is a closed shape to be filled. Parts that run the other way round cut
// holes.
type outline []piece

// bow is how far the handles of a cubic curve reach for a quarter of a circle.
const bow = 0.5522847498

func polygon(points ...point) outline {
	var o outline
	for i, p := range points {
		o = append(o, piece{[]point{p}, i == 0})
	}
	return o
}

func rectangle(x, y, w, h float64) outline {
	return polygon(point{x, y}, point{x + w, y}, point{x + w, y + h}, point{x, y + h})
}

// rounded is a rectangle with round corners.
func rounded(x, y, w, h, r float64) outline {
	k := r * (1 - bow)
	curve := func(a, b, to point) piece { return piece{points: []point{a, b, to}} }
	line := func(to point) piece { return piece{points: []point{to}} }
	return outline{
		{[]point{{x + r, y}}, true},
		line(point{x + w - r, y}), curve(point{x + w - k, y}, point{x + w, y + k}, point{x + w, y + r}),
		line(point{x + w, y + h - r}), curve(point{x + w, y + h - k}, point{x + w - k, y + h}, point{x + w - r, y + h}),
		line(point{x + r, y + h}), curve(point{x + k, y + h}, point{x, y + h - k}, point{x, y + h - r}),
		line(point{x, y + r}), curve(point{x, y + k}, point{x + k, y}, point{x + r, y}),
	}
}

func disc(x, y, r float64) outline { return rounded(x-r, y-r, 2*r, 2*r, r) }

// stroke is a line of some width through points, with square ends.
func stroke(width float64, points ...point) outline {
	var o outline
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		length := math.Hypot(b.x-a.x, b.y-a.y)
		dx, dy := (b.x-a.x)/length*width/2, (b.y-a.y)/length*width/2
		a, b = point{a.x - dx, a.y - dy}, point{b.x + dx, b.y + dy}
		o = append(o, polygon(point{a.x + dy, a.y - dx}, point{b.x + dy, b.y - dx}, point{b.x - dy, b.y + dx}, point{a.x - dy, a.y + dx})...)
	}
	return o
}

// mirrored is the outline seen in a mirror through x. It runs the other way round.
func (o outline) mirrored(x float64) outline {
	return o.moved(func(p point) point { return point{2*x - p.x, p.y} })
}

// flipped is the outline upside down, the middle being y.
func (o outline) flipped(y float64) outline {
	return o.moved(func(p point) point { return point{p.x, 2*y - p.y} })
}

// at is the outline moved to the right and down.
func (o outline) at(x, y float64) outline {
	return o.moved(func(p point) point { return point{p.x + x, p.y + y} })
}

func (o outline) moved(to func(point) point) outline {
	if o == nil {
		return nil
	}
	moved := make(outline, len(o))
	for i, p := range o {
		moved[i].begins = p.begins
		for _, q := range p.points {
			moved[i].points = append(moved[i].points, to(q))
		}
	}
	return moved
}

// svg is the outline as the data of an SVG path.
func (o outline) svg() string {
	var b strings.Builder
	for i, p := range o {
		if p.begins && i > 0 {
			b.WriteString("z")
		}
		switch {
		case p.begins:
			b.WriteString("M")
		case len(p.points) == 3:
			b.WriteString("C")
		default:
			b.WriteString("L")
		}
		for j, q := range p.points {
			if j > 0 {
				b.WriteString(" ")
			}
			b.WriteString(number(q.x) + " " + number(q.y))
		}
	}
	return b.String() + "z"
}

// number writes hundredths, so that no machine's rounding shows.
func number(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100+0, 'f', -1, 64)
}
