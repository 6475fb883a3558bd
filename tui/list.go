package tui

import "fmt"

// list is a cursor and a window over any number of rows.
type list[T comparable] struct {
	rows   []T
	at     int // the cursor
	top    int // first visible row
	height int // visible rows
}

// set replaces the rows. The cursor stays on its row if it is still there, and
// otherwise near its place.
func (l *list[T]) set(rows []T) {
	current, had := l.current()
	l.rows = rows
	if had && (l.at >= len(rows) || rows[l.at] != current) {
		for i, row := range rows {
			if row == current {
				l.to(i)
				return
			}
		}
	}
	l.to(l.at)
}

func (l *list[T]) current() (row T, ok bool) {
	if l.at < 0 || l.at >= len(l.rows) {
		return row, false
	}
	return l.rows[l.at], true
}

// to moves the cursor to row i, or as near as there are rows, and into view.
func (l *list[T]) to(i int) {
	l.at = max(0, min(i, len(l.rows)-1))
	l.resize(l.height)
}

func (l *list[T]) move(by int) { l.to(l.at + by) }

// resize keeps the cursor in view and the window full.
func (l *list[T]) resize(height int) {
	l.height = height
	l.top = min(l.top, l.at, max(0, len(l.rows)-height))
	l.top = max(l.top, l.at-height+1, 0)
}

// visible returns the rows in the window.
func (l *list[T]) visible() []T {
	return l.rows[min(l.top, len(l.rows)):min(l.top+max(l.height, 0), len(l.rows))]
}

// place says which rows are in view, "" if all are.
func (l *list[T]) place() string {
	if len(l.rows) <= l.height || l.height < 1 {
		return ""
	}
	return fmt.Sprintf("%d-%d of %d", l.top+1, min(l.top+l.height, len(l.rows)), len(l.rows))
}

// scroll is how far a text is scrolled.
type scroll struct{ top int }

const maxScroll = 1 << 20

func (s *scroll) by(n int) { s.top = max(0, min(s.top+n, maxScroll)) }

// window returns the h lines in view.
func (s scroll) window(lines []string, h int) []string {
	top := s.clamped(len(lines), h)
	return lines[top:min(len(lines), top+max(h, 0))]
}

// clamped is the first line in view: the last lines do not leave the window.
func (s scroll) clamped(n, h int) int { return min(s.top, max(0, n-h)) }

// more says how many lines are below those in view, "" if there are none.
func (s scroll) more(n, h int, arrow string) string {
	if rest := n - s.clamped(n, h) - h; h > 0 && rest > 0 {
		return fmt.Sprintf("%s %d more", arrow, rest)
	}
	return ""
}
