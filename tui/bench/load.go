package main

import (
	"bytes"
	"fmt"
	"time"

	"credscope/store"
)

// synchronised begins a frame of the renderer.
var synchronised = []byte("\x1b[?2026h")

// copied begins what one key writes whatever else is on the screen.
var copied = []byte("\x1b]52;")

// measureAnswers has a provider's 10,000 buckets looked at, and types meanwhile.
func measureAnswers(l *lab, t *table) error {
	const answers = 10_000
	var worst []time.Duration
	var redraws []float64
	for range l.times(7, 2) {
		keys, perSecond, err := l.flood(answers)
		if err != nil {
			return err
		}
		worst, redraws = append(worst, keys...), append(redraws, perSecond)
	}
	t.figure("redraws a second while 10,000 answers arrive", median(redraws), atMost(60, ""))
	t.figure("key to its answer meanwhile, p99", float64(percentile(worst, 99)), atMost(50e6, "time"))
	p50, err := l.benchmarks("tui", "^BenchmarkAnswers$", l.benchTime(), l.times(5, 1))
	if err != nil {
		return err
	}
	t.figure("Update and View of 10,000 answers at once", p50["Answers"], atMost(50e6, "time"))
	return nil
}

func (l *lab) flood(answers int) (keys []time.Duration, redraws float64, err error) {
	h, err := l.host(spread("one", answers))
	if err != nil {
		return nil, 0, err
	}
	defer h.close()
	s, err := l.idle(h)
	if s != nil {
		defer s.close()
	}
	if err != nil {
		return nil, 0, err
	}
	s.all = s.all[:0]
	started := time.Now()
	if _, err := s.tty.WriteString("c"); err != nil {
		return nil, 0, err
	}
	for n := 1; ; n++ {
		pressed := time.Now()
		if _, err := s.tty.WriteString("y"); err != nil {
			return nil, 0, err
		}
		at, err := s.until("the copied name", func(all []byte) bool { return bytes.Count(all, copied) == n })
		if err != nil {
			return nil, 0, err
		}
		keys = append(keys, at.Sub(pressed))
		stats, err := h.stats()
		if err != nil {
			return nil, 0, err
		}
		if stats.Requests["get_token"] == answers {
			return keys, float64(bytes.Count(s.all, synchronised)) / at.Sub(started).Seconds(), nil
		}
	}
}

// measureIdle lets the program and the minimal one rest side by side.
func measureIdle(l *lab, t *table) error {
	h, err := l.host(spread("one", 10))
	if err != nil {
		return err
	}
	defer h.close()
	var used [2]time.Duration
	written := 0
	var screens [2]*screen
	for i, of := range []*host{h, nil} {
		if screens[i], err = l.idle(of); screens[i] != nil {
			defer screens[i].close()
		}
		if err != nil {
			return err
		}
	}
	clocks := func(sign time.Duration) error {
		for i, s := range screens {
			now, err := processorTime(s.pid())
			if err != nil {
				return err
			}
			used[i] += sign * now
		}
		return nil
	}
	window := time.Duration(l.times(30, 5)) * time.Second
	if err := clocks(-1); err != nil {
		return err
	}
	if written, err = screens[0].rest(window); err != nil {
		return err
	}
	if err := clocks(+1); err != nil {
		return err
	}
	perSecond := func(i int) float64 { return float64(used[i]) / window.Seconds() }
	t.ratio("processor time of an idle second", "minimal program", "time", perSecond(0), perSecond(1), atMost(1.1, "x"))
	t.figure("bytes written while idle", float64(written), atMost(0, ""))
	return nil
}

// measureMemory takes the most memory that a session has used: listing
// everything, looking at what is in view, going to the end and back.
func measureMemory(l *lab, t *table) error {
	limits := map[int]limit{10: atMost(2.6, "x"), 10_000: atMost(3.6, "x")}
	for _, layout := range layouts {
		for _, rows := range layout.sizes {
			h, err := l.host(spread(layout.name, rows))
			if err != nil {
				return err
			}
			peaks, err := byTurns(l.times(5, 1),
				func() (float64, error) { return l.peak(h) },
				func() (float64, error) { return l.peak(nil) })
			h.close()
			if err != nil {
				return err
			}
			ours, theirs := median(peaks[0]), median(peaks[1])
			what := fmt.Sprintf("peak memory, %s buckets, %s", grouped(rows), layout.words)
			if want, judged := limits[rows]; judged {
				t.ratio(what, "minimal program", "bytes", ours, theirs, want)
			}
			if rows == 100_000 {
				t.figure(what, ours, atMost(60<<20, "bytes"))
			}
			t.grow(layout.words, rows, 3, quantity(ours, "bytes"))
		}
	}
	return nil
}

func (l *lab) peak(h *host) (float64, error) {
	env, program := bareEnvironment, l.minimal
	if h != nil {
		env, program = h.environment(), l.credscope
	}
	s, err := open(wideScreen, env, program)
	if err != nil {
		return 0, err
	}
	defer s.close()
	if err := s.still(); err != nil {
		return 0, err
	}
	for _, key := range "2jGgk1jk" {
		if _, err := s.tty.WriteString(string(key)); err != nil {
			return 0, err
		}
		if err := s.still(); err != nil {
			return 0, err
		}
	}
	return peakMemory(s.pid())
}

// measureProgressive compares the first lists where one provider's buckets take
// long to where none does.
func measureProgressive(l *lab, t *table) error {
	sights := firstLists[1].texts
	var starts []func() (time.Duration, error)
	for _, hold := range []time.Duration{3 * time.Second, 0} {
		s := spread("many", 100_000)
		s.HoldLast = hold
		h, err := l.host(s)
		if err != nil {
			return err
		}
		defer h.close()
		starts = append(starts, func() (time.Duration, error) { return toSight(h.environment(), sights, l.credscope, "--no-check") })
	}
	ours, theirs, err := toExits(l.times(15, 3), starts[0], starts[1])
	if err != nil {
		return err
	}
	t.ratio("start to the first lists, 200 x 500, the last provider answers after 3 s", "it answers at once", "time", ours, theirs, atMost(1.2, "x"))
	return nil
}

// measureFill lets a slow host fill a screen of 40 rows.
func measureFill(l *lab, t *table) error {
	const delay, rows = 300 * time.Millisecond, 40
	h, err := l.host(spec{Providers: 1, Buckets: 5 * rows, Token: endlessToken, Delay: delay})
	if err != nil {
		return err
	}
	defer h.close()
	s, err := open(narrowScreen, h.environment(), l.credscope)
	if err != nil {
		return err
	}
	defer s.close()
	filled, err := s.until("40 rows with their status", func(all []byte) bool { return bytes.Count(all, []byte(store.NoExpiry.String())) >= rows })
	if err != nil {
		return err
	}
	stats, err := h.stats()
	if err != nil {
		return err
	}
	if looks := stats.Requests["get_token"]; looks != rows {
		return fmt.Errorf("%d rows were looked at, not %d", looks, rows)
	}
	ideal := delay * rows / 8
	t.ratio("40 rows filled by a host that answers in 300 ms, from the first look", "40 / 8 x 300 ms", "time", float64(filled.Sub(stats.FirstLook)), float64(ideal), atMost(1.1, "x"))
	t.figure("requests of the host that repeat another", float64(stats.Twice), atMost(0, ""))
	return nil
}
