package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"credscope/store"
)

func TestPlusLooksUpANameThatTheHostDoesNotList(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.settled()
	n := len(s.host.Calls())
	s.press("j", "j", "+")
	s.see(" look up PROVIDER[:BUCKET]", "enter look it up")
	s.letters("kimi:x")
	s.press("enter")
	s.see("Looked at kimi/x: unreadable", "Providers 6", "Buckets of kimi 1", "The host finds no readable", "token under this name.")
	if got := s.since(n); got != "get_token kimi/x" {
		t.Errorf("asked: %s", got)
	}
	if got := s.current(); got != (store.Key{Provider: "kimi", Bucket: "x"}) || s.m.focus != bucketsPane {
		t.Errorf("the cursor is on %s", got)
	}
	s.golden("looked-up-100x24")
	s.press("R")
	s.settled()
	s.see("Providers 6", "kimi")
}

func TestALookedUpNameWithoutBucketIsTheDefaultOne(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.settled()
	s.press("/")
	s.letters("qwen")
	s.press("enter", "+")
	s.letters("codex")
	s.press("enter")
	s.see("Looked at codex/default: expiring", "Providers 5", "Buckets of codex 4")
	if got := s.current(); got != (store.Key{Provider: "codex", Bucket: "default"}) {
		t.Errorf("the cursor is on %s", got)
	}
}

func TestBadNamesAreRefusedAndNotAsked(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.settled()
	n := len(s.host.Calls())
	for _, name := range []string{"", ":", ":x", "a b", "codex:a b", "codex/x", "a:b:c", "é", strings.Repeat("a", 65), "codex:" + strings.Repeat("b", 65)} {
		s.press("+")
		s.send(tea.PasteMsg{Content: name})
		s.press("enter")
		s.see("That is no name a host takes: PROVIDER or PROVIDER:BUCKET")
		if len(s.m.inv.providers) != 5 || s.m.busy != 0 {
			t.Errorf("%q was taken", name)
		}
		s.m.status.say("")
	}
	s.press("+")
	s.letters("xq y")
	s.press("esc")
	if s.m.prompt != noPrompt || s.quit || s.m.confirm != nil {
		t.Error("esc did not leave, or a letter did more than to be typed")
	}
	if got := s.since(n); got != "" {
		t.Errorf("asked: %s", got)
	}
}

func TestPlusWorksWhereTheHostHidesItsLists(t *testing.T) {
	s := open(t, "restricted", 100, 24, noCheck)
	s.see("By name 5")
	s.settled()
	for name, sight := range map[string]string{
		"codex:jane.doe@example.com": "Looked at codex/jane.doe@example.com: expired",
		"kimi":                       "Looked at kimi/default: hidden",
	} {
		s.press("+")
		s.letters(name)
		s.press("enter")
		s.see(sight)
	}
	s.see("By name 6", "kimi")
}

func TestLookupsFromTheStartAreListedAndLookedAtLikeAnyRow(t *testing.T) {
	t.Parallel()
	lookups := func(o *Options) {
		o.Lookups = []store.Key{{Provider: "aaa"}, {Provider: "codex", Bucket: "spare"}}
	}
	s := open(t, "default", 100, 24, lookups)
	s.see("aaa", "Buckets of aaa 1", "unreadable")
	s.settled()
	if got := s.host.Count("get_token"); got != 1 {
		t.Errorf("%d buckets were looked at", got)
	}
	s.press("j", "j", "j")
	s.see("Buckets of codex 5", "spare")
	quiet := open(t, "default", 100, 24, noCheck, lookups)
	quiet.settled()
	quiet.see("aaa", "unchecked")
	if got := quiet.host.Count("get_token"); got != 0 {
		t.Errorf("%d buckets were looked at without being asked to", got)
	}
}

// copied returns what a key sends to the terminal's clipboard.
func (s *screen) copied(key string) string {
	s.t.Helper()
	for _, c := range s.m.commands() {
		if c.key.Help().Key != key {
			continue
		}
		cmd := c.act()
		if cmd == nil {
			return ""
		}
		msg := cmd()
		if want := tea.SetClipboard("")(); fmt.Sprintf("%T", msg) != fmt.Sprintf("%T", want) {
			s.t.Fatalf("%s sent a %T", key, msg)
		}
		return fmt.Sprint(msg)
	}
	s.t.Fatalf("no key %s", key)
	return ""
}

func TestOrdinaryNamesAreCopiedAndItIsSaid(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.settled()
	for _, step := range []struct{ keys, want string }{
		{"j j", "codex"}, {"l j j", "jane.doe@example.com"}, {"3", "jane.doe@example.com"}, {"1", "codex"},
	} {
		s.press(strings.Fields(step.keys)...)
		if got := s.copied("y"); got != step.want {
			t.Errorf("after %s, copied was %q", step.keys, got)
		}
		s.see("Sent " + step.want + " to the terminal's clipboard; not every terminal takes it")
	}
}

func TestUnusualNamesAreNotCopied(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.settled()
	s.press("G", "l", "g", "j")
	if got := s.current().Bucket; got != "old backup" {
		t.Fatalf("the cursor is on %q", got)
	}
	if got := s.copied("y"); got != "" {
		t.Errorf("copied was %q", got)
	}
	s.see("Only a provider or bucket with an ordinary name can be copied")
}
