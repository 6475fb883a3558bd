package store_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"credscope/store"
)

func TestTheStatusChangesExactlyAtItsEdges(t *testing.T) {
	const (
		tick = time.Nanosecond
		week = store.DefaultStaleAfter
	)
	expires := time.Unix(1893456000, 0)
	for _, test := range []struct {
		now  time.Time
		want store.Status
	}{
		{expires.AddDate(-20, 0, 0), store.Valid},
		{expires.Add(-5*time.Minute - tick), store.Valid},
		{expires.Add(-5 * time.Minute), store.Expiring},
		{expires.Add(-tick), store.Expiring},
		{expires, store.Expired},
		{expires.Add(tick), store.Expired},
		{expires.Add(week), store.Expired},
		{expires.Add(week + tick), store.Stale},
		{expires.AddDate(150, 0, 0), store.Stale},
		{expires.AddDate(5000, 0, 0), store.Stale},
	} {
		for _, sent := range []float64{1893456000, 1893456000.75, 1893456000000, 1893456000999} {
			m := store.Metadata{Expiry: store.NewExpiry(sent)}
			if got := m.Status(test.now, week); got != test.want {
				t.Errorf("%v at %v: %v, want %v", sent, test.now, got, test.want)
			}
			if got := m.Status(test.now.In(time.FixedZone("far", 14*3600)), week); got != test.want {
				t.Errorf("%v in another zone: %v, want %v", sent, got, test.want)
			}
		}
	}
}

func TestTheStaleLimitCanBeChosen(t *testing.T) {
	expires := time.Unix(1893456000, 0)
	m := store.Metadata{Expiry: store.NewExpiry(1893456000)}
	for _, test := range []struct {
		limit, past time.Duration
		want        store.Status
	}{
		{0, 0, store.Expired},
		{0, 1, store.Stale},
		{time.Hour, time.Hour, store.Expired},
		{time.Hour, time.Hour + 1, store.Stale},
		{math.MaxInt64, 200 * 365 * 24 * time.Hour, store.Expired},
	} {
		if got := m.Status(expires.Add(test.past), test.limit); got != test.want {
			t.Errorf("%v past with a limit of %v: %v, want %v", test.past, test.limit, got, test.want)
		}
	}
}

func TestAnInvalidExpiryIsNoGroundForAVerdict(t *testing.T) {
	for _, sent := range []float64{1, -1, 946684799, 7258118400, 253402300799, 1e12, 1e300, math.NaN(), math.Inf(1), math.Inf(-1)} {
		for _, at := range []time.Time{now, {}, now.AddDate(300, 0, 0), now.AddDate(40_000, 0, 0)} {
			if got := (store.Metadata{Expiry: store.NewExpiry(sent)}).Status(at, 0); got != store.InvalidExpiry {
				t.Errorf("%v: %v", sent, got)
			}
		}
	}
	if got := (store.Metadata{}).Status(now, 0); got != store.NoExpiry {
		t.Errorf("without an expiry: %v", got)
	}
}

func TestACheckHasTheStatusOfWhatItFound(t *testing.T) {
	fine := store.Metadata{Expiry: store.NewExpiry(float64(now.Add(time.Hour).Unix()))}
	for _, test := range []struct {
		check store.Check
		want  store.Status
	}{
		{store.Check{}, store.Unreadable},
		{store.Check{Metadata: fine}, store.Unreadable},
		{store.Check{Hidden: true}, store.Denied},
		{store.Check{Hidden: true, Found: true, Metadata: fine}, store.Denied},
		{store.Check{Found: true}, store.NoExpiry},
		{store.Check{Found: true, Metadata: fine}, store.Valid},
	} {
		got := test.check.Status(now, store.DefaultStaleAfter)
		if got != test.want {
			t.Errorf("%+v: %v, want %v", test.check, got, test.want)
		}
		if test.want == store.Unreadable {
			test.want = store.Absent
		}
		if got.Unlisted() != test.want {
			t.Errorf("%+v, not listed: %v, want %v", test.check, got.Unlisted(), test.want)
		}
	}
}

