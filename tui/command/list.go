package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"credscope/store"
	"credscope/tui/words"
)

// List is the command that writes one line for each bucket.
func List(e *Env) *cobra.Command {
	var stale bool
	c := &cobra.Command{
		Use: "list [PROVIDER]", Short: "List every bucket with its status", Args: takes(0, 1, "at most a provider"),
		ValidArgsFunction: e.completeNames,
		Example: "  credscope list\n  credscope list codex --stale --json\n" +
			"  credscope list --json | jq -r '.buckets[] | [.provider, .bucket, .status] | @tsv'\n" +
			"  credscope list --json | jq '[.buckets[] | select(.status == \"stale\")] | length'",
		RunE: func(c *cobra.Command, args []string) error {
			if stale && e.NoCheck {
				return misuse("--stale needs a check of each token, which --no-check forbids")
			}
			return e.writeList(c.Context(), append(args, "")[0], stale)
		},
	}
	c.Flags().BoolVar(&stale, "stale", false, "only the stale ones, those that expired long ago")
	e.jsonFlag(c)
	return c
}

// List writes one line for each bucket that the host lists: provider, bucket,
// status and expiry. What the host did not answer is an error, after the lines
// that it did.
func (e *Env) List(ctx context.Context) error { return e.writeList(ctx, "", false) }

func (e *Env) writeList(ctx context.Context, provider string, stale bool) error {
	var l *listing
	host, err := e.with(func(s *store.ProxyTokenStore) (err error) {
		if l, err = e.list(ctx, s, provider); err != nil {
			return err
		}
		if e.NoCheck {
			return l.failed
		}
		return e.check(ctx, s, l)
	})
	if l == nil {
		l = &listing{}
		if !e.JSON {
			return err
		}
	}
	r := e.report()
	if stale {
		l.rows = slices.DeleteFunc(l.rows, func(row row) bool { return row.bucket == nil || l.inv.Status(row.bucket, r.at) != store.Stale })
	}
	if !e.JSON {
		return cmp.Or(e.writeTable(r, l, stale), err)
	}
	document := listDocument{head: r.head("list", host, sentence(err)), ListsHidden: l.hidden, Buckets: []bucketFacts{}}
	for _, row := range l.rows {
		document.Buckets = append(document.Buckets, r.facts(l, row))
	}
	return e.writeDocument(document, err)
}

// writeTable writes the rows, and why there are none.
func (e *Env) writeTable(r report, l *listing, stale bool) error {
	if len(l.rows) > 0 {
		if err := r.table(e.Out, l); err != nil {
			return err
		}
	}
	note := l.nothing()
	switch {
	case l.hidden:
		note = hiddenLists
	case len(l.rows) > 0:
		return nil
	case stale:
		note = nothingStale
	}
	_, err := fmt.Fprintln(e.Out, note)
	return err
}

const (
	hiddenLists  = words.HidesLists + ", so only known names are looked up. Name others: --lookup PROVIDER[:BUCKET]."
	nothingStale = "Nothing is stale among what the host has shown."
)
