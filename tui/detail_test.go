package tui

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"credscope/store/demo"
	"credscope/tui/text"
)

// detailText is the whole detail as one line.
func (s *screen) detailText() string {
	lines := s.m.detail.lines(&s.m.canvas, &s.m.inv, s.m.subject(), host{s.m.host, s.m.connected}, 60)
	return strings.Join(strings.Fields(text.Plain(strings.Join(lines, " "))), " ")
}

func TestTheDetailOfABucketHasItsReasonItsTokenAndWhatToDo(t *testing.T) {
	s := checked(t, "default", 120, 40, jane)
	for _, want := range []string{
		"○ expired 2d ago Expired; LLxprt on the host may still renew it.", "Expires 2026-11-21 14:05 +01",
		"Scope openid profile email offline_access", "Account acct-3b19c8", "Type bearer",
		"Secrets access_token, id_token (received, not kept)", "Usage not recorded by this host",
		"refresh token is never sent to a sandbox", "Checked 14:05", "Log in again on the host: /auth codex login jane.doe@example.com",
	} {
		if got := s.detailText(); !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	s.at("gemini/default")
	for _, want := range []string{
		"! unreadable Listed, but the host hands out no token.", "LLxprt since 0.10 has no login for gemini",
		"keychain service llxprt-code-oauth, account gemini:default", "/auth gemini login default (LLxprt 0.9 only)",
	} {
		if got := s.detailText(); !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestTheDetailSaysOnceThatACheckFailed(t *testing.T) {
	s := calm(t, "default", 120, 40)
	s.at(codex)
	s.instead("get_token", nil, refusal("INTERNAL_ERROR"))
	s.press("r")
	s.settled()
	want := `· unchecked The last check failed. Host-side operation failed (host says: "no")`
	if got := s.detailText(); !strings.HasPrefix(got, want) || strings.Count(got, "last check") != 1 {
		t.Errorf("no check has succeeded:\n%s", got)
	}
	s.host.SetHook(nil)
	s.press("r")
	s.settled()
	s.instead("get_token", nil, refusal("INTERNAL_ERROR"))
	s.press("r")
	s.settled()
	if got := s.detailText(); !strings.HasPrefix(got, "◐ expiring") || strings.Count(got, "The last check failed. Host-side") != 1 {
		t.Errorf("one has:\n%s", got)
	}
}

func TestTheDetailOfAllIsTheHost(t *testing.T) {
	s := checked(t, "default", 120, 40, runner)
	s.counted()
	s.press("1")
	for _, want := range []string{
		"Socket " + s.host.Path(), "Protocol 2", "Peer uid", "Capability none", "Connected since 14:05", "Updated 14:05",
		"✗ stale 3", "● valid 2", "Next in 3m 20s, codex/default in 58m 41s", "Requests 12 get_token 5 list_buckets 1 list_providers",
	} {
		if got := s.detailText(); !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	s.press("j", "j", "j")
	if got := s.detailText(); !strings.HasPrefix(got, "Listed 14:05 ✗ stale 1") || !strings.Contains(got, "Next in 3m 20s, codex/default") {
		t.Errorf("of a provider:\n%s", got)
	}
}

func TestEnterOpensTheDetailAtEverySizeAndAsksNothing(t *testing.T) {
	for _, size := range [][2]int{{120, 35}, {80, 24}, {40, 12}} {
		s := checked(t, "default", size[0], size[1], runner)
		n := len(s.host.Calls())
		s.press("enter")
		s.see("▸ codex/ci-runner", "expired 12d ago")
		s.press("esc")
		s.see("▸ All buckets 13")
		if got := s.since(n); got != "" {
			t.Errorf("asked: %s", got)
		}
	}
}

func TestTheVerdictOfARemovalStaysOnItsRowAndInItsDetailUntilARefresh(t *testing.T) {
	s := checked(t, "liar", 120, 40, runner)
	s.removes(runner)
	if !s.row("ci-runner", "still there") {
		t.Errorf("the row does not say it\n%s", s.text())
	}
	if got := s.detailText(); !strings.Contains(got, "Last removal. codex/ci-runner: still there (host said OK).") {
		t.Error(got)
	}
	s.press("r")
	s.settled()
	s.not("still there")
	if got := s.detailText(); strings.Contains(got, "Last removal") {
		t.Error(got)
	}
}

func TestHintsStandWhereTheEvidenceCarriesThem(t *testing.T) {
	s := calm(t, "default", 120, 24)
	for _, name := range []string{"codex/twin-a", "codex/twin-b"} {
		s.host.Put(keyOf(name), testNow.Add(time.Hour))
	}
	s.press("R")
	s.settled()
	s.at(runner)
	if got := s.detailText(); strings.Contains(got, "Hint:") {
		t.Errorf("a bucket that was not checked has a hint: %s", got)
	}
	s.press("c")
	s.settled()
	for name, hint := range map[string]string{
		runner: "a codex token without an account id is not usable", codex: "", "codex/twin-a": "twin-b expires at the very same second",
		"codex/twin-b": "twin-a expires at the very same second", oldest: "keep the Claude login under claudecode",
		"claudecode/default": "", laptop: "has no login for gemini", "qwen/default": "has no login for qwen",
	} {
		s.at(name)
		if got := s.detailText(); !strings.Contains(got, hint) || strings.Contains(got, "Hint:") != (hint != "") {
			t.Errorf("%s should hint at %q:\n%s", name, hint, got)
		}
	}
}

func TestALoginInUsePassesForNoLeftover(t *testing.T) {
	s := calm(t, "default", 120, 24)
	s.host.SetHook(func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if isCheck(call) && call.Key.Provider == "anthropic" {
			return map[string]any{"access_token": "x", "token_type": "Bearer", "expiry": testNow.Add(time.Hour).Unix()}, nil
		}
		return answer()
	})
	s.at(oldest)
	s.press("r")
	s.settled()
	if got := s.detailText(); strings.Contains(got, "leftover") {
		t.Error(got)
	}
}

// sends has the host hand out this token, whichever it is asked for.
func (s *screen) sends(token string) { s.instead("get_token", json.RawMessage(token), nil) }

func TestEveryFieldThatWasNotKeptIsNamedWithItsReason(t *testing.T) {
	const token = `{"access_token":"kV9-canary-Wm3z","id_token":"identity-canary","refresh_token":"refresh-canary","expiry":"kV9-canary-Wm3z",` +
		`"token_type":["kV9-canary-Wm3z"],"scope":"openid kV9-canary-Wm3z","account_id":"%s","resource_url":"https://kV9-canary-Wm3z@/",` +
		`"more":"kV9-canary-Wm3z","Expiry":1,"xkV9-canary-Wm3z":0,"refresh-canary":0}`
	s := calm(t, "default", 160, 40)
	s.at(runner)
	s.sends(fmt.Sprintf(token, strings.Repeat("a", 9000)))
	s.press("r")
	s.settled()
	for _, want := range []string{
		"Expires not a plausible time", "Type wrong type, not kept", "Scope contained a secret, not kept", "Account over 8 KiB, not kept",
		"Resource no host in it, not kept", "Secrets access_token, id_token, refresh_token (received, not kept)",
		"Other Expiry, more, 2 field names left out (received, not kept)", "The host sent a refresh token, which no proxy should; it was dropped.",
	} {
		if got := s.detailText(); !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if got := s.text() + s.detailText(); strings.Contains(got, "canary") {
		t.Errorf("a secret is shown:\n%s", got)
	}
}

func TestAnImplausibleExpiryIsComparedBeforeARemoval(t *testing.T) {
	nines := strings.Repeat("9", 40)
	for _, c := range []struct {
		shown, now string
		removed    bool
	}{
		{`1e999`, `1e999`, true},
		{`"never"`, `"never"`, true},
		{nines, nines, true},
		{`{"at":1}`, `{"at":1}`, true},
		{`1e999`, `1e998`, false},
		{`"never"`, `"ever"`, false},
		{nines, nines + "0", false},
		{`"never"`, `0`, false},
		{`{"at":1}`, `{"at":2}`, false},
	} {
		t.Run(c.shown+" then "+c.now, func(t *testing.T) {
			s := calm(t, "default", 120, 30)
			s.at(runner)
			s.sends(`{"access_token":"t","expiry":` + c.shown + `}`)
			s.press("r")
			s.settled()
			s.see("not a plausible")
			s.press("x")
			s.sends(`{"access_token":"t","expiry":` + c.now + `}`)
			s.accept("remove 1")
			s.settled()
			if c.removed {
				s.wasRemoved(runner)
			} else {
				s.wasRemoved()
				s.see("Nothing was removed")
			}
		})
	}
}
