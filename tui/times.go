package tui

import (
	"fmt"
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
		return fmt.Sprintf("%02d:%02d:%02d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
	}
	rest := d % day
	return fmt.Sprintf("%dd %02d:%02d", d/day, int(rest.Hours()), int(rest.Minutes())%60)
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
