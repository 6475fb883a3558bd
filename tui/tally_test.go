package tui

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"credscope/store"
)

// recounted is the tally of a provider as if nothing had been kept.
func recounted(p *provider, now time.Time) (t tally) {
	for _, b := range p.buckets {
		if b.odd {
			continue
		}
		switch b.health(now, store.DefaultStaleAfter) {
		case store.Stale:
			t.stale++
		case store.Unreadable:
			t.unreadable++
		case store.Unchecked:
			t.unchecked++
			if b.err != nil {
				t.unasked++
			}
		default:
		}
	}
	return t
}

// checkTallies fails if anything that was counted before is not so.
func checkTallies(t *testing.T, inv *inventory, now time.Time) {
	t.Helper()
	all := 0
	for _, p := range inv.providers {
		got, want, marked := p.tallied(now, store.DefaultStaleAfter), recounted(p, now), 0
		got.at, got.until = time.Time{}, time.Time{}
		if got != want {
			t.Fatalf("%s at %v: %+v, want %+v", p.name, now, got, want)
		}
		same := map[store.Expiry]int{}
		for _, b := range p.buckets {
			if b.marked {
				marked++
			}
			if _, ok := b.look.Metadata.Expiry.Time(); ok {
				same[b.look.Metadata.Expiry]++
			}
		}
		for expiry, n := range same {
			if p.expiries[expiry].n != n {
				t.Fatalf("%s has %d buckets of one expiry, want %d", p.name, p.expiries[expiry].n, n)
			}
		}
		for _, b := range p.buckets {
			twin := b.twin()
			if alone := same[b.look.Metadata.Expiry] < 2; alone != (twin == nil) ||
				twin != nil && (twin == b || !slices.Contains(p.buckets, twin) || twin.look.Metadata.Expiry != b.look.Metadata.Expiry) {
				t.Fatalf("%s of %s has the twin %v", b.key.Bucket, p.name, twin)
			}
		}
		if p.marked != marked {
			t.Fatalf("%s has %d marked, want %d", p.name, p.marked, marked)
		}
		all += marked
	}
	if inv.marked != all {
		t.Fatalf("%d are marked, want %d", inv.marked, all)
	}
}

func TestWhatIsCountedIsAlwaysWhatThereIs(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		inv, now := &inventory{}, testNow
		names := func(of string) (some []string) {
			for i := range 6 {
				if r.IntN(3) > 0 {
					some = append(some, fmt.Sprint(of, i))
				}
			}
			return some
		}
		for range 150 {
			step(r, inv, names, now)
			checkTallies(t, inv, now)
			now = now.Add(time.Duration(r.IntN(30)-3) * time.Hour)
			checkTallies(t, inv, now)
		}
	}
}

// step changes the inventory in one of the ways that there are.
func step(r *rand.Rand, inv *inventory, names func(string) []string, now time.Time) {
	if len(inv.providers) == 0 || r.IntN(20) == 0 {
		inv.setProviders(names("p"), now)
		return
	}
	p := inv.providers[r.IntN(len(inv.providers))]
	if len(p.buckets) == 0 || r.IntN(15) == 0 {
		p.setBuckets(append(names("b"), "an odd name"), now)
		return
	}
	b := p.buckets[r.IntN(len(p.buckets))]
	switch r.IntN(6) {
	case 0:
		b.mark(!b.marked)
	case 1:
		b.failed(errors.New("no answer"))
	case 2:
		inv.drop(b.key, now)
	case 3:
		inv.addName(store.Key{Provider: fmt.Sprint("p", r.IntN(6)), Bucket: "named"})
	default:
		look := store.Look{Found: r.IntN(4) > 0, Hidden: r.IntN(5) == 0}
		look.Metadata.Expiry = store.Expiry(now.Add(time.Duration(r.IntN(20)-12)*day).Unix() * int64(r.IntN(6)/2))
		b.took(look, now)
	}
}
