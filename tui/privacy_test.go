package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// private are the names and accounts that privacy hides, though "ci-runner"
// and such are no secrets either.
var private = []string{
	"jane", "doe@", "example.com", "work@", "shared@", "ci-runner", "old-laptop", "old backup", "trial", "acct-", "7d0f52", "3b19c8",
}

// hides fails if a private name is on the screen.
func (s *screen) hides(page string) {
	s.t.Helper()
	text := s.text()
	for _, name := range private {
		if strings.Contains(text, name) {
			s.t.Errorf("%s: %q is on the screen\n%s", page, name, text)
		}
	}
}

func TestPrivacyShortensNamesInRowsAndDetail(t *testing.T) {
	s := open(t, "default", 130, 24, noCheck)
	s.checkAll()
	s.see("work@example.com")
	s.press("p")
	s.see("Names are shortened, for pictures", "w…@e…")
	for range s.m.inv.providers {
		s.press("l", "g")
		for range s.m.buckets.rows {
			s.hides("rows and detail")
			s.press("enter")
			s.settled()
			s.hides("status")
			s.press("j")
		}
		s.press("h", "j")
	}
	s.press("g", "j", "j", "l", "j", "j", "enter")
	s.settled()
	s.golden("privacy-130x24")
	s.press("p")
	s.see("Names are shown in full", "jane.doe@example.com", "acct-3b19c8")
}

func TestPrivacyShortensNamesInHistoryAndTriage(t *testing.T) {
	s := open(t, "default", 100, 40, noCheck)
	s.checkAll()
	s.press("j", "j", "l", "enter")
	s.settled()
	s.press("p", "!")
	s.see("codex/c…: ok", "codex/j…@e…: ok", "Looked at codex/c…: stale")
	s.hides("history")
	s.press("esc", "S")
	s.see("codex/c…", "gemini/o…")
	s.hides("triage")
}

func TestPrivacyShortensNamesInADialogOfManyAndInTheLedger(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.checkAll()
	s.press("p", "S", "x")
	s.see("codex/c… (stale", `Type "remove 4" and press Enter`)
	s.hides("dialog")
	s.pass(deaf)
	s.letters("remove 4")
	s.press("enter")
	s.until("the end", func() bool {
		s.hides("ledger")
		return s.m.job == nil
	})
	s.see("Removal ended", "codex/c…")
	s.golden("privacy-ledger-100x24")
	s.press("q")
	s.hides("rows after the removal")
	s.send(tea.WindowSizeMsg{Width: 100, Height: 60})
	s.press("!")
	s.see("remove_token    codex/c…: ok", "done: codex/c…: removed")
	s.hides("history after the removal")
}

func TestPrivacyShortensTheNameThatIsCopiedAndTheHostsWords(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.checkAll()
	s.press("j", "j", "p", "l", "j", "j", "y")
	s.see("Sent j…@e… to the terminal's clipboard")
	s.hides("copying")
	s.press("/", "esc", "space")
	s.hides("marking")
}

func TestPrivacyInASCIIUsesNoOtherCharacter(t *testing.T) {
	s := open(t, "default", 130, 24, noCheck, func(o *Options) { o.ASCII = true })
	s.checkAll()
	s.press("p")
	s.see("w~@e~")
	s.hides("ASCII")
}
