package store_test

import (
	"math"
	"testing"
	"time"

	"credscope/store"
)

func TestHealthChangesExactlyAtItsEdges(t *testing.T) {
	const (
		tick = time.Nanosecond
		week = store.DefaultStaleAfter
	)
	expires := time.Unix(1893456000, 0)
	for _, test := range []struct {
		now  time.Time
		want store.Health
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
		for _, sent := range []store.Expiry{1893456000, 1893456000.75, 1893456000000, 1893456000999} {
			m := store.Metadata{Expiry: sent}
			if got := m.Health(test.now, week); got != test.want {
				t.Errorf("%v at %v: %v, want %v", sent, test.now, got, test.want)
			}
			if got := m.Health(test.now.In(time.FixedZone("far", 14*3600)), week); got != test.want {
				t.Errorf("%v in another zone: %v, want %v", sent, got, test.want)
			}
		}
	}
}

func TestTheStaleLimitCanBeChosen(t *testing.T) {
	expires := time.Unix(1893456000, 0)
	m := store.Metadata{Expiry: 1893456000}
	for _, test := range []struct {
		limit, past time.Duration
		want        store.Health
	}{
		{0, 0, store.Expired},
		{0, 1, store.Stale},
		{time.Hour, time.Hour, store.Expired},
		{time.Hour, time.Hour + 1, store.Stale},
		{math.MaxInt64, 200 * 365 * 24 * time.Hour, store.Expired},
	} {
		if got := m.Health(expires.Add(test.past), test.limit); got != test.want {
			t.Errorf("%v past with a limit of %v: %v, want %v", test.past, test.limit, got, test.want)
		}
	}
}

func TestAnOddExpiryIsNoGroundForAVerdict(t *testing.T) {
	for _, sent := range []store.Expiry{1, -1, 946684799, 7258118400, 253402300799, 1e12, 1e300, store.Expiry(math.NaN()), store.Expiry(math.Inf(1)), store.Expiry(math.Inf(-1))} {
		for _, at := range []time.Time{now, {}, now.AddDate(300, 0, 0), now.AddDate(40_000, 0, 0)} {
			if got := (store.Metadata{Expiry: sent}).Health(at, 0); got != store.OddExpiry {
				t.Errorf("%v: %v", sent, got)
			}
		}
	}
	if got := (store.Metadata{}).Health(now, 0); got != store.NoExpiry {
		t.Errorf("without an expiry: %v", got)
	}
}

func TestALookIsJudgedByWhatItFound(t *testing.T) {
	fine := store.Metadata{Expiry: store.Expiry(now.Add(time.Hour).Unix())}
	for _, test := range []struct {
		look store.Look
		want store.Health
	}{
		{store.Look{}, store.Unreadable},
		{store.Look{Metadata: fine}, store.Unreadable},
		{store.Look{Hidden: true}, store.Hidden},
		{store.Look{Hidden: true, Found: true, Metadata: fine}, store.Hidden},
		{store.Look{Found: true}, store.NoExpiry},
		{store.Look{Found: true, Metadata: fine}, store.Valid},
	} {
		if got := test.look.Health(now, store.DefaultStaleAfter); got != test.want {
			t.Errorf("%+v: %v, want %v", test.look, got, test.want)
		}
	}
}

func TestEveryHealthHasItsOwnWord(t *testing.T) {
	words := []string{"unchecked", "valid", "expiring", "expired", "stale", "no expiry", "odd expiry", "unreadable", "hidden"}
	if len(store.Healths) != len(words) {
		t.Fatalf("%d healths", len(store.Healths))
	}
	for i, h := range store.Healths {
		if int(h) != i || h.String() != words[i] {
			t.Errorf("%d is %q, want %q", h, h, words[i])
		}
	}
	if got := store.Health(99).String(); got != "unchecked" {
		t.Errorf("an unknown one is %q", got)
	}
}
