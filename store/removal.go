package store

import (
	"context"
	"errors"
	"slices"

	"credscope/socket"
)

// Lists is what a host lists: its providers, and the buckets of some of them.
type Lists struct {
	Providers []string
	Buckets   map[string][]string // by provider
}

// Removal is one credential to remove.
type Removal struct {
	Key Key
	// Others are what the host showed before besides Key and must still show
	// afterwards: buckets of the same provider, and providers as a Key without a
	// Bucket. Buckets of other providers are not compared.
	Others []Key
}

// RemoveVerified removes a credential and then asks the host for the buckets of
// its provider, for all providers and for the token. remove_token is sent once at
// most. Every error is part of the Outcome.
//
// After a refusal and after a loss of the connection nothing more is sent. The
// verdict cannot see a host that lost only the part of its storage in which the
// credential lay.
func (s *ProxyTokenStore) RemoveVerified(ctx context.Context, r Removal) Outcome {
	r.Key = r.Key.WithDefault()
	err := s.sendRemoval(ctx, r.Key)
	switch {
	case errors.Is(err, Forbidden), errors.Is(err, Unauthorized):
		return Outcome{Key: r.Key, Verdict: Refused, Err: err}
	case err != nil && !mayHaveActed(err):
		return Outcome{Key: r.Key, Verdict: NotSent, Err: err}
	case errors.Is(err, socket.ErrLost):
		return Outcome{Key: r.Key, Verdict: Unknown, Err: err}
	}
	e := s.gatherEvidence(ctx, r)
	o := Outcome{Key: r.Key, Err: err, Missing: e.missing, Shown: e.lists}
	switch {
	case err == nil:
		o.Verdict, o.Err = e.afterOK(len(r.Others)), e.failed
	case errors.Is(err, NotFound):
		if o.Verdict = e.afterNotFound(); o.Verdict != StillThere {
			o.Err = e.failed
		}
	default:
		o.Verdict = e.afterError(len(r.Others))
	}
	return o
}

// mayHaveActed reports whether the host may have executed a request that ended
// with err.
func mayHaveActed(err error) bool {
	if request, ok := errors.AsType[*socket.RequestError](err); ok {
		return request.Sent
	}
	_, noConnection := errors.AsType[*socket.ConnectError](err)
	_, noHandshake := errors.AsType[*socket.HandshakeError](err)
	return !noConnection && !noHandshake
}

// evidence is what a host shows after a removal.
type evidence struct {
	shown   bool   // the credential is listed or handed out
	failed  error  // the first error of a request
	missing []Key  // of the Removal's Others
	lists   *Lists // nil if a list could not be read
	// contradiction means that the provider is listed without any bucket.
	contradiction bool
}

// afterOK returns the verdict on a removal that the host answered with ok.
func (e evidence) afterOK(others int) Verdict {
	switch {
	case e.shown:
		return StillListed
	case !e.complete():
		return CannotConfirm
	case others == 0:
		return NoLongerShown
	}
	return Removed
}

// afterNotFound returns the verdict on a removal that the host answered with
// NOT_FOUND.
func (e evidence) afterNotFound() Verdict {
	switch {
	case e.shown:
		return StillThere
	case !e.complete():
		return CannotConfirm
	}
	return AlreadyGone
}

// afterError returns the verdict on a removal that the host answered with another
// error or not at all. Without others to compare with, empty lists may be part of
// the same failure.
func (e evidence) afterError(others int) Verdict {
	switch {
	case e.shown:
		return StillThere
	case !e.complete() || others == 0:
		return Unknown
	}
	return NoLongerShown
}

// complete reports whether all answers were received, all others are shown and the
// lists agree.
func (e evidence) complete() bool {
	return e.failed == nil && len(e.missing) == 0 && !e.contradiction
}

// gatherEvidence reads both lists and the token. After a timeout, a loss or the end
// of ctx it sends nothing more.
func (s *ProxyTokenStore) gatherEvidence(ctx context.Context, r Removal) evidence {
	var e evidence
	var shown Lists
	query := func(send func() error) {
		if errors.Is(e.failed, socket.ErrTimeout) || errors.Is(e.failed, socket.ErrLost) || ctx.Err() != nil {
			return
		}
		if err := send(); err != nil && e.failed == nil {
			e.failed = err
		}
	}
	query(func() error {
		buckets, err := s.ListBuckets(ctx, r.Key.Provider)
		shown.Buckets = map[string][]string{r.Key.Provider: buckets}
		e.shown = slices.Contains(buckets, r.Key.Bucket)
		return err
	})
	query(func() (err error) {
		shown.Providers, err = s.ListProviders(ctx)
		return err
	})
	if e.failed == nil && ctx.Err() == nil {
		e.lists = &shown
		e.missing = shown.missing(r.Others)
		e.contradiction = len(shown.Buckets[r.Key.Provider]) == 0 && slices.Contains(shown.Providers, r.Key.Provider)
	}
	query(func() error {
		token, found, err := s.GetToken(ctx, r.Key)
		token.Wipe()
		e.shown = e.shown || found
		return err
	})
	if e.failed == nil {
		e.failed = ctx.Err()
	}
	return e
}

// missing returns the keys that are not listed. Buckets of a provider whose buckets
// are unknown are skipped.
func (l *Lists) missing(keys []Key) (missing []Key) {
	listed := map[Key]bool{}
	for _, provider := range l.Providers {
		listed[Key{Provider: provider}] = true
	}
	for provider, buckets := range l.Buckets {
		for _, bucket := range buckets {
			listed[Key{Provider: provider, Bucket: bucket}] = true
		}
	}
	for _, key := range keys {
		_, known := l.Buckets[key.Provider]
		if (known || key.Bucket == "") && !listed[key] {
			missing = append(missing, key)
		}
	}
	return missing
}
