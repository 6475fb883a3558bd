package tui

import (
	"slices"
	"strings"
	"time"

	"credscope/store"
)

// inventory is what the host has told so far, each fact with the time it came.
// Rows are kept by identity: a refresh changes them in place, so that cursors
// and looks stay where they were.
type inventory struct {
	slot      slot
	providers []*provider // sorted by name
	asked     time.Time   // of the list; zero if it never came
	err       error       // of the last question for the list
	marked    int         // buckets of all providers
}

// provider is one row of the providers pane.
type provider struct {
	in      *inventory
	name    string
	twice   bool // the host listed the name more than once
	byName  bool // put there by the user, not listed by the host
	slot    slot
	buckets []*bucket // sorted by name
	asked   time.Time // of the buckets; zero if they never came
	err     error

	marked   int
	expiries map[store.Expiry]sharers // of the buckets looked at
	tally    tally
}

// bucket is one row of the buckets pane.
type bucket struct {
	key    store.Key
	of     *provider
	odd    bool // hosts list the name, but neither read nor remove it
	twice  bool
	byName bool
	marked bool // changed by mark
	slot   slot
	*seen        // replaced by took
	err    error // of the last look, nil if it was answered
}

// seen is what the last look at a bucket has found. Most buckets of a long list
// are never looked at and share unseen.
type seen struct {
	checked bool
	look    store.Look
	asked   time.Time
}

var unseen = &seen{}

func (p *provider) newBucket(name string) *bucket {
	key := store.Key{Provider: p.name, Bucket: name}
	return &bucket{key: key, of: p, odd: oddKey(key), seen: unseen}
}

func oddKey(key store.Key) bool {
	return !store.ValidName(key.Provider) || !store.ValidName(key.Bucket)
}

// health is what the row says at a given time.
func (b *bucket) health(now time.Time, staleAfter time.Duration) store.Health {
	if !b.checked {
		return store.Unchecked
	}
	return b.look.Health(now, staleAfter)
}

// setProviders takes the host's list. Rows put there by name stay.
func (inv *inventory) setProviders(names []string, at time.Time) {
	old := map[string]*provider{}
	for _, p := range inv.providers {
		old[p.name] = p
	}
	once, twice := sortedNames(names)
	rows := make([]*provider, 0, len(once))
	for _, name := range once {
		p := old[name]
		if p == nil {
			p = &provider{in: inv, name: name}
		}
		p.twice, p.byName = twice[name], false
		rows = append(rows, p)
		delete(old, name)
	}
	for _, p := range old {
		if p.keepNamed() {
			rows = append(rows, p)
		}
	}
	slices.SortFunc(rows, func(a, b *provider) int { return strings.Compare(a.name, b.name) })
	inv.providers, inv.asked, inv.err = rows, at, nil
}

// keepNamed drops the buckets of a provider that the host no longer lists, but
// for those put there by name, and reports whether there are any.
func (p *provider) keepNamed() bool {
	named := []*bucket{}
	for _, b := range p.buckets {
		if b.byName {
			named = append(named, b)
		}
	}
	p.setRows(named)
	p.twice, p.byName = false, true
	return len(named) > 0
}

// setBuckets takes the host's list of a provider's buckets.
func (p *provider) setBuckets(names []string, at time.Time) {
	old := map[string]*bucket{}
	for _, b := range p.buckets {
		old[b.key.Bucket] = b
	}
	once, twice := sortedNames(names)
	rows := make([]*bucket, 0, len(once))
	for _, name := range once {
		b := old[name]
		if b == nil {
			b = p.newBucket(name)
		}
		b.twice, b.byName = twice[name], false
		b.mark(b.marked && !b.listedTwice())
		rows = append(rows, b)
		delete(old, name)
	}
	for _, b := range old {
		if b.byName {
			rows = append(rows, b)
		}
	}
	slices.SortFunc(rows, func(a, b *bucket) int { return strings.Compare(a.key.Bucket, b.key.Bucket) })
	p.setRows(rows)
	p.asked, p.err = at, nil
}

// addName puts a credential into the lists that the host did not list.
func (inv *inventory) addName(key store.Key) {
	key = key.Full()
	p := inv.provider(key.Provider)
	if p == nil {
		p = &provider{in: inv, name: key.Provider, byName: true}
		inv.providers = append(slices.Clone(inv.providers), p)
		slices.SortFunc(inv.providers, func(a, b *provider) int { return strings.Compare(a.name, b.name) })
	}
	if p.bucket(key.Bucket) != nil {
		return
	}
	named := p.newBucket(key.Bucket)
	named.byName = true
	rows := append(slices.Clone(p.buckets), named)
	slices.SortFunc(rows, func(a, b *bucket) int { return strings.Compare(a.key.Bucket, b.key.Bucket) })
	p.setRows(rows)
}

func (inv *inventory) provider(name string) *provider {
	i, found := slices.BinarySearchFunc(inv.providers, name, func(p *provider, name string) int { return strings.Compare(p.name, name) })
	if !found {
		return nil
	}
	return inv.providers[i]
}

func (p *provider) bucket(name string) *bucket {
	i, found := slices.BinarySearchFunc(p.buckets, name, func(b *bucket, name string) int { return strings.Compare(b.key.Bucket, name) })
	if !found {
		return nil
	}
	return p.buckets[i]
}

func (inv *inventory) bucket(key store.Key) *bucket {
	if p := inv.provider(key.Provider); p != nil {
		return p.bucket(key.Bucket)
	}
	return nil
}

// drop takes a removed credential out of the lists, and its provider with the
// last one, as the host does.
func (inv *inventory) drop(key store.Key, at time.Time) {
	p := inv.provider(key.Provider)
	if p == nil {
		return
	}
	// A copy: the lists on screen still show these rows.
	p.setRows(slices.DeleteFunc(slices.Clone(p.buckets), func(b *bucket) bool { return b.key == key }))
	if len(p.buckets) == 0 {
		inv.providers = slices.DeleteFunc(slices.Clone(inv.providers), func(other *provider) bool { return other == p })
	}
	if len(inv.providers) == 0 {
		inv.asked = at // the host has just shown that nothing else is left
	}
}

// known counts the credentials that the host has listed.
func (inv *inventory) known() int {
	n := 0
	for _, p := range inv.providers {
		for _, b := range p.buckets {
			if !b.byName {
				n++
			}
		}
	}
	return n
}

// onlyOne reports whether the host has listed nothing but this credential. A
// provider whose buckets are not known may have some.
func (inv *inventory) onlyOne(key store.Key) bool {
	b := inv.bucket(key)
	others := slices.ContainsFunc(inv.providers, func(p *provider) bool { return !p.byName && p.name != key.Provider })
	return b != nil && !b.byName && inv.known() == 1 && !others
}
