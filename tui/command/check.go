package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"credscope/socket"
	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/text"
	"credscope/tui/words"
)

// checking is one run of check: its arguments and its results.
type checking struct {
	*Env
	provider string
	buckets  []string
	atLeast  time.Duration // how long each login must last
	quiet    bool

	listing *listing
	at      time.Time // when it was judged
}

const checkExamples = `  A step of CI that fails early:
    credscope check codex --for 2h || exit 1

  A hook before a commit, which only warns:
    credscope check --quiet || echo "a login has expired: run credscope" >&2

  A long job that waits for a login that lasts:
    until credscope check codex default --for 8h --quiet; do sleep 600; done

  What lasts less than a day, or is unknown:
    credscope check --for 1d --json | jq -r '.buckets[] | select(.lasts != true) | .bucket'`

// Check is the command whose exit status says whether logins last.
func Check(e *Env) *cobra.Command {
	r := &checking{Env: e}
	c := &cobra.Command{
		Use: "check [PROVIDER [BUCKET...]]", Short: "Check whether logins last, for scripts",
		Long: "check exits with 0 if every login asked about is valid for at least --for (default: now),\n" +
			"with 1 if one is not, and with 3 if that is unknown. A known failure wins. Each check makes\n" +
			"the host send the token, which is dropped here: it is not for a shell's prompt.",
		Args: func(c *cobra.Command, args []string) error {
			return takes(0, len(args), "a provider and its buckets")(c, args)
		},
		ValidArgsFunction: e.completeNames,
		Example:           checkExamples,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				r.provider, r.buckets = args[0], args[1:]
			}
			return r.run(c.Context())
		},
	}
	durationFlag(c.Flags(), &r.atLeast, "for", 0, "how long each must last, such as 2h or 1d")
	c.Flags().BoolVar(&r.quiet, "quiet", false, "write nothing, only exit with the status")
	e.jsonFlag(c)
	return c
}

func (r *checking) run(ctx context.Context) error {
	switch {
	case r.NoCheck:
		return misuse("check asks for each token, which --no-check forbids")
	case r.quiet && r.JSON:
		return misuse("--quiet writes nothing and --json a document: give one of them")
	}
	for _, name := range append([]string{r.provider}, r.buckets...) {
		if name != "" && !store.ValidName(name) {
			r.Status = Uncertain
			return r.finish(nil, fmt.Errorf("%q: %w", name, store.ErrName))
		}
	}
	return r.finish(r.with(func(s *store.ProxyTokenStore) error {
		err := r.find(ctx, s)
		r.at = r.Now()
		r.Status = r.statusAfter(err)
		return err
	}))
}

// finish writes what there is to say. host is nil if none is known.
func (r *checking) finish(host *socket.Info, err error) error {
	if r.JSON {
		return r.writeDocument(r.document(host, err), err)
	}
	if r.quiet {
		return nil
	}
	if r.complain(err) {
		return nil
	}
	return err
}

// find lists and checks what was asked about. What is named and not listed is asked
// about by name.
func (r *checking) find(ctx context.Context, s *store.ProxyTokenStore) error {
	for _, name := range r.buckets {
		r.Lookups = append(r.Lookups, store.Key{Provider: r.provider, Bucket: name})
	}
	l, err := r.list(ctx, s, r.provider)
	if err != nil {
		return err
	}
	if len(r.buckets) > 0 {
		l.rows = slices.DeleteFunc(l.rows, func(row row) bool {
			return row.bucket == nil || !slices.Contains(r.buckets, row.bucket.Key.Bucket)
		})
	}
	r.listing = l
	if len(l.rows) == 0 {
		return Refusal(l.nothing() + " Whether a login lasts is unknown.")
	}
	return r.check(ctx, s, l)
}

// rows are what was asked about, none if nothing was listed.
func (r *checking) rows() []row {
	if r.listing == nil {
		return nil
	}
	return r.listing.rows
}

// lasts reports whether a row is a login that lasts, and whether that is known.
func (r *checking) lasts(row row) (lasts, known bool) {
	if row.bucket == nil {
		return false, false
	}
	b := row.bucket
	switch r.listing.inv.Status(b, r.at) {
	case store.Valid, store.Expiring:
		at, _ := b.Expiry()
		return at.Sub(r.at) >= r.atLeast, b.Err == nil
	case store.Absent: // a host that lists nothing may not have read its keyring
		return false, b.Err == nil && (r.listing.hidden || r.listing.lists())
	case store.Expired, store.Stale, store.Unreadable, store.InvalidExpiry:
		return false, b.Err == nil
	default:
		return false, false
	}
}

// statusAfter is the exit status after err, nil for none. A known failure wins over
// what is unknown.
func (r *checking) statusAfter(err error) int {
	status := Fine
	for _, row := range r.rows() {
		lasts, known := r.lasts(row)
		switch {
		case known && !lasts:
			return Failed
		case !known:
			status = Uncertain
		}
	}
	if unknown, ok := errors.AsType[unknownProvider](err); ok && unknown.listed > 0 {
		return Failed
	}
	if err != nil {
		return Uncertain
	}
	return status
}

// complain writes a line for each that does not last, or of which that is unknown. It
// reports whether one of them is about err.
func (r *checking) complain(err error) (said bool) {
	for _, row := range r.rows() {
		lasts, known := r.lasts(row)
		if known && lasts {
			continue
		}
		line := ""
		if row.bucket == nil {
			said = said || errors.Is(err, row.provider.Err)
			line = text.Name(row.provider.Name) + ": " + words.ErrorWithoutKeys(row.provider.Err)
		} else {
			said = said || row.bucket.Err != nil && errors.Is(err, row.bucket.Err)
			line = text.Name(row.bucket.Key.String()) + ": " + r.reason(row.bucket, known)
		}
		_, _ = fmt.Fprintln(r.Errs, r.safe(line))
	}
	return said
}

// reason says why a bucket is not known to last.
func (r *checking) reason(b *inventory.Bucket, known bool) string {
	status := r.listing.inv.Status(b, r.at)
	at, hasExpiry := b.Expiry()
	said := words.Status(status, at, hasExpiry, r.at)
	switch {
	case b.Err != nil:
		return words.ErrorWithoutKeys(b.Err)
	case !known:
		return said + "; whether it lasts is unknown"
	case status == store.Valid || status == store.Expiring:
		return said + ", which is less than " + words.Duration(r.atLeast)
	}
	return said
}

func (r *checking) document(host *socket.Info, err error) checkDocument {
	report := r.report()
	document := checkDocument{
		head: report.head("check", host, sentence(err)), For: int64(r.atLeast / time.Second), Buckets: []checkedBucket{},
	}
	for _, row := range r.rows() {
		checked := checkedBucket{bucketFacts: report.facts(r.listing, row)}
		if lasts, known := r.lasts(row); known {
			checked.Lasts = &lasts
		}
		document.Buckets = append(document.Buckets, checked)
	}
	return document
}
