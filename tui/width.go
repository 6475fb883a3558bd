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
	for i := 0; i < len(s); cells++ {
		switch b := s[i]; {
		case b >= 0x20 && b < 0x7f:
			i++
		case b == ansi.ESC:
			end := strings.IndexByte(s[i:], 'm')
			if end < 2 || s[i+1] != '[' || strings.Trim(s[i+2:i+end], "0123456789;") != "" {
				return 0, false
			}
			i += end + 1
			cells--
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if !ourSign(r) {
				return 0, false
			}
			i += size
		}
	}
	return cells, true
}

// ourSign reports a character that the screen itself draws with. Each takes one
// cell and joins none of its neighbours.
func ourSign(r rune) bool {
	switch {
	case r >= '─' && r <= '╿', r >= '⠀' && r <= '⣿': // lines and boxes, spinner
		return true
	case r < utf8.RuneSelf:
		return false
	}
	return strings.ContainsRune("●◐○✗∞–·✓…▸◆█░←→↑↓", r)
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
