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

func TestLLocksAndUnlocks(t *testing.T) {
	s := checked(t, "default", 120, 24, runner)
	s.press("L")
	s.see("READ-ONLY", "Read-only: nothing can be removed or renewed until L is pressed again")
	for _, key := range []string{"x", "delete"} {
		s.press(key)
		s.says(theme.Warning, "Read-only: press L to unlock, then ask again")
	}
	s.press("S", "x")
	s.says(theme.Warning, "Read-only: press L to unlock, then ask again")
	s.press("esc")
	if s.m.dialog != nil {
		t.Fatal("asked while locked")
	}
	s.press("L")
	s.see("Removals and renewals are possible again")
	s.not("READ-ONLY")
	s.removes(runner)
	s.wasRemoved(runner)
}

func TestReadOnlyByItsFlagIsForGood(t *testing.T) {
	s := checked(t, "default", 120, 24, runner, func(o *Options) { o.ReadOnly = true })
	s.see("READ-ONLY")
	s.press("L")
	s.says(theme.Warning, "credscope was started with --read-only, which cannot be unlocked here")
	for _, keys := range [][]string{{"x"}, {"delete"}, {"space", "x"}, {"S", "x"}} {
		s.press(keys...)
		s.says(theme.Warning, "Read-only by --read-only: nothing can be removed")
		if s.m.dialog != nil {
			t.Fatal("asked although read-only")
		}
	}
	s.wasRemoved()
}

func TestQClosesWhatIsOpenAndQuitsAtTheTop(t *testing.T) {
	for _, opened := range []string{"?", "!"} {
		s := calm(t, "default", 100, 24)
		s.press(opened, "q")
		if s.quit || s.m.page != noPage {
			t.Errorf("%s: q did not just close it", opened)
		}
		s.press("q")
		s.until("the end", func() bool { return s.quit })
	}
}
