package words

import (
	"errors"
	"fmt"

	"credscope/socket"
	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/theme"
)

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
		return theme.Failure, said + " whether it was removed. The request is not sent again. " + alsoMissing(o) + checkOnHost(o.Key) + why
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

// removalConsequences returns what a removal does not undo, a sentence each.
func removalConsequences(targets []inventory.Target, protocol int, renewal string) []string {
	login := "/auth PROVIDER login BUCKET"
	if len(targets) == 1 {
		login = LoginAdvice(targets[0].Key, protocol)
	}
	sentences := []string{
		"Does not revoke it at the provider; running sessions keep using it.",
		"Its refresh token, if any, goes too. Cannot be undone: log in again.",
	}
	if said := untried(targets, renewal); said != "" {
		sentences = append(sentences, said)
	}
	return append(sentences, "Log in again on the host: "+login)
}

// untried returns that a renewal could tell whether stale targets of a removal are
// dead, "" if it could not. renewal says how one is asked for.
func untried(targets []inventory.Target, renewal string) string {
	n := 0
	for _, t := range targets {
		if t.Untried {
			n++
		}
	}
	switch {
	case n == 0:
		return ""
	case len(targets) == 1:
		return "Not tried: " + renewal + " asks the host to renew it."
	case n == 1:
		return "1 not tried: " + renewal + " asks the host to renew it."
	}
	return fmt.Sprintf("%d not tried: %s asks the host to renew them.", n, renewal)
}
