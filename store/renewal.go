package store

import (
	"context"
	"errors"
	"time"

	"credscope/socket"
)

// Renewer asks a host to renew tokens: the host asks the provider for new ones and
// stores them in place of the old ones. It shares the connection of a
// [ProxyTokenStore] and is no part of it, since a TokenStore does not refresh.
type Renewer struct{ store *ProxyTokenStore }

// NewRenewer returns a Renewer of the host behind s. Requests are reported to the
// observer of s.
func NewRenewer(s *ProxyTokenStore) *Renewer { return &Renewer{s} }

// Renewal is one token to renew.
type Renewal struct {
	Key    Key
	Expiry Expiry           // as it was shown, in the past
	Now    func() time.Time // the clock by which an expiry is judged
}

// Renew sends refresh_token, once at most, and then asks for the token unless the
// host cannot have acted. Every error is part of the Outcome.
//
// Only a later expiry, in the future, proves a renewal: hosts store what they get
// in a step of its own, which can fail. After a loss of the connection nothing more
// is sent.
func (r *Renewer) Renew(ctx context.Context, n Renewal) Outcome {
	n.Key = n.Key.WithDefault()
	reply, err := r.send(ctx, n.Key)
	o := Outcome{Action: ActionRenew, Key: n.Key, Err: err, Reply: reply}
	switch {
	case errors.Is(err, Forbidden), errors.Is(err, Unauthorized):
		o.Verdict = Refused
	case errors.Is(err, RefreshNotAvailable):
		o.Verdict = CannotRenew
	case errors.Is(err, RateLimited):
		o.Verdict = RenewedBefore
	case errors.Is(err, ProviderNotFound):
		o.Verdict = NotRenewable
	case errors.Is(err, NotFound):
		o.Verdict, o.Now = NoToken, &Check{}
	case err != nil && !mayHaveActed(err):
		o.Verdict = NotSent
	case errors.Is(err, socket.ErrLost):
		o.Verdict = Unknown
	default:
		check, failed := r.store.Check(ctx, n.Key)
		if failed == nil {
			o.Now = &check
		}
		if err == nil {
			o.Err = failed
		}
		o.Verdict = n.verdict(err, o.Now)
	}
	return o
}

// send sends refresh_token and returns what may be shown of the token in the reply.
func (r *Renewer) send(ctx context.Context, key Key) (reply *Metadata, err error) {
	const op = "refresh_token"
	if !key.Valid() {
		return nil, &socket.RequestError{Op: op, Err: ErrName}
	}
	var token OAuthToken
	defer token.Wipe()
	if err := r.store.send(ctx, op, key, keyPayload(key), &token); err != nil {
		return nil, err
	}
	metadata := token.Metadata()
	return &metadata, nil
}

// verdict judges a renewal that ended with err by what the host hands out now, nil if
// that is not known.
func (n Renewal) verdict(err error, now *Check) Verdict {
	if now == nil || !now.Found {
		return Unknown
	}
	at, known := now.Metadata.Expiry.Time()
	switch {
	case n.Expiry.Before(now.Metadata.Expiry) && at.After(n.Now()):
		return Renewed
	case err == nil && known && !at.After(n.Now()):
		return StillExpired
	case errors.Is(err, ReauthRequired) && now.Metadata.Expiry == n.Expiry:
		return CannotRenew
	}
	return Unknown
}
