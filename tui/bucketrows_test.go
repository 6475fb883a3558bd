package tui

import (
	"strings"
	"testing"
	"time"

	"credscope/store"
	"credscope/tui/text"
)

func TestColumnsGrowToWhatTheyHoldAndNothingIsCutBesideBlanks(t *testing.T) {
	rows := []rowText{
		{sign: "✗", provider: "gemini", name: "old-laptop", status: "stale", expires: "203d ago"},
		{sign: "●", provider: "claudecode", name: "jane.doe@example.com", status: "invalid expiry", expires: "in 58m 41s"},
	}
	for w := 20; w <= 200; w++ {
		for _, withProvider := range []bool{false, true} {
			columns := fit(w, rows, withProvider)
			used := signs + columns.name
			for _, column := range []int{columns.provider, columns.status, columns.expires} {
				if column > 0 {
					used += gap + column
				}
			}
			if used > w {
				t.Fatalf("%d cells take %d: %+v", w, used, columns)
			}
			longest := text.Width(rows[1].name)
			if withProvider && columns.provider == 0 {
				longest += len("claudecode/")
			}
			if columns.name < longest && used < w-1 {
				t.Errorf("%d cells, %d used, and a name is cut to %d: %+v", w, used, columns.name, columns)
			}
			if columns.name > longest {
				t.Errorf("%d cells: the names have %d for %d", w, columns.name, longest)
			}
		}
	}
}

func TestTheStatusStandsBesideTheNameOnAWideScreen(t *testing.T) {
	s := checked(t, "default", 200, 30, runner)
	for _, line := range strings.Split(s.text(), "\n") {
		if name, status := strings.Index(line, "ci-runner "), strings.Index(line, "stale"); name >= 0 && status > name {
			if apart := status - name; apart > 25 {
				t.Errorf("the status is %d cells from the name\n%s", apart, line)
			}
		}
	}
}

func TestTimesAreRelativeLocalOrUTCWithTheZoneInTheHead(t *testing.T) {
	s := checked(t, "default", 130, 30, codex)
	s.see("in 3m 20s", "203d ago", "Checked    14:05")
	s.press("t")
	s.see("Times are local", "EXPIRES +01", "2026-11-23 14:08", "2026-05-04 14:05")
	s.press("t")
	s.see("Times are UTC", "EXPIRES +00", "2026-11-23 13:08", "Checked    13:05", "updated 13:05")
	s.press("!")
	s.see(" 13:05:10 ")
	s.press("esc", "t")
	s.see("Times are relative", "in 3m 20s")
	s.not("+00")
}

func TestACountdownGoesOnWithoutAskingTheHost(t *testing.T) {
	s := checked(t, "default", 120, 30, codex)
	calls := len(s.host.Calls())
	for _, step := range []struct {
		passes time.Duration
		sights []string
	}{
		{0, []string{"in 3m 20s", "expiring, expires in 3m"}},
		{time.Second, []string{"in 3m 19s"}},
		{999 * time.Millisecond, []string{"in 3m 19s"}}, // the clock counts whole seconds
		{time.Millisecond, []string{"in 3m 18s"}},
		{3 * time.Minute, []string{"in 18s"}},
		{18 * time.Second, []string{"0s ago"}},
		{time.Hour, []string{"1h 0m ago"}},
		{8 * 24 * time.Hour, []string{"8d ago", "✗ 8 stale", "Checked    14:05"}},
	} {
		s.pass(step.passes)
		s.send(tickMsg{s.m.tick.generation})
		s.see(step.sights...)
		if !s.m.tick.busy {
			t.Fatalf("after %v the tick has stopped", step.passes)
		}
	}
	if got := len(s.host.Calls()); got != calls {
		t.Errorf("the countdown asked the host: %v", s.host.Calls()[calls:])
	}
}

func TestUnusualNamesCanBeRemovedInNoWay(t *testing.T) {
	names := []string{
		strings.Repeat("x", 65), strings.Repeat("x", 257), strings.Repeat("x", 4000),
		"b ", " b", "b c", "b/c", "b\x00", "b\x1b[2J", "é", "а", `b\u{1B}`, "..\n", "b\u200b", "b:c", "\ufffd",
	}
	s := calm(t, "default", 120, 40)
	s.host.SetHook(listing([]string{"codex", "codex "}, append([]string{"b"}, names...)))
	s.press("R")
	s.settled()
	s.press("g")
	for range s.m.buckets.list.rows { // each by itself, marked, and as the end of a range
		if b, _ := s.m.buckets.list.current(); !b.ValidName() {
			s.press("x", "space", "x", "v", "x", "v", "x")
			if s.m.dialog != nil || len(s.m.buckets.active()) > 0 {
				t.Fatalf("%+q can be removed\n%s", b.Key.Bucket, s.text())
			}
		}
		s.press("j")
	}
	for _, ways := range [][]string{{"*", "x"}, {"esc", "2", "g", "v", "G", "x"}} {
		s.press(ways...)
		if s.m.dialog == nil || len(s.m.dialog.plan.Targets) != 1 || s.m.dialog.plan.Targets[0].Key != (store.Key{Provider: "codex", Bucket: "b"}) {
			t.Fatalf("%v asks about something else\n%s", ways, s.text())
		}
		s.answer("esc")
	}
	s.wasRemoved()
}
