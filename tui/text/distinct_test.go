package text

import (
	"slices"
	"strings"
	"testing"
)

func TestNamesThatDifferAreNotCutAlike(t *testing.T) {
	long := func(middle string) string { return strings.Repeat("a", 31) + middle + strings.Repeat("b", 31) }
	for _, test := range []struct {
		names, want []string
		cells       int
	}{
		{[]string{"work", "home"}, []string{"work", "home"}, 12},
		{[]string{long("1"), long("2"), "work"}, []string{"aaaaa…bbbb~1", "aaaaa…bbbb~2", "work"}, 12},
		{[]string{long("1"), long("1")}, []string{"aaaaaa…bbbbb", "aaaaaa…bbbbb"}, 12},
		{[]string{long("1"), long("2"), long("1")}, []string{"aaaaa…bbbb~1", "aaaaa…bbbb~2", "aaaaa…bbbb~1"}, 12},
	} {
		cells := slices.Repeat([]int{test.cells}, len(test.names))
		if got := CutDistinct(test.names, cells, "…"); !slices.Equal(got, test.want) {
			t.Errorf("%q in %d cells: %q, not %q", test.names, test.cells, got, test.want)
		}
	}
}

func TestHiddenNamesKeepOnlyTheirFirstLetters(t *testing.T) {
	for name, want := range map[string]string{
		"default": "d…", "jane.doe@example.com": "j…@e…", "日本": "…", "@home": "…@h…", "a@": "a…@…",
	} {
		if got := Shorten(name, "…"); got != want {
			t.Errorf("%s is hidden as %s, not %s", name, got, want)
		}
	}
}

func TestHiddenNamesThatDifferGetNumbers(t *testing.T) {
	got := Number([]string{"w…", "h…", "w…", "w…"}, []string{"work", "home", "web", "work"})
	if want := []string{"w…~1", "h…", "w…~2", "w…~1"}; !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
}
