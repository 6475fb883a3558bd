package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"credscope/store"
	"credscope/tui"
)

// removal is one run of remove: what it was told and what came of it.
type removal struct {
	*Env
	provider string
	buckets  []string
	stale    bool
	yes      bool
	dryRun   bool

	rows     []tui.Row // the targets, as they were when the question was asked
	known    int       // how many buckets the host is known to list
	question tui.Question
	outcomes []store.Outcome
}

// Remove is the command that removes buckets and says what is known afterwards.
func Remove(e *Env) *cobra.Command {
	r := &removal{Env: e}
	c := &cobra.Command{
		Use: "remove PROVIDER BUCKET... | --stale", Short: "Remove buckets and ask again what is left",
		Args: func(c *cobra.Command, args []string) error {
			if r.stale {
				return takes(0, 0, "nothing beside --stale")(c, args)
			}
			return takes(2, len(args), "a provider and its buckets, or --stale")(c, args)
		},
		ValidArgsFunction: e.completeNames,
		Example:           "  credscope remove codex ci-runner\n  credscope remove --stale --dry-run\n  credscope remove --stale --yes --json",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				r.provider, r.buckets = args[0], args[1:]
			}
			return r.run(c.Context())
		},
	}
	c.Flags().BoolVar(&r.stale, "stale", false, "all stale buckets, those that expired long ago")
	c.Flags().BoolVar(&r.yes, "yes", false, "do not ask")
	c.Flags().BoolVar(&r.dryRun, "dry-run", false, "only say what would be removed")
	e.jsonFlag(c)
	return c
}

func (r *removal) run(ctx context.Context) error {
	switch {
	case r.stale && r.NoCheck:
		return misuse("--stale needs a look at each token, which --no-check forbids")
	case r.ReadOnly && !r.dryRun:
		return misuse("--read-only removes nothing; --dry-run says what would be removed")
	case !r.yes && !r.dryRun && !r.Answers:
		return misuse("nobody can answer here, so nothing was removed; --yes removes without asking, --dry-run says what")
	}
	for _, name := range append([]string{r.provider}, r.buckets...) {
		if !r.stale && !store.ValidName(name) {
			r.Status = Failed
			return r.write(nil, fmt.Errorf("%q: %w", name, store.ErrName))
		}
	}
	host, err := r.with(func(s *store.ProxyTokenStore) error {
		err := r.carryOut(ctx, s)
		r.Status = max(r.Status, statusOf(r.outcomes))
		return err
	})
	return r.write(host, err)
}

// carryOut finds the targets, asks about them and removes them.
func (r *removal) carryOut(ctx context.Context, s *store.ProxyTokenStore) error {
	failed, err := r.find(ctx, s)
	if err != nil {
		return err
	}
	r.question = r.report().Question(r.rows)
	switch {
	case len(r.rows) == 0 && failed != nil:
		return failed
	case len(r.rows) == 0:
		return r.tell(nothingStale + "\n")
	case r.dryRun:
		return cmp.Or(r.tell(r.question.Attempts()), failed)
	case !r.yes:
		if err := r.ask(ctx); err != nil {
			return err
		}
	}
	if err := r.recheck(ctx, s); err != nil {
		return err
	}
	return cmp.Or(r.removeAll(ctx, s), failed)
}

// tell writes lines for people, who read no JSON.
func (r *removal) tell(lines string) error {
	if r.JSON {
		return nil
	}
	_, err := io.WriteString(r.Out, lines)
	return err
}

// find settles the targets. failed is what could not be asked about beside them.
func (r *removal) find(ctx context.Context, s *store.ProxyTokenStore) (failed, err error) {
	l, err := r.list(ctx, s, r.provider)
	if err != nil {
		return nil, err
	}
	if l.hidden {
		return nil, Refusal("This host lists nothing to a sandbox, and such hosts forbid removals: remove it on the host itself.")
	}
	r.known = l.known()
	if r.stale {
		failed = cmp.Or(r.lookAtAll(ctx, s, l.rows), l.failed)
		if errors.Is(failed, store.ErrLost) || ctx.Err() != nil {
			return nil, failed
		}
		now := r.Now()
		r.rows = slices.DeleteFunc(l.rows, func(row tui.Row) bool {
			stale := row.Health(now, r.StaleAfter) == store.Stale && row.Listed
			if reason := row.Unremovable(); stale && reason != "" {
				failed = cmp.Or(failed, error(Refusal(tui.Printable(row.Key.String())+" was left out: "+reason+".")))
			}
			return !stale || row.Unremovable() != ""
		})
		return failed, nil
	}
	if l.failed != nil {
		return nil, l.failed
	}
	if err := l.choose(r.provider, r.buckets); err != nil {
		return nil, err
	}
	if !r.NoCheck {
		if err := r.lookAtAll(ctx, s, l.rows); err != nil {
			return nil, err
		}
	}
	for _, row := range l.rows {
		if reason := row.Unremovable(); reason != "" {
			return nil, Refusal(reason + ".")
		}
	}
	r.rows = l.rows
	return nil, nil
}

// write writes the JSON document, if there is to be one.
func (r *removal) write(host *store.Info, err error) error {
	if !r.JSON {
		return err
	}
	report := r.report()
	document := tui.RemoveDocument{Head: report.Head("remove", host, sentence(err)), DryRun: r.dryRun, Buckets: []tui.RemovedBucket{}}
	for i, row := range r.rows {
		outcome := store.Outcome{Key: row.Key}
		if i < len(r.outcomes) {
			outcome = r.outcomes[i]
		}
		document.Buckets = append(document.Buckets, tui.RemovedBucket{
			BucketFacts: report.Bucket(row), Verdict: outcome.String(), Message: tui.LedgerLine(outcome),
		})
	}
	written := r.writeDocument(document, err)
	if errors.Is(written, err) || len(r.outcomes) == 0 {
		return written
	}
	for _, outcome := range r.outcomes { // nobody may be left in doubt about what was sent
		_, _ = fmt.Fprintln(r.Errs, r.words(tui.LedgerLine(outcome)))
	}
	return written
}
