package tui

import (
	"time"

	"credscope/store"
)

// What rows say of many buckets is counted when something changes and not when
// it is drawn, so that a frame costs what is visible, however long the lists.

// tally is what a provider's buckets amount to. It holds until one of them
// changes, or turns stale by itself at until.
type tally struct {
	at, until                             time.Time // zero: not counted; nothing turns stale
	stale, unreadable, unchecked, unasked int       // unasked is unchecked after a look that failed
}

// tallied returns the provider's tally at a given time.
func (p *provider) tallied(now time.Time, staleAfter time.Duration) tally {
	if t := p.tally; !t.at.IsZero() && !now.Before(t.at) && (t.until.IsZero() || now.Before(t.until)) {
		return t
	}
	t := tally{at: now}
	for _, b := range p.buckets {
		if b.odd {
			continue
		}
		switch h := b.health(now, staleAfter); h {
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
			t.expect(b, staleAfter)
		}
	}
	p.tally = t
	return t
}

// expect notes when a bucket that is not stale yet will be.
func (t *tally) expect(b *bucket, staleAfter time.Duration) {
	at, ok := b.look.Metadata.Expiry.Time()
	if !ok || !b.look.Found {
		return
	}
	if at = at.Add(staleAfter + 1); t.until.IsZero() || at.Before(t.until) {
		t.until = at
	}
}

// setRows replaces the provider's buckets and counts them anew.
func (p *provider) setRows(rows []*bucket) {
	before := p.marked
	p.buckets, p.marked, p.expiries, p.tally = rows, 0, nil, tally{}
	for _, b := range rows {
		if b.marked {
			p.marked++
		}
		p.countExpiry(b, 1)
	}
	p.in.marked += p.marked - before
}

// sharers are the buckets that expire at the same second, two of them by name.
type sharers struct {
	n    int
	some [2]*bucket
}

// countExpiry takes a bucket into the count of those with its expiry, or out of it.
func (p *provider) countExpiry(b *bucket, by int) {
	expiry := b.look.Metadata.Expiry
	if _, ok := expiry.Time(); !ok {
		return
	}
	if p.expiries == nil {
		p.expiries = map[store.Expiry]sharers{}
	}
	s := p.expiries[expiry]
	s.n += by
	for i, known := range s.some {
		switch {
		case known == b:
			s.some[i] = nil
		case known == nil && by > 0:
			s.some[i], by = b, 0
		}
	}
	p.expiries[expiry] = s
}

// twin returns another bucket of the provider with the same expiry, nil if there
// is none.
func (b *bucket) twin() *bucket {
	expiry := b.look.Metadata.Expiry
	s := b.of.expiries[expiry]
	if s.n < 2 {
		return nil
	}
	for _, other := range s.some {
		if other != nil && other != b {
			return other
		}
	}
	for _, other := range b.of.buckets {
		if other != b && other.checked && other.look.Metadata.Expiry == expiry {
			return other
		}
	}
	return nil
}

// took takes the answer to a look.
func (b *bucket) took(look store.Look, at time.Time) {
	b.of.countExpiry(b, -1)
	b.seen, b.err = &seen{true, look, at}, nil
	b.of.countExpiry(b, 1)
	b.of.tally = tally{}
}

// failed takes the failure of a look. What earlier ones found stays.
func (b *bucket) failed(err error) {
	b.err = err
	b.of.tally = tally{}
}

// mark marks the bucket or takes its mark away.
func (b *bucket) mark(on bool) {
	if b.marked == on {
		return
	}
	by := 1
	if !on {
		by = -1
	}
	b.marked = on
	b.of.marked += by
	b.of.in.marked += by
}
