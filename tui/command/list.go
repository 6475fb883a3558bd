package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"credscope/store"
	"credscope/tui"
)

// List is the command that writes one line for each bucket.
func List(e *Env) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List every bucket with its status", Args: NoArguments,
		RunE: func(c *cobra.Command, _ []string) error { return e.List(c.Context()) },
	}
}

// List writes one line for each bucket that the host lists: provider, bucket,
// status and expiry. What the host did not answer is an error, after the lines
// that it did.
func (e *Env) List(ctx context.Context) error {
	s, done, err := e.Open()
	defer done()
	if err != nil {
		return err
	}
	err = e.list(ctx, s)
	switch {
	case s.Client().Info().Handshakes == 0:
		e.Status = Usage
	case err != nil:
		e.Status = Failed
	default:
		e.Status = Fine
	}
	return err
}

func (e *Env) list(ctx context.Context, s *store.ProxyTokenStore) error {
	keys, err := listed(ctx, s)
	if err != nil {
		return err
	}
	for _, key := range e.Lookups {
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		_, err := fmt.Fprintln(e.Out, "The host listed nothing. It answers the same when it could not read its keyring.")
		return err
	}
	lines := tabwriter.NewWriter(e.Out, 0, 4, 2, ' ', 0)
	var failed error
	for _, found := range e.lookAtAll(ctx, s, keys) {
		failed = cmp.Or(failed, found.err)
		_, _ = fmt.Fprintln(lines, tui.Line(found.key, found.look, found.err, e.Now(), e.StaleAfter))
	}
	return cmp.Or(lines.Flush(), failed)
}

// listed returns every key that the host lists, provider by provider.
func listed(ctx context.Context, s *store.ProxyTokenStore) ([]store.Key, error) {
	providers, err := s.ListProviders(ctx)
	if err != nil {
		return nil, err
	}
	var keys []store.Key
	for _, provider := range providers {
		buckets, err := s.ListBuckets(ctx, provider)
		if err != nil {
			return nil, err
		}
		for _, bucket := range buckets {
			keys = append(keys, store.Key{Provider: provider, Bucket: bucket})
		}
	}
	return keys, nil
}

// found is what a look at one key came to; look is nil if there was none.
type found struct {
	key  store.Key
	look *store.Look
	err  error
}

// lookAtAll looks at every key, as many at a time as a host takes.
func (e *Env) lookAtAll(ctx context.Context, s *store.ProxyTokenStore, keys []store.Key) []found {
	results := make([]found, len(keys))
	store.AtOnce(len(keys), func(i int) {
		results[i].key = keys[i]
		if e.NoCheck || !keys[i].Valid() {
			return
		}
		look, err := s.Look(ctx, keys[i])
		results[i].look, results[i].err = &look, err
	})
	return results
}
