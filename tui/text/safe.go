package text

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"credscope/store"
)

const (
	// maxName is how many bytes of a name are shown. Hosts allow 64.
	maxName = 256
	// maxQuote is how many cells of foreign words a sentence shows.
	maxQuote = 120
	// space is the token of a blank that would be mistaken for something else.
	space = `\u{20}`
)

// Name returns the name of a provider or bucket, or a path, as printable ASCII.
// Names that differ stay different: the backslash that begins a token is a token
// itself, and so are quotation marks and blanks at either end or in a row. A name
// over 256 bytes ends in a checksum.
func Name(s string) string {
	if store.ValidName(s) {
		return s
	}
	rest := ""
	if more := len(s) - maxName; more > 0 {
		sum := sha256.Sum256([]byte(s))
		s, rest = s[:maxName], fmt.Sprintf("...(+%d, sha256 %x)", more, sum[:8])
	}
	shown := replace(s, func(r rune) bool { return r >= 0x20 && r < 0x7f && r != '\\' && r != '"' })
	shown = strings.ReplaceAll(shown, "  ", space+space)
	if after, leads := strings.CutPrefix(shown, " "); leads {
		shown = space + after
	}
	if before, trails := strings.CutSuffix(shown, " "); trails {
		shown = before + space
	}
	return shown + rest
}

// NameInSentence returns [Name] for use within a sentence. A name that hosts
// would refuse could read like a sentence itself, so it is cut and quoted.
func NameInSentence(s string) string {
	if store.ValidName(s) {
		return s
	}
	return `"` + CutMiddle(Name(s), maxQuote, "...") + `"`
}

// Free returns free text, such as a scope or an error message, with the letters,
// digits, punctuation and symbols of any script.
func Free(s string) string { return replace(s, isFreeText) }

// ASCII returns text as printable ASCII.
func ASCII(s string) string {
	return replace(s, func(r rune) bool { return r >= 0x20 && r < 0x7f })
}

// Quoted returns foreign words in quotation marks. The words contain none
// themselves, so that they cannot end the quotation. [ShortQuotes] cuts long ones.
func Quoted(words string) string {
	return `"` + strings.ReplaceAll(Free(words), `"`, "'") + `"`
}

var quotation = regexp.MustCompile(`"[^"]*"`)

// ShortQuotes cuts every quotation in a sentence to 120 cells.
func ShortQuotes(sentence string) string {
	return quotation.ReplaceAllStringFunc(sentence, func(quoted string) string {
		return `"` + Cut(quoted[1:len(quoted)-1], maxQuote, "...") + `"`
	})
}

// replace turns every character that is not allowed into a token.
func replace(s string, allowed func(rune) bool) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf || !allowed(r) }) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch invalid := r == utf8.RuneError && size == 1; {
		case invalid:
			fmt.Fprintf(&b, `\x%02X`, s[i])
		case allowed(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u{%X}`, r)
		}
		i += size
	}
	return b.String()
}

const brailleBlank = 0x2800

// isFreeText refuses characters that are invisible or change their neighbours,
// such as fillers, modifiers and combining marks.
func isFreeText(r rune) bool {
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

// standsAlone reports whether r forms no cluster with a letter or with itself.
// Terminals disagree about the width of clusters.
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
