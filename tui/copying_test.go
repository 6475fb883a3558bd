package tui

import (
	"strings"
	"testing"

	"credscope/tui/theme"
)

func TestNamesAreCopiedWithTheirProviderAndItIsSaid(t *testing.T) {
	s := calm(t, "default", 120, 24)
	s.at(jane)
	for _, step := range []struct{ keys, want string }{{"2", jane}, {"3", jane}} {
		s.press(strings.Fields(step.keys)...)
		if got := s.copied("y"); got != step.want {
			t.Errorf("after %s, copied was %q", step.keys, got)
		}
		s.says(theme.Info, `Sent "`+step.want+`" to the terminal's clipboard; not every terminal takes it`)
	}
	s.provider("codex")
	s.press("1")
	if got := s.copied("y"); got != "codex" {
		t.Errorf("of a provider, copied was %q", got)
	}
}

func TestTheHostsCommandIsCopiedAlwaysWithItsBucketAndNeverForADash(t *testing.T) {
	s := calm(t, "default", 120, 24)
	s.host.Put(keyOf("codex/--all"), testNow)
	s.press("R")
	s.settled()
	for name, want := range map[string]string{
		codex: "/auth codex login default", oldest: "/auth claudecode login default", "codex/--all": "",
	} {
		s.at(name)
		if got := s.copied("Y"); got != want {
			t.Errorf("for %s, copied was %q", name, got)
		}
	}
	s.at("codex/--all")
	s.copied("Y")
	s.says(theme.Warning, "There is no safe command for this name")
}

func TestARemovalThatTheHostRefusedIsAnsweredWithItsCommand(t *testing.T) {
	s := checked(t, "default", 120, 24, runner)
	s.instead("remove_token", nil, refusal("FORBIDDEN"))
	s.press("x")
	s.answer("y")
	s.settled()
	s.host.SetHook(nil)
	s.press("x")
	s.says(theme.Warning, "This host has refused to remove it: remove it on the host itself, with /auth codex logout ci-runner (Y copies it)")
	if got := s.copied("Y"); got != "/auth codex logout ci-runner" {
		t.Errorf("copied was %q", got)
	}
	if s.m.dialog != nil {
		t.Error("it was offered again")
	}
}

func TestInvalidNamesAreNotCopied(t *testing.T) {
	s := calm(t, "default", 120, 24)
	s.provider("qwen")
	s.press("g", "j")
	for _, key := range []string{"y", "Y"} {
		if got := s.copied(key); got != "" {
			t.Errorf("%s copied %q", key, got)
		}
	}
}
