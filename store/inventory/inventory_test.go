package inventory_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"credscope/store"
	"credscope/store/inventory"
)

var testNow = time.Date(2026, 11, 23, 14, 5, 10, 0, time.UTC)

var errTimeout = errors.New("no answer")

func providerNames(inv *inventory.Inventory) string {
	var names []string
	for _, p := range inv.Providers() {
		names = append(names, p.Name)
	}
	return strings.Join(names, " ")
}

func bucketNames(buckets []*inventory.Bucket) string {
	var names []string
	for _, b := range buckets {
		names = append(names, b.Key.Bucket)
	}
	return strings.Join(names, " ")
}

// keyOf is the key of PROVIDER/BUCKET.
func keyOf(name string) store.Key {
	key, err := store.ParseKey(name)
	if err != nil {
		panic(err)
	}
	return key
}

// stocked is an inventory of two providers with two buckets each.
func stocked() *inventory.Inventory {
	inv := &inventory.Inventory{StaleAfter: store.DefaultStaleAfter}
	inv.SetProviders([]string{"codex", "anthropic"}, testNow)
	for _, p := range inv.Providers() {
		inv.SetBuckets(p.Name, []string{"work", "default"}, testNow)
	}
	return inv
}

// found is a check whose token expires after a while, measured from testNow.
func found(expires time.Duration) store.Check {
	return store.Check{Found: true, Metadata: store.Metadata{Expiry: store.NewExpiry(float64(testNow.Add(expires).Unix()))}}
}

func TestAListOfTheHostIsSortedAndHasItsTime(t *testing.T) {
	inv := stocked()
	inv.SetProvidersError(errTimeout)
	later := testNow.Add(time.Minute)
	inv.SetProviders([]string{"qwen", "Codex", "codex"}, later)
	if got := providerNames(inv); got != "Codex codex qwen" || inv.ListedAt != later || inv.Err != nil {
		t.Errorf("%q at %v, %v", got, inv.ListedAt, inv.Err)
	}
	inv.SetBucketsError("codex", errTimeout)
	p := inv.Provider("codex")
	if p.Err == nil || bucketNames(p.Buckets) != "default work" {
		t.Errorf("after a failed list: %+v", p)
	}
	inv.SetBuckets("codex", []string{"b", "a"}, later)
	if got := bucketNames(p.Buckets); got != "a b" || p.ListedAt != later || p.Err != nil {
		t.Errorf("%q at %v, %v", got, p.ListedAt, p.Err)
	}
	for _, b := range inv.Buckets("") {
		if inv.Bucket(b.Key) != b {
			t.Errorf("%v is not found by its key", b.Key)
		}
	}
}

func TestARefreshKeepsWhatIsKnownOfBucketsThatAreStillListed(t *testing.T) {
	inv := stocked()
	codex, work := inv.Provider("codex"), inv.Bucket(keyOf("codex/work"))
	inv.SetCheck(work.Key, found(time.Hour), testNow)
	inv.SetProviders([]string{"aa", "codex", "zz"}, testNow)
	inv.SetBuckets("codex", []string{"a", "work"}, testNow)
	if inv.Provider("codex") != codex || inv.Bucket(work.Key) != work || work.Token() == nil {
		t.Errorf("a bucket that is still listed was made anew: %+v", work)
	}
	if inv.Provider("anthropic") != nil || inv.Bucket(keyOf("anthropic/work")) != nil || inv.Bucket(keyOf("codex/default")) != nil {
		t.Error("what the host no longer lists is still there")
	}
	inv.SetProviders(nil, testNow.Add(time.Hour))
	if len(inv.Providers()) != 0 || inv.Before.Buckets != 2 || inv.Before.At != testNow {
		t.Errorf("an empty list left %q, before: %+v", providerNames(inv), inv.Before)
	}
}

func TestANameListedTwiceIsOneBucketThatSaysSoUntilTheNextList(t *testing.T) {
	inv := &inventory.Inventory{}
	inv.SetProviders([]string{"codex", "qwen", "codex", "codex"}, testNow)
	inv.SetBuckets("codex", []string{"work", "default", "work"}, testNow)
	if got := providerNames(inv) + ": " + bucketNames(inv.Buckets("codex")); got != "codex qwen: default work" {
		t.Error(got)
	}
	if !inv.Provider("codex").Duplicate || inv.Provider("qwen").Duplicate ||
		!inv.Bucket(keyOf("codex/work")).Duplicate || inv.Bucket(keyOf("codex/default")).Duplicate {
		t.Error("the wrong ones are duplicates")
	}
	inv.SetProviders([]string{"codex"}, testNow)
	inv.SetBuckets("codex", []string{"work"}, testNow)
	if inv.Provider("codex").Duplicate || inv.Bucket(keyOf("codex/work")).Duplicate {
		t.Error("it is a duplicate after the next list")
	}
}

