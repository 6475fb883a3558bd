package inventory_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"credscope/store"
	"credscope/store/inventory"
)

func TestAStatusFollowsTheCheckTheListAndTheName(t *testing.T) {
	inv := stocked()
	inv.AddName(keyOf("codex/added"))
	inv.SetBuckets("anthropic", []string{"old backup"}, testNow)
	for _, step := range []struct {
		key   store.Key
		check store.Check
		want  store.Status
	}{
		{keyOf("codex/work"), found(time.Hour), store.Valid},
		{keyOf("codex/work"), found(time.Minute), store.Expiring},
		{keyOf("codex/work"), found(-time.Hour), store.Expired},
		{keyOf("codex/work"), found(-8 * 24 * time.Hour), store.Stale},
		{keyOf("codex/work"), store.Check{Found: true}, store.NoExpiry},
		{keyOf("codex/work"), store.Check{}, store.Unreadable},
		{keyOf("codex/work"), store.Check{Hidden: true}, store.Denied},
		{keyOf("codex/added"), store.Check{}, store.Absent},
		{keyOf("codex/added"), found(time.Hour), store.Valid},
		{store.Key{Provider: "anthropic", Bucket: "old backup"}, found(time.Hour), store.InvalidName},
	} {
		inv.SetCheck(step.key, step.check, testNow)
		if got := inv.Status(inv.Bucket(step.key), testNow); got != step.want {
			t.Errorf("%s: %s, not %s", step.key, got, step.want)
		}
	}
	if got := inv.Status(inv.Bucket(keyOf("codex/default")), testNow); got != store.Unchecked {
		t.Errorf("without a check: %s", got)
	}
}

func TestWhatCannotBeRemovedHasItsReason(t *testing.T) {
	inv := stocked()
	inv.SetProviders([]string{"twice", "twice", "codex"}, testNow)
	inv.SetBuckets("twice", []string{"a"}, testNow)
	inv.SetBuckets("codex", []string{"b", "b", "c", "old backup"}, testNow)
	inv.AddName(keyOf("codex/absent"))
	inv.AddName(keyOf("codex/hidden"))
	inv.SetCheck(keyOf("codex/absent"), store.Check{}, testNow)
	inv.SetCheck(keyOf("codex/hidden"), store.Check{Hidden: true}, testNow)
	for name, want := range map[string]inventory.Reason{
		"twice/a": inventory.ProviderDuplicate, "codex/b": inventory.BucketDuplicate, "codex/c": inventory.Allowed,
		"codex/absent": inventory.NotFound, "codex/hidden": inventory.Allowed, "codex/old backup": inventory.InvalidName,
	} {
		provider, bucket, _ := strings.Cut(name, "/")
		b := inv.Bucket(store.Key{Provider: provider, Bucket: bucket})
		if got := inv.Blocked(b); got != want {
			t.Errorf("%s: %d, not %d", name, got, want)
		}
		if inv.WorthRemoving(b, testNow) {
			t.Errorf("%s is worth removing", name)
		}
	}
}

func TestWorthRemovingIsWhatIsListedAndStaleOrUnreadable(t *testing.T) {
	inv := stocked()
	inv.AddName(keyOf("codex/added"))
	stale := found(-8 * 24 * time.Hour)
	for _, step := range []struct {
		name  string
		check store.Check
		want  bool
	}{
		{"codex/work", stale, true},
		{"codex/work", store.Check{}, true},
		{"codex/work", found(-time.Hour), false},
		{"codex/work", store.Check{Hidden: true}, false},
		{"codex/work", store.Check{Found: true}, false},
		{"codex/added", stale, false},
	} {
		inv.SetCheck(keyOf(step.name), step.check, testNow)
		if got := inv.WorthRemoving(inv.Bucket(keyOf(step.name)), testNow); got != step.want {
			t.Errorf("%s, %s: %t", step.name, inv.Status(inv.Bucket(keyOf(step.name)), testNow), got)
		}
	}
}

// renewed is the outcome of a renewal of codex/work.
func renewed(v store.Verdict, now *store.Check) store.Outcome {
	return store.Outcome{Action: store.ActionRenew, Key: keyOf("codex/work"), Verdict: v, Now: now}
}

