package command

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"credscope/store"
	"credscope/tui/text"
)

// Show is the command that writes everything known of a provider's buckets.
func Show(e *Env) *cobra.Command {
	c := &cobra.Command{
		Use: "show PROVIDER [BUCKET]", Short: "Show all that is known of a provider's buckets", Args: takes(1, 2, "a provider, and a bucket if it is about one"),
		ValidArgsFunction: e.completeNames,
		Example:           "  credscope show codex\n  credscope show codex work@example.com --json",
		RunE:              func(c *cobra.Command, args []string) error { return e.show(c.Context(), args[0], args[1:]) },
	}
	e.jsonFlag(c)
	return c
}

func (e *Env) show(ctx context.Context, provider string, buckets []string) error {
	l := &listing{}
	host, err := e.with(func(s *store.ProxyTokenStore) error {
		return e.chosen(ctx, s, l, provider, buckets)
	})
	r := e.report()
	if e.JSON {
		document := showDocument{head: r.head("show", host, sentence(err)), ListsHidden: l.hidden, Buckets: []shownBucket{}}
		for _, row := range l.rows {
			document.Buckets = append(document.Buckets, r.shownBucket(l, row))
		}
		return e.writeDocument(document, err)
	}
	for i, row := range l.rows {
		if i > 0 {
			if _, err := fmt.Fprintln(e.Out); err != nil {
				return err
			}
		}
		if err := r.details(e.Out, l, row); err != nil {
			return err
		}
	}
	return err
}

// chosen lists and checks the named buckets of a provider, all if none is named.
func (e *Env) chosen(ctx context.Context, s *store.ProxyTokenStore, into *listing, provider string, buckets []string) error {
	l, err := e.list(ctx, s, provider)
	if err != nil {
		return err
	}
	if l.hidden && len(buckets) == 0 && len(l.rows) == 0 {
		buckets = []string{store.DefaultBucket} // what hosts take no name for
	}
	if len(buckets) > 0 && l.failed == nil {
		if err := l.choose(provider, buckets); err != nil {
			return err
		}
	}
	*into = *l
	if len(l.rows) == 0 {
		return Refusal(fmt.Sprintf("The host lists no bucket of %s; %s.", text.Name(provider), instead(nil)))
	}
	if e.NoCheck {
		return l.failed
	}
	return e.check(ctx, s, into)
}
