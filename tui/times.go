package tui

import (
	"fmt"
	"strconv"
	"time"

	"credscope/store"
)

const (
	day         = 24 * time.Hour
	clockFormat = "15:04:05"
	timeFormat  = "2006-01-02 15:04 "
)

// duration words a length of time at a fixed width per range, truncated:
// 00:58:41 below a day, 12d 05:00 above.
func duration(d time.Duration) string {
	d = d.Abs().Truncate(time.Second)
	if d < day {
		return twoDigits(d/time.Hour) + ":" + twoDigits(d/time.Minute%60) + ":" + twoDigits(d/time.Second%60)
	}
	rest := d % day
	return strconv.Itoa(int(d/day)) + "d " + twoDigits(rest/time.Hour) + ":" + twoDigits(rest/time.Minute%60)
}

// twoDigits is fmt's %02d of a number below 100, for a time stands in every row.
func twoDigits(n time.Duration) string {
	const digits = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"
	return digits[2*n : 2*n+2]
}

// relative words a moment as seen from now.
func relative(at, now time.Time) string {
	if at.After(now) {
		return "in " + duration(at.Sub(now))
	}
	return duration(now.Sub(at)) + " ago"
}

// moment words an expiry in full: 2026-11-23 14:05 +01 (in 00:58:41).
func moment(at, now time.Time, zone *time.Location) string {
	at = at.In(zone)
	offset := "-07"
	if _, seconds := at.Zone(); seconds%3600 != 0 {
		offset = "-07:00"
	}
	return fmt.Sprintf("%s (%s)", at.Format(timeFormat+offset), relative(at, now))
}

// expiryText words what the host said about a token's end.
func expiryText(e store.Expiry, now time.Time, zone *time.Location) string {
	at, ok := e.Time()
	switch {
	case e.None():
		return "none given by the host"
	case !ok:
		return "not a plausible time: " + cut(fmt.Sprintf("%.0f", float64(e)), 20, "...")
	case e.Milliseconds():
		return moment(at, now, zone) + ", sent in milliseconds"
	}
	return moment(at, now, zone)
}
