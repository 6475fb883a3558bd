package store

import "time"

// Health is what can be said of one credential.
type Health int

// The healths, as the screen and JSON word them.
const (
	Unchecked  Health = iota // not asked yet
	Valid                    // expiry in the future
	Expiring                 // expiry within the next 5 minutes
	Expired                  // past expiry; the host may renew it on next use
	Stale                    // expired for longer than the limit
	NoExpiry                 // the host gave none
	OddExpiry                // outside the years 2000 to 2200
	Unreadable               // listed, but the host finds no readable token
	Hidden                   // the host's policy does not let us look
)

// Healths lists all of them.
var Healths = []Health{Unchecked, Valid, Expiring, Expired, Stale, NoExpiry, OddExpiry, Unreadable, Hidden}

func (h Health) String() string {
	switch h {
	case Valid:
		return "valid"
	case Expiring:
		return "expiring"
	case Expired:
		return "expired"
	case Stale:
		return "stale"
	case NoExpiry:
		return "no expiry"
	case OddExpiry:
		return "odd expiry"
	case Unreadable:
		return "unreadable"
	case Hidden:
		return "hidden"
	default:
		return "unchecked"
	}
}

const expiringWithin = 5 * time.Minute

// DefaultStaleAfter is how long after its expiry a token counts as stale.
const DefaultStaleAfter = 7 * 24 * time.Hour

// Health judges a token at a given time. A valid expiry says nothing about
// revocation at the provider.
func (m Metadata) Health(now time.Time, staleAfter time.Duration) Health {
	if m.Expiry.None() {
		return NoExpiry
	}
	at, ok := m.Expiry.Time()
	switch left := at.Sub(now); {
	case !ok:
		return OddExpiry
	case left < -staleAfter:
		return Stale
	case left <= 0:
		return Expired
	case left <= expiringWithin:
		return Expiring
	}
	return Valid
}

// Look is what one look at a credential found out.
type Look struct {
	Found    bool
	Hidden   bool // the host's policy does not let us look
	Metadata Metadata
	Stats    BucketStats
	Refusal  error // of a hidden one: the host's words
}

// Health judges what was found at a given time.
func (l Look) Health(now time.Time, staleAfter time.Duration) Health {
	switch {
	case l.Hidden:
		return Hidden
	case !l.Found:
		return Unreadable
	}
	return l.Metadata.Health(now, staleAfter)
}
