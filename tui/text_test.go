package tui

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// cleaners are the two ways by which the host's words become safe.
var cleaners = map[string]func(string) string{"name": printableASCII, "text": printableText}

// refused are the tables of what may never reach the terminal: what is
// invisible, reorders its neighbours or sits on them. Bidi_Control is in it
// twice, by name and as a part of Cf.
var refused = []*unicode.RangeTable{
	unicode.C, unicode.M, unicode.Zl, unicode.Zp, unicode.Bidi_Control,
	unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector,
	unicode.Prepended_Concatenation_Mark, unicode.Join_Control,
}

// What Unicode counts as symbols, although it cannot be seen or recolours what
// stands before it.
const (
	blankBraille = '\u2800'
	palestSkin   = '\U0001F3FB'
	darkestSkin  = '\U0001F3FF'
)

// dangerous returns the first character of s that may not be shown, or -1.
func dangerous(s string) rune {
	for _, r := range s {
		switch {
		case r >= 0x20 && r < 0x7f:
		case r < 0xa0, unicode.IsSpace(r), unicode.In(r, refused...), r == blankBraille, r >= palestSkin && r <= darkestSkin:
			return r
		}
	}
	return -1
}

// checkClean fails if out is not fit for the terminal.
func checkClean(t *testing.T, in, out string, clean func(string) string) {
	t.Helper()
	switch {
	case !utf8.ValidString(out):
		t.Fatalf("%+q became %+q, which is no UTF-8", in, out)
	case dangerous(out) >= 0:
		t.Fatalf("%+q became %+q, which holds %U", in, out, dangerous(out))
	case clean(out) != out:
		t.Fatalf("%+q became %+q and at a second pass %+q", in, out, clean(out))
	case utf8.RuneCountInString(out) < utf8.RuneCountInString(in):
		t.Fatalf("%+q became the shorter %+q", in, out)
	}
}

// Code points are cleaned in blocks, with spaces between, and looked at one by one.
const codePointBlock = 1 << 12

func TestEveryCodePointIsShownAsItselfOrAsItsToken(t *testing.T) {
	for name, clean := range cleaners {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := 0
			for first := rune(0); first <= unicode.MaxRune; first += codePointBlock {
				seen += checkBlock(t, first, clean)
			}
			if seen != 1_112_064 {
				t.Errorf("looked at %d code points", seen)
			}
		})
	}
}

func checkBlock(t *testing.T, first rune, clean func(string) string) (seen int) {
	t.Helper()
	var in strings.Builder
	for r := first; r < first+codePointBlock; r++ {
		if utf8.ValidRune(r) && r != ' ' {
			in.WriteRune(r)
			in.WriteByte(' ')
		}
	}
	out, kept := clean(in.String()), false
	rest := out
	for r := first; r < first+codePointBlock; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		seen++
		if r == ' ' {
			continue
		}
		shown, after, found := strings.Cut(rest, " ")
		same := shown == string(r)
		if !found || !same && !tokenOf(r, shown) || same && dangerous(shown) >= 0 {
			t.Fatalf("%U became %+q", r, shown)
		}
		kept, rest = kept || same, after
	}
	if rest != "" {
		t.Fatalf("the block from %U is followed by %+q", first, rest)
	}
	// Tokens are printable ASCII, which the first block shows to be kept.
	if kept && clean(out) != out {
		t.Fatalf("a second pass changes the block from %U", first)
	}
	return seen
}

// token is what stands for a character that may not be shown.
func token(r rune) string { return fmt.Sprintf(`\u{%X}`, r) }

// tokenOf is s == token(r), a million times over.
func tokenOf(r rune, s string) bool {
	i := len(s) - 1
	if i < 4 || s[i] != '}' {
		return false
	}
	for ; r > 0 || i == len(s)-1; r >>= 4 {
		i--
		if i < 3 || s[i] != "0123456789ABCDEF"[r&15] {
			return false
		}
	}
	return s[:i] == `\u{`
}

func TestOrdinaryWordsStayAsTheyAre(t *testing.T) {
	for _, s := range []string{" ", "user@example.com", `\u{1B}`, "~!#$%^&*()[]{}<>|'\"`", "0.9_A-z"} {
		if got := printableASCII(s); got != s {
			t.Errorf("the name %q became %q", s, got)
		}
	}
	for _, s := range []string{" ", "naïve", "Straße", "日本語", "한글", "кириллица", "ﬁ½€—„“→", "🔑", "�"} {
		if got := printableText(s); got != s {
			t.Errorf("the text %q became %q", s, got)
		}
		if got := printableASCII(s); s != " " && got == s {
			t.Errorf("the name %q is shown as it is", s)
		}
	}
}

func TestEveryByteAndPairOfBytesIsShown(t *testing.T) {
	for name, clean := range cleaners {
		var alone [256]string
		for b := range alone {
			in := string([]byte{byte(b)})
			alone[b] = clean(in)
			checkClean(t, in, alone[b], clean)
			if b >= utf8.RuneSelf && alone[b] != fmt.Sprintf(`\x%02X`, b) {
				t.Fatalf("%s: the byte %#x became %q", name, b, alone[b])
			}
		}
		for pair := range 1 << 16 {
			in := []byte{byte(pair >> 8), byte(pair)}
			out := clean(string(in))
			checkClean(t, string(in), out, clean)
			if r, size := utf8.DecodeRune(in); size == 2 {
				if out != string(r) && out != token(r) {
					t.Fatalf("%s: %U became %+q", name, r, out)
				}
			} else if want := alone[in[0]] + alone[in[1]]; out != want {
				t.Fatalf("%s: %+q became %+q, not %+q", name, in, out, want)
			}
		}
	}
}

func TestEverySortOfLineBreakIsAToken(t *testing.T) {
	for _, r := range "\n\v\f\r\u0085\u2028\u2029" {
		for name, clean := range cleaners {
			if got := clean("a" + string(r) + "b"); got != "a"+token(r)+"b" {
				t.Errorf("%s: %U came out as %+q", name, r, got)
			}
		}
	}
}

func TestEveryDefaultIgnorableCharacterIsAToken(t *testing.T) {
	seen := 0
	for r := range unicode.MaxRune + 1 {
		if !defaultIgnorable(r) {
			continue
		}
		seen++
		for name, clean := range cleaners {
			if got := clean("a" + string(r)); got != "a"+token(r) {
				t.Errorf("%s: %U came out as %+q", name, r, got)
			}
		}
	}
	if seen != 4174 { // as many as Unicode has
		t.Errorf("looked at %d characters", seen)
	}
}

// defaultIgnorable derives Default_Ignorable_Code_Point as Unicode does; Go has
// no table of it.
func defaultIgnorable(r rune) bool {
	switch {
	case r >= 0xFFF9 && r <= 0xFFFB, r >= 0x13430 && r <= 0x1343F, unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return false // interlinear annotation, hieroglyphs, number signs: seen
	}
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) && !unicode.IsSpace(r)
}

func FuzzPrintable(f *testing.F) {
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > maxName+8 {
			return // more of the same, and slow
		}
		checkName(t, s)
		for name, clean := range cleaners {
			out := clean(s)
			checkClean(t, s, out, clean)
			if half := len(s) / 2; utf8.ValidString(s[:half]) && clean(s[:half])+clean(s[half:]) != out {
				t.Errorf("%s: a character of %+q depends on its neighbours", name, s)
			}
		}
	})
}
