package main

// The size of a cell, in picture units, and of the letters in it.
const (
	cellWidth  = 9.0
	cellHeight = 19.0
	fontSize   = 15.0 // Go Mono is 0.6 of its size wide
	baseline   = 14.0
)

// The middle of a cell, and how thick thin things are.
const (
	middleX = cellWidth / 2
	middleY = cellHeight / 2
	thin    = 1.0
	seam    = 0.2 // lines that go on in the next row overlap by this
)

// sign returns the shape of a character that fonts draw each in their own way, or
// not at all, at the top left corner of n cells that all hold it. Letters have none.
func sign(r rune, n int) (outline, bool) {
	if shape, ok := signs[r]; ok {
		var all outline
		for i := range n {
			all = append(all, shape.at(float64(i)*cellWidth, 0)...)
		}
		return all, true
	}
	w := float64(n) * cellWidth
	switch r {
	case '─':
		return rectangle(0, middleY-thin/2, w, thin), true
	case '━':
		return rectangle(0, middleY-thin, w, 2*thin), true
	case '█', '░':
		return rectangle(0, 2, w, cellHeight-4), true
	}
	return nil, false
}

var signs = map[rune]outline{
	'│': rectangle(middleX-thin/2, -seam, thin, cellHeight+2*seam),
	'╭': corner,
	'╮': corner.mirrored(middleX),
	'╰': corner.flipped(middleY),
	'╯': corner.mirrored(middleX).flipped(middleY),
	'●': disc(middleX, middleY, 3.6),
	'○': ring(middleX, 3.6, 2.3),
	'◐': append(ring(middleX, 3.6, 2.3), leftHalf...),
	'✗': append(stroke(1.6, point{1.6, 6.6}, point{7.4, 12.4}), stroke(1.6, point{7.4, 6.6}, point{1.6, 12.4})...),
	'†': append(rectangle(middleX-0.7, 4.4, 1.4, 10), rectangle(1.6, 7, 5.8, 1.4)...),
	'✓': stroke(1.6, point{1.6, 10}, point{3.6, 12.4}, point{7.6, 6.6}),
	'∞': append(ring(2.45, 2.45, 1.2), ring(6.55, 2.45, 1.2)...),
	'–': rectangle(1.5, middleY-0.7, 6, 1.4),
	'·': disc(middleX, middleY, 1.2),
	'…': append(disc(1.6, 13, 0.9), append(disc(4.5, 13, 0.9), disc(7.4, 13, 0.9)...)...),
	'▸': polygon(point{2.2, 5.2}, point{7.4, middleY}, point{2.2, 13.8}),
	'◆': polygon(point{middleX, 5}, point{8.4, middleY}, point{middleX, 14}, point{0.6, middleY}),
	'↑': upArrow,
	'↓': upArrow.flipped(middleY),
	'←': leftArrow,
	'→': leftArrow.mirrored(middleX),
}

// ring is a disc with a hole, at half the height of a cell.
func ring(x, r, hole float64) outline {
	return append(disc(x, middleY, r), disc(x, middleY, hole).mirrored(x)...)
}

// corner goes from the right edge of a cell to its lower edge.
var corner = func() outline {
	const r = cellWidth - middleX
	x, y := middleX, middleY
	arc := func(r float64) (from, a, b, to point) {
		cx, cy := cellWidth, y+(cellWidth-x)
		return point{cx, cy - r}, point{cx - bow*r, cy - r}, point{cx - r, cy - bow*r}, point{cx - r, cy}
	}
	f1, a1, b1, t1 := arc(r + thin/2)
	f2, a2, b2, t2 := arc(r - thin/2)
	return outline{
		{[]point{f1}, true},
		{points: []point{a1, b1, t1}},
		{points: []point{{t1.x, cellHeight + seam}}},
		{points: []point{{t2.x, cellHeight + seam}}},
		{points: []point{t2}},
		{points: []point{b2, a2, f2}},
	}
}()

var leftHalf = outline{
	{[]point{{middleX + 0.2, middleY - 2.9}}, true},
	{points: []point{{middleX - 3.9, middleY - 2.9}, {middleX - 3.9, middleY + 2.9}, {middleX + 0.2, middleY + 2.9}}},
}

var upArrow = append(
	rectangle(middleX-0.65, 6, 1.3, 8.5),
	polygon(point{middleX, 4}, point{middleX + 3, 8}, point{middleX - 3, 8})...,
)

var leftArrow = append(
	rectangle(2.4, middleY-0.65, 6.4, 1.3),
	polygon(point{0.4, middleY}, point{4.2, middleY - 2.8}, point{4.2, middleY + 2.8})...,
)
