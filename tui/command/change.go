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

// change is one run of remove or renew: its arguments and its outcomes.
type change struct {
	*Env
	action   store.Action
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
	r := &change{Env: e, action: store.ActionRemove}
	return r.command(&cobra.Command{
		Use: "remove PROVIDER BUCKET... | [PROVIDER] --stale", Short: "Remove buckets and ask again what is left",
		Example: "  credscope remove codex ci-runner\n  credscope remove codex --stale\n  credscope remove --stale --dry-run\n  credscope remove --stale --yes --json",
	})
}

// Renew is the command that lets the host renew buckets and says which are dead.
func Renew(e *Env) *cobra.Command {
	r := &change{Env: e, action: store.ActionRenew}
	return r.command(&cobra.Command{
		Use: "renew PROVIDER BUCKET... | [PROVIDER] --stale", Short: "Let the host renew expired buckets, to tell dead ones from live ones",
		Long: "renew lets the host ask the provider for new tokens, which it stores in place of the old\n" +
			"ones. Only what is past its expiry is renewed. A login can end by it: if the host cannot\n" +
			"store what it gets, or if a running session renews at the same moment.",
		Example: "  credscope renew codex ci-runner\n  credscope renew codex --stale\n  credscope renew --stale --dry-run\n  credscope renew --stale --yes --json",
	})
}

// command finishes a command whose name and texts are given.
func (r *change) command(c *cobra.Command) *cobra.Command {
	c.Args = func(c *cobra.Command, args []string) error {
		switch {
		case r.stale && len(args) > 1:
			return misuse("--stale takes no names of buckets: name the buckets, or the provider alone for its stale ones")
		case r.stale:
			return takes(0, 1, "at most a provider beside --stale")(c, args)
		}
		return takes(2, len(args), "a provider and its buckets, or --stale")(c, args)
	}
	c.ValidArgsFunction = r.completeNames
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			r.provider, r.buckets = args[0], args[1:]
		}
		return r.run(c.Context())
	}
	c.Flags().BoolVar(&r.stale, "stale", false, "all stale buckets, those that expired long ago")
	c.Flags().BoolVar(&r.yes, "yes", false, "do not ask")
	c.Flags().BoolVar(&r.dryRun, "dry-run", false, "only say what would be "+r.words().Done)
	r.jsonFlag(c)
	return c
}

func (r *change) words() words.ActionWords { return words.Action(r.action) }

func (r *change) run(ctx context.Context) error {
	verb, done := r.words().Verb, r.words().Done
	switch {
	case r.NoCheck && r.action == store.ActionRenew:
		return misuse("renew needs a check of each token, which --no-check forbids")
	case r.stale && r.NoCheck:
		return misuse("--stale needs a check of each token, which --no-check forbids")
	case r.ReadOnly && !r.dryRun:
		return misuse("--read-only %ss nothing; --dry-run says what would be %s", verb, done)
	case !r.yes && !r.dryRun && !r.Answers:
		return misuse("there is no terminal to answer on, so nothing was %s; --yes %ss without asking, --dry-run says what", done, verb)
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

// carryOut finds the targets, asks about them and carries the plan out.
func (r *change) carryOut(ctx context.Context, s *store.ProxyTokenStore) error {
	failed, err := r.find(ctx, s)
	if err != nil {
		return err
	}
	r.plan = inventory.NewRemoval(r.targets(), false)
	if r.action == store.ActionRenew {
		r.plan = inventory.NewRenewal(r.targets(), r.Now)
	}
	switch {
	case len(r.plan.Targets) == 0 && failed != nil:
		return failed
	case len(r.plan.Targets) == 0:
		return r.print(nothingStale + "\n")
	case r.dryRun:
		return cmp.Or(r.print(r.attempts()), failed)
	case !r.yes:
		if err := r.ask(ctx); err != nil {
			return err
		}
	}
	return cmp.Or(r.runPlan(ctx, s), failed)
}

// targets are the rows as they are known now.
func (r *change) targets() []inventory.Target {
	var targets []inventory.Target
	for _, row := range r.listing.rows {
		targets = append(targets, r.listing.inv.Target(row.bucket, r.Now()))
	}
	return targets
}

// attempts says for each target what would become of it.
func (r *change) attempts() string {
	var b strings.Builder
	for _, t := range r.plan.Targets {
		fmt.Fprintf(&b, "%s: would be %s (%s)\n", text.Name(t.Key.String()), r.words().Done, words.TargetState(t, r.Now()))
	}
	return b.String()
}

// print writes lines for people, who read no JSON.
func (r *change) print(lines string) error {
	if r.JSON {
		return nil
	}
	_, err := io.WriteString(r.Out, lines)
	return err
}

// find selects the targets; failed is the first error beside them.
func (r *change) find(ctx context.Context, s *store.ProxyTokenStore) (failed, err error) {
	l, err := r.list(ctx, s, r.provider)
	if err != nil {
		return nil, err
	}
	r.protocol = l.protocol
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
		if r.action == store.ActionRenew && !l.inv.Renewable(row.bucket, r.Now()) {
			return nil, Refusal(fmt.Sprintf("%s is %s: only what is past its expiry can be renewed. Nothing was sent that renews.",
				text.Name(row.bucket.Key.String()), l.inv.Status(row.bucket, r.Now())))
		}
	}
	return nil, nil
}

// forbidden is what a host that hides its lists is answered with: how it is done there.
func (r *change) forbidden() Refusal {
	command := words.LogoutCommand
	if r.action == store.ActionRenew {
		command = func(key store.Key) string { return words.LoginCommand(key, r.protocol) }
	}
	var commands []string
	for _, name := range r.buckets {
		if command := command(store.Key{Provider: r.provider, Bucket: name}); command != "" {
			commands = append(commands, command)
		}
	}
	if rest := len(commands) - maxInstead; rest > 0 {
		commands = append(commands[:maxInstead], words.Count(rest, "more command"))
	}
	said := words.Forbidden(r.action)
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
func (r *change) write(host *socket.Info, err error) error {
	if !r.JSON {
		return err
	}
	report := r.report()
	document := changeDocument{
		head: report.head(r.words().Verb, host, sentence(err)), DryRun: r.dryRun, Buckets: []changedBucket{},
	}
	if r.plan != nil {
		for i, row := range r.listing.rows {
			outcome := store.Outcome{Action: r.action, Key: row.bucket.Key}
			if i < len(r.outcomes) {
				outcome = r.outcomes[i]
			}
			if r.action == store.ActionRenew {
				r.listing.inv.SetOutcome(outcome, report.at)
			}
			document.Buckets = append(document.Buckets, changedBucket{
				bucketFacts: report.facts(r.listing, row), Verdict: outcome.String(), Message: words.VerdictWithoutKeys(outcome),
			})
		}
	}
	written := r.writeDocument(document, err)
	r.Ledger.Reported(len(r.outcomes))
	if errors.Is(written, err) || len(r.outcomes) == 0 {
		return written
	}
	for _, outcome := range r.outcomes { // what was sent is reported in any case
		_, _ = fmt.Fprintln(r.Errs, r.safe(words.VerdictWithoutKeys(outcome)))
	}
	return written
}
