package words

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/tui/text"
	"credscope/tui/theme"
)

// Verdict returns what is known after a removal or a renewal, with its evidence and
// what to do next, for the screen. Times are in a zone.
func Verdict(o store.Outcome, zone *time.Location) (theme.Kind, string) {
	return verdict(o, Error, zone)
}

// VerdictWithoutKeys is [Verdict] for places without the screen's keys, in UTC.
func VerdictWithoutKeys(o store.Outcome) string {
	_, sentence := verdict(o, ErrorWithoutKeys, time.UTC)
	return sentence
}

func verdict(o store.Outcome, explain func(error) string, zone *time.Location) (theme.Kind, string) {
	said, why := text.Name(o.Key.String())+": "+o.String(), ""
	if o.Err != nil {
		why = " " + explain(o.Err)
	}
	switch {
	case o.Verdict == store.NotStarted:
		return theme.Warning, said + "."
	case o.Verdict == store.NotSent:
		return theme.Failure, said + ", so nothing was " + Action(o.Action).Done + "." + why
	case o.Action == store.ActionRenew:
		return renewalVerdict(o, said, why, zone)
	}
	return removalVerdict(o, said, why)
}

// removalVerdict continues what is said with why.
func removalVerdict(o store.Outcome, said, why string) (theme.Kind, string) {
	switch o.Verdict {
	case store.Removed:
		return theme.Success, said + ". The host no longer shows it, and still shows the others."
	case store.NoLongerShown:
		if o.Err == nil {
			return theme.Success, said + ". There was nothing else to compare with; a host that cannot read its keyring would look the same."
		}
		return theme.Success, said + ". The host no longer shows it, and still shows the others." + why
	case store.AlreadyGone:
		return theme.Info, said + "."
	case store.StillListed:
		return theme.Failure, said + ". " + checkOnHost(o.Key)
	case store.CannotConfirm:
		return theme.Warning, said + ". " + whyUnconfirmed(o) + " " + checkOnHost(o.Key) + why
	case store.StillThere:
		if errors.Is(o.Err, socket.ErrTimeout) {
			return theme.Failure, said + ". The host did not answer in time and may still remove it."
		}
	case store.Unknown:
		return theme.Failure, said + " whether it was removed. It is not sent again. " + alsoMissing(o) + checkOnHost(o.Key) + why
	default:
	}
	return theme.Failure, said + "." + why
}

func whyUnconfirmed(o store.Outcome) string {
	switch {
	case len(o.Missing) > 0:
		return "The host no longer shows " + keyName(o.Missing[0]) + " either; its keyring may be locked."
	case o.Err != nil:
		return "The host could not be asked again."
	}
	return "The host lists the provider, but none of its buckets."
}

func alsoMissing(o store.Outcome) string {
	if len(o.Missing) == 0 {
		return ""
	}
	return "The host no longer shows " + keyName(o.Missing[0]) + ". "
}

func checkOnHost(key store.Key) string {
	return "Check on the host: " + StatusCommand(key.Provider) + "."
}

// keyName returns a bucket with its provider, or a provider alone.
func keyName(key store.Key) string {
	if key.Bucket == "" {
		return text.Name(key.Provider)
	}
	return text.Name(key.String())
}

// Summary counts the outcomes of a run over a number of targets: "2 removed,
// 1 unknown, 1 not started".
func Summary(outcomes []store.Outcome, targets int) (theme.Kind, string) {
	kind := theme.Success
	var parts []string
	n := map[string]int{}
	for _, o := range outcomes {
		n[summed(o)]++
	}
	n[store.NotStarted.String()] += targets - len(outcomes)
	for _, part := range []struct {
		what string
		kind theme.Kind
	}{
		{"removed", theme.Success},
		{"no longer shown", theme.Success},
		{"already gone", theme.Success},
		{"renewed", theme.Success},
		{"rate limited", theme.Warning},
		{"dead", theme.Warning},
		{"not removed", theme.Failure},
		{"not renewed", theme.Failure},
		{"unknown", theme.Failure},
		{"not started", theme.Warning},
	} {
		if n[part.what] > 0 {
			parts, kind = append(parts, fmt.Sprintf("%d %s", n[part.what], part.what)), max(kind, part.kind)
		}
	}
	return kind, strings.Join(parts, ", ")
}

// summed returns what an outcome is counted as.
func summed(o store.Outcome) string {
	switch v := o.Verdict; v {
	case store.Removed, store.NoLongerShown, store.Renewed, store.RenewedBefore, store.CannotRenew, store.NotStarted:
		return v.String()
	case store.AlreadyGone:
		return "already gone"
	default:
		if v.Uncertain() {
			return store.Unknown.String()
		}
		return "not " + Action(o.Action).Done
	}
}

// NeedsNewLogin reports whether a login has to be made anew after an outcome.
func NeedsNewLogin(o store.Outcome) bool { return o.Verdict.Gone() || o.Verdict == store.CannotRenew }

// RowVerdict returns what a row says of a removal that left its bucket there, "" if
// nothing.
func RowVerdict(o *store.Outcome, notShown bool) string {
	switch {
	case o != nil && o.Verdict.Uncertain():
		return "unconfirmed"
	case o != nil && (o.Verdict == store.StillListed || o.Verdict == store.StillThere):
		return "still there"
	case notShown:
		return "not shown"
	}
	return ""
}
