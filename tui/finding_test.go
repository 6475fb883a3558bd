package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"credscope/store"
)

// noCheck keeps the inspector from looking by itself.
func noCheck(o *Options) { o.NoCheck = true }

// place returns the cell where a text begins on the screen.
func (s *screen) place(text string) (x, y int) {
	s.t.Helper()
	for y, line := range strings.Split(s.text(), "\n") {
		if before, _, found := strings.Cut(line, text); found {
			return width(before), y
		}
	}
	s.t.Fatalf("not on the screen: %s\n%s", text, s.text())
	return 0, 0
}

// styleAt is how a cell is drawn.
func (s *screen) styleAt(x, y int) uv.Style {
	buffer := s.cells()
	return buffer.CellAt(x, y).Style
}

// current is the bucket under the cursor.
func (s *screen) current() store.Key {
	if b, ok := s.m.buckets.current(); ok {
		return b.key
	}
	return store.Key{}
}

// letters types a text key by key.
func (s *screen) letters(text string) {
	s.t.Helper()
	for _, r := range text {
		if r == ' ' {
			s.press("space")
			continue
		}
		s.press(string(r))
	}
}

// checkAll looks at every bucket of every provider and returns to the first.
func (s *screen) checkAll() {
	s.t.Helper()
	s.settled()
	for range s.m.inv.providers {
		s.press("c", "j")
		s.settled()
	}
	s.press("g")
}

func TestAFilterFindsProvidersWhileItIsTypedWhateverTheCase(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.settled()
	s.press("/")
	s.letters("C")
	if got := providerNames(s.m.providers.rows); got != "anthropic claudecode codex" {
		t.Errorf("C finds %q", got)
	}
	s.letters("O")
	if got := providerNames(s.m.providers.rows); got != "claudecode codex" {
		t.Errorf("CO finds %q", got)
	}
	s.golden("filter-typing-100x24")
	s.press("enter")
	s.see("Providers 2/5 /co")
	if s.m.prompt != noPrompt || len(s.m.providers.rows) != 2 {
		t.Error("enter did not keep the filter")
	}
	s.press("esc")
	s.see("Providers 5")
	s.not("/co")
}

func TestAFilterFindsBucketsWhateverTheCase(t *testing.T) {
	s := open(t, "default", 80, 24, noCheck)
	s.settled()
	s.press("j", "j", "l", "/")
	s.letters("JANE")
	if got := bucketNames(s.m.buckets.rows); got != "jane.doe@example.com" {
		t.Errorf("JANE finds %q", got)
	}
	if len(s.m.providers.rows) != 5 {
		t.Error("a filter of the buckets hides providers")
	}
	s.press("enter")
	s.golden("filter-buckets-80x24")
	s.press("esc")
	if len(s.m.buckets.rows) != 4 || s.m.filters[bucketsPane] != "" || s.m.focus != bucketsPane {
		t.Error("esc did not clear the filter of the focused pane, or did more")
	}
	s.press("/")
	s.letters("ci")
	s.press("esc")
	if len(s.m.buckets.rows) != 4 || s.m.prompt != noPrompt {
		t.Error("esc while typing did not clear the filter")
	}
	s.press("/")
	s.letters("zzz")
	s.see("Nothing matches the filter")
}

func TestWhatAFilterMatchedIsMarked(t *testing.T) {
	underlined := func(s *screen, text string) (from, to int) {
		x, y := s.place(text)
		from = -1
		for i := range len(text) {
			if s.styleAt(x+i, y).Underline != 0 {
				if from < 0 {
					from = i
				}
				to = i + 1
			}
		}
		return from, to
	}
	for _, theme := range []Theme{ThemeDark, ThemeLight, ThemeANSI, ThemeNone} {
		s := open(t, "default", 130, 24, noCheck, func(o *Options) { o.Theme = theme })
		s.settled()
		s.press("/")
		s.letters("Cod")
		if from, to := underlined(s, "codex"); from != 0 || to != 3 {
			t.Errorf("%s: of codex, %d to %d is marked", theme, from, to)
		}
		s.press("esc", "g", "j", "j", "l", "/")
		s.letters("Example")
		if from, to := underlined(s, "shared@example.com"); from != 7 || to != 14 {
			t.Errorf("%s: of the address, %d to %d is marked", theme, from, to)
		}
	}
}

