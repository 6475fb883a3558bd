package tui

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"credscope/store"
	"credscope/store/demo"
	"credscope/tui/theme"
)

func TestTheFinalCheckComesAfterTheAnswerAndBeforeTheFirstRemoval(t *testing.T) {
	s := asked(t, "default")
	before := len(s.host.Calls())
	s.pass(inputGuard)
	if len(s.host.Calls()) != before {
		t.Error("checked before the answer")
	}
	g := s.hold(isCheck)
	s.accept("remove 4")
	var last []string
	for range 4 {
		last = append(last, s.comes(g).Key.String())
	}
	s.wasRemoved()
	slices.Sort(last)
	if !slices.Equal(last, []string{runner, codex, jane, shared}) {
		t.Errorf("checked were %q", last)
	}
	close(g.open)
	s.settled()
	s.wasRemoved(runner, jane, codex, shared)
}

func TestWhatHasChangedSinceTheQuestionIsNotRemoved(t *testing.T) {
	for name, c := range map[string]struct {
		change func(h *demo.Host)
		how    string
	}{
		"renewed":  {func(h *demo.Host) { h.Put(keyOf(runner), testNow.Add(time.Hour)) }, "has changed since the question, its expiry is another one: press x to be asked again."},
		"other":    {func(h *demo.Host) { h.Put(keyOf(runner), testNow.Add(-300*24*time.Hour)) }, "has changed since the question, its expiry is another one: press x to be asked again."},
		"vanished": {func(h *demo.Host) { h.Drop(keyOf(runner)) }, "no longer lists"},
	} {
		t.Run(name, func(t *testing.T) {
			s := dialogOf(t, 100, 24, runner)
			c.change(s.host)
			s.answer("y")
			s.settled()
			s.wasRemoved()
			s.says(theme.Failure, "Nothing was removed, because ")
			s.says(theme.Failure, c.how)
			s.see("✗ Nothing was removed")
			s.counted()
			s.golden("changed-" + name)
			if name == "vanished" && strings.Contains(s.detailText(), "Listed") {
				t.Errorf("the detail says otherwise\n%s", s.detailText())
			}
		})
	}
}

func TestOneChangedTokenStopsABulkRemoval(t *testing.T) {
	s := asked(t, "default")
	s.host.Drop(keyOf(jane))
	s.accept("remove 4")
	s.settled()
	s.wasRemoved()
	s.says(theme.Failure, "Nothing was removed, because the host no longer lists "+jane)
	s.see("Buckets of codex 4")
	s.marks(runner, codex, jane, shared)
}

func TestAHostThatCannotBeAskedOnceMoreGetsNoRemoval(t *testing.T) {
	for code, words := range map[string]string{
		"INTERNAL_ERROR": "Host-side operation failed", "RATE_LIMITED": "Rate limited.", "CANCELLED": "canceled the request",
	} {
		t.Run(code, func(t *testing.T) {
			s := dialogOf(t, 100, 24, runner)
			s.instead("get_token", nil, refusal(code))
			s.answer("y")
			s.settled()
			s.wasRemoved()
			s.says(theme.Failure, "Nothing was removed, because the final check had no answer: ")
			s.says(theme.Failure, words)
			if !s.listed(runner) {
				t.Error("the row is gone")
			}
		})
	}
}

