package tui

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

var tokens = regexp.MustCompile(`\\u\{([0-9A-F]+)\}|\\x([0-9A-F]{2})`)

// unshown takes a shown name back to the name, which works only if no two names
// are shown alike.
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
	shown := printableName(name)
	switch {
	case dangerous(shown) >= 0 || !isASCII(shown):
		t.Fatalf("%+q is shown as %+q", name, shown)
	case len(name) > maxName:
		if unshown(shown[:strings.LastIndex(shown, "...(+")]) != name[:maxName] {
			t.Fatalf("%+q is shown as %q", name, shown)
		}
	case unshown(shown) != name:
		t.Fatalf("%+q is shown as %q, as is %+q", name, shown, unshown(shown))
	case strings.HasPrefix(shown, " ") || strings.HasSuffix(shown, " ") || strings.Contains(shown, "  "):
		t.Fatalf("%+q is shown with a space that says nothing: %q", name, shown)
	}
}

func TestNoTwoNamesAreShownAlike(t *testing.T) {
	for r := range unicode.MaxRune + 1 {
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
		{"old backup", "old  backup", "old   backup", "old\u2003backup"},
		{"é", "e\u0301", `\u{E9}`, "\xe9", "\xc3\xa9\x80"},
		{"x", strings.Repeat("x", maxName), strings.Repeat("x", maxName+1), strings.Repeat("x", maxName) + "y", strings.Repeat("x", maxName) + "z"},
		{strings.Repeat("x", maxName-1) + "é", strings.Repeat("x", maxName-1) + "è", strings.Repeat("x", maxName) + "\xa9"},
	} {
		seen := map[string]string{}
		for _, name := range alike {
			checkName(t, name)
			if other, twice := seen[printableName(name)]; twice {
				t.Errorf("%+q and %+q are both shown as %q", name, other, printableName(name))
			}
			seen[printableName(name)] = name
		}
	}
}
