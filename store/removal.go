package store

import (
	"context"
	"errors"
	"slices"

	"credscope/socket"
)

// Verdict is what is known after a removal.
type Verdict int

// The verdicts, from the reply and from what the host showed when asked again.
const (
	NotStarted    Verdict = iota // never tried
	Removed                      // ok, and it is gone while something else is still visible
	Survived                     // ok, but it is still there
	CannotConfirm                // ok, but the host shows nothing that could prove it
	Vanished                     // no reply or an error, but it is gone
	StillThere                   // no reply or an error, and it is there
	Unknown                      // no reply or an error, and the host cannot be asked
	AlreadyGone                  // the host says that it had none, and does not show it
	Refused                      // the host's policy forbids it
	NotSent                      // the request never left
)

func (v Verdict) String() string {
	switch v {
	case Removed:
		return "removed"
	case Survived:
		return "host said OK but it is still there"
	case CannotConfirm:
		return "cannot confirm"
	case Vanished:
		return "no longer there (the reply was lost)"
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
	default:
		return "not started"
	}
}

// Gone reports whether the credential is known not to be there any more.
func (v Verdict) Gone() bool {
	return v == Removed || v == Vanished || v == AlreadyGone
}

// Uncertain reports whether nobody can say what happened.
func (v Verdict) Uncertain() bool { return v == Unknown || v == CannotConfirm }

// Removal is one credential to remove and what was known of it before.
type Removal struct {
	Key        Key
	Unreadable bool // listed without a readable token, so a missing one proves nothing
	OnlyOne    bool // no other credential of this host is known, so empty lists prove nothing wrong
}

// Outcome is what came of a removal. Err is the host's refusal or what went
// wrong on the way, nil if the host said OK and could be asked again.
type Outcome struct {
	Key     Key
	Verdict Verdict
	Err     error
}

// String words the verdict, with what stood in place of a good reply.
func (o Outcome) String() string {
	if _, refused := errors.AsType[*Error](o.Err); refused && o.Verdict == Vanished {
		return "no longer there (the host had reported an error)"
	}
	return o.Verdict.String()
}

// RemoveVerified removes a credential and asks the host what is left. The
// removal is sent at most once, with its bucket spelled out.
func (s *ProxyTokenStore) RemoveVerified(ctx context.Context, r Removal) Outcome {
	key := r.Key.Full()
	if !key.Valid() {
		return Outcome{Key: key, Verdict: NotSent, Err: ErrName}
	}
	err := s.send(ctx, "remove_token", key, payloadOf(key), nil)
	switch {
	case errors.Is(err, Forbidden), errors.Is(err, Unauthorized):
		return Outcome{Key: key, Verdict: Refused, Err: err}
	case err != nil && !mayHaveActed(err):
		return Outcome{Key: key, Verdict: NotSent, Err: err}
	}
	left, asking := s.askAgain(ctx, r)
	switch {
	case err == nil:
		return Outcome{Key: key, Verdict: afterOK[left], Err: asking}
	case errors.Is(err, NotFound) && left != there:
		return Outcome{Key: key, Verdict: AlreadyGone, Err: asking}
	}
	return Outcome{Key: key, Verdict: afterSilence[left], Err: err}
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

// remains is what the host shows of a credential when asked again.
type remains int

const (
	cannotAsk remains = iota
	nothing           // neither it nor anything else: it may be gone, the lists may be blank
	gone
	there
)

var (
	afterOK      = map[remains]Verdict{cannotAsk: CannotConfirm, nothing: CannotConfirm, gone: Removed, there: Survived}
	afterSilence = map[remains]Verdict{cannotAsk: Unknown, nothing: Unknown, gone: Vanished, there: StillThere}
)

// askAgain looks for the credential in the lists and then by its name.
func (s *ProxyTokenStore) askAgain(ctx context.Context, r Removal) (remains, error) {
	key := r.Key.Full()
	listed, err := s.listed(ctx, r)
	if err != nil || listed == there || r.Unreadable {
		return listed, err
	}
	token, found, err := s.GetToken(ctx, key)
	token.Wipe()
	switch {
	case err != nil:
		return cannotAsk, err
	case found:
		return there, nil
	}
	return listed, nil
}

// listed tells what the lists show. An empty list is no proof: hosts send one
// when they could not read their keyring.
func (s *ProxyTokenStore) listed(ctx context.Context, r Removal) (remains, error) {
	key := r.Key.Full()
	buckets, err := s.ListBuckets(ctx, key.Provider)
	switch {
	case err != nil:
		return cannotAsk, err
	case slices.Contains(buckets, key.Bucket):
		return there, nil
	case len(buckets) > 0:
		return gone, nil
	}
	providers, err := s.ListProviders(ctx)
	if err != nil {
		return cannotAsk, err
	}
	// Lists that went blank fit the last credential, but of one that was
	// unreadable before they are all the evidence there is.
	blank := len(providers) == 0 && (r.Unreadable || !r.OnlyOne)
	// A provider listed without buckets contradicts itself.
	alone := len(providers) <= 1 && !r.OnlyOne
	contradiction := slices.Contains(providers, key.Provider) && (r.Unreadable || alone)
	if blank || contradiction {
		return nothing, nil
	}
	return gone, nil
}