func TestTheListsThatAreHandedInAndOutAreNotChanged(t *testing.T) {
	names := []string{"b", "a", "b"}
	inv := &inventory.Inventory{}
	inv.SetProviders(names, testNow)
	inv.SetBuckets("b", names, testNow)
	if !slices.Equal(names, []string{"b", "a", "b"}) {
		t.Errorf("the host's list is now %q", names)
	}
	for name, change := range map[string]func(inv *inventory.Inventory){
		"a removal": func(inv *inventory.Inventory) {
			inv.SetOutcome(store.Outcome{Key: keyOf("anthropic/default"), Verdict: store.Removed}, testNow)
		},
		"a name":    func(inv *inventory.Inventory) { inv.AddName(keyOf("anthropic/a")) },
		"a refresh": func(inv *inventory.Inventory) { inv.SetBuckets("anthropic", []string{"a"}, testNow) },
	} {
		inv := stocked()
		before := inv.Provider("anthropic").Buckets
		change(inv)
		if got := bucketNames(before); got != "default work" {
			t.Errorf("%s: the list handed out before is now %q", name, got)
		}
	}
}

func TestNamesThatAPersonAddedStayAndAreNotListed(t *testing.T) {
	inv := stocked()
	for _, name := range []string{"gemini", "codex/side", "codex/side", "codex/work"} {
		inv.AddName(keyOf(name))
	}
	side := inv.Bucket(keyOf("codex/side"))
	if side.Listed || inv.Provider("gemini").Listed || !inv.Bucket(keyOf("codex/work")).Listed || inv.NumListed() != 4 {
		t.Errorf("%d are listed: %+v", inv.NumListed(), side)
	}
	inv.SetProviders([]string{"codex"}, testNow)
	inv.SetBuckets("codex", []string{"work"}, testNow)
	if got := providerNames(inv) + ": " + bucketNames(inv.Buckets("codex")); got != "codex gemini: side work" {
		t.Error(got)
	}
	inv.SetBuckets("codex", []string{"side", "work"}, testNow)
	if inv.Bucket(side.Key) != side || !side.Listed {
		t.Error("what the host lists by now is still called added")
	}
}

func TestARemovedBucketLeavesAndItsProviderWithTheLast(t *testing.T) {
	inv := stocked()
	remove := func(name string) {
		inv.SetOutcome(store.Outcome{Key: keyOf(name), Verdict: store.Removed}, testNow)
	}
	for _, step := range []struct{ removed, left string }{
		{"codex/default", "anthropic/default anthropic/work codex/work"},
		{"codex/default", "anthropic/default anthropic/work codex/work"},
		{"nobody/default", "anthropic/default anthropic/work codex/work"},
		{"codex/work", "anthropic/default anthropic/work"},
	} {
		remove(step.removed)
		var left []string
		for _, b := range inv.Buckets("") {
			left = append(left, b.Key.String())
		}
		if got := strings.Join(left, " "); got != step.left {
			t.Errorf("without %s there is %q", step.removed, got)
		}
	}
	if got := providerNames(inv); got != "anthropic" {
		t.Errorf("the providers are %q", got)
	}
}

func TestTheListsThatProvedARemovalReplaceWhatWasKnown(t *testing.T) {
	inv := stocked()
	later := testNow.Add(time.Hour)
	inv.SetOutcome(store.Outcome{
		Key: keyOf("codex/default"), Verdict: store.Removed,
		Shown: &store.Lists{Providers: []string{"anthropic", "codex", "new"}, Buckets: map[string][]string{"codex": {"fresh", "work"}}},
	}, later)
	if got := providerNames(inv) + ": " + bucketNames(inv.Buckets("codex")); got != "anthropic codex new: fresh work" || inv.ListedAt != later {
		t.Errorf("%s at %v", got, inv.ListedAt)
	}
}

func TestWhatARemovalLeftOpenStaysUntilTheHostListsAnew(t *testing.T) {
	inv := stocked()
	target, other := inv.Bucket(keyOf("codex/default")), inv.Bucket(keyOf("codex/work"))
	inv.SetOutcome(store.Outcome{Key: target.Key, Verdict: store.CannotConfirm, Missing: []store.Key{other.Key}}, testNow)
	if target.Removal == nil || target.Removal.Verdict != store.CannotConfirm || !other.NotShown || target.NotShown {
		t.Errorf("%+v, %+v", target, other)
	}
	inv.SetOutcome(store.Outcome{Key: other.Key, Verdict: store.NotStarted}, testNow)
	if other.Removal != nil {
		t.Error("what was not started is called a removal")
	}
	inv.SetBuckets("codex", []string{"default", "work"}, testNow)
	if target.Removal != nil || other.NotShown {
		t.Error("a refresh has not settled it")
	}
	inv.SetOutcome(store.Outcome{Key: target.Key, Verdict: store.CannotConfirm, Missing: []store.Key{{Provider: "anthropic"}}}, testNow)
	for _, b := range inv.Buckets("anthropic") {
		if !b.NotShown {
			t.Errorf("%s of a provider that is missing is not called so", b.Key)
		}
	}
}

