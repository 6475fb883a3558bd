package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/text"
)

// listing is what a host lists of one provider or of all, and what is looked up by
// name beside it.
type listing struct {
	inv    *inventory.Inventory
	rows   []row
	hidden bool  // the host seems to hide its lists
	failed error // why a provider's buckets are not listed, nil if all are

	protocol int // of the host
}

// row is a bucket, or, without one, a provider whose buckets are not known.
type row struct {
	provider *inventory.Provider
	bucket   *inventory.Bucket
}

func (r row) listedTwice() bool {
	return r.provider.Duplicate || r.bucket != nil && r.bucket.Duplicate
}

// list asks what the host lists: of one provider, or of all if it is "". A provider
// that is neither listed nor looked up is refused, unless lists are hidden: then the
// names that released hosts have are looked up.
func (e *Env) list(ctx context.Context, s *store.ProxyTokenStore, only string) (*listing, error) {
	names, err := s.ListProviders(ctx)
	if err != nil {
		return nil, err
	}
	l := &listing{inv: &inventory.Inventory{StaleAfter: e.StaleAfter}, protocol: s.Client().Info().Version}
	l.inv.SetProviders(names, e.Now())
	l.hidden = l.inv.HidesLists(s.Client().Info().Presented)
	var asked []string
	for _, p := range l.inv.Providers() {
		if only == "" || p.Name == only {
			asked = append(asked, p.Name)
		}
	}
	lookedUp := slices.ContainsFunc(e.Lookups, func(k store.Key) bool { return k.Provider == only })
	if only != "" && len(asked) == 0 && !l.hidden && !lookedUp {
		said := Refusal(fmt.Sprintf(`The host lists no provider "%s"; %s.`, text.Name(only), instead(names)))
		return nil, unknownProvider{said, len(names)}
	}
	if l.hidden {
		l.inv.AddKnownNames()
	}
	l.failed = e.listBuckets(ctx, s, l.inv, asked)
	for _, key := range e.Lookups {
		if only == "" || key.Provider == only {
			l.inv.AddName(key)
		}
	}
	l.setRows(only)
	return l, nil
}

// nothing says that there is no row, and claims no more than the host's lists do.
func (l *listing) nothing() string {
	if len(l.inv.Providers()) > 0 {
		return "The host lists no bucket. It answers the same when it could not read its keyring."
	}
	return nothingListed
}

const nothingListed = "The host listed nothing. It answers the same when it could not read its keyring."

// lists reports whether the host lists anything.
func (l *listing) lists() bool {
	return slices.ContainsFunc(l.inv.Buckets(""), func(b *inventory.Bucket) bool { return b.Listed })
}

// listBuckets asks for the buckets of providers and returns the first error.
func (e *Env) listBuckets(ctx context.Context, s *store.ProxyTokenStore, inv *inventory.Inventory, providers []string) (failed error) {
	p := e.progress("listed", len(providers), "providers")
	defer p.end()
	names, errs := make([][]string, len(providers)), make([]error, len(providers))
	store.ForEachLimit(len(providers), func(i int) {
		defer p.step()
		names[i], errs[i] = s.ListBuckets(ctx, providers[i])
	})
	for i, provider := range providers {
		if errs[i] != nil {
			failed = cmp.Or(failed, errs[i])
			inv.SetBucketsError(provider, errs[i])
			continue
		}
		inv.SetBuckets(provider, names[i], e.Now())
	}
	return failed
}

// setRows takes the rows of one provider, or of all.
func (l *listing) setRows(only string) {
	l.rows = nil
	for _, p := range l.inv.Providers() {
		if only != "" && p.Name != only {
			continue
		}
		if p.Err != nil {
			l.rows = append(l.rows, row{provider: p})
		}
		for _, b := range p.Buckets {
			l.rows = append(l.rows, row{p, b})
		}
	}
}

// choose leaves only the named buckets of a provider. Where lists are hidden, a name
// that hosts take is enough.
func (l *listing) choose(provider string, buckets []string) error {
	var unknown []string
	for _, name := range buckets {
		key := store.Key{Provider: provider, Bucket: name}
		if l.hidden && key.Valid() {
			l.inv.AddName(key)
		}
		if l.inv.Bucket(key) == nil {
			unknown = append(unknown, `"`+text.Name(name)+`"`)
		}
	}
	l.setRows(provider)
	if len(unknown) > 0 {
		var known []string
		for _, b := range l.inv.Buckets(provider) {
			known = append(known, b.Key.Bucket)
		}
		return Refusal(fmt.Sprintf("The host lists no bucket %s of %s; %s.", strings.Join(unknown, ", "), text.Name(provider), instead(known)))
	}
	l.rows = slices.DeleteFunc(l.rows, func(r row) bool { return r.bucket == nil || !slices.Contains(buckets, r.bucket.Key.Bucket) })
	return nil
}

const maxInstead = 10 // names that a sentence offers

// instead names what is listed in place of what was asked for.
func instead(names []string) string {
	if len(names) == 0 {
		return "it lists nothing here, as it also does when it could not read its keyring"
	}
	var shown []string
	for _, name := range names[:min(len(names), maxInstead)] {
		shown = append(shown, text.NameInSentence(name))
	}
	if rest := len(names) - len(shown); rest > 0 {
		shown = append(shown, fmt.Sprintf("%d more", rest))
	}
	return "it lists " + strings.Join(shown, ", ")
}

// check checks every bucket of a listing and returns the first error.
func (e *Env) check(ctx context.Context, s *store.ProxyTokenStore, l *listing) (failed error) {
	p := e.progress("checked", len(l.rows), "buckets")
	defer p.end()
	checks, errs := make([]inventory.Check, len(l.rows)), make([]error, len(l.rows))
	store.ForEachLimit(len(l.rows), func(i int) {
		defer p.step()
		if b := l.rows[i].bucket; b != nil && b.ValidName() {
			checks[i].Check, errs[i] = s.Check(ctx, b.Key)
			checks[i].At = e.Now()
		}
	})
	for i, row := range l.rows {
		switch {
		case row.bucket == nil:
			failed = cmp.Or(failed, row.provider.Err)
		case errs[i] != nil:
			failed = cmp.Or(failed, errs[i])
			l.inv.SetCheckError(row.bucket.Key, errs[i], checks[i].At)
		case !checks[i].At.IsZero():
			l.inv.SetCheck(row.bucket.Key, checks[i].Check, checks[i].At)
		}
	}
	return failed
}