func TestEveryStatusHasItsOwnWord(t *testing.T) {
	words := []string{"unchecked", "valid", "expiring", "expired", "stale", "dead", "no expiry", "invalid expiry", "unreadable", "not found", "denied", "invalid name"}
	if len(store.Statuses) != len(words) {
		t.Fatalf("%d statuses", len(store.Statuses))
	}
	for i, h := range store.Statuses {
		if int(h) != i || h.String() != words[i] {
			t.Errorf("%d is %q, want %q", h, h, words[i])
		}
	}
	if got := store.Status(99).String(); got != "unchecked" {
		t.Errorf("an unknown one is %q", got)
	}
}

// invalid and none are what describe returns for expiries without a time.
const (
	invalid = "invalid"
	none    = "none"
)

// describe returns the time of an expiry in RFC 3339, invalid or none.
func describe(e store.Expiry) string {
	at, ok := e.Time()
	switch {
	case e.None():
		return none
	case !ok:
		return invalid
	}
	return at.UTC().Format(time.RFC3339Nano)
}

var expiries = map[string]string{
	"1893456000":        "2030-01-01T00:00:00Z",
	"1893456000.999":    "2030-01-01T00:00:00Z", // truncated, not rounded
	"1893456000.000001": "2030-01-01T00:00:00Z",
	"1.893456e9":        "2030-01-01T00:00:00Z",
	"1.893456E+9":       "2030-01-01T00:00:00Z",
	"18934560000e-1":    "2030-01-01T00:00:00Z",
	"1893456000000":     "2030-01-01T00:00:00Z", // milliseconds
	"1893456000999":     "2030-01-01T00:00:00Z",
	"1893456000999.75":  "2030-01-01T00:00:00Z",
	"1.893456e12":       "2030-01-01T00:00:00Z",
	"946684800":         "2000-01-01T00:00:00Z",
	"946684799":         invalid,
	"946684799.999":     invalid,
	"7258118399":        "2199-12-31T23:59:59Z",
	"7258118399.9":      "2199-12-31T23:59:59Z",
	"7258118400":        invalid,
	"7258118399999":     "2199-12-31T23:59:59Z",
	"7258118400000":     invalid,
	"1000000000000":     invalid, // not above the limit: seconds, year 33658
	"1e12":              invalid,
	"1000000000000.5":   "2001-09-09T01:46:40Z",
	"1000000000001":     "2001-09-09T01:46:40Z",
	"253402300799":      invalid,
	"0":                 none,
	"-0":                none,
	"0.0":               none,
	"0e5":               none,
	"1e-400":            none, // too small for any number but 0
	"null":              none,
	"1":                 invalid,
	"0.5":               invalid,
	"1.5":               invalid,
	"-1":                invalid,
	"-0.5":              invalid,
	"-1893456000":       invalid,
	"-1893456000000":    invalid,
	"-1e300":            invalid,
	"1e15":              invalid,
	"1e300":             invalid,
	"1e308":             invalid,
	"1e400":             invalid,
	"-1e400":            invalid,
	"9007199254740993":  invalid,

	"18446744073709551616":                   invalid,
	"1893456000.0000000000000000000001":      invalid, // 33 characters
	"1893456000.000000000000000000001":       "2030-01-01T00:00:00Z",
	"0.00000000000000000000000000000000000":  invalid,
	"1893456000" + strings.Repeat("0", 4096): invalid,
	"1893456000.12345678901234567890123e-":   "", // no JSON
}

func TestAnExpiryIsReadAsHostsWriteIt(t *testing.T) {
	for literal, want := range expiries {
		var e store.Expiry
		err := json.Unmarshal([]byte(literal), &e)
		if (err != nil) != (want == "") {
			t.Errorf("%.40s: %v", literal, err)
		} else if got := describe(e); err == nil && got != want {
			t.Errorf("%.40s: %s, want %s", literal, got, want)
		}
	}
}

func TestMillisecondsAreRecognised(t *testing.T) {
	for number, want := range map[float64]bool{
		0: false, 1893456000: false, 1e12: false, 1e12 + 0.5: true, 1e12 + 1: true, 1893456000000: true, -1893456000000: false, 1e300: false,
	} {
		if store.NewExpiry(number).Milliseconds() != want {
			t.Errorf("%v: %t", number, !want)
		}
	}
}

// parsed decodes an expiry from JSON.
func parsed(t *testing.T, raw string) store.Expiry {
	t.Helper()
	var e store.Expiry
	if err := json.Unmarshal([]byte(raw), &e); err != nil {
		t.Fatalf("%.40s: %v", raw, err)
	}
	return e
}

