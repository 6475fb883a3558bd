package words

import (
	"math"
	"testing"
	"time"

	"credscope/store"
)

var testNow = time.Date(2026, 11, 23, 14, 5, 10, 0, time.FixedZone("", 3600))

func TestALengthOfTimeIsTruncated(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                              "0s",
		time.Second - 1:                "0s",
		59 * time.Second:               "59s",
		time.Minute - 1:                "59s",
		time.Minute:                    "1m 0s",
		3*time.Minute + 19*time.Second: "3m 19s",
		time.Hour - 1:                  "59m 59s",
		time.Hour:                      "1h 0m",
		6*time.Hour + 12*time.Minute:   "6h 12m",
		day - 1:                        "23h 59m",
		day:                            "1d",
		2*day - 1:                      "1d",
		400*day + 23*time.Hour:         "400d",
		math.MaxInt64:                  "106751d",
	} {
		for _, d := range []time.Duration{d, -d} {
			if got := Duration(d); got != want {
				t.Errorf("%d ns: %q, not %q", d, got, want)
			}
		}
	}
	if got := Duration(math.MinInt64); got != "106751d" {
		t.Errorf("the longest time: %q", got)
	}
}

func TestAMomentIsSeenFromNow(t *testing.T) {
	for away, want := range map[time.Duration]string{
		0:                "0s ago",
		1:                "in 0s",
		-1:               "0s ago",
		59 * time.Second: "in 59s",
		-time.Hour:       "1h 0m ago",
		day:              "in 1d",
		-41 * day:        "41d ago",
	} {
		if got := Relative(testNow.Add(away), testNow); got != want {
			t.Errorf("%v away: %q, not %q", away, got, want)
		}
	}
	if got := Relative(testNow.Add(time.Hour).UTC(), testNow); got != "in 1h 0m" {
		t.Errorf("in another zone: %q", got)
	}
}

func TestAMomentHasTheOffsetOfTheReadersZone(t *testing.T) {
	at := testNow.Add(58*time.Minute + 41*time.Second + 999*time.Millisecond)
	for _, c := range []struct {
		in             *time.Location
		moment, offset string
	}{
		{testNow.Location(), "2026-11-23 15:03 +01", "+01"},
		{time.UTC, "2026-11-23 14:03 +00", "+00"},
		{time.FixedZone("", -10*3600), "2026-11-23 04:03 -10", "-10"},
		{time.FixedZone("PLACE", 13*3600), "2026-11-24 03:03 +13", "+13"},
		{time.FixedZone("", 5*3600+1800), "2026-11-23 19:33 +05:30", "+05:30"},
	} {
		if got := Moment(at, c.in); got != c.moment {
			t.Errorf("%q, not %q", got, c.moment)
		}
		if got := Zone(at, c.in); got != c.offset {
			t.Errorf("%q, not %q", got, c.offset)
		}
	}
}

func TestAnExpiryIsSaidAsTheHostGaveIt(t *testing.T) {
	seconds := float64(testNow.Add(time.Hour).Unix())
	for number, want := range map[float64]string{
		0:                    "none given by the host",
		math.Copysign(0, -1): "none given by the host",
		seconds:              "2026-11-23 15:05 +01 (in 1h 0m)",
		seconds + 0.999:      "2026-11-23 15:05 +01 (in 1h 0m)",
		seconds * 1000:       "2026-11-23 15:05 +01 (in 1h 0m), sent in milliseconds",
		seconds*1000 + 999:   "2026-11-23 15:05 +01 (in 1h 0m), sent in milliseconds",
		946684799:            "not a plausible time: 946684799",
		946684800:            "2000-01-01 01:00 +01 (9823d ago)",
		7258118400:           "not a plausible time: 7258118400",
		7258118400 * 1000:    "not a plausible time: 7258118400000",
		-5:                   "not a plausible time: -5",
		1<<53 - 1:            "not a plausible time: 9007199254740991",
		1 << 53:              "not a plausible time",
		1e40:                 "not a plausible time",
		math.NaN():           "not a plausible time",
		math.Inf(1):          "not a plausible time",
		math.Inf(-1):         "not a plausible time",
	} {
		if got := Expiry(store.NewExpiry(number), testNow, testNow.Location()); got != want {
			t.Errorf("%v: %q, not %q", number, got, want)
		}
	}
}

func TestThingsAreCountedInWords(t *testing.T) {
	for n, want := range map[int]string{0: "0 buckets", 1: "1 bucket", 2: "2 buckets", 1000: "1000 buckets"} {
		if got := Count(n, "bucket"); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}
