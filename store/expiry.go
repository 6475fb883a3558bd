package store

import (
	"encoding/json"
	"math"
	"strconv"
	"time"

	"credscope/socket"
)

// Expiry is a token's end as the host sent it: Unix seconds, or milliseconds
// above 1e12, the guard that hosts use themselves. 0 is no expiry.
type Expiry float64

const (
	maxSeconds = 1e12 // above it a number is milliseconds
	maxLiteral = 32   // characters of a number that are looked at
)

var (
	earliest = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
)

// UnmarshalJSON takes a number; null is 0. A number too long or too large for
// anything becomes an odd expiry rather than an error.
func (e *Expiry) UnmarshalJSON(raw []byte) error {
	if string(raw) == "null" {
		*e = 0
		return nil
	}
	if raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
		return &socket.MalformedDataError{What: "expiry is not a number"}
	}
	value, err := strconv.ParseFloat(string(raw[:min(len(raw), maxLiteral)]), 64)
	if err != nil || len(raw) > maxLiteral {
		value = math.NaN()
	}
	*e = Expiry(value)
	return nil
}

// MarshalJSON gives the number as it was, 0 for one that JSON cannot express.
func (e Expiry) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(e)) || math.IsInf(float64(e), 0) {
		return []byte("0"), nil
	}
	return json.Marshal(float64(e))
}

// None reports whether the host gave no expiry.
func (e Expiry) None() bool { return e == 0 }

// Time returns the expiry, truncated to seconds, and whether it is a time
// between the years 2000 and 2200. Anything else is no ground for a verdict.
func (e Expiry) Time() (at time.Time, ok bool) {
	seconds := float64(e)
	if seconds > maxSeconds {
		seconds /= 1000
	}
	if e.None() || math.IsNaN(seconds) || math.Abs(seconds) > maxSeconds {
		return time.Time{}, false
	}
	at = time.Unix(int64(seconds), 0)
	return at, !at.Before(earliest) && at.Before(latest)
}

// Milliseconds reports whether the number was taken for milliseconds.
func (e Expiry) Milliseconds() bool { return e > maxSeconds }
