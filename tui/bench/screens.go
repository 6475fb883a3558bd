package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"credscope/socket/bare"
)

const (
	frame    = time.Second / 60
	settling = 300 * time.Millisecond // until a program that nobody touches is at rest
)

// spread is the host of so many buckets in a layout.
func spread(layout string, buckets int) spec {
	s := spec{Providers: 1, Buckets: buckets, Token: endlessToken}
	if layout == "many" {
		s.Providers, s.Buckets = buckets/perProvider, perProvider
	}
	return s
}

// toSight starts a program and takes the time until all texts are painted.
func toSight(env []string, texts []string, name string, args ...string) (time.Duration, error) {
	s, err := open(wideScreen, env, name, args...)
	if err != nil {
		return 0, err
	}
	defer s.close()
	at, err := s.until(fmt.Sprint(texts), func(all []byte) bool {
		for _, text := range texts {
			if !bytes.Contains(all, []byte(text)) {
				return false
			}
		}
		return true
	})
	return at.Sub(s.started), err
}

const minimalSight = "minimal: 0 keys"

// firstLists are what the first list is taken for: its first provider, and with
// it the first of its buckets.
var firstLists = []struct {
	what  string
	texts []string
}{
	{"start to the first painted list of providers", []string{bare.Provider(0)}},
	{"start to the first painted list of buckets", []string{bare.Provider(0), firstBucket}},
}

// firstBucket is as much of the first bucket's name as the narrowest column shows.
var firstBucket, _, _ = strings.Cut(bare.Bucket(0), "@")

func measureStart(l *lab, t *table) error {
	for _, layout := range layouts {
		for _, rows := range layout.sizes {
			h, err := l.host(spread(layout.name, rows))
			if err != nil {
				return err
			}
			var both [2][]time.Duration
			var reference []time.Duration
			n := l.times(41, 7)
			if rows > 10 {
				n = l.times(11, 3)
			}
			took, err := byTurns(n,
				func() (time.Duration, error) {
					return toSight(h.environment(), firstLists[0].texts, l.credscope, "--no-check")
				},
				func() (time.Duration, error) { return toSight(bareEnvironment, []string{minimalSight}, l.minimal) },
				func() (time.Duration, error) {
					return toSight(h.environment(), firstLists[1].texts, l.credscope, "--no-check")
				})
			h.close()
			if err != nil {
				return err
			}
			both[0], reference, both[1] = took[0], took[1], took[2]
			if rows == 10 && layout.name == "one" {
				for i, list := range firstLists {
					t.ratio(list.what+", 10 buckets", "minimal program", "time", medianOf(both[i]), medianOf(reference), atMost(1.2, "x"))
				}
			}
			t.grow(layout.words, rows, 0, quantity(medianOf(both[1]), "time"))
		}
	}
	return nil
}

// idle is a program on a screen that is at rest.
func (l *lab) idle(h *host) (*screen, error) {
	if h == nil {
		s, err := open(wideScreen, bareEnvironment, l.minimal)
		if err != nil {
			return nil, err
		}
		_, err = s.see(minimalSight)
		return s, err
	}
	s, err := open(wideScreen, h.environment(), l.credscope, "--no-check")
	if err != nil {
		return nil, err
	}
	if _, err = s.see(firstBucket); err != nil {
		return s, err
	}
	return s, s.still()
}

// still waits until nothing has been written for a while.
func (s *screen) still() error {
	for {
		n, err := s.rest(settling)
		if err != nil || n == 0 {
			return err
		}
	}
}

// measureKeys types on three programs by turns. The pauses between keys spread
// them evenly over the time from one frame to the next.
func measureKeys(l *lab, t *table) error {
	var screens []*screen
	for _, buckets := range []int{0, 10, 100_000} {
		var h *host
		if buckets > 0 {
			var err error
			if h, err = l.host(spread("one", buckets)); err != nil {
				return err
			}
			defer h.close()
		}
		s, err := l.idle(h)
		if s != nil {
			defer s.close()
		}
		if err != nil {
			return err
		}
		if h != nil {
			if _, err = s.key("2"); err != nil { // into the buckets
				return err
			}
		}
		screens = append(screens, s)
	}
	took, err := typeByTurns(screens, l.times(640, 64))
	if err != nil {
		return err
	}
	for _, at := range []struct {
		name string
		p    float64
		want limit
	}{{"p50", 50, atMost(1.2, "x")}, {"p99", 99, atMost(1.2, "x")}} {
		of := func(i int) float64 { return float64(percentile(took[i], at.p)) }
		t.ratio("key to changed bytes, "+at.name+", 10 buckets", "minimal program", "time", of(1), of(0), at.want)
		t.ratio("key to changed bytes, "+at.name+", 100,000 buckets", "minimal program", "time", of(2), of(0), at.want)
		t.ratio("key to changed bytes, "+at.name+", 100,000 buckets", "10 buckets", "time", of(2), of(1), atMost(1.15, "x"))
	}
	return nil
}

func typeByTurns(screens []*screen, n int) ([][]time.Duration, error) {
	const phases = 32
	var contestants []func() (time.Duration, error)
	for _, s := range screens {
		presses := 0
		contestants = append(contestants, func() (time.Duration, error) {
			next := s.last.Add(frame * time.Duration(presses%phases) / phases)
			for time.Until(next) < 2*frame {
				next = next.Add(frame)
			}
			if _, err := s.rest(time.Until(next)); err != nil {
				return 0, err
			}
			presses++
			return s.key(string("kj"[presses%2]))
		})
	}
	return byTurns(n, contestants...)
}
