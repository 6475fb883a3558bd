package text

import (
	"slices"
	"strings"
	"testing"
)

func TestCutTextFitsItsCells(t *testing.T) {
	for _, c := range []struct {
		s, ellipsis string
		w           int
		want        string
	}{
		{"abcdef", "…", 6, "abcdef"},
		{"abcdef", "…", 5, "abcd…"},
		{"abcdef", "~", 1, "~"},
		{"abcdef", "...", 4, "a..."},
		{"abcdef", "", 2, "ab"},
		{"abcdef", "…", 0, ""},
		{"abcdef", "…", -3, ""},
		{"", "…", 4, ""},
		{"日本語", "…", 6, "日本語"},
		{"日本語", "…", 5, "日本…"},
		{"日本語", "…", 4, "日…"},
		{"日本語", "", 3, "日"},
		{"ａｂ", "…", 3, "ａ…"},
		{"🔑🔑", "…", 3, "🔑…"},
		{"👩\u200d👩\u200d👧x", "…", 3, "👩\u200d👩\u200d👧x"},
		{"👩\u200d👩\u200d👧xy", "…", 3, "👩\u200d👩\u200d👧…"},
		{"👩\u200d👩\u200d👧x", "…", 2, "…"},
	} {
		if got := Cut(c.s, c.w, c.ellipsis); got != c.want {
			t.Errorf("%q cut to %d cells: %q, not %q", c.s, c.w, got, c.want)
		}
	}
}

func TestANameIsCutInTheMiddle(t *testing.T) {
	for _, c := range []struct {
		s, ellipsis string
		w           int
		want        string
	}{
		{"jane.doe@example.com", "…", 20, "jane.doe@example.com"},
		{"jane.doe@example.com", "…", 12, "jane.d…e.com"},
		{"jane.doe@example.com", "...", 12, "jane.....com"},
		{"jane.doe@example.com", "…", 2, "j…"},
		{"jane.doe@example.com", "…", 1, "…"},
		{"jane.doe@example.com", "…", 0, ""},
		{"日本語のバケット", "…", 9, "日本語の…"},
	} {
		if got := CutMiddle(c.s, c.w, c.ellipsis); got != c.want {
			t.Errorf("%q cut to %d cells: %q, not %q", c.s, c.w, got, c.want)
		}
	}
}

func TestPaddedTextTakesExactlyItsCells(t *testing.T) {
	for _, s := range []string{
		"", "a", "user@example.com", "日本語のバケット", "a日b本c", "ａｂｃ", "🔑🔑🔑", "👩\u200d👩\u200d👧👩\u200d👩\u200d👧",
		"🇩🇪🇫🇷", "e\u0301e\u0301", ASCII("日\x1b[2J\xff"), Free("日\u202e👩\u200d👧"),
	} {
		for w := range 40 {
			for _, ellipsis := range []string{"…", "~", ""} {
				left, right := PadLeft(s, w, ellipsis), Pad(s, w, ellipsis)
				if Width(left) != w || Width(right) != w {
					t.Fatalf("%q in %d cells: %q and %q", s, w, left, right)
				}
				if content := Cut(s, w, ellipsis); !strings.HasPrefix(right, content) || !strings.HasSuffix(left, content) {
					t.Fatalf("%q in %d cells: %q and %q do not hold %q", s, w, left, right, content)
				}
			}
		}
	}
}

func TestWrappedLinesFitAndLoseNothing(t *testing.T) {
	const text = "The host's policy forbids 日本語の名前 of 🔑🔑 here, and a_name_that_is_longer_than_any_line_of_this_test is broken."
	words := strings.Join(strings.Fields(text), "")
	for w := 2; w < 120; w++ {
		lines := Wrap(text, w)
		for _, line := range lines {
			if Width(line) > w {
				t.Fatalf("%q takes more than %d cells", line, w)
			}
		}
		if got := strings.Join(strings.Fields(strings.Join(lines, "")), ""); got != words {
			t.Fatalf("at %d cells: %q", w, got)
		}
	}
	if lines := Wrap("to be, or not to be", 10); len(lines) != 2 || lines[0] != "to be, or" || lines[1] != "not to be" {
		t.Errorf("not broken between words: %q", lines)
	}
	if Wrap("", 10) != nil || Wrap("a", 0) != nil || Wrap("a", -1) != nil {
		t.Error("no text, or no room, makes a line")
	}
}

func TestAParagraphKeepsItsIndentInEveryLine(t *testing.T) {
	got := WrapAll(14, " to be, or not to be", "", "   that is")
	if want := []string{" to be, or", " not to be", "", "   that is"}; !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
}
