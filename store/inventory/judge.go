package inventory

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"credscope/store"
)

// Status judges a bucket at a given time.
func (inv *Inventory) Status(b *Bucket, now time.Time) store.Status {
	switch {
	case !b.ValidName():
		return store.InvalidName
	case b.Check == nil:
		return store.Unchecked
	}
	status := b.Check.Status(now, inv.StaleAfter)
	switch {
	case pastExpiry(status) && b.Renewal != nil && b.Renewal.Verdict == store.CannotRenew:
		return store.Dead
	case !b.Listed:
		return status.Unlisted()
	}
	return status
}

func pastExpiry(s store.Status) bool {
	return s == store.Expired || s == store.Stale || s == store.Dead
}

// Reason is why a bucket can be neither marked nor removed.
type Reason int

// The reasons. Allowed is none.
const (
	Allowed           Reason = iota
	ProviderDuplicate        // its provider is listed more than once: which one would be hit?
	BucketDuplicate          // it is listed more than once
	NotFound                 // a name that a person gave, and the host has no such token
	InvalidName              // hosts refuse the name
)

// Blocked returns why a bucket can be neither marked nor removed.
func (inv *Inventory) Blocked(b *Bucket) Reason {
	switch p := inv.Provider(b.Key.Provider); {
	case p != nil && p.Duplicate:
		return ProviderDuplicate
	case b.Duplicate:
		return BucketDuplicate
	case !b.Listed && b.Check != nil && !b.Check.Found && !b.Check.Hidden:
		return NotFound
	case !b.ValidName():
		return InvalidName
	}
	return Allowed
}

// WorthRemoving reports whether a bucket is worth removing: listed, dead, stale or
// unreadable, and not blocked.
func (inv *Inventory) WorthRemoving(b *Bucket, now time.Time) bool {
	switch inv.Status(b, now) {
	case store.Dead, store.Stale, store.Unreadable:
		return b.Listed && inv.Blocked(b) == Allowed
	default:
		return false
	}
}

// Renewable reports whether the host can be asked to renew a bucket: it is past its
// expiry and not blocked. A renewal of one that is valid would show nothing.
func (inv *Inventory) Renewable(b *Bucket, now time.Time) bool {
	return pastExpiry(inv.Status(b, now)) && inv.Blocked(b) == Allowed
}

// Untried reports whether a renewal could show if a stale bucket is dead: none was
// tried, and the host has not said that it renews nothing for a sandbox or nothing of
// its provider.
func (inv *Inventory) Untried(b *Bucket, now time.Time) bool {
	if inv.Status(b, now) != store.Stale || b.Renewal != nil || !inv.Renewable(b, now) {
		return false
	}
	return !slices.ContainsFunc(inv.Buckets(""), func(other *Bucket) bool {
		switch {
		case other.Renewal == nil:
			return false
		case other.Renewal.Verdict == store.NotRenewable:
			return other.Key.Provider == b.Key.Provider
		}
		return other.Renewal.Verdict == store.Refused
	})
}

// NoneReadable reports whether the host has handed out no token at all although it
// was asked for some that it lists. It may not be able to read its keyring, so
// that unreadable buckets are not worth removing.
func (inv *Inventory) NoneReadable() bool {
	unreadable := false
	for _, b := range inv.Buckets("") {
		if b.Token() != nil {
			return false
		}
		unreadable = unreadable || b.Listed && b.Check != nil && !b.Check.Hidden
	}
	return unreadable
}

// SameExpiry returns another bucket of the same provider whose token expires at
// the same moment, nil if there is none: both may hold one login.
func (inv *Inventory) SameExpiry(b *Bucket) *Bucket {
	if _, known := b.Expiry(); !known {
		return nil
	}
	for _, other := range inv.Buckets(b.Key.Provider) {
		if t := other.Token(); other != b && t != nil && t.Expiry == b.Token().Expiry {
			return other
		}
	}
	return nil
}

// Counts are numbers of buckets.
type Counts struct {
	Buckets  int
	Failed   int // whose last check failed
	byStatus [16]int
}

// Of returns how many buckets have a status.
func (c Counts) Of(s store.Status) int { return c.byStatus[s] }

// Counts counts the buckets of a provider, or of all providers if it is "".
func (inv *Inventory) Counts(provider string, now time.Time) Counts {
	if inv.counts == nil || !inv.countedAt.Equal(now) {
		inv.counts, inv.countedAt = map[string]Counts{}, now
		var all Counts
		for _, p := range inv.providers {
			var c Counts
			for _, b := range p.Buckets {
				c.Buckets++
				c.byStatus[inv.Status(b, now)]++
				if b.Err != nil {
					c.Failed++
				}
			}
			inv.counts[p.Name] = c
			all.Buckets, all.Failed = all.Buckets+c.Buckets, all.Failed+c.Failed
			for s, n := range c.byStatus {
				all.byStatus[s] += n
			}
		}
		inv.counts[""] = all
	}
	return inv.counts[provider]
}

// Order is an order of buckets.
type Order int

// The orders. Those with the same place in one are ordered by name.
const (
	ByName     Order = iota
	WorstFirst       // by status, as in [Severity]; within it the earliest expiry first
	ByExpiry         // the earliest first; without expiry last
)

// Severity lists the statuses from the worst to the best.
var Severity = []store.Status{
	store.Dead, store.Stale, store.Unreadable, store.InvalidExpiry, store.Expired, store.Expiring, store.Denied,
	store.Absent, store.InvalidName, store.NoExpiry, store.Unchecked, store.Valid,
}

var severityRank = func() (rank [16]int) {
	for i, s := range Severity {
		rank[s] = i
	}
	return rank
}()

// Sorted returns buckets in an order.
func (inv *Inventory) Sorted(buckets []*Bucket, by Order, now time.Time) []*Bucket {
	rows := make([]ranked, len(buckets))
	for i, b := range buckets {
		rows[i] = inv.rank(b, by, now)
	}
	slices.SortFunc(rows, compareRanked)
	sorted := make([]*Bucket, len(rows))
	for i := range rows {
		sorted[i] = rows[i].Bucket
	}
	return sorted
}

// IsSorted reports whether buckets are in an order.
func (inv *Inventory) IsSorted(buckets []*Bucket, by Order, now time.Time) bool {
	for i := 1; i < len(buckets); i++ {
		if compareRanked(inv.rank(buckets[i-1], by, now), inv.rank(buckets[i], by, now)) > 0 {
			return false
		}
	}
	return true
}

// ranked is a bucket with what decides its place.
type ranked struct {
	*Bucket
	severity    int
	expiry      time.Time
	expiryKnown bool
}

func (inv *Inventory) rank(b *Bucket, by Order, now time.Time) ranked {
	r := ranked{Bucket: b}
	if by != ByName {
		r.expiry, r.expiryKnown = b.Expiry()
	}
	if by == WorstFirst {
		r.severity = severityRank[inv.Status(b, now)]
	}
	return r
}

func compareRanked(a, b ranked) int {
	return cmp.Or(
		cmp.Compare(a.severity, b.severity),
		compareExpiry(a, b),
		strings.Compare(a.Key.Provider, b.Key.Provider),
		strings.Compare(a.Key.Bucket, b.Key.Bucket),
	)
}

func compareExpiry(a, b ranked) int {
	switch {
	case a.expiryKnown && b.expiryKnown:
		return a.expiry.Compare(b.expiry)
	case a.expiryKnown:
		return -1
	case b.expiryKnown:
		return 1
	}
	return 0
}
