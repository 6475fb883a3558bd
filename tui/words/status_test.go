package words

import (
	"slices"
	"strings"
	"testing"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/store/inventory"
)

// inventoryOf lists one provider's buckets.
func inventoryOf(provider string, buckets ...string) *inventory.Inventory {
	inv := &inventory.Inventory{StaleAfter: store.DefaultStaleAfter}
	inv.SetProviders([]string{provider}, testNow)
	inv.SetBuckets(provider, buckets, testNow)
	return inv
}

// expiring is the answer to a check of a token that expires so much later.
func expiring(in time.Duration) store.Check {
	return store.Check{Found: true, Metadata: store.Metadata{Expiry: store.NewExpiry(float64(testNow.Add(in).Unix())), AccountID: "acct-1"}}
}

func TestEveryStatusHasAMeaningOfItsOwnAndAPlaceInTheLegend(t *testing.T) {
	seen := map[string]store.Status{}
	for _, status := range store.Statuses {
		meaning := Meaning(status)
		if other, twice := seen[meaning]; twice {
			t.Errorf("%v and %v both mean %q", status, other, meaning)
		}
		seen[meaning] = status
		if !slices.Contains(Legend, status) {
			t.Errorf("%v is not in the legend", status)
		}
	}
	if len(Legend) != len(store.Statuses) {
		t.Errorf("the legend has %d statuses of %d", len(Legend), len(store.Statuses))
	}
	if got := Meaning(store.Valid); !strings.Contains(got, "whether it was revoked cannot be seen") {
		t.Errorf("valid promises too much: %q", got)
	}
}

func TestAStatusSaysWhenItBeganOrEnds(t *testing.T) {
	for _, c := range []struct {
		status store.Status
		away   time.Duration
		want   string
	}{
		{store.Valid, 6*time.Hour + 12*time.Minute, "valid, expires in 6h 12m"},
		{store.Expiring, 199 * time.Second, "expiring, expires in 3m 19s"},
		{store.Expired, -2 * time.Hour, "expired 2h 0m ago"},
		{store.Stale, -41 * day, "stale, expired 41d ago"},
	} {
		if got := Status(c.status, testNow.Add(c.away), true, testNow); got != c.want {
			t.Errorf("%q, not %q", got, c.want)
		}
	}
	if got := Status(store.NoExpiry, time.Time{}, false, testNow); got != "no expiry" {
		t.Error(got)
	}
}

func TestANoteHasTheBucketsOwnNumbers(t *testing.T) {
	for _, c := range []struct {
		check store.Check
		want  string
	}{
		{expiring(-41 * day), "Past the limit of 7d. A refresh token on the host may still renew it."},
		{expiring(-time.Hour), "Expired; LLxprt on the host may still renew it."},
		{expiring(time.Hour), "Not expired; whether it was revoked cannot be seen from here."},
		{store.Check{}, "Listed, but the host hands out no token."},
		{store.Check{Hidden: true}, "No such login, or not for this sandbox."},
		{store.Check{Found: true}, "The host gave no expiry, so its age is unknown."},
		{store.Check{Found: true, Metadata: store.Metadata{Expiry: store.NewExpiry(-5)}}, "Its expiry is no plausible time, so its age is unknown."},
	} {
		inv := inventoryOf("codex", "default")
		inv.SetCheck(codex, c.check, testNow)
		if got := Note(inv, inv.Bucket(codex), testNow); got != c.want {
			t.Errorf("%q, not %q", got, c.want)
		}
	}
}

func TestANoteSaysWhyThereIsNoAnswer(t *testing.T) {
	inv := inventoryOf("codex", "default", "a b", "twice", "twice")
	note := func(bucket string) string {
		return Note(inv, inv.Bucket(store.Key{Provider: "codex", Bucket: bucket}), testNow)
	}
	if got := note("default"); got != "Not checked yet." {
		t.Error(got)
	}
	inv.SetCheckError(codex, socket.ErrTimeout, time.Now())
	if got := note("default"); got != "The last check failed." {
		t.Error(got)
	}
	if got := note("a b"); got != "Hosts list it, but neither hand it out nor remove it." {
		t.Error(got)
	}
	if got := note("twice"); got != "The host lists this name twice, so it is not clear which one would be hit." {
		t.Error(got)
	}
}

func TestEveryReasonAgainstARemovalIsSaid(t *testing.T) {
	for reason := inventory.ProviderDuplicate; reason <= inventory.InvalidName; reason++ {
		if got := Blocked(reason); got == "" || strings.HasSuffix(got, ".") {
			t.Errorf("%d: %q", reason, got)
		}
	}
	if got := Blocked(inventory.Allowed); got != "" {
		t.Error(got)
	}
}

func TestHintsNeedTheirEvidence(t *testing.T) {
	withoutAccount := expiring(time.Hour)
	withoutAccount.Metadata.AccountID = ""
	for _, c := range []struct {
		provider string
		check    store.Check
		want     string // part of the only hint, "" for none
	}{
		{"codex", expiring(time.Hour), ""},
		{"codex", withoutAccount, "a codex token without an account id is not usable"},
		{"claudecode", withoutAccount, ""},
		{"gemini", expiring(time.Hour), "LLxprt since 0.10 has no login for gemini"},
		{"qwen", store.Check{}, "LLxprt since 0.10 has no login for qwen"},
		{"anthropic", expiring(time.Hour), ""},
		{"anthropic", expiring(-41 * day), "newer LLxprt releases keep the Claude login under claudecode"},
		{"anthropic", store.Check{}, "newer LLxprt releases keep the Claude login under claudecode"},
	} {
		inv, key := inventoryOf(c.provider, "default"), store.Key{Provider: c.provider, Bucket: "default"}
		inv.SetCheck(key, c.check, testNow)
		hints := Hints(inv, inv.Bucket(key), testNow)
		if c.want == "" && len(hints) > 0 || c.want != "" && (len(hints) != 1 || !strings.Contains(hints[0], c.want)) {
			t.Errorf("%s: %q, not %q", c.provider, hints, c.want)
		}
	}
}

func TestTwoTokensWithOneExpiryAreHintedAt(t *testing.T) {
	inv := inventoryOf("codex", "default", "work", "home")
	at := func(bucket string, in time.Duration) {
		inv.SetCheck(store.Key{Provider: "codex", Bucket: bucket}, expiring(in), testNow)
	}
	at("default", time.Hour)
	at("work", time.Hour)
	at("home", 2*time.Hour)
	if got := Hints(inv, inv.Bucket(codex), testNow); len(got) != 1 || !strings.Contains(got[0], "work expires at the very same second") {
		t.Errorf("%q", got)
	}
	if got := Hints(inv, inv.Bucket(store.Key{Provider: "codex", Bucket: "home"}), testNow); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

func TestACapabilityWasPresentedWithheldOrNotGiven(t *testing.T) {
	for want, host := range map[string]socket.Info{"presented": {Presented: true}, "withheld": {Withheld: true}, "none": {}} {
		if got := Capability(host); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
