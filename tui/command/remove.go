package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"credscope/socket"
	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/text"
	"credscope/tui/words"
)

// removal is one run of remove: what it was told and what came of it.
type removal struct {
	*Env
	provider string
	buckets  []string
	stale    bool
	yes      bool
	dryRun   bool

	listing  *listing // the targets, as they were when the question was asked
	plan     *inventory.Plan
	protocol int
	outcomes []store.Outcome
}

// Remove is the command that removes buckets and says what is known afterwards.
func Remove(e *Env) *cobra.Command {
	r := &removal{Env: e}
	c := &cobra.Command{
		Use: "remove PROVIDER BUCKET... | [PROVIDER] --stale", Short: "Remove buckets and ask again what is left",
		Args: func(c *cobra.Command, args []string) error {
			switch {
			case r.stale && len(args) > 1:
				return misuse("--stale takes no names of buckets: name the buckets, or the provider alone for its stale ones")
			case r.stale:
				return takes(0, 1, "at most a provider beside --stale")(c, args)
			}
			return takes(2, len(args), "a provider and its buckets, or --stale")(c, args)
		},
		ValidArgsFunction: e.completeNames,
		Example:           "  credscope remove codex ci-runner\n  credscope remove codex --stale\n  credscope remove --stale --dry-run\n  credscope remove --stale --yes --json",
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
		return misuse("--stale needs a check of each token, which --no-check forbids")
	case r.ReadOnly && !r.dryRun:
		return misuse("--read-only removes nothing; --dry-run says what would be removed")
	case !r.yes && !r.dryRun && !r.Answers:
		return misuse("nobody can answer here, so nothing was removed; --yes removes without asking, --dry-run says what")
	}
	for _, name := range append([]string{r.provider}, r.buckets...) {
		if name != "" && !store.ValidName(name) {
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
	r.protocol = s.Client().Info().Version
	r.plan = inventory.NewPlan(r.targets(), false)
	switch {
	case len(r.plan.Targets) == 0 && failed != nil:
		return failed
	case len(r.plan.Targets) == 0:
		return r.tell(nothingStale + "\n")
	case r.dryRun:
		return cmp.Or(r.tell(r.attempts()), failed)
	case !r.yes:
		if err := r.ask(ctx); err != nil {
			return err
		}
	}
	return cmp.Or(r.removeAll(ctx, s), failed)
}

// targets are the rows as they are known now.
func (r *removal) targets() []inventory.Target {
	var targets []inventory.Target
	for _, row := range r.listing.rows {
		targets = append(targets, r.listing.inv.Target(row.bucket, r.Now()))
	}
	return targets
}

// attempts says for each target what a removal would send.
func (r *removal) attempts() string {
	var b strings.Builder
	for _, t := range r.plan.Targets {
		fmt.Fprintf(&b, "%s: would be removed (%s)\n", text.Name(t.Key.String()), words.TargetState(t, r.Now()))
	}
	return b.String()
}

// tell writes lines for people, who read no JSON.
func (r *removal) tell(lines string) error {
	if r.JSON {
		return nil
	}
	_, err := io.WriteString(r.Out, lines)
	return err
}

// find selects the targets; failed is the first error beside them.
func (r *removal) find(ctx context.Context, s *store.ProxyTokenStore) (failed, err error) {
	l, err := r.list(ctx, s, r.provider)
	if err != nil {
		return nil, err
	}
	if l.hidden {
		return nil, r.forbidden()
	}
	r.listing = l
	if r.stale {
		failed = cmp.Or(r.check(ctx, s, l), l.failed)
		if errors.Is(failed, socket.ErrLost) || ctx.Err() != nil {
			return nil, failed
		}
		return cmp.Or(failed, l.chooseStale(r.Now())), nil
	}
	if l.failed != nil {
		return nil, l.failed
	}
	if err := l.choose(r.provider, r.buckets); err != nil {
		return nil, err
	}
	if !r.NoCheck {
		if err := r.check(ctx, s, l); err != nil {
			return nil, err
		}
	}
	for _, row := range l.rows {
		if reason := words.Blocked(l.inv.Blocked(row.bucket)); reason != "" {
			return nil, Refusal(reason + ".")
		}
	}
	return nil, nil
}

// forbidden is what a host that hides its lists is answered with: how it is done there.
func (r *removal) forbidden() Refusal {
	var commands []string
	for _, name := range r.buckets {
		if command := words.LogoutCommand(store.Key{Provider: r.provider, Bucket: name}); command != "" {
			commands = append(commands, command)
		}
	}
	if rest := len(commands) - maxInstead; rest > 0 {
		commands = append(commands[:maxInstead], words.Count(rest, "more command"))
	}
	said := "This host lists nothing to a sandbox, and such hosts forbid removals: remove it on the host itself"
	if len(commands) > 0 {
		said += ", with " + strings.Join(commands, ", ")
	}
	return Refusal(said + ".")
}

// chooseStale leaves only the stale buckets that can be removed, and returns an error
// about the first stale one that cannot.
func (l *listing) chooseStale(now time.Time) (leftOut error) {
	l.rows = slices.DeleteFunc(l.rows, func(row row) bool {
		if row.bucket == nil || !row.bucket.Listed || l.inv.Status(row.bucket, now) != store.Stale {
			return true
		}
		reason := words.Blocked(l.inv.Blocked(row.bucket))
		if reason != "" && leftOut == nil {
			leftOut = Refusal(text.Name(row.bucket.Key.String()) + " was left out: " + reason + ".")
		}
		return reason != ""
	})
	return leftOut
}

// write writes the JSON document, if there is to be one.
func (r *removal) write(host *socket.Info, err error) error {
	if !r.JSON {
		return err
	}
	report := r.report()
	document := removeDocument{head: report.head("remove", host, sentence(err)), DryRun: r.dryRun, Buckets: []removedBucket{}}
	if r.plan != nil {
		for i, row := range r.listing.rows {
			outcome := store.Outcome{Key: row.bucket.Key}
			if i < len(r.outcomes) {
				outcome = r.outcomes[i]
			}
			document.Buckets = append(document.Buckets, removedBucket{
				bucketFacts: report.facts(r.listing, row), Verdict: outcome.String(), Message: words.VerdictWithoutKeys(outcome),
			})
		}
	}
	written := r.writeDocument(document, err)
	r.Ledger.Reported(len(r.outcomes))
	if errors.Is(written, err) || len(r.outcomes) == 0 {
		return written
	}
	for _, outcome := range r.outcomes { // nobody may be left in doubt about what was sent
		_, _ = fmt.Fprintln(r.Errs, r.safe(words.VerdictWithoutKeys(outcome)))
	}
	return written
}
