package words

import (
	"errors"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/text"
	"credscope/tui/theme"
)

// renewalVerdict continues what is said with why.
func renewalVerdict(o store.Outcome, said, why string, zone *time.Location) (theme.Kind, string) {
	switch o.Verdict {
	case store.Renewed:
		return theme.Success, said + ". It now expires " + expiry(&o.Now.Metadata, zone) + "."
	case store.StillExpired:
		if o.Reply != nil && o.Reply.Expiry != o.Now.Metadata.Expiry {
			said += ". Its reply had a token that expires " + expiry(o.Reply, zone) + ", which it may not have stored"
		}
		return theme.Failure, said + ". " + checkOnHost(o.Key)
	case store.CannotRenew:
		if errors.Is(o.Err, store.RefreshNotAvailable) {
			return theme.Warning, said + ". It cannot be renewed: the host has no refresh token for it."
		}
		return theme.Warning, said + "." + why
	case store.RenewedBefore:
		return theme.Warning, said + ". The host says that it was renewed a moment ago; it can be asked again in " + wait(o.Err) + "."
	case store.NotRenewable:
		return theme.Failure, said + ". This host does not renew " + text.NameInSentence(o.Key.Provider) + "."
	case store.Refused:
		if e, ok := errors.AsType[*store.Error](o.Err); ok && e.Code == store.Forbidden {
			return theme.Failure, said + ". This host renews nothing for sandboxes" + hostSays(e.Message) + ": log in on the host itself."
		}
		return theme.Failure, said + "." + why
	case store.Unknown:
		if o.Now != nil && errors.Is(o.Err, socket.ErrTimeout) {
			why = "" // that is said
		}
		return theme.Failure, said + seenAfterRenewal(o) + " The request is not sent again. " + checkOnHost(o.Key) + why
	default:
		return theme.Failure, said + "." + why
	}
}

// seenAfterRenewal returns what is unknown after a renewal, and what the host hands
// out now.
func seenAfterRenewal(o store.Outcome) string {
	const renewed = " whether it was renewed."
	switch {
	case o.Now == nil:
		return renewed
	case o.Now.Hidden:
		return renewed + " The host refuses to hand it out now."
	case !o.Now.Found:
		return renewed + " The host hands out no token of it any more."
	case errors.Is(o.Err, socket.ErrTimeout):
		return renewed + " The host did not answer in time and may still renew it."
	}
	if _, known := o.Now.Metadata.Expiry.Time(); !known {
		return renewed + " What the host hands out has no plausible expiry."
	}
	return " whether it can be renewed. What the host hands out has expired."
}

// wait returns how long a host refuses another renewal, by default as long as released
// hosts do.
func wait(err error) string {
	if e, ok := errors.AsType[*store.Error](err); ok && e.RetryAfter > 0 {
		return Duration(e.RetryAfter)
	}
	return "half a minute"
}

// expiry returns when a token expires.
func expiry(t *store.Metadata, zone *time.Location) string {
	at, known := t.Expiry.Time()
	if !known {
		return "at no plausible time"
	}
	return "at " + Moment(at, zone)
}

// LastRenewal returns what came of the last renewal of a bucket that has one. clock
// writes a time of day.
func LastRenewal(b *inventory.Bucket, clock func(time.Time) string) string {
	e, answered := errors.AsType[*store.Error](b.Renewal.Err)
	if !answered {
		return "Last renewal at " + clock(b.RenewedAt) + ": " + b.Renewal.String() + "."
	}
	said := "Last renewal: the host said " + PlainCode(string(e.Code)) + " at " + clock(b.RenewedAt)
	if e.Message != "" {
		said += ", " + text.Quoted(e.Message)
	}
	return said + ". It may answer otherwise by now."
}

// renewalConsequences returns what a renewal does and risks, a sentence each.
func renewalConsequences() []string {
	return []string{
		"The host asks the provider for new tokens and stores them in place of the old ones.",
		"If the host cannot store them, or a running session renews at the same moment, that login can end.",
		"Running sessions keep using what they have until they read again.",
	}
}
