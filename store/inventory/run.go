package inventory

import (
	"context"
	"errors"
	"slices"

	"credscope/socket"
	"credscope/store"
)

// Event is one step of a plan's run.
type Event struct {
	Target  int            // index into the plan's Targets
	Outcome *store.Outcome // what is known afterwards; nil when its request is about to be sent
}

// Run carries out an accepted plan and returns an outcome for each target, in
// their order. Targets that were not tried are [store.NotStarted].
//
// First comes the final check: the lists of all providers concerned and the
// token of each target. If an answer cannot be had or a target is not what was
// shown, nothing is changed and the error is a [*CalledOffError]. Then the
// targets are removed or renewed one at a time, each at most once, and report is
// called before and after each from Run's own goroutine. After stop is closed
// nothing more is sent than what is under way; [Ends] says what else ends a run.
//
// ctx is for the requests: its end leaves what is under way unknown.
func (p *Plan) Run(ctx context.Context, s *store.ProxyTokenStore, stop <-chan struct{}, report func(Event)) ([]store.Outcome, error) {
	outcomes := make([]store.Outcome, len(p.Targets))
	for i, target := range p.Targets {
		outcomes[i] = store.Outcome{Action: p.Action, Key: target.Key.WithDefault()}
	}
	if stopped(ctx, stop) {
		return outcomes, nil
	}
	lists, off := p.finalCheck(ctx, s)
	if off != nil {
		off.Action = p.Action
		return outcomes, off
	}
	sent := map[store.Key]bool{}
	for i := range outcomes {
		if stopped(ctx, stop) {
			break
		}
		report(Event{Target: i})
		key := outcomes[i].Key
		sent[key] = true
		if p.Action == store.ActionRenew {
			outcomes[i] = store.NewRenewer(s).Renew(ctx, store.Renewal{Key: key, Expiry: p.Targets[i].Check.Metadata.Expiry, Now: p.Now})
		} else {
			outcomes[i] = s.RemoveVerified(ctx, store.Removal{Key: key, Others: others(lists, key, sent)})
		}
		report(Event{Target: i, Outcome: &outcomes[i]})
		if Ends(outcomes[i]) {
			break
		}
	}
	return outcomes, nil
}

// Ends reports whether an outcome ends a run, so that the rest is not started: a
// host that refuses one removal or renewal refuses all, a lost connection sends
// nothing, and after an outcome that cannot be told the next one could not be told
// either, or would end another login at a host that cannot store what it gets.
func Ends(o store.Outcome) bool {
	return o.Verdict == store.Refused || o.Verdict.Uncertain() || errors.Is(o.Err, socket.ErrLost)
}

func stopped(ctx context.Context, stop <-chan struct{}) bool {
	select {
	case <-stop:
		return true
	default:
		return ctx.Err() != nil
	}
}

// finalCheck asks for the lists and the tokens once more, as many at a time as
// it is worth asking a host.
func (p *Plan) finalCheck(ctx context.Context, s *store.ProxyTokenStore) (store.Lists, *CalledOffError) {
	var providers []string // of the targets
	for _, target := range p.Targets {
		if !slices.Contains(providers, target.Key.Provider) {
			providers = append(providers, target.Key.Provider)
		}
	}
	listed, err := s.ListProviders(ctx)
	if err != nil {
		return store.Lists{}, &CalledOffError{Reason: NoAnswer, Err: err}
	}
	buckets := make([][]string, len(providers))
	off := each(len(providers), func(i int) (store.Key, error) {
		names, err := s.ListBuckets(ctx, providers[i])
		buckets[i] = names
		return store.Key{Provider: providers[i]}, err
	})
	if off != nil {
		return store.Lists{}, off
	}
	checks := make([]store.Check, len(p.Targets))
	off = each(len(p.Targets), func(i int) (store.Key, error) {
		check, err := s.Check(ctx, p.Targets[i].Key)
		checks[i] = check
		return p.Targets[i].Key, err
	})
	if off != nil {
		return store.Lists{}, off
	}
	lists := store.Lists{Providers: listed, Buckets: map[string][]string{}}
	for i, provider := range providers {
		lists.Buckets[provider] = buckets[i]
	}
	for i := range p.Targets {
		if off := p.Targets[i].compare(lists, checks[i]); off != nil {
			return store.Lists{}, off
		}
	}
	return lists, nil
}

// each asks n questions and returns the first that had no answer.
func each(n int, ask func(i int) (about store.Key, err error)) *CalledOffError {
	about, errs := make([]store.Key, n), make([]error, n)
	store.ForEachLimit(n, func(i int) { about[i], errs[i] = ask(i) })
	for i, err := range errs {
		if err != nil {
			return &CalledOffError{Reason: NoAnswer, Key: about[i], Err: err}
		}
	}
	return nil
}

// compare returns an error if the target is not what was shown.
func (t *Target) compare(lists store.Lists, now store.Check) *CalledOffError {
	off := &CalledOffError{Key: t.Key, Before: t.Status, Now: &now}
	provider, bucket := count(lists.Providers, t.Key.Provider), count(lists.Buckets[t.Key.Provider], t.Key.Bucket)
	switch {
	case provider > 1 || bucket > 1:
		off.Reason = ListedTwice
	case t.Listed && (provider == 0 || bucket == 0):
		off.Reason = NotListed
	case t.Check == nil && !t.Listed && !now.Found && !now.Hidden:
		off.Reason = NoSuchName
	case t.Check != nil && !same(*t.Check, now):
		off.Reason = Changed
	default:
		return nil
	}
	return off
}

func same(a, b store.Check) bool {
	return a.Found == b.Found && a.Hidden == b.Hidden && a.Metadata.Expiry == b.Metadata.Expiry
}

func count(names []string, name string) (n int) {
	for _, other := range names {
		if other == name {
			n++
		}
	}
	return n
}

// others is what the host has to show after the removal of target: the other
// buckets of its provider and the other providers by name, less every bucket
// already sent and every provider emptied by that.
func others(lists store.Lists, target store.Key, sent map[store.Key]bool) []store.Key {
	var others []store.Key
	left := func(provider string) (left []store.Key) {
		for _, bucket := range lists.Buckets[provider] {
			if key := (store.Key{Provider: provider, Bucket: bucket}); !sent[key] {
				left = append(left, key)
			}
		}
		return left
	}
	others = append(others, left(target.Provider)...)
	for _, provider := range lists.Providers {
		emptied := len(lists.Buckets[provider]) > 0 && len(left(provider)) == 0
		if provider != target.Provider && !emptied {
			others = append(others, store.Key{Provider: provider})
		}
	}
	return others
}