// implausible are JSON values that are no numbers, or too large or long for a time.
var implausible = []string{
	`true`, `false`, `""`, `"4815162342"`, `"1893456000"`, `"never"`, `[]`, `[4815162342]`, `[4815162343]`, `{}`, `{"4815162342":4815162342}`,
	`1e999`, `-1e999`, `1e998`, `9007199254740992`, `9007199254740993`, `-9007199254740993`, `1e16`, strings.Repeat("9", 40), strings.Repeat("9", 39) + "8",
	`4815162342.000000000000000000000000000000`,
}

func TestAnImplausibleExpiryIsComparedByWhatCame(t *testing.T) {
	known := map[store.Expiry]string{{}: "null", store.NewExpiry(1893456000): "1893456000"}
	for _, raw := range implausible {
		e := parsed(t, raw)
		if other, taken := known[e]; taken {
			t.Errorf("%s is the same as %s", raw, other)
		}
		known[e] = raw
		if again := parsed(t, raw); again != e {
			t.Errorf("%s is not the same as itself", raw)
		}
		if number, ok := e.Number(); ok || number != 0 || describe(e) != invalid || e.Milliseconds() {
			t.Errorf("%s: %v, %t, %s", raw, number, ok, describe(e))
		}
	}
}

func TestNothingIsKeptOfAnImplausibleExpiry(t *testing.T) {
	for _, raw := range implausible {
		e := parsed(t, raw)
		saved, err := json.Marshal(e)
		if text := fmt.Sprintf("%v %+v %#v %s", e, e, e, saved); err != nil || strings.Contains(text, "48151623") || strings.Contains(text, "99999999999") {
			t.Errorf("%s is kept: %s, %v", raw, text, err)
		}
	}
}

func TestAPlausibleExpiryKeepsItsNumber(t *testing.T) {
	for raw, want := range map[string]float64{
		"0": 0, "1": 1, "-1.5": -1.5, "1893456000": 1893456000, "1.893456e9": 1893456000, "1893456000999.75": 1893456000999.75,
		"253402300799": 253402300799, "9007199254740991": 1<<53 - 1, "-9007199254740991": 1 - 1<<53,
	} {
		e := parsed(t, raw)
		if number, ok := e.Number(); !ok || number != want || e != store.NewExpiry(want) {
			t.Errorf("%s: %v, %t", raw, number, ok)
		}
	}
	for _, number := range []float64{1 << 53, 1e16, math.Inf(1), math.Inf(-1), math.NaN()} {
		if _, ok := store.NewExpiry(number).Number(); ok || store.NewExpiry(number) != store.NewExpiry(number) {
			t.Errorf("%v is plausible, or not the same as itself", number)
		}
	}
}

func TestAnExpiryIsSavedAsItCame(t *testing.T) {
	for raw, want := range map[string]string{
		"1893456000": "1893456000", "1893456000.5": "1893456000.5", "1893456000000": "1893456000000", "0": "0", "null": "0", "-5": "-5",
		"1e999": "0", `"never"`: "0", "{}": "0",
	} {
		if got, err := json.Marshal(parsed(t, raw)); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v", raw, got, err)
		}
	}
}

func FuzzExpiry(f *testing.F) {
	for literal := range expiries {
		f.Add(literal)
	}
	f.Fuzz(func(t *testing.T, literal string) {
		var e store.Expiry
		if err := json.Unmarshal([]byte(literal), &e); err != nil {
			return
		}
		at, ok := e.Time()
		if ok && (at.Before(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)) || !at.Before(time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC))) {
			t.Errorf("%s counts as %v", literal, at)
		}
		status := store.Metadata{Expiry: e}.Status(now, store.DefaultStaleAfter)
		if judged := status != store.NoExpiry && status != store.InvalidExpiry; judged != ok || e.None() != (status == store.NoExpiry) {
			t.Errorf("%s is %v at %v, %t", literal, status, at, ok)
		}
		if again := parsed(t, literal); again != e {
			t.Errorf("%s is not the same as itself", literal)
		}
		if _, ok := e.Number(); !ok && status != store.InvalidExpiry {
			t.Errorf("%s is no plausible number, and %v", literal, status)
		}
		if saved, err := json.Marshal(e); err != nil || !json.Valid(saved) {
			t.Errorf("%s is saved as %s, %v", literal, saved, err)
		}
	})
}
