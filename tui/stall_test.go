package tui

import (
	"slices"
	"testing"
	"time"

	"credscope/store/demo"
)

// stalled brings a removal of one bucket to the request of a phase, which the host reads and
// does not answer.
func stalled(t testing.TB, at phase) *trial {
	t.Helper()
	tr := newTrial(t, breach{phase: at, fault: &fault{name: "stall", plays: func(*play) next { return goOn }}}, 0, new(sums))
	tr.targets = tr.targets[:1]
	tr.host.script.nth = 0
	tr.inspect(30 * time.Second)
	for _, step := range []struct {
		until phase // the step leads to it
		does  func()
	}{
		{atBuckets, func() {}},
		{atCheck, func() { tr.quiet(); tr.s.press("g", "c") }},
		{atTokenAgain, func() { tr.quiet(); tr.ask(); tr.accept() }},
	} {
		step.does()
		if at <= step.until {
			break
		}
	}
	for {
		select {
		case <-tr.host.happens:
			return tr
		case msg := <-tr.s.msgs:
			tr.s.send(msg)
		case <-time.After(patience):
			t.Fatalf("the request never came\n%s", tr.s.text())
		}
	}
}

func TestEveryKeyActsWhileTheHostStalls(t *testing.T) {
	t.Parallel()
	for at := atProviders; at <= atTokenAgain; at++ {
		t.Run(phases[at], func(t *testing.T) {
			t.Parallel()
			s := stalled(t, at).s
			for _, key := range []string{"?", "esc", "!", "esc", "/", "esc", "p", "p"} {
				before := s.text()
				s.press(key)
				if s.text() == before {
					t.Errorf("%s changed nothing\n%s", key, before)
				}
			}
		})
	}
}

// keyTimes presses keys that change the screen and reports how long one takes
// from its arrival to the drawn frame, behind all the messages that came before.
func keyTimes(b *testing.B, s *screen, between func()) {
	b.Helper()
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		between()
		begun := time.Now()
		for waiting := len(s.msgs); waiting > 0; waiting-- {
			s.send(<-s.msgs)
		}
		s.press([]string{"j", "k"}[i%2])
		if s.m.View().Content == "" {
			b.Fatal("nothing was drawn")
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	at := func(percent int) float64 { return float64(took[(len(took)-1)*percent/100].Microseconds()) }
	b.ReportMetric(at(50), "p50-µs")
	b.ReportMetric(at(99), "p99-µs")
	b.ReportMetric(0, "ns/op")
}

func BenchmarkKeyWhileHostStalls(b *testing.B) {
	keyTimes(b, stalled(b, atCheck).s, func() {})
}

// BenchmarkKeyWhileHostFloods has 10,000 buckets listed anew without a pause.
func BenchmarkKeyWhileHostFloods(b *testing.B) {
	host, err := demo.Start(demo.Options{Scenario: "large"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = host.Close() })
	s := inspect(b, storeOf(host), 120, 30, noCheck)
	s.until("the lists", func() bool { return !s.m.busy() })
	keyTimes(b, s, func() {
		if !s.m.busy() {
			s.press("R")
		}
	})
}