func TestADeadBucketIsOneUntilALaterExpiryIsSeen(t *testing.T) {
	inv := stocked()
	key := keyOf("codex/work")
	is := func(want store.Status) {
		t.Helper()
		if got := inv.Status(inv.Bucket(key), testNow); got != want {
			t.Errorf("%s, not %s", got, want)
		}
		if counts := inv.Counts("", testNow); counts.Of(want) != 1 {
			t.Errorf("%d are counted as %s", counts.Of(want), want)
		}
	}
	old := found(-8 * 24 * time.Hour)
	inv.SetCheck(key, old, testNow)
	is(store.Stale)
	inv.SetOutcome(renewed(store.CannotRenew, &old), testNow.Add(time.Minute))
	is(store.Dead)
	if b := inv.Bucket(key); !inv.WorthRemoving(b, testNow) || !inv.Renewable(b, testNow) || !b.RenewedAt.Equal(testNow.Add(time.Minute)) {
		t.Errorf("%+v", b)
	}
	inv.SetCheck(key, old, testNow)
	is(store.Dead)
	inv.SetProviders([]string{"codex"}, testNow)
	inv.SetBuckets("codex", []string{"default", "work"}, testNow)
	is(store.Dead)
	inv.SetCheck(key, store.Check{}, testNow)
	is(store.Unreadable)
	inv.SetCheck(key, old, testNow)
	is(store.Dead)
	inv.SetCheck(key, found(-time.Hour), testNow) // the host has renewed it since
	is(store.Expired)
	if inv.Bucket(key).Renewal != nil {
		t.Error("the renewal stays after a later expiry")
	}
}

func TestOnlyADeadOneIsDead(t *testing.T) {
	for v := range store.NoToken + 1 {
		inv, old := stocked(), found(-time.Hour)
		inv.SetCheck(keyOf("codex/work"), old, testNow)
		inv.SetOutcome(renewed(v, &old), testNow)
		want := store.Expired
		if v == store.CannotRenew {
			want = store.Dead
		}
		b := inv.Bucket(keyOf("codex/work"))
		if got := inv.Status(b, testNow); got != want {
			t.Errorf("%s: %s", v, got)
		}
		if kept := b.Renewal != nil; kept == (v == store.NotStarted || v == store.NotSent || v == store.Renewed) {
			t.Errorf("%s: the bucket keeps it: %t", v, kept)
		}
	}
}

func TestARenewalBringsWhatTheHostHandsOutThen(t *testing.T) {
	inv := stocked()
	key, fresh := keyOf("codex/work"), found(8*time.Hour)
	inv.SetCheck(key, found(-time.Hour), testNow)
	inv.SetOutcome(renewed(store.Renewed, &fresh), testNow)
	if b := inv.Bucket(key); inv.Status(b, testNow) != store.Valid || b.Renewal != nil || inv.Renewable(b, testNow) {
		t.Errorf("%+v", b)
	}
	inv.SetOutcome(renewed(store.NoToken, &store.Check{}), testNow)
	if got := inv.Status(inv.Bucket(key), testNow); got != store.Unreadable {
		t.Errorf("without a token: %s", got)
	}
}

func TestOnlyWhatIsPastItsExpiryCanBeRenewed(t *testing.T) {
	inv := stocked()
	for _, step := range []struct {
		check store.Check
		want  bool
	}{
		{found(-time.Hour), true},
		{found(-8 * 24 * time.Hour), true},
		{found(time.Minute), false},
		{found(time.Hour), false},
		{store.Check{Found: true}, false},
		{store.Check{}, false},
		{store.Check{Hidden: true}, false},
	} {
		inv.SetCheck(keyOf("codex/work"), step.check, testNow)
		if got := inv.Renewable(inv.Bucket(keyOf("codex/work")), testNow); got != step.want {
			t.Errorf("%+v: %t", step.check, got)
		}
	}
	inv.SetBuckets("codex", []string{"work", "work"}, testNow)
	inv.SetCheck(keyOf("codex/work"), found(-time.Hour), testNow)
	if inv.Renewable(inv.Bucket(keyOf("codex/work")), testNow) {
		t.Error("one that is listed twice can be renewed")
	}
}

