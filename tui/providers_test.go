package tui

import (
	"strings"
	"testing"
)

// providerRow is a provider's row as it is drawn, without the blanks.
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

// counts fails unless the rows of providers are these.
func (s *screen) counts(rows ...string) {
	s.t.Helper()
	for _, want := range rows {
		name, _, _ := strings.Cut(want, " ")
		if got := s.providerRow(name); got != want {
			s.t.Errorf("%q instead of %q", got, want)
		}
	}
}

func TestAProviderCountsWhatItHas(t *testing.T) {
	s := calm(t, "default", 100, 24)
	// buckets, then the stale and unchecked ones; an invalid name cannot be checked
	s.counts("anthropic 2 ·2", "claudecode 2 ·2", "codex 4 ·4", "gemini 2 ·2", "qwen 3 ·2")
	s.at(runner)
	s.press("r")
	s.settled()
	s.counts("codex 4 ✗1 ·3")
	s.press("c")
	s.settled()
	s.counts("All providers 13 ✗3", "anthropic 2 ✗1", "claudecode 2", "codex 4 ✗1", "gemini 2 ✗1", "qwen 3")
	s.press("space", "space", "1")
	s.counts("codex ◆2 4 ✗1", "All providers ◆2 13 ✗3")
}

func TestAProviderWhoseListFailedSaysSo(t *testing.T) {
	s := calm(t, "default", 100, 24)
	s.instead("list_buckets", nil, refusal("INTERNAL_ERROR"))
	s.provider("qwen")
	s.press("1", "r")
	s.settled()
	if got := s.providerRow("qwen"); !strings.Contains(got, "✗ 3") {
		t.Errorf("what was listed before is not kept beside the failure: %q", got)
	}
	s.see("Buckets of qwen 3")
}

func TestTwoLongNamesAreToldApartInEveryPane(t *testing.T) {
	s := calm(t, "empty", 80, 24)
	one, two := strings.Repeat("a", 31)+"1"+strings.Repeat("b", 32), strings.Repeat("a", 31)+"2"+strings.Repeat("b", 32)
	for _, name := range []string{one, two} {
		s.host.Put(keyOf("codex/"+name), testNow)
		s.host.Put(keyOf(name+"/work"), testNow)
	}
	s.press("R")
	s.settled()
	for _, keys := range []string{"1", "j j j", "p"} {
		s.press(strings.Fields(keys)...)
		if screen := s.text(); !strings.Contains(screen, "~1") || !strings.Contains(screen, "~2") {
			t.Errorf("after %s two names are drawn alike\n%s", keys, screen)
		}
	}
}
