package inventory

import (
	"slices"
	"strings"
	"time"

	"credscope/store"
)

// Inventory is what a host has answered. The zero value is empty; StaleAfter is 0
// there, so that every expired bucket is stale. It does no I/O and is not safe for
// concurrent use.
type Inventory struct {
	// StaleAfter is how long after its expiry a bucket counts as stale.
	StaleAfter time.Duration
	// ListedAt is when the providers were listed last, zero if never.
	ListedAt time.Time
	// Err is why the last request for the providers failed, nil if it did not.
	Err error
	// Before is what was listed before the host listed nothing, zero if it always
	// did so.
	Before struct {
		Buckets int
		At      time.Time
	}

	providers []*Provider // sorted by name
	all       []*Bucket   // of all providers; nil if it has to be collected anew
	counts    map[string]Counts
	countedAt time.Time
	hasListed bool // the host has listed a provider at least once
	hasMissed bool // the host has said of an unlisted name that it does not exist
}

// Provider is a provider with its buckets.
type Provider struct {
	Name      string
	Listed    bool      // by the host; false if a person added it
	Duplicate bool      // listed more than once
	Buckets   []*Bucket // sorted by name
	ListedAt  time.Time // when its buckets were listed last, zero if never
	Err       error     // why the last request for them failed, nil if it did not
}

// Bucket is one login. A refresh changes it in place, so that a pointer stays
// good as long as the bucket is known.
type Bucket struct {
	Key       store.Key
	Listed    bool           // by the host; false if a person added it
	Duplicate bool           // listed more than once
	Check     *Check         // the last answered check, nil while unchecked
	Err       error          // why the last check failed, nil if it did not
	ErrAt     time.Time      // when it failed
	Removal   *store.Outcome // of a removal that left it here, until a refresh
	Renewal   *store.Outcome // of the last renewal, until a later expiry is seen
	RenewedAt time.Time      // when that renewal ended
	NotShown  bool           // missing from the lists around a removal or renewal, until a refresh
}

// Check is a check and when it was answered.
type Check struct {
	store.Check
	At time.Time
}

// Token returns what the last check has found of a token, nil if it found none.
func (b *Bucket) Token() *store.Metadata {
	if b.Check == nil || !b.Check.Found {
		return nil
	}
	return &b.Check.Metadata
}

// Expiry returns when the bucket's token expires, if that is known.
func (b *Bucket) Expiry() (at time.Time, known bool) {
	if t := b.Token(); t != nil {
		return t.Expiry.Time()
	}
	return time.Time{}, false
}

// ValidName reports whether hosts take the names of provider and bucket.
func (b *Bucket) ValidName() bool {
	return store.ValidName(b.Key.Provider) && store.ValidName(b.Key.Bucket)
}

// Providers returns the providers by name. The slice is not to be changed.
func (inv *Inventory) Providers() []*Provider { return inv.providers }

// Provider returns a provider, nil if it is not known.
func (inv *Inventory) Provider(name string) *Provider {
	i, found := slices.BinarySearchFunc(inv.providers, name, func(p *Provider, name string) int { return strings.Compare(p.Name, name) })
	if !found {
		return nil
	}
	return inv.providers[i]
}

// Buckets returns the buckets of a provider, or of all providers if it is "", by
// name. The slice is not to be changed.
func (inv *Inventory) Buckets(provider string) []*Bucket {
	if provider != "" {
		if p := inv.Provider(provider); p != nil {
			return p.Buckets
		}
		return nil
	}
	if inv.all == nil {
		for _, p := range inv.providers {
			inv.all = append(inv.all, p.Buckets...)
		}
	}
	return inv.all
}

// Bucket returns a bucket, nil if it is not known.
func (inv *Inventory) Bucket(key store.Key) *Bucket {
	p := inv.Provider(key.Provider)
	if p == nil {
		return nil
	}
	i, found := slices.BinarySearchFunc(p.Buckets, key.Bucket, func(b *Bucket, name string) int { return strings.Compare(b.Key.Bucket, name) })
	if !found {
		return nil
	}
	return p.Buckets[i]
}

// NumListed returns how many buckets the host lists.
func (inv *Inventory) NumListed() (n int) {
	for _, b := range inv.Buckets("") {
		if b.Listed {
			n++
		}
	}
	return n
}

// HidesLists reports whether the host seems to hide its lists from sandboxes. Such
// hosts forbid every removal. By its answers it took a capability and lists
// nothing, now and ever, and has never said of a name that it does not exist.
func (inv *Inventory) HidesLists(capabilityPresented bool) bool {
	return capabilityPresented && !inv.ListedAt.IsZero() && !inv.hasListed && !inv.hasMissed
}