func TestAStaleOneIsUntriedWhereARenewalCouldTell(t *testing.T) {
	outcome := func(name string, v store.Verdict) store.Outcome {
		return store.Outcome{Action: store.ActionRenew, Key: keyOf(name), Verdict: v}
	}
	for _, test := range []struct {
		name  string
		check store.Check
		after []store.Outcome
		want  bool
	}{
		{"stale", found(-8 * 24 * time.Hour), nil, true},
		{"expired", found(-time.Hour), nil, false},
		{"tried", found(-8 * 24 * time.Hour), []store.Outcome{outcome("codex/work", store.Unknown)}, false},
		{"another was tried", found(-8 * 24 * time.Hour), []store.Outcome{outcome("codex/default", store.CannotRenew)}, true},
		{"its provider is not renewed", found(-8 * 24 * time.Hour), []store.Outcome{outcome("codex/default", store.NotRenewable)}, false},
		{"another provider is not renewed", found(-8 * 24 * time.Hour), []store.Outcome{outcome("anthropic/default", store.NotRenewable)}, true},
		{"nothing is renewed", found(-8 * 24 * time.Hour), []store.Outcome{outcome("anthropic/default", store.Refused)}, false},
	} {
		inv := stocked()
		inv.SetCheck(keyOf("codex/work"), test.check, testNow)
		for _, o := range test.after {
			inv.SetOutcome(o, testNow)
		}
		if got := inv.Target(inv.Bucket(keyOf("codex/work")), testNow).Untried; got != test.want {
			t.Errorf("%s: %t", test.name, got)
		}
	}
}

func TestNoneIsReadableOnlyIfAListedOneWasAskedForAndNoneWasHandedOut(t *testing.T) {
	inv := stocked()
	for _, step := range []struct {
		name  string
		check store.Check
		want  bool
	}{
		{"codex/work", store.Check{Hidden: true}, false},
		{"codex/default", store.Check{}, true},
		{"anthropic/work", found(-time.Hour), false},
	} {
		inv.SetCheck(keyOf(step.name), step.check, testNow)
		if got := inv.NoneReadable(); got != step.want {
			t.Errorf("after %s: %t", step.name, got)
		}
	}
}

func TestTwoBucketsOfOneProviderWithOneExpiryKnowEachOther(t *testing.T) {
	inv := stocked()
	one, two := inv.Bucket(keyOf("codex/work")), inv.Bucket(keyOf("codex/default"))
	inv.SetCheck(one.Key, found(time.Hour), testNow)
	inv.SetCheck(keyOf("anthropic/work"), found(time.Hour), testNow)
	if other := inv.SameExpiry(one); other != nil {
		t.Errorf("%s has the expiry of %s", other.Key, one.Key)
	}
	inv.SetCheck(two.Key, found(time.Hour), testNow)
	if inv.SameExpiry(one) != two || inv.SameExpiry(two) != one {
		t.Error("they do not know each other")
	}
	inv.SetCheck(one.Key, store.Check{Found: true}, testNow)
	inv.SetCheck(two.Key, store.Check{Found: true}, testNow)
	if inv.SameExpiry(one) != nil {
		t.Error("two without an expiry have the same one")
	}
}

func TestEveryStatusHasItsPlaceInTheOrder(t *testing.T) {
	if len(inventory.Severity) != len(store.Statuses) {
		t.Errorf("%d of %d statuses have a place", len(inventory.Severity), len(store.Statuses))
	}
	for _, status := range store.Statuses {
		if !slices.Contains(inventory.Severity, status) {
			t.Errorf("%s has none", status)
		}
	}
}

// mixed is an inventory with a bucket of nearly every status.
func mixed() *inventory.Inventory {
	inv := &inventory.Inventory{StaleAfter: store.DefaultStaleAfter}
	inv.SetProviders([]string{"p", "q"}, testNow)
	inv.SetBuckets("p", []string{"valid", "stale", "older", "unreadable", "denied", "unchecked"}, testNow)
	inv.SetBuckets("q", []string{"expired", "expiring", "none", "stale", "not a name"}, testNow)
	for name, check := range map[string]store.Check{
		"p/valid": found(time.Hour), "p/stale": found(-8 * 24 * time.Hour), "p/older": found(-80 * 24 * time.Hour),
		"p/unreadable": {}, "p/denied": {Hidden: true}, "q/expired": found(-time.Hour), "q/expiring": found(time.Minute),
		"q/none": {Found: true}, "q/stale": found(-8 * 24 * time.Hour),
	} {
		inv.SetCheck(keyOf(name), check, testNow)
	}
	return inv
}

