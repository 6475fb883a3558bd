package tui

import (
	"slices"
	"strings"
	"testing"

	"credscope/store"
)

// calm opens a scenario that looks at nothing by itself and whose spinner
// stands still, so that every request and every cell is the test's own doing.
func calm(t *testing.T, scenario string, w, h int, change ...func(*Options)) *screen {
	t.Helper()
	s := open(t, scenario, w, h, append(change, func(o *Options) { o.NoCheck = true })...)
	s.hush()
	s.settled()
	return s
}

// looked is calm once every bucket has been looked at, with the cursor on place.
func looked(t *testing.T, scenario string, w, h int, place string, change ...func(*Options)) *screen {
	t.Helper()
	s := calm(t, scenario, w, h, change...)
	for range s.m.inv.providers {
		s.press("c", "j")
	}
	s.settled()
	s.at(place)
	return s
}

// at moves the cursor to PROVIDER/BUCKET as a person would.
func (s *screen) at(place string) {
	s.t.Helper()
	name, bucket, _ := strings.Cut(place, "/")
	s.press("1", "g")
	for range s.m.providers.rows {
		if p, _ := s.m.providers.current(); p.name != name {
			s.press("j")
		}
	}
	s.press("2", "g")
	for range s.m.buckets.rows {
		if b, _ := s.m.buckets.current(); b.key.Bucket != bucket {
			s.press("j")
		}
	}
	if b, ok := s.m.buckets.current(); !ok || b.key.String() != place {
		s.t.Fatalf("there is no %s\n%s", place, s.text())
	}
}

// instead answers op with data and err in place of the host.
func (s *screen) instead(op string, data any, err error) {
	s.host.SetHook(hookOn(op, func(func() (any, error)) (any, error) { return data, err }))
}

// marks fails unless exactly these are marked.
func (s *screen) marks(want ...string) {
	s.t.Helper()
	var got []string
	for _, b := range s.m.marked() {
		got = append(got, b.key.String())
	}
	if !slices.Equal(got, want) {
		s.t.Fatalf("marked are %q and not %q\n%s", got, want, s.text())
	}
}

const (
	runner = "codex/ci-runner"
	codex  = "codex/default"
	jane   = "codex/jane.doe@example.com"
	shared = "codex/shared@example.com"
	old    = "anthropic/default"
)

func keyOf(place string) store.Key {
	provider, bucket, _ := strings.Cut(place, "/")
	return store.Key{Provider: provider, Bucket: bucket}
}

func TestMarksAreShownInRowsAndCountedPerProviderAndInTheHeader(t *testing.T) {
	s := looked(t, "default", 100, 24, old)
	s.press("space")
	s.marks(old)
	s.at(jane)
	s.press("space")
	s.marks(old, jane)
	if b, _ := s.m.buckets.current(); b.key.String() != shared {
		t.Errorf("after a mark the cursor is on %s, not on the next row", b.key)
	}
	s.see("◆ 2 marked", "◆1 2 ✗1", "◆1 4 ✗1", "◆○ jane.")
	s.golden("marks")
	s.press("k", "space")
	s.marks(old)
}

func TestTheStarMarksAllShownOrNone(t *testing.T) {
	s := looked(t, "default", 100, 24, codex)
	s.press("space", "*")
	s.marks(runner, codex, jane, shared)
	s.press("*")
	s.marks()
	s.press("/", "e", "x", "a", "enter", "*")
	s.marks(jane, shared)
	s.press("esc", "*")
	s.marks(runner, codex, jane, shared)
}

func TestARangeFollowsTheCursorBothWaysUntilItEnds(t *testing.T) {
	s := looked(t, "default", 100, 24, codex)
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

func TestShiftWithAnArrowMarksUntilAnOtherMovement(t *testing.T) {
	s := looked(t, "default", 100, 24, codex)
	s.press("shift+down")
	s.marks(codex, jane)
	s.press("shift+up", "shift+up")
	s.marks(runner, codex)
	s.press("down", "down", "down", "shift+up")
	s.marks(runner, codex, jane, shared)
}

func TestARangeIsOfBuckets(t *testing.T) {
	for _, key := range []string{"v", "shift+down", "space"} {
		s := calm(t, "default", 100, 24)
		s.press(key)
		s.see("press enter on a provider first")
		s.marks()
	}
}

func TestMarksSurviveRefreshSortingAndFilters(t *testing.T) {
	s := looked(t, "default", 100, 24, jane)
	s.press("space")
	s.host.Put(store.Key{Provider: "codex", Bucket: "a-new-one"}, testNow)
	s.press("r")
	s.settled()
	s.see("a-new-one")
	s.marks(jane)
	s.host.Drop(keyOf(runner))
	s.press("R")
	s.settled()
	s.not("ci-runner")
	s.marks(jane)
	for range 3 {
		s.press("s")
		s.marks(jane)
		s.see("◆○ jane.")
	}
	s.press("/", "n", "e", "w", "enter")
	s.not("jane.doe")
	s.marks(jane)
	s.see("◆ 1 marked")
	s.press("esc")
	s.see("◆○ jane.")
}

func TestMarksThatAFilterHidesAreLeftOutOfARemovalAndCounted(t *testing.T) {
	s := looked(t, "default", 100, 24, runner)
	s.press("*", "/", "e", "x", "a", "enter", "x")
	s.see("Remove 2 buckets?", jane, shared, "2 marked buckets hidden by the filter: left out.", `Type "remove 2"`)
	s.not(runner)
	s.golden("dialog-hidden-marks")
	s.accept("remove 2")
	s.settled()
	s.wasRemoved(jane, shared)
}

func TestWithEveryMarkHiddenNothingIsAsked(t *testing.T) {
	s := looked(t, "default", 100, 24, runner)
	s.press("space", "/", "e", "x", "a", "enter", "x")
	s.see("The filter hides 1 marked bucket: press esc")
	if s.m.confirm != nil {
		t.Error("the row under the cursor was taken for the marked one")
	}
}

func TestEscTakesTheMarksAwayOnlyAfterTheFilter(t *testing.T) {
	s := looked(t, "default", 100, 24, jane)
	s.press("space", "/", "e", "x", "a", "enter", "esc")
	s.marks(jane)
	s.see("Buckets of codex 4")
	s.press("esc")
	s.marks()
	s.see("Took 1 mark away")
	if s.m.focus != bucketsPane {
		t.Error("one step back was two")
	}
	s.press("esc")
	if s.m.focus != providersPane {
		t.Error("without marks esc does not leave the pane")
	}
}

func TestAnUnusualNameCannotBeMarked(t *testing.T) {
	s := looked(t, "default", 100, 24, "qwen/old backup")
	s.press("space")
	s.see("Hosts refuse this unusual name: remove it with the host's own keychain tool")
	s.marks()
	s.press("x")
	if s.m.confirm != nil {
		t.Error("its removal was offered")
	}
	s.press("*")
	s.marks("qwen/default", "qwen/trial")
	s.press("*")
	s.marks()
	s.press("g", "v", "G")
	s.marks("qwen/default", "qwen/trial")
}
