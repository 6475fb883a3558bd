package store

import (
	"errors"

	"credscope/socket"
)

// Action is what is done to a credential on the host.
type Action int

// The actions.
const (
	ActionRemove Action = iota // by remove_token
	ActionRenew                // by refresh_token
)

// Verdict is what is known after a removal or a renewal.
type Verdict int

// The verdicts. Each follows from the host's reply and from what the host lists and
// hands out afterwards. The reply alone proves nothing: released hosts answer ok
// when the removal failed, and list nothing when they cannot read their keyring.
const (
	NotStarted Verdict = iota // not tried
	Unknown                   // not ok, and what the host shows proves nothing
	Refused                   // FORBIDDEN or UNAUTHORIZED
	NotSent                   // the request did not leave this process completely

	// Of a removal.

	Removed       // ok; no longer shown, and all others still are
	NoLongerShown // no longer shown, but there are no others, or the reply was not ok
	StillListed   // ok, but still shown
	CannotConfirm // ok or NOT_FOUND, but what the host shows proves nothing
	StillThere    // not ok, and still shown
	AlreadyGone   // NOT_FOUND, and not shown

	// Of a renewal.

	Renewed       // a later expiry, in the future, is handed out
	StillExpired  // ok, but an expiry in the past is handed out
	CannotRenew   // REAUTH_REQUIRED with the old expiry, or REFRESH_NOT_AVAILABLE: it is dead
	RenewedBefore // RATE_LIMITED: hosts answer so for 30 seconds after a renewal
	NotRenewable  // PROVIDER_NOT_FOUND: the host renews other providers only
	NoToken       // NOT_FOUND: there is nothing to renew
)

// String returns the verdict in lower case, such as "cannot confirm".
func (v Verdict) String() string {
	switch v {
	case Removed:
		return "removed"
	case NoLongerShown:
		return "no longer shown"
	case StillListed:
		return "still there (host said OK)"
	case CannotConfirm:
		return "cannot confirm"
	case StillThere:
		return "still there"
	case Unknown:
		return "unknown"
	case AlreadyGone:
		return "was already gone"
	case Refused:
		return "refused by the host"
	case NotSent:
		return "not sent"
	case Renewed:
		return "renewed"
	case StillExpired:
		return "still expired (host said OK)"
	case CannotRenew:
		return "dead"
	case RenewedBefore:
		return "rate limited"
	case NotRenewable:
		return "not renewed here"
	case NoToken:
		return "no token"
	default:
		return "not started"
	}
}

// Gone reports whether the host no longer shows the credential.
func (v Verdict) Gone() bool {
	return v == Removed || v == NoLongerShown || v == AlreadyGone
}

// Uncertain reports whether it is unknown if the credential was changed.
func (v Verdict) Uncertain() bool { return v == Unknown || v == CannotConfirm }

// Outcome is the result of a removal or a renewal.
type Outcome struct {
	Action  Action
	Key     Key // with its bucket
	Verdict Verdict
	Err     error // the error of the request, or of the first one after it that failed

	// Of a removal.

	Missing []Key  // those of the Removal's Others that the host no longer shows
	Shown   *Lists // the lists afterwards, with the buckets of Key's provider only; nil if one failed

	// Of a renewal.

	Reply *Metadata // of the token in the reply; nil if none came
	Now   *Check    // what the host hands out afterwards; nil if that is not known
}

// String returns the verdict. For [NoLongerShown] and [Renewed] it adds what the host
// sent in place of an ok.
func (o Outcome) String() string {
	if o.Verdict != NoLongerShown && o.Verdict != Renewed || o.Err == nil {
		return o.Verdict.String()
	}
	_, answered := errors.AsType[*Error](o.Err)
	_, malformed := errors.AsType[*socket.MalformedDataError](o.Err)
	switch {
	case malformed:
		return o.Verdict.String() + " (the reply was malformed)"
	case !answered:
		return o.Verdict.String() + " (the reply was lost)"
	case o.Action == ActionRenew:
		return o.Verdict.String() + " (the host had reported an error)"
	}
	return o.Verdict.String() + " (the host reported an error)"
}
