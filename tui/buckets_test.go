package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"credscope/store"
	"credscope/store/demo"
)

const oldest = "anthropic/default" // stale

func TestAFilterLooksAnywhereInANameWhateverItsCase(t *testing.T) {
	for _, c := range []struct {
		name, filter string
		want         bool
	}{
		{"codex", "", true},
		{"", "", true},
		{"codex", "dex", true},
		{"CODEX", "dex", true},
		{"codex", "codexx", false},
		{"work@Example.com", "@example", true},
		{"a.b", "a*b", false},
		{"", "a", false},
	} {
		if got := matches(c.name, c.filter); got != c.want {
			t.Errorf("%q for %q: %t", c.name, c.filter, got)
		}
	}
}

func TestAFilterFindsNamesProvidersAndStatusWords(t *testing.T) {
	s := checked(t, "default", 120, 24, oldest)
	for filter, want := range map[string]string{
		"JANE":    "jane.doe@example.com jane.doe@example.com",
		"codex/c": "ci-runner",
		"stale":   "old-laptop default ci-runner",
		"gemini":  "old-laptop default",
		"zzz":     "",
	} {
		s.press("/")
		s.letters(filter)
		if got := s.rows(); got != want {
			t.Errorf("%s finds %q", filter, got)
		}
		if want == "" {
			s.see("Nothing matches the filter.")
		}
		s.press("enter")
		s.see("/13 /" + strings.ToLower(filter))
		s.press("esc")
		s.see("All buckets 13")
	}
}

func TestWithinAProviderAFilterFindsNamesOfBucketsOnly(t *testing.T) {
	s := checked(t, "default", 120, 24, oldest)
	s.provider("codex")
	s.press("/")
	s.letters("codex")
	s.see("Nothing matches the filter.")
}

func TestTheFirstChecksEndWithTheWorstFirstIfNoKeyWasPressed(t *testing.T) {
	s := open(t, "default", 120, 24)
	s.settled()
	s.see("worst first", "▸ ✗ gemini/old-laptop")
	touched := open(t, "default", 120, 24, func(*Options) {})
	touched.press("j")
	touched.settled()
	touched.see("by name, s: worst first")
	if got := touched.current(); got.Provider != "anthropic" {
		t.Errorf("the rows moved, the cursor is on %s", got)
	}
	unchecked := calm(t, "default", 120, 24)
	unchecked.see("by name, s: worst first", "12 unchecked")
}

func TestOnlySAndARefreshChangeTheOrderOfTheRows(t *testing.T) {
	s := checked(t, "default", 120, 30, runner)
	before := s.rows()
	s.host.Put(keyOf(codex), testNow.Add(-300*24*time.Hour)) // now the worst
	s.m.checks.ask([]store.Key{keyOf(codex)}, false)
	s.send(batchMsg{})
	s.settled()
	if s.rows() != before || s.current() != keyOf(runner) {
		t.Errorf("an answer moved the rows: %s", s.rows())
	}
	s.see("s: sort again")
	s.press("s")
	if first := s.m.buckets.list.rows[0].Key; first != keyOf(codex) || s.current() != keyOf(runner) {
		t.Errorf("after s %s is first, the cursor on %s", first, s.current())
	}
	s.host.Put(keyOf(laptop), testNow.Add(-900*24*time.Hour))
	s.press("R")
	s.settled()
	if first := s.m.buckets.list.rows[0].Key; first != keyOf(laptop) || s.current() != keyOf(runner) {
		t.Errorf("after R %s is first, the cursor on %s", first, s.current())
	}
}

func TestTheCursorStaysOnItsBucketThroughRefreshSortAndFilter(t *testing.T) {
	s := checked(t, "default", 120, 30, jane)
	stays := func(after string) {
		t.Helper()
		if s.current() != keyOf(jane) {
			t.Errorf("after %s the cursor is on %s", after, s.current())
		}
		s.see("▸ ○ codex")
	}
	for _, key := range []string{"s", "s", "s"} {
		s.press(key)
		stays("sorting")
	}
	s.host.Put(keyOf("codex/aaa"), testNow)
	s.host.Put(keyOf("aardvark"), testNow)
	s.host.Drop(keyOf(runner))
	s.press("r")
	s.settled()
	stays("r")
	s.press("R")
	s.settled()
	s.see("aardvark", "codex/aaa")
	s.not("ci-runner")
	stays("R")
	s.press("/")
	s.letters("example")
	stays("filtering")
	s.press("esc")
	stays("the end of the filter")
}

