package tui

import (
	"slices"
	"testing"

	"credscope/store"
	"credscope/store/demo"
)

const (
	laptop     = "gemini/old-laptop"
	unreadable = "gemini/default"
)

// proposes fails unless the triage page has these rows, chosen or spared.
func (s *screen) proposes(want ...string) {
	s.t.Helper()
	if s.m.triage == nil {
		s.t.Fatalf("the list is not open\n%s", s.text())
	}
	var got []string
	for _, b := range s.m.triage.chosen() {
		got = append(got, b.key.String())
	}
	if !slices.Equal(got, want) {
		s.t.Fatalf("chosen are %q and not %q\n%s", got, want, s.text())
	}
}

func TestTriageProposesWhatIsStaleOrUnreadableAnywhere(t *testing.T) {
	s := looked(t, "default", 100, 24, runner)
	before := len(s.host.Calls())
	s.press("S")
	s.proposes(old, runner, unreadable, laptop)
	s.see("Stale and unreadable: 4 of 4 chosen", "expired 41d 00:00 ago", "expired 12d 05:00 ago", "listed, no readable token", "expired 203d 00:00 ago")
	s.golden("triage")
	if len(s.host.Calls()) != before {
		t.Error("the host was asked about what is known")
	}
	s.press("esc")
	s.see("Buckets of codex 4")
}

func TestTriageAsksForWhatIsUncheckedAndShowsHowFar(t *testing.T) {
	s := calm(t, "default", 80, 24)
	g := s.hold(func(call demo.Call) bool { return looks(call) && call.Key.Provider == "codex" })
	s.press("S")
	s.see("8 of 12 looked at")
	s.proposes(old, unreadable, laptop)
	s.counted()
	s.golden("triage-asking")
	s.press("x")
	s.see("Still asking the host: wait for the whole list")
	if s.m.confirm != nil {
		t.Fatal("half a list was offered for removal")
	}
	close(g.open)
	s.settled()
	s.proposes(old, runner, unreadable, laptop)
	s.not("looked at")
	if s.host.Count("get_token") != 12 {
		t.Errorf("%d looks for 12 buckets with a usual name", s.host.Count("get_token"))
	}
}

func TestEscStopsTheAskingOfTriage(t *testing.T) {
	s := calm(t, "large", 80, 24)
	g := s.hold(looks)
	s.press("S")
	for range store.MaxInFlight {
		s.comes(g)
	}
	s.press("esc")
	s.see("Stopped asking, 10000 buckets not looked at", "Providers 200")
	close(g.open)
	s.settled()
	if n := s.host.Count("get_token"); n != store.MaxInFlight {
		t.Errorf("%d looks reached the host, %d were in flight", n, store.MaxInFlight)
	}
	if s.m.triage != nil {
		t.Error("the list is still there")
	}
}

func TestARowOfTriageCanBeSparedAndChosenAgain(t *testing.T) {
	s := looked(t, "default", 80, 24, runner)
	s.press("S", "j", "space")
	s.proposes(old, unreadable, laptop)
	s.see("3 of 4 chosen")
	s.golden("triage-spared")
	s.press("k", "k", "space")
	s.proposes(unreadable, laptop)
	s.press("*")
	s.proposes(old, runner, unreadable, laptop)
	s.press("*", "x")
	s.proposes()
	s.see("No row is chosen: space chooses one")
	s.press("g", "space")
	s.proposes(old)
}

func TestTriageRemovesTheChosenOnceTheDialogIsAccepted(t *testing.T) {
	s := looked(t, "default", 80, 24, runner)
	s.press("S", "j", "space", "x")
	s.see("Remove 3 buckets?", `Type "remove 3" and press Enter`)
	s.wasRemoved()
	s.answer("y", "enter")
	s.see("Not yet")
	s.wasRemoved()
	s.answer("backspace")
	s.accept("remove 3")
	s.settled()
	s.wasRemoved(old, unreadable, laptop)
	s.says(success, "3 of 3 gone")
	s.see("Removal ended")
	s.ledger(old+": removed", unreadable+": removed", laptop+": removed")
	s.press("esc")
	s.not("gemini")
	if !slices.Contains(s.host.Keys(), keyOf(runner)) {
		t.Error("the spared one is gone")
	}
}

func TestALeftDialogLeavesTriageAsItWas(t *testing.T) {
	s := looked(t, "default", 80, 24, runner)
	s.press("S", "space", "x")
	s.answer("esc")
	s.see("Nothing was removed", "3 of 4 chosen")
	s.proposes(runner, unreadable, laptop)
	s.wasRemoved()
}

func TestWithNothingStaleTriageSaysSo(t *testing.T) {
	s := calm(t, "default", 80, 24)
	for _, place := range []string{old, runner, unreadable, laptop} {
		s.host.Drop(keyOf(place))
	}
	s.press("R")
	s.settled()
	s.press("S")
	s.see("Nothing is stale or unreadable among what the host has shown.")
	s.press("x")
	s.see("No row is chosen")
	s.press("S")
	if s.m.page != mainPage {
		t.Error("S does not close what it opens")
	}
}
