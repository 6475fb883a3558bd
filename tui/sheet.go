package tui

import "strings"

// sheet collects lines in one piece of memory: a screen has hundreds of them,
// and is drawn for every key.
type sheet struct {
	text strings.Builder
	ends []int
}

// newSheet has room for so many lines, and for so many bytes of all of them.
func newSheet(lines, bytes int) *sheet {
	s := &sheet{ends: make([]int, 0, lines)}
	s.text.Grow(bytes)
	return s
}

// end ends the line that text has been written of.
func (s *sheet) end() { s.ends = append(s.ends, s.text.Len()) }

// line adds a line of several pieces.
func (s *sheet) line(pieces ...string) {
	for _, piece := range pieces {
		s.text.WriteString(piece)
	}
	s.end()
}

func (s *sheet) lines() []string {
	text, from := s.text.String(), 0
	lines := make([]string, len(s.ends))
	for i, end := range s.ends {
		lines[i], from = text[from:end], end
	}
	return lines
}