// KnownProviders are those that released hosts log in to. Where lists are hidden their
// default buckets are asked about by name.
var KnownProviders = []string{"claudecode", "anthropic", "codex", "gemini", "qwen"}

// AddKnownNames adds the default buckets of [KnownProviders].
func (inv *Inventory) AddKnownNames() {
	for _, name := range KnownProviders {
		inv.AddName(store.Key{Provider: name})
	}
}

// SetProviders takes the host's list of providers. It settles what removals left
// open. Buckets that a person added stay.
func (inv *Inventory) SetProviders(names []string, at time.Time) {
	if n := inv.NumListed(); len(names) == 0 && n > 0 {
		inv.Before.Buckets, inv.Before.At = n, inv.ListedAt
	}
	for _, p := range inv.providers {
		p.settle()
	}
	inv.setProviders(names, at)
}

// SetProvidersError takes the failure of a request for the list of providers.
func (inv *Inventory) SetProvidersError(err error) { inv.Err = err }

// SetBuckets takes the host's list of a provider's buckets. It settles what
// removals left open there. Buckets that a person added stay.
func (inv *Inventory) SetBuckets(provider string, names []string, at time.Time) {
	if p := inv.Provider(provider); p != nil {
		p.settle()
		inv.setBuckets(p, names, at)
	}
}

// SetBucketsError takes the failure of a request for a provider's buckets. What was
// listed before stays.
func (inv *Inventory) SetBucketsError(provider string, err error) {
	if p := inv.Provider(provider); p != nil {
		p.Err = err
		inv.counts = nil
	}
}

// SetCheck takes the answer to a check.
func (inv *Inventory) SetCheck(key store.Key, c store.Check, at time.Time) {
	b := inv.Bucket(key)
	if b == nil {
		return
	}
	if t := b.Token(); t != nil && c.Found && t.Expiry.Before(c.Metadata.Expiry) {
		b.Renewal = nil
	}
	b.Check, b.Err = &Check{c, at}, nil
	if !b.Listed && !c.Found && !c.Hidden {
		inv.hasMissed = true
	}
	inv.counts = nil
}

// SetCheckError takes the failure of a check. What an earlier one found stays.
func (inv *Inventory) SetCheckError(key store.Key, err error, at time.Time) {
	if b := inv.Bucket(key); b != nil {
		b.Err, b.ErrAt = err, at
		inv.counts = nil
	}
}

// SetOutcome takes the outcome of a removal or a renewal.
//
// Lists that came with a removal whose bucket is gone replace what was known. After
// any other outcome the rows stay, and carry it. A renewal stays on its bucket until
// a later expiry is seen.
func (inv *Inventory) SetOutcome(o store.Outcome, at time.Time) {
	if o.Action == store.ActionRenew {
		inv.setRenewal(o, at)
		return
	}
	if o.Verdict.Gone() {
		inv.drop(o.Key, at)
		if o.Shown != nil {
			inv.setProviders(o.Shown.Providers, at)
			if p := inv.Provider(o.Key.Provider); p != nil {
				inv.setBuckets(p, o.Shown.Buckets[o.Key.Provider], at)
			}
		}
		return
	}
	if b := inv.Bucket(o.Key); b != nil && o.Verdict != store.NotStarted {
		b.Removal = &o
	}
	for _, missing := range o.Missing {
		for _, b := range inv.Buckets(missing.Provider) {
			if missing.Bucket == "" || missing.Bucket == b.Key.Bucket {
				b.NotShown = true
			}
		}
	}
}

// SetCalledOff takes what the final check of a plan has found. The row of a target that
// is not listed stays as it was and carries that, since a host that cannot read its
// keyring lists nothing.
func (inv *Inventory) SetCalledOff(off *CalledOffError, at time.Time) {
	switch b := inv.Bucket(off.Key); {
	case b == nil:
	case off.Reason == NotListed:
		b.NotShown = true
	case off.Now != nil:
		inv.SetCheck(off.Key, *off.Now, at)
	}
}

func (inv *Inventory) setRenewal(o store.Outcome, at time.Time) {
	if o.Now != nil {
		inv.SetCheck(o.Key, *o.Now, at)
	}
	b := inv.Bucket(o.Key)
	switch {
	case b == nil, o.Verdict == store.NotStarted, o.Verdict == store.NotSent, o.Verdict == store.Renewed:
		return // it has shown nothing, or the check has shown all
	}
	b.Renewal, b.RenewedAt = &o, at
	inv.counts = nil
}

