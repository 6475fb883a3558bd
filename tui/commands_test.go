package tui

import (
	"testing"

	"credscope/tui/theme"
)

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
