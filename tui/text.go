package tui

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"credscope/store"
)

// Names and texts of the host stay as they came until they are drawn, and are
// made safe here and nowhere else. It is an allow-list: what is not on it
// becomes a visible token such as \u{1B}, so nothing vanishes silently.

// maxName is how many bytes of a name are shown; hosts allow 64.
const maxName = 256

// printableName makes a provider, bucket or path safe and short enough to draw.
// No two look alike: the sign that begins a token is a token itself, and so is
// a space by which a name could pass for another or for two columns. Of what is
// too long a checksum stands for the rest.
// A quotation mark is one too, so that no name ends the quotation it stands in.
func printableName(s string) string {
	if store.ValidName(s) {
		return s
	}
	rest := ""
	if more := len(s) - maxName; more > 0 {
		sum := sha256.Sum256([]byte(s))
		s, rest = s[:maxName], fmt.Sprintf("...(+%d, sha256 %x)", more, sum[:8])
	}
	shown := printable(s, func(r rune) bool { return r >= 0x20 && r < 0x7f && r != '\\' && r != '"' })
	shown = strings.ReplaceAll(shown, "  ", space+space)
	if after, leads := strings.CutPrefix(shown, " "); leads {
		shown = space + after
	}
	if before, trails := strings.CutSuffix(shown, " "); trails {
		shown = before + space
	}
	return shown + rest
}

// named is a name in a sentence of ours. An unusual one could be a sentence
// itself, so it stands in quotes and leaves room for ours.
func named(s string) string {
	if store.ValidName(s) {
		return s
	}
	return `"` + cutMiddle(printableName(s), maxQuote, "...") + `"`
}

const space = `\u{20}` // the token

// printableASCII makes text safe: printable ASCII only.
func printableASCII(s string) string {
	return printable(s, func(r rune) bool { return r >= 0x20 && r < 0x7f })
}

// printableText makes free text safe: also letters, digits, punctuation and
// symbols of any script.
func printableText(s string) string { return printable(s, freeText) }

func printable(s string, allowed func(rune) bool) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf || !allowed(r) }) {
		return s
	}
	safe := func(r rune, size int) bool { return allowed(r) && (r != utf8.RuneError || size > 1) }
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case safe(r, size):
			b.WriteRune(r)
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02X`, s[i])
		default:
			fmt.Fprintf(&b, `\u{%X}`, r)
		}
		i += size
	}
	return b.String()
}

const brailleBlank = 0x2800

// freeText refuses what is invisible or acts on its neighbours, such as
// fillers, modifiers and combining marks, though Unicode counts some of it as
// letters and symbols.
func freeText(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r >= 0x20 && r < 0x7f
	case r == brailleBlank,
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r),
		unicode.Is(unicode.Variation_Selector, r),
		unicode.Is(unicode.Sk, r):
		return false
	}
	return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && standsAlone(r)
}

// standsAlone reports whether r joins neither its like nor a letter on either
// side. What joins takes more room on some terminals than it says.
func standsAlone(r rune) bool {
	const letter = "가"
	for _, pair := range []string{letter + string(r), string(r) + letter, string(r) + string(r)} {
		first, _ := ansi.FirstGraphemeCluster(pair, ansi.GraphemeWidth)
		if len(first) == len(pair) {
			return false
		}
	}
	return true
}

// cut shortens s to at most w cells and shows that it did.
func cut(s string, w int, ellipsis string) string {
	if w <= 0 {
		return ""
	}
	cells, simple := simpleWidth(s)
	switch {
	case simple && cells <= w:
		return s
	case simple && cells == len(s): // one byte a cell, and no styling
		if w -= width(ellipsis); w < 0 {
			return ""
		}
		return s[:w] + ellipsis
	}
	return ansi.Truncate(s, w, ellipsis)
}

// cutMiddle shortens a name to w cells and keeps both ends, by which long names
// differ, if its characters are a byte and a cell each.
func cutMiddle(s string, w int, ellipsis string) string {
	if cells := width(s); cells <= w {
		return s
	} else if cells != len(s) {
		return cut(s, w, ellipsis)
	}
	head := max(0, w-width(ellipsis)+1) / 2
	tail := max(0, w-width(ellipsis)-head)
	return cut(s[:min(head, len(s))]+ellipsis+s[len(s)-min(tail, len(s)):], w, "")
}

// pad fills s with spaces to exactly w cells, or cuts it.
func pad(s string, w int, ellipsis string) string {
	cells := width(s)
	if cells > w {
		s = cut(s, w, ellipsis)
		cells = width(s)
	}
	return s + spaces(w-cells)
}

// spaces returns n blanks, none for less than one.
func spaces(n int) string {
	const blanks = "                                                                                "
	if n = max(0, n); n > len(blanks) {
		return strings.Repeat(" ", n)
	}
	return blanks[:n]
}

// padLeft puts the spaces before s.
func padLeft(s string, w int, ellipsis string) string {
	s = cut(s, w, ellipsis)
	return spaces(w-width(s)) + s
}

// wrap breaks s into lines of at most w cells, between words where it can.
func wrap(s string, w int) []string {
	if w <= 0 || s == "" {
		return nil
	}
	return strings.Split(ansi.Hardwrap(ansi.Wrap(s, w, " "), w, true), "\n")
}

// plainText is s without styling.
func plainText(s string) string { return ansi.Strip(s) }

// count words a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
