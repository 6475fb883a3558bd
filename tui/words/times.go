package words

import (
	"fmt"
	"strings"
	"time"

	"credscope/store"
)

// Formats of the time package.
const (
	Clock    = "15:04"
	ClockSec = "15:04:05"
	DateTime = "2006-01-02 15:04"
)

const day = 24 * time.Hour

// Duration returns a length of time, truncated: "41d", "6h 12m", "3m 19s", "19s".
func Duration(d time.Duration) string {
	switch d = d.Abs(); {
	case d >= day:
		return fmt.Sprintf("%dd", d/day)
	case d >= time.Hour:
		return fmt.Sprintf("%dh %dm", d/time.Hour, d%time.Hour/time.Minute)
	case d >= time.Minute:
		return fmt.Sprintf("%dm %ds", d/time.Minute, d%time.Minute/time.Second)
	}
	return fmt.Sprintf("%ds", d/time.Second)
}

// Relative returns a moment as seen from now: "41d ago", "in 6h 12m".
func Relative(at, now time.Time) string {
	if at.After(now) {
		return "in " + Duration(at.Sub(now))
	}
	return Duration(now.Sub(at)) + " ago"
}

// Moment returns a time with its zone: "2026-11-23 14:05 +01".
func Moment(at time.Time, zone *time.Location) string {
	at = at.In(zone)
	return at.Format(DateTime + " " + offsetFormat(at))
}

// Zone returns the offset of a zone at a time: "+01", "+05:30".
func Zone(at time.Time, zone *time.Location) string {
	at = at.In(zone)
	return at.Format(offsetFormat(at))
}

func offsetFormat(at time.Time) string {
	if _, seconds := at.Zone(); seconds%3600 != 0 {
		return "-07:00"
	}
	return "-07"
}

// ExpiryTime returns what the host said about a token's expiry.
func ExpiryTime(e store.Expiry, zone *time.Location) string {
	at, ok := e.Time()
	switch {
	case e.None():
		return "none given by the host"
	case !ok:
		if number, ok := e.Number(); ok {
			return fmt.Sprintf("not a plausible time: %.0f", number)
		}
		return "not a plausible time"
	case e.Milliseconds():
		return Moment(at, zone) + ", sent in milliseconds"
	}
	return Moment(at, zone)
}

// Expiry returns [ExpiryTime] and how far away it is.
func Expiry(e store.Expiry, now time.Time, zone *time.Location) string {
	at, ok := e.Time()
	if !ok {
		return ExpiryTime(e, zone)
	}
	moment, note, inMilliseconds := strings.Cut(ExpiryTime(e, zone), ",")
	words := moment + " (" + Relative(at, now) + ")"
	if inMilliseconds {
		words += "," + note
	}
	return words
}

// Count returns a number of things: "1 bucket", "2 buckets".
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
