package main

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestPercentilesAreOfTheSortedSamples(t *testing.T) {
	samples := []int{5, 1, 4, 2, 3}
	for p, want := range map[float64]int{0: 1, 50: 3, 99: 5, 100: 5} {
		if got := percentile(samples, p); got != want {
			t.Errorf("p%v is %d, want %d", p, got, want)
		}
	}
	if got := median([]time.Duration(nil)); got != 0 {
		t.Errorf("the median of nothing is %v", got)
	}
}

func TestContestantsTakeTurnsAndTheFirstTurn(t *testing.T) {
	order := ""
	contestant := func(name string) func() (string, error) {
		return func() (string, error) {
			order += name
			return name, nil
		}
	}
	samples, err := byTurns(3, contestant("a"), contestant("b"))
	if err != nil || order != "abbaab" {
		t.Errorf("the order was %q, %v", order, err)
	}
	if got := strings.Join(samples[0], "") + strings.Join(samples[1], ""); got != "aaabbb" {
		t.Errorf("samples are mixed up: %q", got)
	}
	failed := errors.New("no")
	if _, err := byTurns(3, contestant("a"), func() (string, error) { return "", failed }); !errors.Is(err, failed) {
		t.Errorf("ended with %v", err)
	}
}

func TestARowFailsUnlessItReachesItsMarkOrHasAReason(t *testing.T) {
	for _, c := range []struct {
		got  float64
		want limit
		met  bool
	}{
		{1.25, atMost(1.25, "x"), true},
		{1.26, atMost(1.25, "x"), false},
		{0.8, atLeast(0.8, "x"), true},
		{0.79, atLeast(0.8, "x"), false},
		{1e9, told("time"), true},
	} {
		table := &table{}
		table.figure("what", c.got, c.want)
		if table.fine() != c.met || strings.Contains(table.rows[0].verdict(), "no") == c.met {
			t.Errorf("%v against %v: fine %t, verdict %q", c.got, c.want, table.fine(), table.rows[0].verdict())
		}
		reasons["what"] = "proven"
		if !table.fine() {
			t.Errorf("%v against %v fails in spite of its reason", c.got, c.want)
		}
		if unneeded := slices.Contains(table.stale(), "what"); unneeded != c.met {
			t.Errorf("%v against %v: its reason is not needed: %t", c.got, c.want, unneeded)
		}
		delete(reasons, "what")
	}
}

func TestQuantitiesAreWorded(t *testing.T) {
	for want, got := range map[string]string{
		"1.50 s": quantity(1.5e9, "time"), "22.3 ms": quantity(22.3e6, "time"), "135 µs": quantity(135e3, "time"), "12 ns": quantity(12, "time"),
		"9 MiB": quantity(9<<20, "bytes"), "1.50 KiB": quantity(1536, "bytes"),
		"1.07x": quantity(1.066, "x"), "20,958 calls/s": quantity(20957.7, "calls/s"), "0": quantity(0, ""), "999": grouped(999), "1,000,000": grouped(1e6),
	} {
		if got != want {
			t.Errorf("worded %q, want %q", got, want)
		}
	}
}

func TestTheTableHoldsEveryRowAndSize(t *testing.T) {
	table := &table{}
	table.ratio("one thing", "another", "time", 3e6, 2e6, atMost(1.2, "x"))
	table.grow("one provider", 1000, 1, "5 µs")
	table.grow("one provider", 1000, 3, "6 MiB")
	text := table.markdown("a machine", "go run ./tui/bench ")
	for _, want := range []string{
		"Measured on a machine by `go run ./tui/bench`:",
		"| one thing | another | 3 ms | 2 ms | 1.50x | ≤ 1.20x | **no** |",
		"| 1,000, one provider |  | 5 µs |  | 6 MiB |",
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("missing %q in\n%s", want, text)
		}
	}
}

func TestOnlyTheMarkedSectionIsRewritten(t *testing.T) {
	got, err := rewrite("before\n"+begin+"old\n"+end+"after\n", "new\n")
	if want := "before\n" + begin + "new\n" + end + "after\n"; err != nil || got != want {
		t.Errorf("rewritten to %q, %v", got, err)
	}
	for _, text := range []string{"", begin, end, end + begin} {
		if _, err := rewrite(text, "new\n"); !errors.Is(err, errNoSection) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestBenchmarksAreReadByName(t *testing.T) {
	const output = "goos: linux\nBenchmarkKey/one/rows=10-2  50  614307 ns/op  434729 p50-ns\nBenchmarkOther-2  1  5 ns/op\nPASS\n"
	got := readBenchmarks([]byte(output))
	if len(got) != 1 || got["Key/one/rows=10"] != 434729 {
		t.Errorf("read %v", got)
	}
}