func TestBucketsAreOrderedByNameSeverityAndExpiry(t *testing.T) {
	inv := mixed()
	for order, want := range map[inventory.Order]string{
		inventory.ByName:     "p/denied p/older p/stale p/unchecked p/unreadable p/valid q/expired q/expiring q/none q/not a name q/stale",
		inventory.WorstFirst: "p/older p/stale q/stale p/unreadable q/expired q/expiring p/denied q/not a name q/none p/unchecked p/valid",
		inventory.ByExpiry:   "p/older p/stale q/stale q/expired q/expiring p/valid p/denied p/unchecked p/unreadable q/none q/not a name",
	} {
		var got []string
		rows := inv.Sorted(inv.Buckets(""), order, testNow)
		for _, b := range rows {
			got = append(got, b.Key.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("order %d:\n%s\nnot\n%s", order, strings.Join(got, " "), want)
		}
		if !inv.IsSorted(rows, order, testNow) {
			t.Errorf("order %d: what was sorted is not", order)
		}
		rows[0], rows[len(rows)-1] = rows[len(rows)-1], rows[0]
		if inv.IsSorted(rows, order, testNow) {
			t.Errorf("order %d: what is not sorted is", order)
		}
	}
}

func TestCountsAreAlwaysOfWhatThereIs(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 1))
		inv, now := &inventory.Inventory{StaleAfter: store.DefaultStaleAfter}, testNow
		for range 120 {
			changeSomething(r, inv, now)
			checkCounts(t, inv, now)
			now = now.Add(time.Duration(r.IntN(30)-3) * time.Hour)
			checkCounts(t, inv, now)
		}
	}
}

func changeSomething(r *rand.Rand, inv *inventory.Inventory, now time.Time) {
	names := func(of string) (some []string) {
		for i := range 6 {
			if r.IntN(3) > 0 {
				some = append(some, fmt.Sprint(of, i))
			}
		}
		return some
	}
	buckets := inv.Buckets("")
	if len(inv.Providers()) == 0 || len(buckets) == 0 || r.IntN(20) == 0 {
		inv.SetProviders(names("p"), now)
		for _, p := range inv.Providers() {
			inv.SetBuckets(p.Name, append(names("b"), "not a name"), now)
		}
		return
	}
	key := buckets[r.IntN(len(buckets))].Key
	switch r.IntN(7) {
	case 0:
		inv.SetBuckets(key.Provider, names("b"), now)
	case 1:
		inv.SetCheckError(key, errors.New("no answer"), now)
	case 2:
		inv.SetOutcome(store.Outcome{Key: key, Verdict: store.Removed}, now)
	case 3:
		inv.AddName(store.Key{Provider: fmt.Sprint("p", r.IntN(6)), Bucket: "named"})
	default:
		check := store.Check{Found: r.IntN(4) > 0, Hidden: r.IntN(5) == 0}
		check.Metadata.Expiry = store.NewExpiry(float64(now.Add(time.Duration(r.IntN(20)-12)*24*time.Hour).Unix() * int64(r.IntN(6)/2)))
		inv.SetCheck(key, check, now)
	}
}

// checkCounts fails unless the counts are those of the buckets one by one.
func checkCounts(t *testing.T, inv *inventory.Inventory, now time.Time) {
	t.Helper()
	for _, provider := range append(strings.Fields(providerNames(inv)), "") {
		counts, failed, of := inv.Counts(provider, now), 0, map[store.Status]int{}
		for _, b := range inv.Buckets(provider) {
			of[inv.Status(b, now)]++
			if b.Err != nil {
				failed++
			}
		}
		if counts.Buckets != len(inv.Buckets(provider)) || counts.Failed != failed {
			t.Fatalf("%q: %d buckets, %d failed: %+v", provider, len(inv.Buckets(provider)), failed, counts)
		}
		for _, status := range store.Statuses {
			if counts.Of(status) != of[status] {
				t.Fatalf("%q: %d are %s, counted were %d", provider, of[status], status, counts.Of(status))
			}
		}
	}
}
