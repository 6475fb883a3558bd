package tui

import (
	"strings"
	"testing"

	"credscope/store"
)

func TestBucketsAreSortedByNameExpiryAndStatus(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.checkAll()
	for _, provider := range []struct{ name, byName, byExpiry, byStatus string }{
		{"codex", "ci-runner default jane.doe@example.com shared@example.com", "ci-runner jane.doe@example.com default shared@example.com", "ci-runner jane.doe@example.com default shared@example.com"},
		{"gemini", "default old-laptop", "old-laptop default", "old-laptop default"},
		{"qwen", "default old backup trial", "default old backup trial", "trial default old backup"},
	} {
		s.press("1", "g", "/")
		s.letters(provider.name)
		s.press("enter", "l")
		for _, want := range []struct{ order, rows string }{
			{"name", provider.byName}, {"expiry", provider.byExpiry}, {"status", provider.byStatus},
		} {
			if got := bucketNames(s.m.buckets.rows); got != want.rows {
				t.Errorf("%s by %s: %q", provider.name, want.order, got)
			}
			if title := strings.Contains(s.m.bucketsTitle(), " by "+want.order); title != (want.order != "name") {
				t.Errorf("by %s: the title says otherwise\n%s", want.order, s.text())
			}
			s.press("s")
		}
		s.press("1", "esc")
	}
}

func TestSortingHasAFrameAndSaysItsOrder(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.checkAll()
	s.press("j", "j", "l", "s")
	s.see("Buckets are sorted by expiry")
	s.press("s")
	s.see("Buckets are sorted by status", "Buckets of codex 4 by status")
	s.golden("sorted-by-status-100x24")
	s.press("s")
	s.see("Buckets are sorted by name")
}

func TestAnAnswerSortsItsRowIn(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.settled()
	s.press("j", "j", "l", "s", "G", "k")
	if got := s.current().Bucket; got != "jane.doe@example.com" {
		t.Fatalf("the cursor is on %s", got)
	}
	s.press("enter")
	s.settled()
	if got := bucketNames(s.m.buckets.rows[:1]); got != "jane.doe@example.com" || s.current().Bucket != got {
		t.Errorf("first is %s, the cursor on %s", got, s.current())
	}
}

func TestEveryStatusHasItsPlaceInTheOrder(t *testing.T) {
	seen := map[int]store.Health{}
	for _, h := range store.Healths {
		place, ok := urgency[h]
		if other, taken := seen[place]; !ok || taken {
			t.Errorf("%s has no place of its own in the order; %s has it", h, other)
		}
		seen[place] = h
	}
}

// providerRow is a provider's row as it is drawn, without the spaces.
func (s *screen) providerRow(name string) string {
	for line := range strings.Lines(s.text()) {
		cell, _, _ := strings.Cut(line, "││")
		row := strings.Join(strings.Fields(strings.Trim(cell, "│▸ ")), " ")
		if strings.HasPrefix(row, name+" ") {
			return row
		}
	}
	return ""
}

func TestAProviderCountsWhatItHas(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.settled()
	counted := func(rows ...string) {
		t.Helper()
		for _, want := range rows {
			name, _, _ := strings.Cut(want, " ")
			if got := s.providerRow(name); got != want {
				t.Errorf("%q instead of %q", got, want)
			}
		}
	}
	// buckets, then the stale, unreadable and unchecked ones; an unusual name cannot be checked
	counted("anthropic 2 ·2", "claudecode 2 ·2", "codex 4 ·4", "gemini 2 ·2", "qwen 3 ·2")
	s.press("j", "j", "l", "enter")
	s.settled()
	counted("codex 4 ✗1 ·3")
	s.press("h", "g")
	s.checkAll()
	counted("anthropic 2 ✗1", "claudecode 2", "codex 4 ✗1", "gemini 2 ✗1 !1", "qwen 3")
	s.press("j", "j", "l", "space", "space", "h")
	counted("codex ◆2 4 ✗1")
}
