package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"credscope/store/demo"
)

// repeating lists a name of codex, or codex itself, so many times more.
func (s *screen) repeating(op string, more *atomic.Int64) {
	names := map[string][]string{
		"list_providers": strings.Fields(providerNames(s.m.inv.providers)),
		"list_buckets":   strings.Fields(bucketNames(s.m.inv.provider("codex").buckets)),
	}[op]
	repeated := map[string]string{"list_providers": "codex", "list_buckets": "ci-runner"}[op]
	s.host.SetHook(func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op != op || op == "list_buckets" && call.Key.Provider != "codex" {
			return answer()
		}
		listed := append(slices.Clone(names), slices.Repeat([]string{repeated}, int(more.Load()))...)
		return map[string]any{strings.TrimPrefix(op, "list_"): listed}, nil
	})
}

func TestANameListedTwiceIsNotRemovedUntilItIsListedOnce(t *testing.T) {
	for op, says := range map[string]string{"list_buckets": "The host listed this name twice", "list_providers": "The host listed this provider twice"} {
		for _, times := range []int64{2, 3, 4096} {
			t.Run(fmt.Sprintf("%s %d", op, times), func(t *testing.T) {
				t.Parallel()
				s := calm(t, "default", 120, 24)
				known := s.m.inv.known()
				var more atomic.Int64
				s.repeating(op, &more)
				s.at(runner)
				s.press("space")
				s.marks(runner)

				more.Store(times - 1)
				s.press("R")
				s.settled()
				s.marks()
				if n := s.m.inv.known(); n != known {
					t.Errorf("%d buckets became %d", known, n)
				}
				s.at(runner)
				s.see("listed twice")
				for _, key := range []string{"space", "x"} {
					s.press(key)
					s.see(says)
					s.marks()
				}
				if s.m.confirm != nil {
					t.Error("its removal was offered")
				}
				s.press("*")
				if b := s.m.inv.bucket(keyOf(runner)); b.marked || op == "list_providers" && s.m.inv.marked > 0 {
					t.Errorf("%d were marked", s.m.inv.marked)
				}

				more.Store(0)
				s.press("R")
				s.settled()
				s.not("listed twice")
				s.at(runner)
				s.press("x")
				if s.m.confirm == nil {
					t.Errorf("its removal is not offered\n%s", s.text())
				}
			})
		}
	}
}
