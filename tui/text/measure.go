package text

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Width returns the number of cells that s takes. Styling takes none.
func Width(s string) int { return ansi.StringWidth(s) }

// Cut shortens s to at most w cells, the ellipsis included.
func Cut(s string, w int, ellipsis string) string {
	if w <= 0 {
		return ""
	}
	return ansi.Truncate(s, w, ellipsis)
}

// CutMiddle shortens a plain name to w cells and keeps both ends, where long
// names differ. Names with characters wider or narrower than a byte lose their end.
func CutMiddle(s string, w int, ellipsis string) string {
	cells := Width(s)
	if cells <= w {
		return s
	}
	if cells != len(s) {
		return Cut(s, w, ellipsis)
	}
	head := max(0, w-Width(ellipsis)+1) / 2
	tail := max(0, w-Width(ellipsis)-head)
	return Cut(s[:head]+ellipsis+s[len(s)-tail:], w, "")
}

// Pad fills s with blanks to exactly w cells, or cuts it.
func Pad(s string, w int, ellipsis string) string {
	if cells := Width(s); cells <= w {
		return s + Blanks(w-cells)
	}
	s = Cut(s, w, ellipsis)
	return s + Blanks(w-Width(s)) // a wide character may not have fitted
}

// PadLeft is [Pad] with the blanks before s.
func PadLeft(s string, w int, ellipsis string) string {
	s = Cut(s, w, ellipsis)
	return Blanks(w-Width(s)) + s
}

// Blanks returns n blanks, or "" if n is negative.
func Blanks(n int) string { return strings.Repeat(" ", max(0, n)) }

// Wrap breaks s into lines of at most w cells, between words where possible.
func Wrap(s string, w int) []string {
	if w <= 0 || s == "" {
		return nil
	}
	return strings.Split(ansi.Hardwrap(ansi.Wrap(s, w, " "), w, true), "\n")
}

// WrapAll wraps paragraphs to w cells. A paragraph's leading blanks indent all of
// its lines, and "" is an empty line.
func WrapAll(w int, paragraphs ...string) []string {
	var lines []string
	for _, paragraph := range paragraphs {
		if paragraph == "" {
			lines = append(lines, "")
			continue
		}
		words := strings.TrimLeft(paragraph, " ")
		indent := paragraph[:len(paragraph)-len(words)]
		for _, line := range Wrap(words, max(1, w-len(indent)-1)) {
			lines = append(lines, indent+line)
		}
	}
	return lines
}

// Plain returns s without styling.
func Plain(s string) string { return ansi.Strip(s) }