func TestMarksAreShownInRowsAndCountedPerProviderAndInTheHeader(t *testing.T) {
	s := checked(t, "default", 120, 24, oldest)
	s.press("space")
	s.marks(oldest)
	s.at(jane)
	next := s.m.buckets.list.rows[s.m.buckets.list.at+1].Key
	s.press("space")
	s.marks(oldest, jane)
	if s.current() != next {
		t.Errorf("after a mark the cursor is on %s, not on the next row", s.current())
	}
	s.see("◆ 2 marked", "◆2 13 ✗3", "◆1 2 ✗1", "◆1 4 ✗1", "◆○ codex/jane")
	s.press("k", "space")
	s.marks(oldest)
}

func TestTheStarMarksAllShownOrNone(t *testing.T) {
	s := checked(t, "default", 120, 24, codex)
	s.provider("codex")
	s.press("space", "*")
	s.marks(runner, codex, jane, shared)
	s.press("*")
	s.marks()
	s.press("/", "e", "x", "a", "enter", "*")
	s.marks(jane, shared)
	s.press("esc", "*")
	s.marks(runner, codex, jane, shared)
}

// byName is the list of codex by name: runner, codex, jane, shared.
func byName(t *testing.T, on string) *screen {
	t.Helper()
	s := calm(t, "default", 120, 24)
	s.provider("codex")
	s.at(on)
	return s
}

func TestARangeFollowsTheCursorBothWaysUntilItEnds(t *testing.T) {
	s := byName(t, codex)
	s.press("v", "j", "j")
	s.marks(codex, jane, shared)
	s.press("k", "k", "k")
	s.marks(runner, codex)
	s.press("v", "G")
	s.marks(runner, codex)
	s.press("v")
	s.marks(runner, codex, shared)
	s.press("esc", "k")
	s.marks(runner, codex, shared)
}

func TestShiftWithAnArrowMarksUntilAnotherMovement(t *testing.T) {
	s := byName(t, codex)
	s.press("shift+down")
	s.marks(codex, jane)
	s.press("shift+up", "shift+up")
	s.marks(runner, codex)
	s.press("down", "down", "down", "shift+up")
	s.marks(runner, codex, jane, shared)
}

func TestMarksAndRangesAreOfBuckets(t *testing.T) {
	s := calm(t, "default", 100, 24)
	s.press("1")
	for key, says := range map[string]string{"v": "press 2 first", "shift+down": "press 2 first", "space": "press enter first"} {
		s.press(key)
		s.see(says)
		s.marks()
	}
}

func TestMarksSurviveRefreshSortingAndFilters(t *testing.T) {
	s := checked(t, "default", 120, 24, jane)
	s.press("space")
	s.host.Put(keyOf("codex/a-new-one"), testNow)
	s.host.Drop(keyOf(runner))
	s.press("R")
	s.settled()
	s.see("a-new-one")
	s.not("ci-runner")
	for range 3 {
		s.press("s")
		s.marks(jane)
	}
	s.press("/", "n", "e", "w", "enter")
	s.not("jane.doe")
	s.marks(jane)
	s.see("◆ 1 marked")
	s.press("esc")
	s.see("◆○ codex/jane")
}

func TestMarksThatAFilterHidesAreLeftOutOfARemovalAndCounted(t *testing.T) {
	s := byName(t, runner)
	s.press("*", "/", "e", "x", "a", "enter", "x")
	s.see("Remove 2 buckets?", jane, shared, "2 marked buckets not shown in the list: left out.", `Type "remove 2"`)
	s.not(runner)
	s.accept("remove 2")
	s.settled()
	s.wasRemoved(jane, shared)
	s.marks(runner, codex)
}

