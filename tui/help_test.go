package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	"credscope/store"
	"credscope/store/demo"
)

func TestHelpListsEveryKeyByTask(t *testing.T) {
	s := open(t, "default", 100, 60, noCheck)
	s.settled()
	for _, closing := range []string{"?", "esc", "q", "f1"} {
		s.press("?")
		for _, group := range readmeKeys() {
			s.see(" " + group.Title)
			for _, row := range group.Keys {
				s.see(row[0], row[1])
			}
		}
		for _, h := range store.Healths {
			s.see(h.String() + " ")
		}
		s.press(closing)
		s.see("Detail")
		if s.quit {
			t.Fatalf("%s quit the program", closing)
		}
	}
	s.press("f1")
	s.see("Dimmed keys do nothing now")
}

func TestHelpFitsAnyScreenByScrolling(t *testing.T) {
	s := open(t, "default", 80, 24, noCheck)
	s.settled()
	s.press("?")
	s.golden("help-80x24")
	s.not("Dimmed keys")
	s.press("G")
	s.see("Dimmed keys do nothing now")
	s.press("g")
	s.see("Move")
}

func TestHelpDimsWhatDoesNotWorkNow(t *testing.T) {
	s := open(t, "default", 100, 60, noCheck)
	s.settled()
	dimmed := func(state, does string, want bool) {
		t.Helper()
		s.press("?")
		x, y := s.place(does)
		dx, dy := s.place("ctrl+l")
		alive := s.styleAt(dx+13, dy) // the redraw key always works
		if dim := s.styleAt(x, y) != alive; dim != want {
			t.Errorf("%s: %q is dimmed: %v", state, does, dim)
		}
		s.press("esc")
	}
	for _, does := range []string{"mark all shown", "mark a range"} {
		dimmed("on providers", does, true)
	}
	s.press("l")
	for _, does := range []string{"mark all shown", "mark a range", "ask everything again", "help", "sort"} {
		dimmed("on buckets", does, false)
	}
	s.press("L")
	dimmed("locked", "mark all shown", true)
	dimmed("locked", "ask everything again", false)
	s.m.gotLoss(lostMsg{testNow})
	dimmed("lost", "ask everything again", true)
	dimmed("lost", "look up a name", true)
	dimmed("lost", "sort", false)
}

func TestTheFooterOffersOnlyWhatWorks(t *testing.T) {
	s := open(t, "default", 200, 24, noCheck)
	s.settled()
	s.not("x remove")
	s.not("space mark")
	s.press("l")
	s.see("x remove", "space mark")
	s.press("L")
	s.not("x remove")
	s.press("G", "1", "G", "2", "j")
	s.not("x remove")
}

func TestALockIsShownAndStopsRemovals(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.settled()
	s.press("l", "L")
	s.see("READ-ONLY", "Read-only: nothing can be removed until L is pressed again")
	s.golden("locked-100x24")
	s.press("x")
	s.see("Read-only: press L to unlock, then ask again")
	if s.m.confirm != nil {
		t.Error("a removal was offered")
	}
	s.press("L")
	s.see("Removals are possible again")
	s.not("READ-ONLY")
	s.press("x")
	if s.m.confirm == nil {
		t.Error("no removal was offered")
	}
}

func TestReadOnlyFromTheStartStays(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck, func(o *Options) { o.ReadOnly = true })
	s.settled()
	s.press("l", "L")
	s.see("READ-ONLY", "cannot be unlocked here")
	s.press("x")
	s.see("READ-ONLY", "Read-only by --read-only: nothing can be removed")
	if s.m.confirm != nil {
		t.Error("a removal was offered")
	}
}

// hinted returns the detail of a bucket as one line.
func (s *screen) hinted(provider, bucket string) string {
	s.t.Helper()
	s.press("esc", "esc", "esc", "g")
	for s.current().Provider != provider {
		s.press("j")
	}
	s.press("l", "g")
	for s.current().Bucket != bucket {
		s.press("j")
	}
	return strings.Join(strings.Fields(plainText(strings.Join(s.m.detailLines(60), " "))), " ")
}

func TestHintsStandWhereTheEvidenceCarriesThem(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.settled()
	for _, key := range []store.Key{{Provider: "codex", Bucket: "twin-a"}, {Provider: "codex", Bucket: "twin-b"}} {
		s.host.Put(key, testNow.Add(time.Hour))
	}
	s.press("R")
	s.checkAll()
	for _, want := range []struct{ provider, bucket, hint string }{
		{"codex", "ci-runner", "a codex token without an account id is not usable"},
		{"codex", "default", ""},
		{"codex", "twin-a", "twin-b expires at the very same second"},
		{"codex", "twin-b", "twin-a expires at the very same second"},
		{"anthropic", "default", "keep the Claude login under claudecode"},
		{"claudecode", "default", ""},
		{"gemini", "default", "no longer log in to gemini"},
		{"gemini", "old-laptop", "no longer log in to gemini"},
		{"qwen", "default", "no longer log in to qwen"},
	} {
		detail := s.hinted(want.provider, want.bucket)
		if !strings.Contains(detail, want.hint) || strings.Contains(detail, "Hint:") != (want.hint != "") {
			t.Errorf("%s/%s should hint at %q:\n%s", want.provider, want.bucket, want.hint, detail)
		}
	}
}

func TestWithoutEvidenceThereIsNoHint(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck)
	s.settled()
	s.host.SetHook(func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op == "get_token" && call.Key.Provider == "anthropic" {
			return map[string]any{"access_token": "x", "token_type": "Bearer", "expiry": testNow.Add(time.Hour).Unix()}, nil
		}
		return answer()
	})
	if detail := s.hinted("codex", "ci-runner"); strings.Contains(detail, "Hint:") {
		t.Errorf("a bucket that was not looked at has a hint: %s", detail)
	}
	s.press("1", "g", "c")
	s.settled()
	if detail := s.hinted("anthropic", "default"); strings.Contains(detail, "leftover") {
		t.Errorf("a login in use passes for a leftover: %s", detail)
	}
}
