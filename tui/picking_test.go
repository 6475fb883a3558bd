package tui

import (
	"context"
	"testing"

	"credscope/store/demo"
	"credscope/tui/theme"
)

func TestSShowsWhatIsWorthRemovingWithTheStaleOnesMarked(t *testing.T) {
	s := checked(t, "default", 120, 24, codex)
	before := len(s.host.Calls())
	s.press("space", "S")
	s.see("Worth removing 4", "◆ 3 marked")
	s.marks(laptop, oldest, runner)
	if got := s.rows(); got != "old-laptop default ci-runner default" {
		t.Errorf("shown are %q", got)
	}
	if len(s.host.Calls()) != before {
		t.Error("the host was asked about what is known")
	}
	s.press("g", "space")
	s.marks(oldest, runner)
	s.press("esc")
	s.marks(codex) // the marks made before stay
	s.see("All buckets 13", "◆ 1 marked")
	s.press("S")
	s.marks(oldest, runner) // nothing is marked anew
	s.press("x")
	s.see("Remove 2 buckets?", oldest, runner)
	s.accept("remove 2")
	s.settled()
	s.wasRemoved(oldest, runner)
	s.press("esc", "esc")
	s.marks(codex)
}

func TestSIsOfAllProvidersWhateverTheirFilter(t *testing.T) {
	s := checked(t, "default", 120, 24, runner)
	s.press("1", "/", "q", "enter")
	s.see("Providers 1/5 /q")
	s.press("S")
	s.see("Worth removing 4", "All providers")
	s.marks("anthropic/default", runner, laptop)
	s.press("1", "/", "q", "enter")
	s.see("Buckets of qwen 3")
	s.not("Worth removing")
	s.not("marked")
}

func TestSAsksForWhatIsUncheckedAndWaitsForIt(t *testing.T) {
	s := calm(t, "default", 120, 24)
	g := s.hold(func(call demo.Call) bool { return isCheck(call) && call.Key.Provider == "codex" })
	s.press("S")
	s.until("the other answers", func() bool { return s.m.checks.left() == 4 })
	s.see("checking 4")
	s.press("*", "x")
	s.says(theme.Warning, "Buckets are still being checked: wait for the whole list")
	if s.m.dialog != nil {
		t.Fatal("half a list was offered for removal")
	}
	s.press("*")
	s.marks()
	close(g.open)
	s.settled()
	s.see("codex", "ci-runner")
	s.marks() // what comes late is not marked
	if s.host.Count("get_token") != 12 {
		t.Errorf("%d were checked", s.host.Count("get_token"))
	}
}

func TestTheCursorOfSIsOnTheFirstRowUntilAKeyIsPressed(t *testing.T) {
	for _, pressed := range []bool{false, true} {
		s := calm(t, "default", 120, 24)
		g := s.hold(func(call demo.Call) bool { return isCheck(call) && call.Key.Provider == "anthropic" })
		s.press("S")
		s.until("the other answers", func() bool { return s.m.checks.left() == 2 })
		want := keyOf("anthropic/default") // whose row comes above the others
		if pressed {
			want = s.current()
			s.press("t")
		}
		close(g.open)
		s.settled()
		if s.current() != want {
			t.Errorf("a key pressed: %v, the cursor is on %s", pressed, s.current())
		}
	}
}

func TestEscStopsTheChecksThatSAskedFor(t *testing.T) {
	t.Parallel()
	s := calmLarge(t)
	g := s.hold(isCheck)
	n := s.host.Count("get_token")
	s.press("S")
	s.says(theme.Warning, "This asks the host for 9800 tokens: press S again")
	s.press("j", "S")
	s.says(theme.Warning, "press S again")
	s.press("S")
	for range checksAtOnce {
		s.comes(g)
	}
	s.press("esc")
	s.see("9800 checks canceled", "All buckets 10000")
	close(g.open)
	s.settled()
	if got := s.host.Count("get_token") - n; got != checksAtOnce {
		t.Errorf("%d checks reached the host, %d were under way", got, checksAtOnce)
	}
}

func TestWithNothingWorthRemovingSSaysSo(t *testing.T) {
	s := calm(t, "default", 120, 24)
	for _, name := range []string{oldest, runner, "gemini/default", laptop} {
		s.host.Drop(keyOf(name))
	}
	s.press("R")
	s.settled()
	s.press("S")
	s.see("Nothing that the host has shown is dead, stale or unreadable.")
	s.press("x")
	s.see("There is no bucket to remove here")
	s.press("S")
	s.see("All buckets")
}

func TestOfAHostThatHandsOutNoTokenNothingIsProposed(t *testing.T) {
	s := open(t, "denied", 100, 24)
	s.settled()
	s.press("S")
	s.settled()
	s.see("Not one token could be read, so nothing is proposed.", "The host may not be able to read its keyring")
	s.press("*", "x")
	if s.m.dialog != nil {
		t.Error("there is a question")
	}
	s.wasRemoved()
}

func TestSTellsOfProvidersWhoseBucketsAreNotKnown(t *testing.T) {
	s := calm(t, "default", 120, 24)
	s.host.SetHook(func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		switch {
		case call.Op == "list_providers":
			return map[string]any{"providers": []string{"anthropic", "new"}}, nil
		case call.Op == "list_buckets" && call.Key.Provider == "new":
			return nil, refusal("INTERNAL_ERROR")
		}
		return answer()
	})
	s.press("R")
	s.settled()
	s.press("S")
	s.see("Incomplete: the buckets of 1 provider are not known.")
}