func TestWithEveryMarkHiddenNothingIsAsked(t *testing.T) {
	s := byName(t, runner)
	s.press("space", "/", "e", "x", "a", "enter", "x")
	s.see("1 marked bucket not shown here: press esc")
	if s.m.dialog != nil {
		t.Error("the row under the cursor was taken for the marked one")
	}
}

func TestEscGoesBackOneStepAtATime(t *testing.T) {
	s := byName(t, jane)
	s.press("space", "/", "e", "x", "a", "enter", "esc")
	s.marks(jane)
	s.see("Buckets of codex 4")
	s.press("esc")
	s.marks()
	s.see("1 mark cleared")
	if s.m.focus != bucketsPane {
		t.Error("one step back was two")
	}
	s.press("esc")
	if s.m.focus != providersPane {
		t.Error("without marks esc does not leave the pane")
	}
}

func TestAnInvalidNameCannotBeMarkedOrRemoved(t *testing.T) {
	s := calm(t, "default", 120, 24)
	s.provider("qwen")
	s.press("g", "j")
	if s.current().Bucket != "old backup" {
		t.Fatalf("the cursor is on %s", s.current())
	}
	for _, key := range []string{"space", "x"} {
		s.press(key)
		s.see("Invalid name, which hosts refuse: remove it with the host's own keychain tool")
	}
	s.marks()
	if s.m.dialog != nil {
		t.Error("its removal was offered")
	}
	s.press("*")
	s.marks("qwen/default", "qwen/trial")
	s.press("*", "g", "v", "G")
	s.marks("qwen/default", "qwen/trial")
}

// listing answers both lists with these names.
func listing(providers, buckets []string) demo.Hook {
	return func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		switch call.Op {
		case "list_providers":
			return map[string]any{"providers": providers}, nil
		case "list_buckets":
			return map[string]any{"buckets": buckets}, nil
		}
		return answer()
	}
}

func TestANameListedTwiceIsNotRemovedUntilItIsListedOnce(t *testing.T) {
	once := []string{"codex"}
	for name, c := range map[string]struct {
		providers, buckets []string
		says               string
	}{
		"bucket":         {once, []string{"ci-runner", "default", "ci-runner"}, "The host lists this name twice"},
		"bucket, 4,096x": {once, append([]string{"default"}, slices.Repeat([]string{"ci-runner"}, 4096)...), "The host lists this name twice"},
		"provider":       {[]string{"codex", "codex"}, []string{"ci-runner", "default"}, "The host lists this provider twice"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := byName(t, runner)
			s.press("space")
			s.marks(runner)
			s.host.SetHook(listing(c.providers, c.buckets))
			s.press("R")
			s.settled()
			s.marks()
			s.at(runner)
			s.see("listed twice")
			for _, key := range []string{"space", "x"} {
				s.press(key)
				s.see(c.says)
				s.marks()
			}
			if s.m.dialog != nil {
				t.Error("its removal was offered")
			}
			s.host.SetHook(listing(once, []string{"ci-runner", "default"}))
			s.press("R")
			s.settled()
			s.not("listed twice")
			s.at(runner)
			s.press("x")
			if s.m.dialog == nil {
				t.Errorf("its removal is not offered\n%s", s.text())
			}
		})
	}
}

func TestTheOrdersGoRoundAndTheTitleNamesThem(t *testing.T) {
	s := calm(t, "default", 120, 24)
	for _, want := range []string{"worst first", "by expiry", "by name"} {
		s.press("s")
		s.see(want)
	}
}

func TestTenThousandRowsKeepTheirCursorWhileAnswersArrive(t *testing.T) {
	t.Parallel()
	s := calmLarge(t)
	s.press("j", "G")
	on := s.current()
	s.press("R")
	s.until("the answers", func() bool { return !s.m.busy() })
	if s.current() != on || on.Provider != fmt.Sprintf("provider-%03d", 199) {
		t.Errorf("the cursor went from %s to %s", on, s.current())
	}
}
