package tui

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
	"credscope/tui/theme"
)

const lostSentence = "Credential proxy connection lost. Restart the session."

// lose ends the connection while the host lives on, as if for nothing.
func (s *screen) lose() {
	s.t.Helper()
	s.host.SetHook(func(context.Context, demo.Call, func() (any, error)) (any, error) { return nil, socket.ErrHangUp })
	if _, err := s.store.ListProviders(s.t.Context()); err == nil {
		s.t.Fatal("the host answered")
	}
	s.see("CONNECTION LOST")
	s.host.SetHook(nil)
}

// late holds the first list of anthropic's buckets back until the test lets it go,
// with its answer from before or with what stands in its place.
func late(t *testing.T, instead func() (any, error)) (s *screen, let func()) {
	t.Helper()
	free, held := make(chan struct{}), make(chan struct{})
	var once atomic.Bool
	s = calm(t, "default", 100, 24)
	s.host.SetHook(func(ctx context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op != "list_buckets" || call.Key.Provider != "anthropic" || once.Swap(true) {
			return answer()
		}
		data, err := answer()
		close(held)
		select {
		case <-free:
		case <-ctx.Done():
		}
		if instead != nil {
			return instead()
		}
		return data, err
	})
	s.do(s.m.listBuckets("anthropic"))
	for waiting := true; waiting; {
		select {
		case <-held:
			waiting = false
		case msg := <-s.msgs:
			s.send(msg)
		case <-time.After(patience):
			t.Fatal("no request came")
		}
	}
	return s, func() { close(free) }
}

func TestALateAnswerToAnEarlierQuestionIsDropped(t *testing.T) {
	refused := func() (any, error) {
		return nil, &socket.ResponseError{Code: string(store.InternalError), Message: "late trouble"}
	}
	for name, instead := range map[string]func() (any, error){"an answer": nil, "an error": refused} {
		t.Run(name, func(t *testing.T) {
			s, let := late(t, instead)
			s.provider("anthropic")
			s.host.Put(keyOf("anthropic/new"), testNow.Add(time.Hour))
			s.press("1", "r")
			s.see("anthropic refreshed: 3 buckets", "· new")
			let()
			s.settled()
			s.see("· new")
			s.not("late trouble")
			if err := s.m.inv.Provider("anthropic").Err; err != nil {
				t.Errorf("the row has the late error: %v", err)
			}
		})
	}
}

func TestALateCheckIsDropped(t *testing.T) {
	s := checked(t, "default", 120, 24, codex)
	before := *s.m.inv.Bucket(keyOf(codex)).Check
	for generation := range s.m.checks.last + 2 {
		for _, err := range []error{nil, socket.ErrTimeout} {
			s.send(batchMsg{[]tea.Msg{checkedMsg{checkRequest{generation, keyOf(codex), true}, store.Check{}, err, testNow}}})
		}
	}
	if b := s.m.inv.Bucket(keyOf(codex)); b.Err != nil || b.Check.At != before.At || !b.Check.Found {
		t.Errorf("a late answer was taken: %+v", b)
	}
}

func TestALossLeavesTheDataDimmedAndSaysSinceWhen(t *testing.T) {
	s := checked(t, "default", 120, 24, runner)
	dim := func(text string) bool {
		x, y := s.place(text)
		dx, dy := s.place("updated 14:05")
		return s.styleAt(x, y).Fg == s.styleAt(dx, dy).Fg
	}
	texts := []string{"claudecode", "codex/ci-runner", "expiring  "}
	for _, text := range texts {
		if dim(text) {
			t.Errorf("%s is dim before the loss", text)
		}
	}
	_ = s.host.Close() // with nothing pending
	s.see("CONNECTION LOST at 14:05", lostSentence, "ci-runner", "All buckets 13")
	for _, text := range texts {
		if x, y := s.place(text); s.styleAt(x, y).Fg == nil {
			t.Errorf("%s has no colour after the loss", text)
		}
	}
	s.golden("lost")
	s.says(theme.Failure, lostSentence)
}

func TestAfterALossNothingIsSentAndEveryKeySaysWhy(t *testing.T) {
	s := checked(t, "default", 120, 24, runner)
	s.lose()
	before := len(s.host.Calls())
	for _, key := range []string{"r", "R", "c", "+"} {
		s.m.say(theme.Info, "something else")
		s.press(key)
		s.says(theme.Failure, lostSentence)
		if s.m.busy() || s.m.page != noPage || s.m.prompt.isOpen() {
			t.Errorf("%s did something", key)
		}
	}
	for _, key := range []string{"x", "delete"} {
		s.m.say(theme.Info, "something else")
		s.press(key)
		s.says(theme.Warning, "The connection is lost, so nothing can be removed: restart the session")
		if s.m.dialog != nil {
			t.Errorf("%s asked", key)
		}
	}
	s.press("S")
	s.see("Worth removing 4")
	if len(s.host.Calls()) != before || s.host.Connections() != 1 {
		t.Errorf("%d requests after the loss, %d connections", len(s.host.Calls())-before, s.host.Connections())
	}
}

