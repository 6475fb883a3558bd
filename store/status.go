package store

import (
	"encoding/json"
	"hash/maphash"
	"math"
	"strconv"
	"time"
)

// Status is what is known of one credential.
type Status int

// The statuses. String returns the words that screen, tables and JSON use.
const (
	Unchecked     Status = iota // not checked yet
	Valid                       // expires in the future
	Expiring                    // expires within the next 5 minutes
	Expired                     // past its expiry; the host may renew it on next use
	Stale                       // past its expiry for longer than the limit
	Dead                        // past its expiry, and a renewal has shown that it cannot be renewed
	NoExpiry                    // the host sent no expiry
	InvalidExpiry               // the expiry is no time between the years 2000 and 2200
	Unreadable                  // listed, but the host hands out no token
	Absent                      // looked up by name, not listed, and the host has no token
	Denied                      // the host refused the check: no such login, or not for this sandbox
	InvalidName                 // breaks the rule of ValidName, so the host neither reads nor removes it
)

// Statuses lists all statuses in the order of their values.
var Statuses = []Status{Unchecked, Valid, Expiring, Expired, Stale, Dead, NoExpiry, InvalidExpiry, Unreadable, Absent, Denied, InvalidName}

// String returns the status in lower case, such as "no expiry".
func (s Status) String() string {
	switch s {
	case Valid:
		return "valid"
	case Expiring:
		return "expiring"
	case Expired:
		return "expired"
	case Stale:
		return "stale"
	case Dead:
		return "dead"
	case NoExpiry:
		return "no expiry"
	case InvalidExpiry:
		return "invalid expiry"
	case Unreadable:
		return "unreadable"
	case Absent:
		return "not found"
	case Denied:
		return "denied"
	case InvalidName:
		return "invalid name"
	default:
		return "unchecked"
	}
}

// Unlisted returns the status of a credential that the host does not list:
// [Absent] in place of [Unreadable], and s otherwise.
func (s Status) Unlisted() Status {
	if s == Unreadable {
		return Absent
	}
	return s
}

const expiringWithin = 5 * time.Minute

// DefaultStaleAfter is how long after its expiry a token becomes stale by default.
const DefaultStaleAfter = 7 * 24 * time.Hour

// Status returns the token's status at the time now, which is never [Dead].
// staleAfter is the time from the expiry until the token is [Stale]. Whether the
// provider has revoked the token cannot be seen from its expiry.
func (m Metadata) Status(now time.Time, staleAfter time.Duration) Status {
	if m.Expiry.None() {
		return NoExpiry
	}
	at, ok := m.Expiry.Time()
	switch left := at.Sub(now); {
	case !ok:
		return InvalidExpiry
	case left < -staleAfter:
		return Stale
	case left <= 0:
		return Expired
	case left <= expiringWithin:
		return Expiring
	}
	return Valid
}

// Check is the result of [ProxyTokenStore.Check].
type Check struct {
	Found    bool        // the host has a token and can read it
	Hidden   bool        // the host refused the check
	Metadata Metadata    // if Found
	Stats    BucketStats // if Found
	Refusal  error       // the [*Error] of the host; nil unless Hidden
}

// Status returns the status of a listed credential at the time now, as
// [Metadata.Status] does; see [Status.Unlisted] for one that is not listed.
func (c Check) Status(now time.Time, staleAfter time.Duration) Status {
	switch {
	case c.Hidden:
		return Denied
	case !c.Found:
		return Unreadable
	}
	return c.Metadata.Status(now, staleAfter)
}

// Expiry is the end of a token's life as the host sent it. Two are == if the host
// sent the same. The zero Expiry means that there is none.
type Expiry struct {
	number float64
	hash   uint64 // of the JSON value if it was no plausible number; else 0
}

// NewExpiry returns the expiry that a host sends as number: Unix seconds, or
// milliseconds if it is above 1e12, the limit that hosts use. 0 means none.
func NewExpiry(number float64) Expiry {
	if math.Abs(number) < maxNumber {
		return Expiry{number: number}
	}
	return invalidExpiry(strconv.AppendFloat(nil, number, 'g', -1, 64))
}

const (
	maxSeconds = 1e12    // above this a number is milliseconds
	maxNumber  = 1 << 53 // from here on a float64 cannot represent every integer
	maxLiteral = 32      // characters of a number that is parsed
)

// expirySeed is random for each process, so that a hash reveals nothing about the
// value.
var expirySeed = maphash.MakeSeed()

// invalidExpiry keeps only a hash of raw, which could contain a secret.
func invalidExpiry(raw []byte) Expiry {
	return Expiry{hash: max(1, maphash.Bytes(expirySeed, raw))}
}

var (
	earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

// UnmarshalJSON accepts any JSON value and returns nil. null means none. Anything
// but a number of up to 32 characters and below 2^53 becomes an invalid expiry.
func (e *Expiry) UnmarshalJSON(raw []byte) error {
	*e = Expiry{}
	if string(raw) == "null" {
		return nil
	}
	if raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9' {
		number, err := strconv.ParseFloat(string(raw[:min(len(raw), maxLiteral)]), 64)
		if err == nil && len(raw) <= maxLiteral && math.Abs(number) < maxNumber {
			e.number = number
			return nil
		}
	}
	*e = invalidExpiry(raw)
	return nil
}

// MarshalJSON returns the number that the host sent, or 0 if it sent no plausible
// one.
func (e Expiry) MarshalJSON() ([]byte, error) { return json.Marshal(e.number) }

// None reports whether the host sent no expiry.
func (e Expiry) None() bool { return e == Expiry{} }

// Number returns the number that the host sent. ok is false if it sent no number,
// or one that cannot be a time in any unit.
func (e Expiry) Number() (number float64, ok bool) { return e.number, e.hash == 0 }

// Time returns the expiry, truncated to seconds. ok is false unless it lies
// between the years 2000 and 2200.
func (e Expiry) Time() (at time.Time, ok bool) {
	seconds := e.number
	if e.Milliseconds() {
		seconds /= 1000
	}
	if math.Abs(seconds) > maxSeconds {
		return time.Time{}, false
	}
	at = time.Unix(int64(seconds), 0)
	return at, !at.Before(earliest) && at.Before(latest)
}

// Before reports whether both are times and e is the earlier one.
func (e Expiry) Before(later Expiry) bool {
	at, known := e.Time()
	laterAt, laterKnown := later.Time()
	return known && laterKnown && at.Before(laterAt)
}

// Milliseconds reports whether the number is read as milliseconds.
func (e Expiry) Milliseconds() bool { return e.number > maxSeconds }