func TestEveryVerdictHasItsWords(t *testing.T) {
	for name, c := range map[string]struct {
		scenario string
		answer   func(removed func() (any, error)) (any, error) // of the host to the removal, nil for its own
		kind     theme.Kind
		text     string
		stays    bool
	}{
		"removed": {"default", nil, theme.Success, "removed. The host no longer shows it, and still shows the others.", false},
		"liar":    {"liar", nil, theme.Failure, "still there (host said OK). Check on the host: /auth codex status.", true},
		"blank":   {"blank", nil, theme.Warning, "cannot confirm. The host no longer shows codex/default either; its keyring may be locked. Check on the host: /auth codex status.", true},
		"reply bad": {"default", func(removed func() (any, error)) (any, error) {
			_, _ = removed()
			return nil, refusal("INTERNAL_ERROR")
		}, theme.Success, "no longer shown (the host reported an error). The host no longer shows it, and still shows the others.", false},
		"still there":  {"default", func(func() (any, error)) (any, error) { return nil, refusal("RATE_LIMITED") }, theme.Failure, "still there. Rate limited.", true},
		"already gone": {"default", func(removed func() (any, error)) (any, error) { _, _ = removed(); return nil, refusal("NOT_FOUND") }, theme.Info, "was already gone.", false},
		"forbidden":    {"default", func(func() (any, error)) (any, error) { return nil, refusal("FORBIDDEN") }, theme.Failure, "refused by the host. The host's policy forbids this", true},
		"unauthorized": {"default", func(func() (any, error)) (any, error) { return nil, refusal("UNAUTHORIZED") }, theme.Failure, "refused by the host. Provider not available for this profile", true},
		"said only":    {"default", func(func() (any, error)) (any, error) { return nil, nil }, theme.Failure, "still there (host said OK).", true},
	} {
		t.Run(name, func(t *testing.T) {
			s := checked(t, c.scenario, 120, 24, runner)
			if c.answer != nil {
				s.host.SetHook(hookOn("remove_token", c.answer))
			}
			s.removes(runner)
			s.says(c.kind, runner+": "+c.text)
			if s.listed(runner) != c.stays {
				t.Errorf("the row is listed: %v", s.listed(runner))
			}
			s.wasRemoved(runner)
			if len(s.m.result().Ledger) != 1 {
				t.Errorf("the ledger has %d entries", len(s.m.result().Ledger))
			}
		})
	}
}

func TestTheLossOfAReplyIsUnknownAndNotSentAgain(t *testing.T) {
	s := checked(t, "flaky", 100, 24, runner)
	s.removes("anthropic/default")
	s.removes(runner)
	s.removes(laptop)
	s.until("loss", func() bool { return s.m.lost != nil })
	s.says(theme.Failure, laptop+": unknown whether it was removed. The request is not sent again. Check on the host: /auth gemini status. Credential proxy connection lost. Restart the session.")
	s.wasRemoved("anthropic/default", runner, laptop)
	s.ledger("anthropic/default: removed", runner+": removed", laptop+": unknown")
	if !s.listed(laptop) || s.listed(runner) {
		t.Error("rows that are known gone are kept, or others dropped")
	}
	s.counted()
	s.golden("flaky")
}

func TestALockedHostRemovesNothing(t *testing.T) {
	s := open(t, "locked", 100, 24)
	s.see("Unknown; host error")
	s.press("x")
	s.see("There is no bucket to remove here")
	s.press("+")
	s.press("c", "o", "d", "e", "x", "enter")
	s.until("the check", func() bool { return !s.m.busy() })
	s.press("x")
	s.accept("remove 1")
	s.until("the end", func() bool { return !s.m.running() })
	s.says(theme.Failure, `Nothing was removed, because the final check had no answer: Host-side operation failed (host says: "The keychain is locked")`)
	s.wasRemoved()
}

func TestARestrictedHostIsNotAskedToRemove(t *testing.T) {
	s := open(t, "restricted", 100, 24)
	s.settled()
	s.press("c", "enter", "x", "delete")
	s.see("This host lists nothing to a sandbox, and such hosts forbid removals: remove it on the host", "with /auth anthropic logout default (Y copies it)")
	s.settled()
	s.press("S", "x")
	s.see("such hosts forbid removals")
	s.wasRemoved()
}

func TestTheLastBucketTakesItsProviderAlong(t *testing.T) {
	s := checked(t, "default", 100, 24, laptop)
	s.removes(laptop)
	s.see("All buckets 12")
	s.removes("gemini/default")
	s.says(theme.Success, "gemini/default"+": removed")
	s.see("All buckets 11")
	if s.m.inv.Provider("gemini") != nil {
		t.Errorf("the provider stays\n%s", s.text())
	}
}