func TestWhatTheHostShowsAgainIsNotCalledNotShown(t *testing.T) {
	inv := stocked()
	target, other := inv.Bucket(keyOf("codex/default")), inv.Bucket(keyOf("codex/work"))
	inv.SetOutcome(store.Outcome{Key: target.Key, Verdict: store.CannotConfirm, Missing: []store.Key{other.Key}}, testNow)
	inv.SetOutcome(store.Outcome{
		Key: target.Key, Verdict: store.Removed,
		Shown: &store.Lists{Providers: []string{"codex"}, Buckets: map[string][]string{"codex": {"work"}}},
	}, testNow)
	if other.NotShown {
		t.Error("the lists that proved a later removal show it")
	}
}

func TestWhatTheFinalCheckHasFoundIsTakenButNoList(t *testing.T) {
	inv := stocked()
	b := inv.Bucket(keyOf("codex/default"))
	before := b.Check
	inv.SetCalledOff(&inventory.CalledOffError{Reason: inventory.NotListed, Key: b.Key, Now: &store.Check{}}, testNow)
	if !b.Listed || !b.NotShown || b.Check != before {
		t.Errorf("not listed: %+v", b)
	}
	now := store.Check{Found: true, Metadata: store.Metadata{Expiry: store.NewExpiry(1900000000)}}
	inv.SetCalledOff(&inventory.CalledOffError{Reason: inventory.Changed, Key: b.Key, Now: &now}, testNow)
	if b.Token() == nil || b.Token().Expiry != now.Metadata.Expiry {
		t.Errorf("changed: %+v", b)
	}
	for _, off := range []inventory.CalledOffError{
		{Reason: inventory.NoAnswer, Key: b.Key}, {Reason: inventory.NoAnswer, Key: store.Key{Provider: "codex"}}, {Reason: inventory.NotListed, Key: keyOf("new/name")},
	} {
		inv.SetCalledOff(&off, testNow)
	}
	if bucketNames(inv.Buckets("codex")) != "default work" || b.Token() == nil {
		t.Errorf("without an answer: %+v", b)
	}
}

func TestOnlyAHostThatNeverListedNorMissedAnythingSeemsToHideItsLists(t *testing.T) {
	restricted := func() *inventory.Inventory {
		inv := &inventory.Inventory{}
		inv.SetProviders(nil, testNow)
		inv.AddName(keyOf("codex"))
		return inv
	}
	if (&inventory.Inventory{}).HidesLists(true) || !restricted().HidesLists(true) || restricted().HidesLists(false) {
		t.Error("a host is taken for one that hides its lists, or is not")
	}
	for name, c := range map[string]struct {
		check store.Check
		want  bool
	}{"a token": {found(time.Hour), true}, "a refusal": {store.Check{Hidden: true}, true}, "a miss": {store.Check{}, false}} {
		inv := restricted()
		inv.SetCheck(keyOf("codex"), c.check, testNow)
		if got := inv.HidesLists(true); got != c.want {
			t.Errorf("after %s: %t", name, got)
		}
	}
	inv := stocked()
	inv.SetProviders(nil, testNow)
	if inv.HidesLists(true) {
		t.Error("a host that once listed something is taken for one that hides its lists")
	}
}

func TestAFailedCheckKeepsWhatAnEarlierOneFound(t *testing.T) {
	inv := stocked()
	key := keyOf("codex/work")
	inv.SetCheck(key, found(time.Hour), testNow)
	inv.SetCheckError(key, errTimeout, now)
	b := inv.Bucket(key)
	if b.Err == nil || b.Token() == nil || inv.Status(b, testNow) != store.Valid || inv.Counts("codex", testNow).Failed != 1 {
		t.Errorf("%+v", b)
	}
	inv.SetCheck(key, store.Check{}, testNow)
	if b.Err != nil || b.Token() != nil || inv.Status(b, testNow) != store.Unreadable || inv.Counts("", testNow).Failed != 0 {
		t.Errorf("%+v", b)
	}
	inv.SetCheck(keyOf("nobody"), store.Check{}, testNow)
	inv.SetCheckError(keyOf("nobody"), errTimeout, now)
}

func ExampleInventory() {
	inv := inventory.Inventory{StaleAfter: 7 * 24 * time.Hour}
	inv.SetProviders([]string{"codex"}, testNow)
	inv.SetBuckets("codex", []string{"default", "old"}, testNow)
	inv.SetCheck(store.Key{Provider: "codex", Bucket: "old"}, found(-240*time.Hour), testNow)
	for _, b := range inv.Sorted(inv.Buckets(""), inventory.WorstFirst, testNow) {
		fmt.Println(b.Key, inv.Status(b, testNow), inv.WorthRemoving(b, testNow))
	}
	// Output:
	// codex/old stale true
	// codex/default unchecked false
}
