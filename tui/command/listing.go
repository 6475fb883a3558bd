package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"credscope/store"
	"credscope/tui"
)

// listing is what a host lists, provider by provider, and what is looked up by
// name beside it.
type listing struct {
	rows      []tui.Row
	providers []string // listed, sorted
	hidden    bool     // the host took a capability and lists nothing
	failed    error    // why a provider's buckets are not listed, nil if all are
}

// known is how many buckets the host is known to list. A provider that was not
// asked about counts as one.
func (l *listing) known() int {
	n, asked := 0, map[string]bool{}
	for _, row := range l.rows {
		if row.Listed {
			n++
			asked[row.Key.Provider] = true
		}
	}
	for _, provider := range l.providers {
		if !asked[provider] {
			n++
		}
	}
	return n
}

// list asks what the host lists: of one provider, or of all if it is "". A
// provider that is neither listed nor looked up is refused, unless lists are hidden.
func (e *Env) list(ctx context.Context, s *store.ProxyTokenStore, only string) (*listing, error) {
	names, err := s.ListProviders(ctx)
	if err != nil {
		return nil, err
	}
	l := &listing{hidden: len(names) == 0 && s.Client().Info().Presented}
	var twice map[string]bool
	l.providers, twice = tui.Names(names)
	asked := l.providers
	named := slices.ContainsFunc(e.Lookups, func(k store.Key) bool { return k.Provider == only })
	switch {
	case only == "":
	case slices.Contains(l.providers, only):
		asked = []string{only}
	case l.hidden || named:
		asked = nil
	default:
		return nil, Refusal(fmt.Sprintf(`The host lists no provider "%s"; %s.`, tui.Printable(only), instead(l.providers)))
	}
	l.rows, l.failed = e.buckets(ctx, s, asked, twice)
	for _, key := range e.Lookups {
		l.lookUp(key, only)
	}
	slices.SortFunc(l.rows, func(a, b tui.Row) int {
		return cmp.Or(strings.Compare(a.Key.Provider, b.Key.Provider), strings.Compare(a.Key.Bucket, b.Key.Bucket))
	})
	return l, nil
}

// buckets asks for the buckets of providers. One that gives no answer becomes a
// row without a bucket.
func (e *Env) buckets(ctx context.Context, s *store.ProxyTokenStore, providers []string, twice map[string]bool) (rows []tui.Row, failed error) {
	type answer struct {
		names   []string
		doubled map[string]bool
		err     error
	}
	answers := make([]answer, len(providers))
	p := e.progress("listed", len(providers), "providers")
	defer p.end()
	store.AtOnce(len(providers), func(i int) {
		defer p.step()
		a := &answers[i]
		if a.names, a.err = s.ListBuckets(ctx, providers[i]); a.err != nil {
			a.names = []string{""} // stands for what is not known
		}
		a.names, a.doubled = tui.Names(a.names)
	})
	n := 0
	for _, a := range answers {
		n += len(a.names)
		failed = cmp.Or(failed, a.err)
	}
	rows = make([]tui.Row, 0, n)
	for i, a := range answers {
		for _, bucket := range a.names {
			rows = append(rows, tui.Row{
				Key: store.Key{Provider: providers[i], Bucket: bucket}, Err: a.err, Listed: true, Twice: twice[providers[i]] || a.doubled[bucket],
			})
		}
	}
	return rows, failed
}

// lookUp adds a row for a name that the host does not list.
func (l *listing) lookUp(key store.Key, only string) {
	if (only == "" || key.Provider == only) && l.find(key) == nil {
		l.rows = append(l.rows, tui.Row{Key: key})
	}
}

func (l *listing) find(key store.Key) *tui.Row {
	for i := range l.rows {
		if l.rows[i].Key == key {
			return &l.rows[i]
		}
	}
	return nil
}

// choose leaves only the named buckets of a provider, in the order of the
// listing. Where lists are hidden, a name that hosts take is enough.
func (l *listing) choose(provider string, buckets []string) error {
	var unknown []string
	for _, bucket := range buckets {
		key := store.Key{Provider: provider, Bucket: bucket}
		if l.hidden && key.Valid() {
			l.lookUp(key, "")
		}
		if l.find(key) == nil {
			unknown = append(unknown, `"`+tui.Printable(bucket)+`"`)
		}
	}
	if len(unknown) > 0 {
		var known []string
		for _, row := range l.rows {
			known = append(known, row.Key.Bucket)
		}
		return Refusal(fmt.Sprintf("The host lists no bucket %s of %s; %s.", strings.Join(unknown, ", "), tui.Printable(provider), instead(known)))
	}
	l.rows = slices.DeleteFunc(l.rows, func(row tui.Row) bool { return !slices.Contains(buckets, row.Key.Bucket) })
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
		shown = append(shown, tui.Named(name))
	}
	if rest := len(names) - len(shown); rest > 0 {
		shown = append(shown, fmt.Sprintf("%d more", rest))
	}
	return "it lists " + strings.Join(shown, ", ")
}

// lookAtAll looks at every row, as many at a time as a host takes, and returns
// the first error.
func (e *Env) lookAtAll(ctx context.Context, s *store.ProxyTokenStore, rows []tui.Row) (failed error) {
	p := e.progress("looked at", len(rows), "buckets")
	defer p.end()
	store.AtOnce(len(rows), func(i int) {
		defer p.step()
		row := &rows[i]
		if row.Err != nil || row.Unusual() {
			return
		}
		look, err := s.Look(ctx, row.Key)
		if err != nil {
			row.Err = err
			return
		}
		row.Took(look, e.Now())
	})
	for _, row := range rows {
		failed = cmp.Or(failed, row.Err)
	}
	return failed
}
