package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"credscope/store"
)

func providerNames(rows []*provider) string {
	var names []string
	for _, p := range rows {
		names = append(names, p.name)
	}
	return strings.Join(names, " ")
}

func bucketNames(rows []*bucket) string {
	var names []string
	for _, b := range rows {
		names = append(names, b.key.Bucket)
	}
	return strings.Join(names, " ")
}

// stocked is an inventory of two providers with two buckets each.
func stocked() *inventory {
	inv := &inventory{}
	inv.setProviders([]string{"codex", "anthropic"}, testNow)
	for _, p := range inv.providers {
		p.setBuckets([]string{"work", "default"}, testNow)
	}
	return inv
}

func TestAListFromTheHostIsSortedAndSaysWhenItCame(t *testing.T) {
	inv := stocked()
	inv.err = store.ErrTimeout
	later := testNow.Add(time.Minute)
	inv.setProviders([]string{"qwen", "Codex", "codex"}, later)
	if got := providerNames(inv.providers); got != "Codex codex qwen" || inv.asked != later || inv.err != nil {
		t.Errorf("%q at %v, %v", got, inv.asked, inv.err)
	}
	p := inv.provider("codex")
	p.err = store.ErrTimeout
	p.setBuckets([]string{"b", "a"}, later)
	if got := bucketNames(p.buckets); got != "a b" || p.asked != later || p.err != nil {
		t.Errorf("%q at %v, %v", got, p.asked, p.err)
	}
	for _, b := range p.buckets {
		if b.key.Provider != "codex" || inv.bucket(b.key) != b {
			t.Errorf("the row of %v is not found by its key", b.key)
		}
	}
}

func TestARefreshKeepsTheRowsThatAreStillThere(t *testing.T) {
	inv := stocked()
	codex := inv.provider("codex")
	work := codex.bucket("work")
	work.took(store.Look{Found: true}, testNow)
	work.slot.ask()
	inv.setProviders([]string{"aa", "codex", "zz"}, testNow)
	codex.setBuckets([]string{"a", "work"}, testNow)
	if inv.provider("codex") != codex || codex.bucket("work") != work {
		t.Fatal("a row that is still listed was made anew")
	}
	if !work.checked || !work.look.Found || !work.slot.busy {
		t.Errorf("a refresh forgot what was known: %+v", *work)
	}
	if inv.provider("anthropic") != nil || codex.bucket("default") != nil {
		t.Error("a row that the host no longer lists is still there")
	}
	if inv.bucket(store.Key{Provider: "anthropic", Bucket: "work"}) != nil || inv.bucket(store.Key{Provider: "codex", Bucket: "default"}) != nil {
		t.Error("what is not listed is found by its key")
	}
	inv.setProviders(nil, testNow)
	if len(inv.providers) != 0 {
		t.Errorf("an empty list left %q", providerNames(inv.providers))
	}
}

func TestANameThatIsListedTwiceIsOneMarkedRow(t *testing.T) {
	inv := &inventory{}
	inv.setProviders([]string{"codex", "qwen", "codex", "codex"}, testNow)
	if got := providerNames(inv.providers); got != "codex qwen" {
		t.Errorf("providers %q", got)
	}
	codex := inv.provider("codex")
	codex.setBuckets([]string{"work", "default", "work"}, testNow)
	if got := bucketNames(codex.buckets); got != "default work" {
		t.Errorf("buckets %q", got)
	}
	if !codex.twice || inv.provider("qwen").twice || !codex.bucket("work").twice || codex.bucket("default").twice {
		t.Error("the wrong rows are marked")
	}
	inv.setProviders([]string{"codex"}, testNow)
	codex.setBuckets([]string{"work"}, testNow)
	if codex.twice || codex.bucket("work").twice {
		t.Error("the mark outlives the next list")
	}
}

func TestTheHostsListIsNotChanged(t *testing.T) {
	names := []string{"b", "a", "b"}
	inv := &inventory{}
	inv.setProviders(names, testNow)
	inv.providers[0].setBuckets(names, testNow)
	if !slices.Equal(names, []string{"b", "a", "b"}) {
		t.Errorf("it is now %q", names)
	}
}

func TestRowsPutThereByNameStay(t *testing.T) {
	inv := stocked()
	inv.addName(store.Key{Provider: "gemini"})
	inv.addName(store.Key{Provider: "codex", Bucket: "side"})
	inv.addName(store.Key{Provider: "codex", Bucket: "side"})
	inv.addName(store.Key{Provider: "codex", Bucket: "work"})
	gemini, codex := inv.provider("gemini"), inv.provider("codex")
	side := codex.bucket("side")
	if !gemini.byName || codex.byName || !side.byName || codex.bucket("work").byName {
		t.Error("by name is not what was put there by name")
	}
	if got := providerNames(inv.providers) + ", " + bucketNames(gemini.buckets) + ", " + bucketNames(codex.buckets); got != "anthropic codex gemini, default, default side work" {
		t.Errorf("%q", got)
	}
	inv.setProviders([]string{"codex"}, testNow)
	codex.setBuckets([]string{"work"}, testNow)
	if inv.provider("gemini") != gemini || codex.bucket("side") != side || !side.byName {
		t.Error("a refresh took a row that was put there by name")
	}
	inv.setProviders([]string{"codex", "gemini"}, testNow)
	codex.setBuckets([]string{"side", "work"}, testNow)
	if inv.provider("gemini") != gemini || gemini.byName || codex.bucket("side") != side || side.byName {
		t.Error("what the host lists by now is still a row by name")
	}
}