func TestTheLastBucketOfAHostCanBeRemoved(t *testing.T) {
	s := calm(t, "empty", 100, 24)
	s.host.Put(keyOf(runner), testNow.Add(-30*24*time.Hour))
	s.press("R")
	s.see("ci-runner")
	s.settled()
	s.press("c")
	s.settled()
	s.removes(runner)
	s.says(theme.Success, runner+": no longer shown. There was nothing else to compare with")
	s.see("Nothing listed")
}

func TestARowThatVanishedIsDroppedByARefreshAndTheCursorStaysNear(t *testing.T) {
	s := checked(t, "default", 100, 24, codex)
	s.host.Drop(keyOf(codex))
	s.press("r")
	s.settled()
	s.see("All buckets 12")
	if s.current() != keyOf(shared) {
		t.Errorf("the cursor is on %s", s.current())
	}
	s.removes(jane)
	s.wasRemoved(jane)
}

// listsUntilRemoval has the host list these buckets, by provider, until it is
// asked to remove something; then every list is empty. The buckets of a
// provider without any cannot be asked for.
func listsUntilRemoval(lists map[string][]string) demo.Hook {
	var blank atomic.Bool
	return func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		buckets := lists[call.Key.Provider]
		switch {
		case isRemoval(call):
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
		"the only one, and readable":            {map[string][]string{"codex": {"ci-runner"}}, runner, store.NoLongerShown},
		"the only one, and never readable":      {map[string][]string{"gemini": {"default"}}, "gemini/default", store.NoLongerShown},
		"beside a provider that cannot be read": {map[string][]string{"codex": {"ci-runner"}, "zai": nil}, runner, store.CannotConfirm},
		"beside a provider without buckets":     {map[string][]string{"codex": {"ci-runner"}, "qwen": {}}, runner, store.CannotConfirm},
	} {
		for _, isChecked := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				s := relisted(t, c.lists)
				s.at(c.place)
				if isChecked {
					s.press("c")
					s.settled()
				}
				s.removes(c.place)
				s.ledger(c.place + ": " + c.want.String())
				s.wasRemoved(c.place)
				if s.listed(c.place) != (!c.want.Gone()) {
					t.Errorf("the row is listed: %v", s.listed(c.place))
				}
			})
		}
	}
}

func TestAfterWhatCannotBeConfirmedTheRowsStay(t *testing.T) {
	s := checked(t, "fallback", 120, 30, runner)
	s.removes(runner)
	s.says(theme.Warning, runner+": cannot confirm. The host no longer shows codex/default either; its keyring may be locked. Check on the host: /auth codex status.")
	s.see("All buckets 13")
	if !s.row("ci-runner", "unconfirmed") || !s.row("jane.doe@example.com", "not shown") || !s.row("codex", "default", "not shown") {
		t.Errorf("the rows do not say what is known\n%s", s.text())
	}
	if s.row("● claudecode", "not shown") {
		t.Errorf("what is still shown is called not shown\n%s", s.text())
	}
	s.at(runner)
	s.press("R")
	s.settled()
	s.see("All buckets 1")
	s.not("unconfirmed")
}

func TestANeighbourThatVanishesAtARemovalIsNotShown(t *testing.T) {
	s := checked(t, "neighbour", 120, 30, runner)
	s.removes(runner)
	s.ledger(runner + ": cannot confirm")
	if !s.row("ci-runner", "unconfirmed") || !s.row("codex", "default", "not shown") || s.row("jane.doe@example.com", "not shown") {
		t.Errorf("the rows do not say what is known\n%s", s.text())
	}
}

func TestAHostThatKeepsWhatItSaidOKToLeavesTheRow(t *testing.T) {
	s := checked(t, "liar", 120, 30, runner)
	s.removes(runner)
	if !s.row("ci-runner", "still there") {
		t.Errorf("the row does not say what is known\n%s", s.text())
	}
}
