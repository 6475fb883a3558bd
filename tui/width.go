package tui

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// width is the number of cells that s takes, styling not counted.
func width(s string) int {
	if cells, simple := simpleWidth(s); simple {
		return cells
	}
	return ansi.StringWidth(s)
}

// simpleWidth is width for what nearly every line consists of: printable ASCII,
// signs of our own and styling. simple is false for anything else. Looking for
// clusters of characters would take most of the time of a frame.
func simpleWidth(s string) (cells int, simple bool) {
	for i := 0; i < len(s); {
		switch b := s[i]; {
		case b >= 0x20 && b < 0x7f:
			i++
			cells++
		case b == ansi.ESC:
			n := styling(s[i:])
			if n == 0 {
				return 0, false
			}
			i += n
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if !ourSign(r) {
				return 0, false
			}
			i += size
			cells++
		}
	}
	return cells, true
}

// styling returns how many bytes the sequence at the front of s has that sets
// colours and emphases, 0 if it is another.
func styling(s string) int {
	if !strings.HasPrefix(s, "\x1b[") {
		return 0
	}
	for i := 2; i < len(s); i++ {
		switch c := s[i]; {
		case c == 'm':
			return i + 1
		case c != ';' && (c < '0' || c > '9'):
			return 0
		}
	}
	return 0
}

// ourSign reports a character that the screen itself draws with. Each takes one
// cell and joins none of its neighbours.
func ourSign(r rune) bool {
	switch r {
	case '●', '◐', '○', '✗', '∞', '–', '·', '✓', '…', '▸', '◆', '█', '░', '←', '→', '↑', '↓':
		return true
	}
	return r >= '─' && r <= '╿' || r >= '⠀' && r <= '⣿' // lines and boxes, spinner
}

// wrapAll wraps each paragraph to w cells.
func wrapAll(w int, paragraphs ...string) []string {
	var lines []string
	for _, paragraph := range paragraphs {
		if paragraph == "" {
			lines = append(lines, "")
			continue
		}
		indent := paragraph[:len(paragraph)-len(strings.TrimLeft(paragraph, " "))]
		for _, line := range wrap(strings.TrimLeft(paragraph, " "), max(1, w-len(indent)-1)) {
			lines = append(lines, indent+line)
		}
	}
	return lines
}