func TestWhileAFilterIsTypedEveryLetterIsText(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.settled()
	s.press("j", "j", "l", "space")
	marked, order, clock := len(s.m.marked()), s.m.order, s.m.clock
	calls := len(s.host.Calls())
	const text = "x q y d S L p r R c ! ? + * v s t h j k l g G 1 2 3"
	s.press("/")
	s.letters(text)
	if got := s.m.field.Value(); got != text {
		t.Errorf("typed was %q, the filter is %q", text, got)
	}
	s.see(" / " + text)
	for range len(text) {
		s.press("backspace", "delete")
	}
	if got := s.m.field.Value(); got != "" {
		t.Errorf("after all of it was deleted the filter is %q", got)
	}
	s.press("backspace", "delete", "x", "delete", "home", "delete")
	s.send(tea.PasteMsg{Content: "exa\nmple"})
	s.press("enter")
	s.settled()
	switch {
	case s.m.confirm != nil, s.m.job != nil, s.quit, s.m.page != mainPage:
		t.Errorf("typing opened or ended something:\n%s", s.text())
	case len(s.m.marked()) != marked, s.m.order != order, s.m.clock != clock, s.m.locked, s.m.privacy:
		t.Error("typing changed something else")
	case len(s.host.Calls()) != calls:
		t.Errorf("typing asked the host: %v", s.host.Calls()[calls:])
	}
}

func TestTheCursorMovesWhileAFilterIsTyped(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.settled()
	s.press("j", "j", "l", "j", "j", "/")
	s.letters("@")
	s.press("up")
	for _, step := range []struct{ key, on string }{
		{"down", "shared@example.com"},
		{"down", "shared@example.com"},
		{"up", "jane.doe@example.com"},
		{"pgdown", "shared@example.com"},
		{"pgup", "jane.doe@example.com"},
	} {
		s.press(step.key)
		if s.m.prompt != filterPrompt || s.m.field.Value() != "@" {
			t.Fatalf("%s ended the typing", step.key)
		}
		if got := s.current().Bucket; got != step.on {
			t.Errorf("after %s the cursor is on %s, not %s", step.key, got, step.on)
		}
	}
}

func TestTheCursorStaysOnItsBucketThroughRefreshSortAndFilter(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.checkAll()
	s.press("j", "j", "l", "j", "j")
	want := store.Key{Provider: "codex", Bucket: "jane.doe@example.com"}
	stays := func(after string) {
		t.Helper()
		if got := s.current(); got != want {
			t.Errorf("after %s the cursor is on %s", after, got)
		}
		if _, y := s.place("▸ ○ jane"); y == 0 {
			t.Errorf("after %s the cursor is not drawn", after)
		}
	}
	stays("walking there")
	for _, key := range []string{"s", "s", "s"} {
		s.press(key)
		stays("sorting")
	}
	s.host.Put(store.Key{Provider: "codex", Bucket: "aaa"}, testNow)
	s.host.Put(store.Key{Provider: "aardvark", Bucket: "default"}, testNow)
	s.host.Drop(store.Key{Provider: "codex", Bucket: "ci-runner"})
	s.press("r")
	s.settled()
	stays("r")
	s.press("R")
	s.settled()
	s.see("Providers 6", "aaa")
	stays("R")
	s.press("/")
	s.letters("example")
	stays("filtering")
	s.press("esc")
	stays("the end of the filter")
	s.press("1", "/")
	s.letters("cod")
	stays("filtering providers")
	s.press("esc")
	stays("the end of that filter")
}
