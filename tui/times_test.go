package tui

import (
	"math"
	"strings"
	"testing"
	"time"

	"credscope/store"
)

func TestALengthOfTimeIsTruncatedAndHasAFixedWidth(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                              "00:00:00",
		time.Second - 1:                "00:00:00",
		59 * time.Second:               "00:00:59",
		time.Minute - 1:                "00:00:59",
		time.Minute:                    "00:01:00",
		time.Hour - 1:                  "00:59:59",
		time.Hour:                      "01:00:00",
		day - time.Second:              "23:59:59",
		day - 1:                        "23:59:59",
		day:                            "1d 00:00",
		day + 59*time.Second:           "1d 00:00",
		day + time.Minute:              "1d 00:01",
		2*day - 1:                      "1d 23:59",
		12*day + 5*time.Hour:           "12d 05:00",
		400 * day:                      "400d 00:00",
		400*day + 23*time.Hour + 59e10: "400d 23:09",
		math.MaxInt64:                  "106751d 23:47",
	} {
		if got := duration(d); got != want {
			t.Errorf("%d ns: %q, not %q", d, got, want)
		}
		if got := duration(-d); got != want {
			t.Errorf("%d ns: %q, not %q", -d, got, want)
		}
	}
	if got := duration(math.MinInt64); got != "106751d 23:47" {
		t.Errorf("the longest time: %q", got)
	}
}

func TestATimeOfDayReadsBackAsItWas(t *testing.T) {
	for d := time.Duration(0); d < day; d += 37 * time.Second {
		words := duration(d + 999*time.Millisecond)
		parsed, err := time.Parse(clockFormat, words)
		if err != nil || parsed.Sub(parsed.Truncate(day)) != d || len(words) != len(clockFormat) {
			t.Fatalf("%v: %q", d, words)
		}
	}
}

func TestAMomentIsSeenFromNow(t *testing.T) {
	for away, want := range map[time.Duration]string{
		0:                "00:00:00 ago",
		1:                "in 00:00:00",
		-1:               "00:00:00 ago",
		59 * time.Second: "in 00:00:59",
		-time.Hour:       "01:00:00 ago",
		day:              "in 1d 00:00",
		-400 * day:       "400d 00:00 ago",
	} {
		if got := relative(testNow.Add(away), testNow); got != want {
			t.Errorf("%v away: %q, not %q", away, got, want)
		}
	}
	inUTC := testNow.Add(time.Hour).UTC()
	if got := relative(inUTC, testNow); got != "in 01:00:00" {
		t.Errorf("in another zone: %q", got)
	}
}

func TestAMomentIsSaidInFullInTheZoneOfTheReader(t *testing.T) {
	at := testNow.Add(58*time.Minute + 41*time.Second + 999*time.Millisecond)
	for zone, want := range map[*time.Location]string{
		testNow.Location():               "2026-11-23 15:03 +01 (in 00:58:41)",
		time.UTC:                         "2026-11-23 14:03 +00 (in 00:58:41)",
		time.FixedZone("", -10*3600):     "2026-11-23 04:03 -10 (in 00:58:41)",
		time.FixedZone("PLACE", 13*3600): "2026-11-24 03:03 +13 (in 00:58:41)",
	} {
		if got := moment(at, testNow, zone); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func TestAnExpiryIsWordedByWhatTheHostSaid(t *testing.T) {
	at := testNow.Add(time.Hour)
	seconds := store.Expiry(at.Unix())
	for _, c := range []struct {
		e    store.Expiry
		want string
	}{
		{0, "none given by the host"},
		{store.Expiry(math.Copysign(0, -1)), "none given by the host"},
		{seconds, "2026-11-23 15:05 +01 (in 01:00:00)"},
		{seconds + 0.999, "2026-11-23 15:05 +01 (in 01:00:00)"},
		{seconds * 1000, "2026-11-23 15:05 +01 (in 01:00:00), sent in milliseconds"},
		{seconds*1000 + 999, "2026-11-23 15:05 +01 (in 01:00:00), sent in milliseconds"},
		{946684799, "not a plausible time: 946684799"},
		{946684800, "2000-01-01 01:00 +01 (9823d 13:05 ago)"},
		{7258118400, "not a plausible time: 7258118400"},
		{7258118400 * 1000, "not a plausible time: 7258118400000"},
		{-5, "not a plausible time: -5"},
		{1e40, "not a plausible time: 10000000000000000..."},
		{store.Expiry(math.NaN()), "not a plausible time: NaN"},
		{store.Expiry(math.Inf(1)), "not a plausible time: +Inf"},
		{store.Expiry(math.Inf(-1)), "not a plausible time: -Inf"},
	} {
		got := expiryText(c.e, testNow, testNow.Location())
		if got != c.want {
			t.Errorf("%v: %q, not %q", float64(c.e), got, c.want)
		}
		if strings.ContainsAny(got, "\n\x1b") {
			t.Errorf("%v: %q is more than a line", float64(c.e), got)
		}
	}
}
