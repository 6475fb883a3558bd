package tui

import (
	"slices"
	"strings"
	"testing"
)

// ledger fails unless the session left exactly these verdicts behind.
func (s *session) ledger(want ...string) {
	s.t.Helper()
	var got []string
	for _, o := range s.result.Ledger {
		got = append(got, o.Key.String()+": "+o.Verdict.String())
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("the ledger is\n%s\nand not\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// sent fails unless the host was asked to remove these and no others.
func (s *session) sent(want ...string) {
	s.t.Helper()
	var got []string
	for _, call := range s.host.Calls() {
		if removals(call) {
			got = append(got, call.Key.String())
		}
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("sent were removals of %q and not %q\n%s", got, want, s.transcript())
	}
}

func onlyASCII(t *testing.T, text string) {
	t.Helper()
	for i := range len(text) {
		if c := text[i]; (c < 0x20 && c != '\n') || c > 0x7e {
			t.Fatalf("byte %#x at %d\n%q", c, i, text)
		}
	}
}
