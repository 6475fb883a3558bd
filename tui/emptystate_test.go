package tui

import (
	"strings"
	"testing"

	"credscope/store"
)

func TestEachCauseOfAnEmptyScreenHasItsPageWithANextStepAndEvidence(t *testing.T) {
	for scenario, sights := range map[string][]string{
		"refused": {"Capability required", "Evidence:"},
		"locked":  {"Unknown; host error", "Next: unlock the keyring on the host", "Evidence: list_providers answered INTERNAL_ERROR"},
		"empty":   {"Nothing listed", "it could not read its keyring", "Next: on the host, run /auth", "no capability presented"},
	} {
		t.Run(scenario, func(t *testing.T) {
			s := open(t, scenario, 100, 20)
			s.hush()
			s.see(sights...)
			screen := s.text()
			if strings.Contains(strings.ToLower(screen), "no credentials") {
				t.Errorf("the screen claims to know that there is nothing:\n%s", screen)
			}
			for _, key := range []string{"x", "space", "S", "enter", "/", "s", "3"} {
				s.press(key)
			}
			s.see(sights[0])
			if s.m.dialog != nil || s.host.Count("remove_token") != 0 {
				t.Error("a removal was offered")
			}
		})
	}
}

func TestAnErrorPageDoesNotRepeatTheStatusBar(t *testing.T) {
	s := open(t, "refused", 120, 24)
	s.see("Capability required")
	said := s.m.status.text
	if said == "" || strings.Count(strings.Join(strings.Fields(s.text()), " "), said) != 1 {
		t.Errorf("%q is not there exactly once\n%s", said, s.text())
	}
}

func TestTheEmptyPageScrollsOnASmallScreen(t *testing.T) {
	s := open(t, "empty", 30, 8)
	s.see("The host listed nothing.", "j down")
	s.press("G")
	s.see("presented.")
	s.press("g")
	s.see("The host listed")
}

func TestRTriesAgainWhereThatCanHelp(t *testing.T) {
	s := open(t, "empty", 100, 20)
	s.settled()
	s.host.Put(store.Key{Provider: "codex", Bucket: "default"}, testNow)
	s.press("r")
	s.see("All buckets 1", "codex")
}
