package tui

import (
	"cmp"
	"slices"
	"time"

	"credscope/store"
)

// order is how buckets are sorted.
type order int

const (
	byName order = iota
	byExpiry
	byStatus
)

func (o order) String() string { return [...]string{"name", "expiry", "status"}[o] }

// urgency is the order of statuses: what asks for action comes first.
var urgency = map[store.Health]int{
	store.Stale: 0, store.Unreadable: 1, store.Expired: 2, store.OddExpiry: 3, store.NoExpiry: 4,
	store.Expiring: 5, store.Valid: 6, store.Hidden: 7, store.Unchecked: 8,
}

// sorted returns the rows in the chosen order; rows come sorted by name.
func (m *Model) sorted(rows []*bucket) []*bucket {
	if m.order == byName {
		return rows
	}
	rows = slices.Clone(rows)
	now := m.o.Now()
	slices.SortStableFunc(rows, func(a, b *bucket) int {
		if m.order == byStatus {
			return cmp.Compare(urgency[a.health(now, m.o.StaleAfter)], urgency[b.health(now, m.o.StaleAfter)])
		}
		return compareExpiry(a, b)
	})
	return rows
}

// compareExpiry puts the earliest first, and what has no expiry last.
func compareExpiry(a, b *bucket) int {
	at, known := a.look.Metadata.Expiry.Time()
	other, otherKnown := b.look.Metadata.Expiry.Time()
	switch {
	case known && otherKnown:
		return at.Compare(other)
	case known:
		return -1
	case otherKnown:
		return 1
	}
	return 0
}

func (m *Model) nextOrder() {
	m.span = nil
	m.order = (m.order + 1) % (byStatus + 1)
	m.refreshRows()
	m.status.say("Buckets are sorted by " + m.order.String())
}

// clock is how times are shown.
type clock int

const (
	relativeClock clock = iota
	localClock
	utcClock
)

func (c clock) String() string { return [...]string{"relative", "local", "UTC"}[c] }

func (m *Model) nextClock() {
	m.clock = (m.clock + 1) % (utcClock + 1)
	m.status.say("Times are " + m.clock.String())
}

// zone is the time zone of the times on the screen.
func (m *Model) zone() *time.Location {
	if m.clock == utcClock {
		return time.UTC
	}
	return m.o.Zone
}

func (m *Model) clockTime(at time.Time) string { return at.In(m.zone()).Format(clockFormat) }

// rowTime is when a bucket's token ends, if the host said so.
func (m *Model) rowTime(b *bucket, now time.Time) string {
	at, ok := b.look.Metadata.Expiry.Time()
	if !ok || !b.checked {
		return ""
	}
	if m.clock == relativeClock {
		return relative(at, now)
	}
	return at.In(m.zone()).Format("06-01-02 15:04")
}

// reason says why a bucket is worth removing, and since when.
func (b *bucket) reason(now time.Time) string {
	if at, ok := b.look.Metadata.Expiry.Time(); ok {
		return "expired " + relative(at, now)
	}
	return "listed, no readable token"
}
