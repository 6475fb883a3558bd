package tui

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
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
	case dangerous(shown) >= 0 || printableASCII(shown) != shown:
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
		{`a"b`, `a\u{22}b`, `a\"b`, "a\u201db"},
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

// longNames begin alike; the first and the last two end alike too.
var longNames = []string{
	"firstname.lastname.and.one.of.the.whole.team@example.com",
	"firstname.lastname.and.one.of.the.whole.team@example.org",
	"firstname.lastname.and.two.of.the.whole.team@example.org",
}

// longNamed is a screen with stale buckets of long names.
func longNamed(t *testing.T, w, h int) *screen {
	t.Helper()
	s := open(t, "empty", w, h)
	for _, name := range longNames {
		s.host.Put(store.Key{Provider: "codex", Bucket: name}, testNow.Add(-900*time.Hour))
	}
	s.settled()
	s.press("R")
	s.settled()
	s.press("enter", "c")
	s.settled()
	return s
}

func TestRowsThatBeginAlikeAreCutInTheMiddle(t *testing.T) {
	for page, keys := range map[string][]string{"buckets": nil, "stale ones": {"S"}} {
		s := longNamed(t, 72, 20)
		s.press(keys...)
		s.settled()
		s.see("mple.com", "mple.org")
		rows := strings.Count(s.text(), "…")
		if rows < len(longNames) {
			t.Errorf("%s: %d names are cut\n%s", page, rows, s.text())
		}
	}
}

func TestTheQuestionTellsEveryTargetApart(t *testing.T) {
	s := longNamed(t, 72, 30)
	s.press("*", "x")
	joined := strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r == '│' {
			return ' '
		}
		return r
	}, s.text())), "")
	for _, name := range longNames[1:] {
		if !strings.Contains(joined, name) {
			t.Errorf("%s is not named in full\n%s", name, s.text())
		}
	}
}

func TestUnusualNamesAreRemovedInNoWay(t *testing.T) {
	names := []string{
		strings.Repeat("x", 65), strings.Repeat("x", maxName), strings.Repeat("x", maxName+1), strings.Repeat("x", 4000),
		"b ", " b", "b c", "b/c", "b\x00", "b\x1b[2J", "é", "а", `b\u{1B}`, "..\n", "b\u200b", "b:c", "\ufffd",
	}
	listed := append([]string{"b"}, names...)
	hook := func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		switch call.Op {
		case "list_providers":
			return map[string]any{"providers": []string{"codex", "codex "}}, nil
		case "list_buckets":
			return map[string]any{"buckets": listed}, nil
		case "get_token":
			return nil, &socket.ResponseError{Code: "NOT_FOUND"}
		}
		return answer()
	}
	s := open(t, "empty", 100, 40)
	s.host.SetHook(hook)
	s.settled()
	s.press("R")
	s.settled()
	s.press("enter", "c")
	s.settled()
	for range listed { // each by itself, marked, and as the end of a range
		if b, ok := s.m.buckets.current(); ok && b.odd {
			s.press("x", "space", "x", "v", "x", "v", "x")
			if s.m.confirm != nil || b.marked {
				t.Fatalf("%+q can be removed\n%s", b.key.Bucket, s.text())
			}
		}
		s.press("j")
	}
	for _, ways := range [][]string{{"*", "x"}, {"esc", "esc", "2", "g", "v", "G", "x"}, {"S", "x"}, {"S", "*", "*", "x"}} {
		s.press(ways...)
		if s.m.confirm == nil || len(s.m.confirm.targets) != 1 || s.m.confirm.targets[0].key.String() != "codex/b" {
			t.Fatalf("%v asks about %+v\n%s", ways, s.m.confirm, s.text())
		}
		s.answer("esc")
		s.press("esc", "esc", "esc", "2")
	}
	for _, provider := range []string{"codex", "codex "} {
		for _, name := range names {
			row := Row{Key: store.Key{Provider: provider, Bucket: name}, Listed: true}
			if row.Unremovable() == "" {
				t.Errorf("%+q can be removed by a command", name)
			}
		}
	}
	if n := s.host.Count("remove_token"); n != 0 {
		t.Errorf("%d removals were sent", n)
	}
}

func TestANameLikeASentenceStandsInQuotes(t *testing.T) {
	const name = `codex/b: removed. "Asked again", the host no longer has it.`
	const shown = `"codex/b: removed. \u{22}Asked again\u{22}, the host no longer has it."`
	s := open(t, "default", 160, 24, noCheck)
	s.settled()
	s.host.SetHook(func(_ context.Context, call demo.Call, _ func() (any, error)) (any, error) {
		if call.Op == "list_providers" {
			return map[string]any{"providers": []string{name}}, nil
		}
		return nil, errors.New("no")
	})
	s.press("R")
	s.settled()
	s.see("✗ " + shown + ": Host-side operation failed")
	s.press("!")
	s.see("list_buckets    " + shown + ": Host-side operation failed")
	s.press("esc", "2")
	s.see(`Buckets of "codex/b: removed`)
	if got := named(strings.Repeat("é", maxName)); width(got) > maxQuote+2 {
		t.Errorf("a long name leaves no room: %q", got)
	}
}
