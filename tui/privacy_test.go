package tui

import (
	"strings"
	"testing"

	"credscope/socket"
)

// private are the names and accounts that privacy hides.
var private = []string{
	"jane", "doe@", "example.com", "work@", "shared@", "ci-runner", "old-laptop", "old backup", "trial", "acct-", "7d0f52", "3b19c8",
}

// hides fails if a private name is on the screen.
func (s *screen) hides(page string) {
	s.t.Helper()
	screen := s.text()
	for _, name := range private {
		if strings.Contains(screen, name) {
			s.t.Errorf("%s: %q is on the screen\n%s", page, name, screen)
		}
	}
}

func TestPrivacyShortensNamesInRowsAndDetail(t *testing.T) {
	s := checked(t, "default", 130, 30, codex)
	s.see("work@example.com")
	s.press("p")
	s.see("Names hidden", "w…@e…")
	s.press("g")
	for range s.m.buckets.list.rows {
		s.hides("rows and detail")
		s.press("r")
		s.settled()
		s.hides("message")
		s.press("j")
	}
	s.at(jane)
	s.golden("privacy-130x30")
	s.press("p")
	s.see("Names shown", "jane.doe@example.com", "acct-3b19c8")
}

func TestPrivacyShortensNamesInHistoryDialogAndLedger(t *testing.T) {
	s := checked(t, "default", 120, 40, runner)
	s.press("r")
	s.settled()
	s.press("p", "!")
	s.see("codex/c…: ok", "codex/j…@e…: ok", "codex/c…: stale")
	s.hides("history")
	s.press("esc", "S", "*", "x")
	s.see("codex/c… (stale", `Type "remove 4" and press Enter`)
	s.hides("dialog")
	s.accept("remove 4")
	s.until("the end", func() bool {
		s.hides("ledger")
		return !s.m.running()
	})
	s.see("Removal ended", "codex/c…")
	s.press("j", "j", "q")
	s.hides("rows after the removal")
	s.press("!")
	s.see("remove_token    codex/c…: ok", "codex/c…: removed")
	s.hides("history after the removal")
}

func TestPrivacyShortensTheNameThatIsCopiedAndTheFilter(t *testing.T) {
	s := checked(t, "default", 120, 24, jane)
	s.press("p")
	if got := s.copied("y"); got != jane {
		t.Errorf("copied was %q", got)
	}
	s.see(`Sent "codex/j…@e…" to the terminal's clipboard`)
	s.hides("copying")
	s.copied("Y")
	s.hides("copying the command")
	s.press("/")
	s.letters("jane")
	s.press("enter")
	s.see("2/13 /…")
	s.hides("filter")
}

func TestPrivacyInASCIIUsesNoOtherCharacter(t *testing.T) {
	s := checked(t, "default", 130, 24, codex, func(o *Options) { o.ASCII = true })
	s.press("p")
	s.see("w~@e~")
	s.hides("ASCII")
}

func TestPrivacyHidesANameBeforeTheHostsWordsAreCut(t *testing.T) {
	s := calm(t, "default", 120, 40)
	s.at(jane)
	const said = "The quick brown fox jumps over the lazy dog, and then over it once more, so that the next name is cut: for jane.doe@example.com"
	s.instead("get_token", nil, &socket.ResponseError{Code: "INTERNAL_ERROR", Message: said})
	s.press("r")
	s.settled()
	for _, keys := range []string{"p", "!"} {
		s.press(keys)
		if screen := s.text(); strings.Contains(screen, "jane") || strings.Contains(screen, "for j.") {
			t.Errorf("a part of the name is on the screen\n%s", screen)
		}
	}
}

func TestPrivacyHidesNamesInsideScopeAndAccount(t *testing.T) {
	s := calm(t, "default", 200, 40)
	s.at(jane)
	s.instead("get_token", map[string]any{
		"access_token": "t", "expiry": 4102444800, "token_type": "Bearer", "scope": "mail:jane.doe@example.com", "account_id": "of jane.doe@example.com",
	}, nil)
	s.press("r")
	s.settled()
	s.see("mail:jane.doe@example.com")
	s.press("p")
	s.see("mail:j…@e…")
	s.hides("scope and account")
}