func TestARemovedBucketLeavesAndItsProviderWithTheLast(t *testing.T) {
	inv := stocked()
	inv.drop(store.Key{Provider: "codex", Bucket: "default"}, testNow)
	if got := bucketNames(inv.provider("codex").buckets); got != "work" {
		t.Errorf("left are %q", got)
	}
	inv.drop(store.Key{Provider: "codex", Bucket: "default"}, testNow)
	inv.drop(store.Key{Provider: "nobody", Bucket: "default"}, testNow)
	if got := providerNames(inv.providers); got != "anthropic codex" {
		t.Errorf("left are %q", got)
	}
	inv.drop(store.Key{Provider: "codex", Bucket: "work"}, testNow)
	if got := providerNames(inv.providers); got != "anthropic" || len(inv.provider("anthropic").buckets) != 2 {
		t.Errorf("left are %q", got)
	}
}

func TestAChangeLeavesTheListsOnScreenAsTheyAre(t *testing.T) {
	for name, change := range map[string]func(inv *inventory){
		"drop of a bucket": func(inv *inventory) { inv.drop(store.Key{Provider: "anthropic", Bucket: "default"}, testNow) },
		"drop of the last": func(inv *inventory) {
			inv.drop(store.Key{Provider: "anthropic", Bucket: "default"}, testNow)
			inv.drop(store.Key{Provider: "anthropic", Bucket: "work"}, testNow)
		},
		"a name":             func(inv *inventory) { inv.addName(store.Key{Provider: "anthropic", Bucket: "a"}) },
		"a provider by name": func(inv *inventory) { inv.addName(store.Key{Provider: "a"}) },
		"a refresh": func(inv *inventory) {
			inv.provider("anthropic").setBuckets([]string{"a"}, testNow)
			inv.setProviders([]string{"a"}, testNow)
		},
	} {
		inv := stocked()
		// Room to spare is what an append in place would use.
		inv.providers = slices.Grow(inv.providers, 8)
		anthropic := inv.provider("anthropic")
		anthropic.buckets = slices.Grow(anthropic.buckets, 8)
		providers, buckets := inv.providers, anthropic.buckets
		change(inv)
		if got := providerNames(providers) + ", " + bucketNames(buckets); got != "anthropic codex, default work" {
			t.Errorf("%s: on screen is %q", name, got)
		}
	}
}

func TestOnlyWhatTheHostListedIsKnown(t *testing.T) {
	inv := stocked()
	inv.addName(store.Key{Provider: "gemini"})
	inv.addName(store.Key{Provider: "codex", Bucket: "side"})
	if got := inv.known(); got != 4 {
		t.Errorf("%d are known", got)
	}
	inv.drop(store.Key{Provider: "codex", Bucket: "side"}, testNow)
	inv.drop(store.Key{Provider: "codex", Bucket: "work"}, testNow)
	if got := inv.known(); got != 3 {
		t.Errorf("%d are known after a removal", got)
	}
	if got := (&inventory{}).known(); got != 0 {
		t.Errorf("%d are known from nothing", got)
	}
}

func TestABucketIsUncheckedUntilThereIsAnAnswer(t *testing.T) {
	b := (&provider{name: "codex"}).newBucket("work")
	if got := b.health(testNow, store.DefaultStaleAfter); got != store.Unchecked {
		t.Errorf("before: %v", got)
	}
	b.took(store.Look{Found: true, Metadata: store.Metadata{Expiry: store.Expiry(testNow.Unix() + 3600)}}, testNow)
	if got := b.health(testNow, store.DefaultStaleAfter); got != store.Valid {
		t.Errorf("after: %v", got)
	}
	if got := b.health(testNow.Add(8*day), store.DefaultStaleAfter); got != store.Stale {
		t.Errorf("a week later: %v", got)
	}
}

func TestANameAgainstTheHostsRuleIsUnusual(t *testing.T) {
	for _, name := range []string{"work", "a.b@c_d-e", strings.Repeat("a", 64)} {
		if (&provider{name: "codex"}).newBucket(name).odd {
			t.Errorf("%q is unusual", name)
		}
	}
	for _, name := range []string{"default ", "a/b", "dеfault", "a\nb", strings.Repeat("a", 65)} {
		b, p := (&provider{name: "codex"}).newBucket(name), (&provider{name: name}).newBucket("default")
		if !b.odd || !p.odd {
			t.Errorf("%q is an ordinary name", name)
		}
	}
}
