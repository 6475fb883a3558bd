package text

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"credscope/socket/sample"
)

// cleaners are the two ways in which foreign text becomes safe.
var cleaners = map[string]func(string) string{"ASCII": ASCII, "free": Free}

// refused are tables of characters that are invisible, reorder their neighbours
// or are drawn over them. Bidi_Control is also a part of Cf; it is listed for its
// name.
var refused = []*unicode.RangeTable{
	unicode.C, unicode.M, unicode.Zl, unicode.Zp, unicode.Bidi_Control,
	unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector,
	unicode.Prepended_Concatenation_Mark, unicode.Join_Control,
}

// Symbols by Unicode, although they are invisible or recolour what precedes them.
const (
	blankBraille = '\u2800'
	palestSkin   = '\U0001F3FB'
	darkestSkin  = '\U0001F3FF'
)

// dangerous returns the first character of s that must not be drawn, or -1.
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

// checkClean fails if out, which clean made of in, is not safe to draw.
func checkClean(t *testing.T, in, out string, clean func(string) string) {
	t.Helper()
	switch {
	case !utf8.ValidString(out):
		t.Fatalf("%+q became %+q, which is not UTF-8", in, out)
	case dangerous(out) >= 0:
		t.Fatalf("%+q became %+q, which holds %U", in, out, dangerous(out))
	case clean(out) != out:
		t.Fatalf("%+q became %+q and at a second pass %+q", in, out, clean(out))
	case utf8.RuneCountInString(out) < utf8.RuneCountInString(in):
		t.Fatalf("%+q became the shorter %+q", in, out)
	}
}

