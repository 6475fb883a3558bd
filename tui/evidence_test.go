package tui

import (
	"context"
	"sync/atomic"
	"testing"

	"credscope/store"
	"credscope/store/demo"
)

// listsUntilRemoval has the host list these buckets, by provider, until it is
// asked to remove something; then every list is empty. The buckets of a
// provider without any cannot be asked for.
func listsUntilRemoval(lists map[string][]string) demo.Hook {
	var blank atomic.Bool
	return func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		buckets := lists[call.Key.Provider]
		switch {
		case removals(call):
			blank.Store(true)
			return answer()
		case blank.Load() && call.Op == "list_providers":
			return map[string]any{"providers": []string{}}, nil
		case blank.Load() && call.Op == "list_buckets":
			return map[string]any{"buckets": []string{}}, nil
		case call.Op == "list_providers":
			return map[string]any{"providers": providersOf(lists)}, nil
		case call.Op == "list_buckets" && buckets == nil:
			return nil, refusal("INTERNAL_ERROR")
		case call.Op == "list_buckets":
			return map[string]any{"buckets": buckets}, nil
		}
		return answer()
	}
}

func providersOf(lists map[string][]string) (names []string) {
	for name := range lists {
		names = append(names, name)
	}
	return names
}

// relisted is a screen on which nothing but lists is known, and no token.
func relisted(t *testing.T, lists map[string][]string) *screen {
	t.Helper()
	s := calm(t, "default", 120, 24)
	s.host.SetHook(listsUntilRemoval(lists))
	s.press("R")
	s.settled()
	return s
}

func TestBlankListsDoNotProveARemovalThatNothingElseProves(t *testing.T) {
	for name, c := range map[string]struct {
		lists map[string][]string
		place string
		want  store.Verdict
	}{
		"the only one, and readable":            {map[string][]string{"codex": {"ci-runner"}}, runner, store.Removed},
		"the only one, and never readable":      {map[string][]string{"gemini": {"default"}}, unreadable, store.CannotConfirm},
		"beside a provider that cannot be read": {map[string][]string{"codex": {"ci-runner"}, "zai": nil}, runner, store.CannotConfirm},
		"beside a provider without buckets":     {map[string][]string{"codex": {"ci-runner"}, "qwen": {}}, runner, store.CannotConfirm},
	} {
		for _, lookedAt := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				s := relisted(t, c.lists)
				s.at(c.place)
				if lookedAt {
					s.press("c")
					s.settled()
				}
				s.removes(c.place)
				s.ledger(c.place + ": " + c.want.String())
				s.wasRemoved(c.place)
				if s.listed(c.place) != (c.want != store.Removed) {
					t.Errorf("the row is listed: %v", s.listed(c.place))
				}
			})
		}
	}
}