// AddName adds a bucket that the host does not list, for a person who named it.
func (inv *Inventory) AddName(key store.Key) {
	key = key.WithDefault()
	p := inv.Provider(key.Provider)
	if p == nil {
		p = &Provider{Name: key.Provider}
		inv.providers = append(slices.Clone(inv.providers), p)
		slices.SortFunc(inv.providers, compareProviders)
	}
	if inv.Bucket(key) == nil {
		inv.replace(p, append(slices.Clone(p.Buckets), &Bucket{Key: key}))
	}
}

func (inv *Inventory) setProviders(names []string, at time.Time) {
	inv.hasListed = inv.hasListed || len(names) > 0
	old := map[string]*Provider{}
	for _, p := range inv.providers {
		old[p.Name] = p
	}
	once, duplicate := sortedNames(names)
	providers := make([]*Provider, 0, len(once))
	for _, name := range once {
		p := old[name]
		if p == nil {
			p = &Provider{Name: name}
		}
		p.Listed, p.Duplicate = true, duplicate[name]
		providers = append(providers, p)
		delete(old, name)
	}
	for _, p := range old {
		p.Listed, p.Duplicate = false, false
		inv.replace(p, kept(p.Buckets))
		if len(p.Buckets) > 0 {
			providers = append(providers, p)
		}
	}
	slices.SortFunc(providers, compareProviders)
	inv.providers, inv.ListedAt, inv.Err = providers, at, nil
	inv.changed()
}

func (inv *Inventory) setBuckets(p *Provider, names []string, at time.Time) {
	old := map[string]*Bucket{}
	for _, b := range p.Buckets {
		old[b.Key.Bucket] = b
	}
	once, duplicate := sortedNames(names)
	buckets := make([]*Bucket, 0, len(once))
	for _, name := range once {
		b := old[name]
		if b == nil {
			b = &Bucket{Key: store.Key{Provider: p.Name, Bucket: name}}
		}
		b.Listed, b.NotShown, b.Duplicate = true, false, duplicate[name]
		buckets = append(buckets, b)
		delete(old, name)
	}
	for _, b := range kept(p.Buckets) {
		if _, gone := old[b.Key.Bucket]; gone {
			buckets = append(buckets, b)
		}
	}
	p.ListedAt, p.Err = at, nil
	inv.replace(p, buckets)
}

// kept returns the buckets that stay although the host does not list them: those
// that a person added, and those about which a removal has left a question.
func kept(buckets []*Bucket) (kept []*Bucket) {
	for _, b := range buckets {
		if !b.Listed || b.Removal != nil || b.NotShown {
			kept = append(kept, b)
		}
	}
	return kept
}

// settle forgets what removals left open, since the host lists its buckets anew.
func (p *Provider) settle() {
	for _, b := range p.Buckets {
		b.Removal, b.NotShown = nil, false
	}
}

// drop removes a bucket, and its provider with the last one, as the host does.
func (inv *Inventory) drop(key store.Key, at time.Time) {
	p := inv.Provider(key.Provider)
	if p == nil {
		return
	}
	inv.replace(p, slices.DeleteFunc(slices.Clone(p.Buckets), func(b *Bucket) bool { return b.Key == key }))
	if len(p.Buckets) == 0 {
		inv.providers = slices.DeleteFunc(slices.Clone(inv.providers), func(other *Provider) bool { return other == p })
	}
	if len(inv.providers) == 0 {
		inv.ListedAt = at // the host has just shown that nothing else is left
	}
}

// replace gives a provider other buckets.
func (inv *Inventory) replace(p *Provider, buckets []*Bucket) {
	slices.SortFunc(buckets, func(a, b *Bucket) int { return strings.Compare(a.Key.Bucket, b.Key.Bucket) })
	p.Buckets = buckets
	inv.changed()
}

// changed forgets what was computed from the lists.
func (inv *Inventory) changed() { inv.all, inv.counts = nil, nil }

func compareProviders(a, b *Provider) int { return strings.Compare(a.Name, b.Name) }

// sortedNames returns names in order, each once, and which came more than once.
func sortedNames(names []string) (once []string, duplicate map[string]bool) {
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	for i, name := range sorted {
		if i > 0 && sorted[i-1] == name {
			if duplicate == nil {
				duplicate = map[string]bool{}
			}
			duplicate[name] = true
		}
	}
	return slices.Compact(sorted), duplicate
}
