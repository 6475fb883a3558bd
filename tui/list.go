package tui

import (
	"strings"
	"unicode/utf8"
)

// list is a cursor and a window over any number of rows. Drawing costs what is
// visible, whatever the number.
type list[T comparable] struct {
	rows   []T
	at     int // the cursor
	top    int // first visible row
	height int // visible rows
}

// set replaces the rows. The cursor stays on the same row if it is still there,
// and otherwise near its place.
func (l *list[T]) set(rows []T) {
	current, had := l.current()
	l.rows = rows
	if had && l.at < len(rows) && rows[l.at] == current {
		l.to(l.at)
		return
	}
	if had {
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

// to puts the cursor on row i, or as near as there are rows, and into view.
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

// matches is the one rule of filtering.
func matches(name, filter string) bool {
	if strings.Contains(name, filter) {
		return true
	}
	return strings.ContainsFunc(name, hasCase) && strings.Contains(strings.ToLower(name), filter)
}

// hasCase reports what lower case may change.
func hasCase(r rune) bool { return r >= 'A' && r <= 'Z' || r >= utf8.RuneSelf }
