package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"credscope/store"
)

func TestWhileAFilterIsTypedEveryLetterIsText(t *testing.T) {
	s := byName(t, jane)
	s.press("space")
	order, times, calls := s.m.buckets.order, s.m.canvas.times, len(s.host.Calls())
	const text = "x q y d S L p r R c ! ? + * v s t h j k l g G 1 2 3"
	s.press("/")
	s.letters(text)
	if got := s.m.prompt.field.Value(); got != text {
		t.Errorf("typed was %q, the filter is %q", text, got)
	}
	s.see(" / " + text)
	for range len(text) {
		s.press("backspace", "delete")
	}
	if got := s.m.prompt.field.Value(); got != "" {
		t.Errorf("after all of it was deleted the filter is %q", got)
	}
	s.press("backspace", "delete", "x", "delete", "home", "delete")
	s.send(tea.PasteMsg{Content: "exa\nmple"})
	s.press("enter")
	s.settled()
	s.marks(jane)
	switch {
	case s.m.dialog != nil, s.m.run != nil, s.quit, s.m.page != noPage:
		t.Errorf("typing opened or ended something:\n%s", s.text())
	case s.m.buckets.order != order, s.m.canvas.times != times, s.m.locked, s.m.canvas.privacy.on:
		t.Error("typing changed something else")
	case len(s.host.Calls()) != calls:
		t.Errorf("typing asked the host: %v", s.host.Calls()[calls:])
	}
}

func TestTheCursorMovesWhileAFilterIsTyped(t *testing.T) {
	s := byName(t, jane)
	s.press("/")
	s.letters("@")
	s.press("up")
	for _, step := range []struct{ key, on string }{
		{"down", shared}, {"down", shared}, {"up", jane}, {"pgdown", shared}, {"pgup", jane},
	} {
		s.press(step.key)
		if s.m.prompt.purpose != filterPrompt || s.m.prompt.field.Value() != "@" {
			t.Fatalf("%s ended the typing", step.key)
		}
		if got := s.current(); got != keyOf(step.on) {
			t.Errorf("after %s the cursor is on %s, not %s", step.key, got, step.on)
		}
	}
}

func TestAFilterOfProvidersLeavesThoseAndChoosesTheFirst(t *testing.T) {
	s := calm(t, "default", 120, 24)
	s.press("1", "/")
	s.letters("CO")
	s.see("Providers 2/5 /co", "Buckets of claudecode 2")
	s.not("All providers")
	s.letters("dex")
	s.press("enter", "enter")
	s.see("Providers 1/5 /codex", "Buckets of codex 4")
	if s.m.focus != bucketsPane || s.current().Provider != "codex" {
		t.Errorf("in pane %d on %s", s.m.focus, s.current())
	}
	s.press("1", "esc")
	s.see("All providers 13")
}

func TestWhatAFilterMatchedIsUnderlinedAlsoUnderTheCursor(t *testing.T) {
	s := calm(t, "default", 130, 24)
	s.press("/")
	s.letters("Jane")
	for n, line := range strings.Split(s.text(), "\n") {
		for i := range len(line) {
			if !strings.HasPrefix(line[i:], "jane") || strings.Contains(line[:i], "╭") {
				continue
			}
			x := len([]rune(line[:i]))
			if x > 95 { // the detail
				continue
			}
			if s.styleAt(x, n).Underline == 0 || s.styleAt(x+4, n).Underline != 0 {
				t.Errorf("at %d,%d not just the match is underlined\n%s", x, n, s.text())
			}
		}
	}
}

func TestPlusLooksUpANameThatTheHostDoesNotList(t *testing.T) {
	for _, name := range []string{"kimi:x", "kimi/x"} {
		s := calm(t, "default", 120, 24)
		n := len(s.host.Calls())
		s.press("+")
		s.see(" look up PROVIDER[:BUCKET]", "enter look up")
		s.letters(name)
		s.press("enter")
		s.see("kimi/x: not found", "! kimi", "! not found", "Looked up by name, not")
		if got := s.since(n); got != "get_token kimi/x" {
			t.Errorf("asked: %s", got)
		}
		if s.current() != keyOf("kimi/x") || s.m.focus != bucketsPane {
			t.Errorf("the cursor is on %s", s.current())
		}
		s.press("x")
		s.see("Not found: there is nothing under this name")
		s.press("R")
		s.settled()
		s.see("kimi")
	}
}

func TestANameLookedUpWithoutBucketIsTheDefaultOne(t *testing.T) {
	s := calm(t, "default", 120, 24)
	s.press("1", "/")
	s.letters("qwen")
	s.press("enter", "+")
	s.letters("codex")
	s.press("enter")
	s.see("codex/default: expiring", "All buckets 13")
	if s.current() != keyOf(codex) {
		t.Errorf("the cursor is on %s", s.current())
	}
}

func TestABadNameKeepsItsTextAndSaysWhatIsWrong(t *testing.T) {
	s := calm(t, "default", 120, 24)
	n := len(s.host.Calls())
	for _, name := range []string{"", ":", ":x", "a b", "codex:a b", "codex/x/y", "a:b:c", "é", strings.Repeat("a", 65), "codex:" + strings.Repeat("b", 65)} {
		s.press("+")
		s.send(tea.PasteMsg{Content: name})
		s.press("enter")
		s.see("1 to 64 of a-z A-Z 0-9 . _ @ -")
		if s.m.prompt.field.Value() != name || len(s.m.inv.Providers()) != 5 || s.m.busy() {
			t.Errorf("%q was taken, or is gone", name)
		}
		s.press("q", "x", "r") // still text
		if got := s.m.prompt.field.Value(); got != name+"qxr" {
			t.Errorf("letters after the error made %q", got)
		}
		s.press("esc")
	}
	if s.m.prompt.isOpen() || s.quit || s.m.dialog != nil {
		t.Error("esc did not leave, or a letter did more than to be typed")
	}
	if got := s.since(n); got != "" {
		t.Errorf("asked: %s", got)
	}
}

func TestLookupsFromTheStartAreListedAndCheckedLikeAnyRow(t *testing.T) {
	t.Parallel()
	lookups := func(o *Options) {
		o.Lookups = []store.Key{{Provider: "aaa"}, {Provider: "codex", Bucket: "spare"}}
	}
	s := open(t, "default", 120, 30, lookups)
	s.settled()
	s.see("aaa", "not found", "codex/spare")
	if got := s.host.Count("get_token"); got != 14 {
		t.Errorf("%d buckets were checked", got)
	}
	quiet := calm(t, "default", 120, 30, lookups)
	quiet.see("aaa", "unchecked")
	if got := quiet.host.Count("get_token"); got != 0 {
		t.Errorf("%d buckets were checked without being asked to", got)
	}
}
