package words

import (
	"errors"
	"fmt"
	"strings"

	"credscope/socket"
	"credscope/store"
	"credscope/tui/text"
	"credscope/tui/theme"
)

// Verdict returns what is known after a removal, with its evidence and what to do
// next, for the screen.
func Verdict(o store.Outcome) (theme.Kind, string) { return verdict(o, Error) }

// VerdictWithoutKeys is [Verdict] for places without the screen's keys.
func VerdictWithoutKeys(o store.Outcome) string {
	_, sentence := verdict(o, ErrorWithoutKeys)
	return sentence
}

func verdict(o store.Outcome, explain func(error) string) (theme.Kind, string) {
	said, why := text.Name(o.Key.String())+": "+o.String(), ""
	if o.Err != nil {
		why = " " + explain(o.Err)
	}
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
		return theme.Failure, said + "." + why
	case store.Unknown:
		return theme.Failure, said + " whether it was removed. It is not sent again. " + alsoMissing(o) + checkOnHost(o.Key) + why
	case store.Refused:
		return theme.Failure, said + "." + why
	case store.NotSent:
		return theme.Failure, said + ", so nothing was removed." + why
	default:
		return theme.Warning, said + "."
	}
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
	add := func(n int, what string, k theme.Kind) {
		if n > 0 {
			parts, kind = append(parts, fmt.Sprintf("%d %s", n, what)), max(kind, k)
		}
	}
	n := map[string]int{}
	for _, o := range outcomes {
		switch v := o.Verdict; {
		case v == store.Removed, v == store.NoLongerShown, v == store.AlreadyGone:
			n[v.String()]++
		case v.Uncertain():
			n["unknown"]++
		default:
			n["not removed"]++
		}
	}
	add(n["removed"], "removed", theme.Success)
	add(n["no longer shown"], "no longer shown", theme.Success)
	add(n["was already gone"], "already gone", theme.Success)
	add(n["not removed"], "not removed", theme.Failure)
	add(n["unknown"], "unknown", theme.Failure)
	add(targets-len(outcomes), "not started", theme.Warning)
	return kind, strings.Join(parts, ", ")
}

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