func TestADialogClosesAtTheLossAndSendsNothing(t *testing.T) {
	for name, answer := range map[string][]string{runner: {"y", "enter"}, codex: {"d", "e", "enter"}} {
		s := checked(t, "default", 120, 24, name)
		s.press("x")
		s.lose()
		if s.m.dialog != nil {
			t.Fatalf("it is still open\n%s", s.text())
		}
		s.says(theme.Failure, lostSentence)
		s.answer(answer...)
		s.wasRemoved()
		s.ledger()
	}
}

func TestTheVerdictThatSawTheLossStaysInTheStatusBar(t *testing.T) {
	for range 5 { // the loss and the verdict come in either order
		s := checked(t, "default", 120, 24, runner)
		s.press("x")
		s.host.SetHook(hookOn("remove_token", func(func() (any, error)) (any, error) { return nil, socket.ErrHangUp }))
		s.answer("y")
		s.until("loss and verdict", func() bool { return !s.m.running() && s.m.lost != nil && s.m.run.outcomes != nil })
		s.says(theme.Failure, runner+": unknown whether it was removed.")
		s.says(theme.Failure, lostSentence)
		s.see("CONNECTION LOST", "unknown whether it was removed")
	}
}

func TestAHostThatHidesItsListsIsAskedByNameAndItIsSaid(t *testing.T) {
	s := open(t, "restricted", 120, 24)
	s.see("Known names", "All buckets 5", "hide its lists from sandboxes")
	s.settled()
	s.press("R")
	s.settled()
	s.see("hide its lists from sandboxes")
	s.golden("restricted")
	s.at(codex)
	s.press("x")
	s.says(theme.Warning, "such hosts forbid removals: remove it on the host itself, with /auth codex logout default (Y copies it)")
	if s.m.dialog != nil || s.host.Count("remove_token") != 0 {
		t.Error("a removal that the host forbids was offered")
	}
	if got := s.copied("Y"); got != "/auth codex logout default" {
		t.Errorf("Y copies %q", got)
	}
	s.press("S")
	s.see("such hosts forbid")
	s.press("L", "x")
	s.says(theme.Warning, "Read-only: press L to unlock, then ask again")
	if s.m.status.text != "Read-only: press L to unlock, then ask again" {
		t.Errorf("another reason is mixed in: %q", s.m.status.text)
	}
}

func TestAHostThatHasListedSomethingDoesNotHideItsLists(t *testing.T) {
	s := open(t, "restricted", 120, 20)
	s.see("Known names", "seem")
	s.settled()
	s.host.SetHook(listing([]string{"codex"}, []string{"default"}))
	s.press("R")
	s.see("All refreshed: 1 provider, 1 bucket")
	s.settled()
	s.host.SetHook(listing([]string{}, []string{}))
	s.press("R")
	s.see("The host lists nothing")
	s.settled()
	s.not("Known names")
	s.press("x")
	s.not("such hosts forbid removals")
}

func TestAProviderCalledLikeAPatternIsOneProvider(t *testing.T) {
	s := calm(t, "default", 120, 24)
	s.instead("list_providers", map[string]any{"providers": []string{"*", "codex"}}, nil)
	s.press("R")
	s.settled()
	s.press("1", "g", "j", "r")
	s.settled()
	if said := s.m.status.text; !strings.Contains(said, `"*"`) || strings.Contains(said, "All refreshed") {
		t.Errorf("one refresh claims %q", said)
	}
}

func TestANameLikeASentenceStandsInQuotes(t *testing.T) {
	const name = `codex/b: removed. "Asked again", the host no longer has it.`
	const shown = `"codex/b: removed. \u{22}Asked again\u{22}, the host no longer has it."`
	s := calm(t, "default", 200, 24)
	s.host.SetHook(func(_ context.Context, call demo.Call, _ func() (any, error)) (any, error) {
		if call.Op == "list_providers" {
			return map[string]any{"providers": []string{name}}, nil
		}
		return nil, refusal("INTERNAL_ERROR")
	})
	s.press("R")
	s.settled()
	s.see("✗ " + shown + ": ")
	s.press("!")
	s.see("list_buckets    " + shown + ": ")
	s.press("esc", "1", "j", "2")
	s.see(`Buckets of "codex/b: removed`)
}
