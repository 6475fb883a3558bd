package terminal

import (
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
)

// page is one of the two screens: a grid of cells. A wide character is a cell
// of width two and, right of it, the zero cell.
type page struct {
	uv.ScreenBuffer

	saved cursor
	kitty []int // the stack of keyboard flags
}

func newPage(cols, rows int) *page {
	return &page{ScreenBuffer: uv.NewScreenBuffer(cols, rows)}
}

// split blanks a wide character that a boundary at x would cut in two.
func (p *page) split(x, y int) {
	if c := p.CellAt(x, y); c != nil && c.Width == 0 {
		blank := p.Lines[y][max(0, x-1)]
		blank.Empty()
		p.SetCell(x, y, &blank)
	}
}

// erase blanks the cells from x0 to x1 of a row, the latter not included.
func (p *page) erase(y, x0, x1 int, blank uv.Cell) {
	if y < 0 || y >= len(p.Lines) {
		return
	}
	line := p.Lines[y]
	x0, x1 = max(0, x0), min(x1, len(line))
	if x0 >= x1 {
		return
	}
	p.split(x0, y)
	p.split(x1, y)
	for x := x0; x < x1; x++ {
		line[x] = blank
	}
}

// shift moves the cells of a row from x on by n, to the left if n is negative.
func (p *page) shift(x, y, n int, blank uv.Cell) {
	line := p.Lines[y]
	p.split(x, y)
	if n > 0 {
		n = min(n, len(line)-x)
		p.split(len(line)-n, y)
		copy(line[x+n:], line[x:])
		p.erase(y, x, x+n, blank)
		return
	}
	n = min(-n, len(line)-x)
	p.split(x+n, y)
	copy(line[x:], line[x+n:])
	for x = len(line) - n; x < len(line); x++ {
		line[x] = blank
	}
}

// scroll moves the rows from top to bottom, both included, up by n, down if n
// is negative, and returns those that have left at the top.
func (p *page) scroll(top, bottom, n int, blank uv.Cell) (gone []uv.Line) {
	rows := p.Lines[top : bottom+1]
	fresh := func(n int) (lines []uv.Line) {
		for range n {
			line := make(uv.Line, p.Width())
			for x := range line {
				line[x] = blank
			}
			lines = append(lines, line)
		}
		return lines
	}
	if n > 0 {
		n = min(n, len(rows))
		gone = append(gone, rows[:n]...)
		copy(rows, append(append([]uv.Line{}, rows[n:]...), fresh(n)...))
		return gone
	}
	n = min(-n, len(rows))
	copy(rows, append(fresh(n), rows[:len(rows)-n]...))
	return nil
}

// resize cuts and pads at the right and the bottom.
func (p *page) resize(cols, rows int) {
	for y := range p.Lines {
		p.split(cols, y)
	}
	p.Resize(cols, rows)
	p.saved.x, p.saved.y = min(p.saved.x, cols-1), min(p.saved.y, rows-1)
}

// view is what a person sees.
type view struct {
	rows   []uv.Line
	x, y   int
	cursor bool
}

// clone keeps a view from what is drawn next.
func (v view) clone() view {
	rows := make([]uv.Line, len(v.rows))
	for y := range rows {
		rows[y] = append(uv.Line(nil), v.rows[y]...)
	}
	v.rows = rows
	return v
}

func (v view) text() string {
	rows := make([]string, len(v.rows))
	for y := range rows {
		rows[y] = v.row(y)
	}
	return strings.Join(rows, "\n")
}

func (v view) row(y int) string {
	if y < 0 || y >= len(v.rows) {
		return ""
	}
	return rowText(v.rows[y])
}

func rowText(line uv.Line) string {
	var b strings.Builder
	for _, c := range line {
		b.WriteString(c.Content)
	}
	return strings.TrimRight(b.String(), " ")
}

func (v view) cell(x, y int) uv.Cell {
	if y < 0 || y >= len(v.rows) || x < 0 || x >= len(v.rows[y]) {
		return uv.Cell{}
	}
	return v.rows[y][x]
}

// find returns the cell in which a text starts.
func (v view) find(text string) (x, y int, found bool) {
	for y, line := range v.rows {
		at := strings.Index(rowText(line), text)
		if at < 0 {
			continue
		}
		for x, c := range line {
			if at -= len(c.Content); at < 0 {
				return x, y, true
			}
		}
	}
	return 0, 0, false
}
