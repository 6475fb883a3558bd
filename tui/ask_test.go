package tui

import (
	"strings"
	"testing"

	"credscope/store"
)

func TestKeysAskExactlyWhatTheyShould(t *testing.T) {
	s := calm(t, "default", 100, 24)
	const lists = "list_buckets anthropic, list_buckets claudecode, list_buckets codex, list_buckets gemini, list_buckets qwen, list_providers"
	if got := s.since(0); got != lists {
		t.Fatalf("at the start: %s", got)
	}
	s.provider("anthropic")
	for _, step := range []struct{ keys, asks string }{
		{"1 r", "list_buckets anthropic"},
		{"c", "get_token anthropic/default, get_token anthropic/work@example.com"},
		{"c", ""},
		{"j j enter", ""}, // goes in
		{"r", "get_token codex/ci-runner, list_buckets codex"},
		{"enter", ""}, // goes in
		{"r", "get_token codex/ci-runner, list_buckets codex"},
		{"2 j r", "get_token codex/default, list_buckets codex"},
		{"c", "get_token codex/jane.doe@example.com, get_token codex/shared@example.com"},
		{"1 j j r", "list_buckets qwen"},
		{"l g j r", "list_buckets qwen"}, // an invalid name
		{"c", "get_token qwen/default, get_token qwen/trial"},
		{"h g R", "get_token anthropic/default, get_token anthropic/work@example.com, get_token codex/ci-runner, get_token codex/default, " +
			"get_token codex/jane.doe@example.com, get_token codex/shared@example.com, get_token qwen/default, get_token qwen/trial, " + lists},
		{"2 S", "get_token claudecode/default, get_token claudecode/jane.doe@example.com, get_token gemini/default, get_token gemini/old-laptop"},
	} {
		n := len(s.host.Calls())
		s.press(strings.Fields(step.keys)...)
		if got := s.since(n); got != step.asks {
			t.Errorf("%s asked %q instead of %q", step.keys, got, step.asks)
		}
	}
}

func TestAKeyThatAsksNothingSaysWhatIsKnown(t *testing.T) {
	s := calm(t, "default", 140, 24)
	s.provider("anthropic")
	s.press("c")
	s.settled()
	s.press("c")
	s.see("2 of 2 buckets checked; r refreshes")
	s.provider("qwen")
	s.instead("get_token", nil, refusal("INTERNAL_ERROR"))
	s.press("c")
	s.settled()
	s.press("c")
	s.see("0 of 3 buckets checked, 2 failed, 1 not checked, since hosts refuse the name; r refreshes")
}

func TestWhatIsBeingAskedIsNotAskedAgain(t *testing.T) {
	s, let := late(t, nil)
	s.press("R")
	s.press("R", "r", "R")
	s.see("Still waiting for the host")
	let()
	s.settled()
	if got := s.host.Count("list_providers"); got != 2 {
		t.Errorf("R was pressed three times, the list was asked for %d times", got)
	}
}

func TestManyTokensAreAskedForOnASecondPressOnly(t *testing.T) {
	t.Parallel()
	s := calmLarge(t)
	n := len(s.host.Calls())
	s.press("c")
	s.see("This asks the host for 9800 tokens: press c again")
	s.press("j", "c")
	s.see("press c again")
	if got := s.since(n); got != "" {
		t.Errorf("asked: %.200s", got)
	}
	for _, b := range s.m.inv.Buckets("")[:automaticChecks+1] {
		s.m.inv.SetCheck(b.Key, store.Check{Found: true}, testNow)
	}
	s.press("R")
	s.see("tokens: press R again")
}

func TestARefreshSaysWhatItHasFound(t *testing.T) {
	s := calm(t, "default", 140, 24)
	s.provider("codex")
	s.at(runner)
	for _, step := range []struct{ keys, says string }{
		{"r", "codex/ci-runner: stale"},
		{"1 r", "codex refreshed: 4 buckets"},
		{"R", "All refreshed: 5 providers, 13 buckets"},
	} {
		s.press(strings.Fields(step.keys)...)
		s.see(step.says)
		s.settled()
	}
	s.press("2")
	s.at(runner)
	s.host.Drop(keyOf(runner))
	s.press("r")
	s.see("The host no longer lists codex/ci-runner")
	s.host.SetHook(listing([]string{}, []string{}))
	s.press("R")
	s.see("The host lists nothing", "Nothing listed", "before, it had listed 12 buckets")
}
