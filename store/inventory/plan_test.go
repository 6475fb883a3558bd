package inventory_test

import (
	"testing"

	"credscope/store"
	"credscope/store/inventory"
)

func TestWhatMustBeTypedFollowsFromTheTargets(t *testing.T) {
	one := func(h store.Status) []inventory.Target {
		return []inventory.Target{{Key: store.Key{Provider: "codex", Bucket: "work"}, Status: h}}
	}
	for _, test := range []struct {
		name      string
		targets   []inventory.Target
		hideNames bool
		word      string
	}{
		{"expired", one(store.Expired), false, ""},
		{"stale", one(store.Stale), false, ""},
		{"dead", one(store.Dead), false, ""},
		{"unreadable", one(store.Unreadable), false, ""},
		{"valid", one(store.Valid), false, "work"},
		{"valid, names hidden", one(store.Valid), true, "remove 1"},
		{"expiring", one(store.Expiring), false, "remove 1"},
		{"unchecked", one(store.Unchecked), false, "remove 1"},
		{"no expiry", one(store.NoExpiry), false, "remove 1"},
		{"two stale", append(one(store.Stale), one(store.Stale)...), false, "remove 2"},
	} {
		p := inventory.NewRemoval(test.targets, test.hideNames)
		if p.Word != test.word {
			t.Errorf("%s: %q, want %q", test.name, p.Word, test.word)
		}
		yes := test.word
		if yes == "" {
			yes = "y"
		}
		for answer, accepts := range map[string]bool{yes: true, "": false, yes + " ": false, "n": false, "yes": false, "remove": false} {
			if p.Accepts(answer) != accepts {
				t.Errorf("%s: %q is accepted: %t", test.name, answer, !accepts)
			}
		}
	}
}

func TestARenewalOfOneIsAcceptedByAKeyAndOfMoreByTheirNumber(t *testing.T) {
	one := []inventory.Target{{Key: store.Key{Provider: "codex", Bucket: "work"}, Status: store.Stale}}
	if p := inventory.NewRenewal(one, nil); p.Word != "" || !p.Accepts("y") || p.Accepts("") || p.Action != store.ActionRenew {
		t.Errorf("one: %+v", p)
	}
	if p := inventory.NewRenewal(append(one, one...), nil); p.Word != "renew 2" || !p.Accepts("renew 2") || p.Accepts("y") || p.Accepts("remove 2") {
		t.Errorf("two: %+v", p)
	}
}
