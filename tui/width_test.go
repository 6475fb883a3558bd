package tui

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestTheShortWayToAWidthComesToTheSame(t *testing.T) {
	pieces := []string{
		"a", " ", "~", "\x1b[m", "\x1b[1;38;2;143;184;255m", "\x1b[0m", "\x1b[", "\x1b", "m", "\x1b[2K", "\x1b]0;t\a", "\x7f", "\n",
		"●", "◐", "○", "✗", "∞", "–", "·", "✓", "…", "▸", "◆", "─", "╭", "━", "⠋", "█", "░", "↑",
		"한", "é", "\u0301", "\ufe0f", "\u200d", "👍", "\xff", "\x9b",
	}
	simple := 0
	for seed := range uint64(50_000) {
		r := rand.New(rand.NewPCG(seed, 2))
		var b strings.Builder
		for range r.IntN(8) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		s := b.String()
		cells, ok := simpleWidth(s)
		if ok {
			simple++
		}
		if ok && cells != ansi.StringWidth(s) {
			t.Fatalf("%+q is %d cells wide, not %d", s, ansi.StringWidth(s), cells)
		}
		w := r.IntN(6)
		if got, want := cut(s, w, "…"), ansi.Truncate(s, w, "…"); ok && cells > 0 && got != want && width(got) != width(want) {
			t.Fatalf("%+q cut to %d cells is %+q, not %+q", s, w, got, want)
		}
	}
	if simple < 10_000 {
		t.Errorf("only %d were simple", simple)
	}
}

func TestEveryFrameGoesTheShortWay(t *testing.T) {
	s := open(t, "default", 120, 35)
	s.settled()
	for range s.m.inv.providers {
		s.press("c", "j")
		s.settled()
	}
	for _, key := range []string{"l", "3", "?", "!"} {
		s.press(key)
		for _, line := range s.m.frame() {
			if _, simple := simpleWidth(line); !simple {
				t.Errorf("after %s a line takes the long way: %+q", key, line)
			}
		}
	}
}
