package store_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"credscope/store"
)

// odd and none stand for expiries that are no times.
const (
	odd  = "odd"
	none = "none"
)

// said is how an expiry can be told: a time, or that there is none to tell.
func said(e store.Expiry) string {
	at, ok := e.Time()
	switch {
	case e.None():
		return none
	case !ok:
		return odd
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
	"946684799":         odd,
	"946684799.999":     odd,
	"7258118399":        "2199-12-31T23:59:59Z",
	"7258118399.9":      "2199-12-31T23:59:59Z",
	"7258118400":        odd,
	"7258118399999":     "2199-12-31T23:59:59Z",
	"7258118400000":     odd,
	"1000000000000":     odd, // not above the guard: seconds, year 33658
	"1e12":              odd,
	"1000000000000.5":   "2001-09-09T01:46:40Z",
	"1000000000001":     "2001-09-09T01:46:40Z",
	"253402300799":      odd,
	"0":                 none,
	"-0":                none,
	"0.0":               none,
	"0e5":               none,
	"1e-400":            none, // too small for any number but 0
	"null":              none,
	"1":                 odd,
	"0.5":               odd,
	"1.5":               odd,
	"-1":                odd,
	"-0.5":              odd,
	"-1893456000":       odd,
	"-1893456000000":    odd,
	"-1e300":            odd,
	"1e15":              odd,
	"1e300":             odd,
	"1e308":             odd,
	"1e400":             odd,
	"-1e400":            odd,
	"9007199254740993":  odd,

	"18446744073709551616":                   odd,
	"1893456000.0000000000000000000001":      odd, // 33 characters
	"1893456000.000000000000000000001":       "2030-01-01T00:00:00Z",
	"0.00000000000000000000000000000000000":  odd,
	"1893456000" + strings.Repeat("0", 4096): odd,
	"1893456000.12345678901234567890123e-":   "", // no JSON
}

func TestAnExpiryIsReadAsTheHostMeansIt(t *testing.T) {
	for literal, want := range expiries {
		var e store.Expiry
		err := json.Unmarshal([]byte(literal), &e)
		if (err != nil) != (want == "") {
			t.Errorf("%.40s: %v", literal, err)
		} else if got := said(e); err == nil && got != want {
			t.Errorf("%.40s: %s, want %s", literal, got, want)
		}
	}
}

func TestMillisecondsAreRecognised(t *testing.T) {
	for e, want := range map[store.Expiry]bool{
		0: false, 1893456000: false, 1e12: false, 1e12 + 0.5: true, 1e12 + 1: true, 1893456000000: true, -1893456000000: false, 1e300: true,
	} {
		if e.Milliseconds() != want {
			t.Errorf("%v: %t", e, !want)
		}
	}
}

func TestWhatIsNoNumberIsNoExpiry(t *testing.T) {
	for _, raw := range []string{`true`, `false`, `""`, `"4815162342"`, `"never"`, `[]`, `[4815162342]`, `{}`, `{"4815162342":4815162342}`} {
		e := store.Expiry(7)
		err := json.Unmarshal([]byte(raw), &e)
		wrong, ok := errors.AsType[*store.MalformedDataError](err)
		if !ok || wrong.What != "expiry is not a number" || strings.Contains(err.Error(), "4815") || e != 7 {
			t.Errorf("%s: %v, %v", raw, e, err)
		}
	}
}

func TestAnExpiryIsSavedAsItCame(t *testing.T) {
	for _, test := range []struct {
		e    store.Expiry
		want string
	}{
		{1893456000, "1893456000"},
		{1893456000.5, "1893456000.5"},
		{1893456000000, "1893456000000"},
		{0, "0"},
		{-5, "-5"},
		{store.Expiry(math.NaN()), "0"},
		{store.Expiry(math.Inf(1)), "0"},
		{store.Expiry(math.Inf(-1)), "0"},
	} {
		if got, err := json.Marshal(test.e); err != nil || string(got) != test.want {
			t.Errorf("%v: %s, %v", test.e, got, err)
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
		health := store.Metadata{Expiry: e}.Health(now, store.DefaultStaleAfter)
		if judged := health != store.NoExpiry && health != store.OddExpiry; judged != ok || e.None() != (health == store.NoExpiry) {
			t.Errorf("%s is %v at %v, %t", literal, health, at, ok)
		}
		if saved, err := json.Marshal(e); err != nil || !json.Valid(saved) {
			t.Errorf("%s is saved as %s, %v", literal, saved, err)
		}
	})
}