// codePointBlock is how many code points are cleaned at once, with spaces between.
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
				t.Errorf("checked %d code points", seen)
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
		if !found || !same && !isTokenOf(r, shown) || same && dangerous(shown) >= 0 {
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

// token returns what replaces a character that must not be drawn.
func token(r rune) string { return fmt.Sprintf(`\u{%X}`, r) }

// isTokenOf is s == token(r) without an allocation.
func isTokenOf(r rune, s string) bool {
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

func TestOrdinaryTextIsNotChanged(t *testing.T) {
	for _, s := range []string{" ", "user@example.com", `\u{1B}`, "~!#$%^&*()[]{}<>|'\"`", "0.9_A-z"} {
		if got := ASCII(s); got != s {
			t.Errorf("the name %q became %q", s, got)
		}
	}
	for _, s := range []string{" ", "naïve", "Straße", "日本語", "한글", "кириллица", "ﬁ½€—„“→", "🔑", "�"} {
		if got := Free(s); got != s {
			t.Errorf("the text %q became %q", s, got)
		}
		if got := ASCII(s); s != " " && got == s {
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

func TestEveryLineBreakIsAToken(t *testing.T) {
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
		t.Errorf("checked %d characters", seen)
	}
}

// defaultIgnorable derives Default_Ignorable_Code_Point as Unicode does, since Go
// has no table of it.
func defaultIgnorable(r rune) bool {
	switch {
	case r >= 0xFFF9 && r <= 0xFFFB, r >= 0x13430 && r <= 0x1343F, unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return false // interlinear annotation, hieroglyphs and number signs are visible
	}
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) && !unicode.IsSpace(r)
}

var tokens = regexp.MustCompile(`\\u\{([0-9A-F]+)\}|\\x([0-9A-F]{2})`)

// unshown returns the name that is shown as shown. It is the proof that no two
// names are shown alike.
func unshown(shown string) string {
	return tokens.ReplaceAllStringFunc(shown, func(token string) string {
		digits, isByte := strings.CutPrefix(token, `\x`)
		n, _ := strconv.ParseUint(strings.Trim(digits, `\u{}`), 16, 32)
		if isByte {
			return string([]byte{byte(n)})
		}
		return string(rune(n))
	})
}

// checkName fails if a name is shown as something unsafe, or as another one.
func checkName(t *testing.T, name string) {
	t.Helper()
	shown := Name(name)
	switch {
	case dangerous(shown) >= 0 || ASCII(shown) != shown:
		t.Fatalf("%+q is shown as %+q", name, shown)
	case len(name) > maxName:
		if unshown(shown[:strings.LastIndex(shown, "...(+")]) != name[:maxName] {
			t.Fatalf("%+q is shown as %q", name, shown)
		}
	case unshown(shown) != name:
		t.Fatalf("%+q is shown as %q, as is %+q", name, shown, unshown(shown))
	case strings.HasPrefix(shown, " ") || strings.HasSuffix(shown, " ") || strings.Contains(shown, "  "):
		t.Fatalf("%+q is shown with a blank that cannot be seen: %q", name, shown)
	}
}

func TestNoTwoNamesAreShownAlike(t *testing.T) {
	step := rune(1)
	if !sample.Exhaustive() {
		step = 7
	}
	for r := rune(0); r <= unicode.MaxRune; r += step {
		if utf8.ValidRune(r) {
			checkName(t, string(r))
		}
	}
	for pair := range 1 << 16 {
		checkName(t, string([]byte{byte(pair >> 8), byte(pair)}))
	}
	for _, alike := range [][]string{
		{"\x1b", `\u{1B}`, `\x1B`, `\u{5C}u{1B}`, `\\u{1B}`, "^[", "\u241b"},
		{"codex", "codex ", " codex", "codex\u00a0", "codex\u200b", "ｃｏｄｅｘ", "сodex", "codex\x00", "codex\t"},
		{`a"b`, `a\u{22}b`, `a\"b`, "a\u201db"},
		{"old backup", "old  backup", "old   backup", "old\u2003backup"},
		{"é", "e\u0301", `\u{E9}`, "\xe9", "\xc3\xa9\x80"},
		{"x", strings.Repeat("x", maxName), strings.Repeat("x", maxName+1), strings.Repeat("x", maxName) + "y", strings.Repeat("x", maxName) + "z"},
		{strings.Repeat("x", maxName-1) + "é", strings.Repeat("x", maxName-1) + "è", strings.Repeat("x", maxName) + "\xa9"},
	} {
		seen := map[string]string{}
		for _, name := range alike {
			checkName(t, name)
			if other, twice := seen[Name(name)]; twice {
				t.Errorf("%+q and %+q are both shown as %q", name, other, Name(name))
			}
			seen[Name(name)] = name
		}
	}
}

func TestEveryCharacterOfFreeTextTakesCellsOfItsOwn(t *testing.T) {
	for r := range unicode.MaxRune + 1 {
		if r < utf8.RuneSelf || !utf8.ValidRune(r) || !isFreeText(r) {
			continue
		}
		one := string(r)
		for _, text := range []string{"a" + one, one + "a", "日" + one, one + "日", "한" + one + one} {
			want := 0
			for _, r := range text {
				want += Width(string(r))
			}
			if Width(text) != want || Width(one) < 1 {
				t.Fatalf("%+q is %d cells wide, its characters are %d", text, Width(text), want)
			}
		}
	}
}

func FuzzFree(f *testing.F) {
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > maxName+8 {
			return // slow, and no new case
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

func TestANameInASentenceIsQuotedUnlessHostsTakeIt(t *testing.T) {
	for name, want := range map[string]string{
		"codex":                            "codex",
		"jane.doe@example.com":             "jane.doe@example.com",
		"":                                 `""`,
		"codex ":                           `"codex\u{20}"`,
		`codex: removed. "Checked", again`: `"codex: removed. \u{22}Checked\u{22}, again"`,
	} {
		if got := NameInSentence(name); got != want {
			t.Errorf("%q is shown as %s, not %s", name, got, want)
		}
	}
	if got := NameInSentence(strings.Repeat("é", maxName)); Width(got) > maxQuote+len(`""`) {
		t.Errorf("a long name takes %d cells: %s", Width(got), got)
	}
}

func TestAQuotationEndsWhereOurWordsBegin(t *testing.T) {
	if got, want := Quoted("no\x1b[m\". Removed: \"b"), `"no\u{1B}[m'. Removed: 'b"`; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}

func TestOnlyLongQuotationsAreCut(t *testing.T) {
	for _, letter := range []string{"a", "日", "🔑"} {
		long := strings.Repeat(letter, 1000)
		ours := strings.Repeat("o", 200)
		got := ShortQuotes(ours + " (" + Quoted(long) + ") and " + Quoted("short"))
		cut, found := strings.CutPrefix(got, ours+` ("`)
		cut, rest, _ := strings.Cut(cut, `"`)
		if !found || rest != `) and "short"` || !strings.HasSuffix(cut, "...") || Width(cut) > maxQuote || Width(cut) < maxQuote-1 {
			t.Errorf("%s", got)
		}
	}
}
