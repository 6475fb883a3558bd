package demo

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"credscope/store"
)

// madeUpCapability is what the demo's hosts demand. It opens nothing else.
const madeUpCapability = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

// scenario is one way for a host to be.
type scenario struct {
	about             string
	entries           func(now time.Time) []entry
	maxVersion        int  // 0 is the newest
	demandsCapability bool // of every client
	givesCapability   bool // to the demo's own client
	locked            bool // INTERNAL_ERROR to everything
	liar              bool // removals answered ok, nothing removed
	blank             bool // after a removal every list is empty
	slow              bool // 300 ms and more for each answer, out of order
	dropsRemoval      int  // the connection is closed in place of this removal's reply
}

var scenarios = map[string]scenario{
	"default":    {about: "five providers, every status", entries: everyStatus},
	"v1":         {about: "protocol 1 only, frames to 64 KiB", entries: everyStatus, maxVersion: 1},
	"refused":    {about: "a capability is demanded and none is given", entries: everyStatus, demandsCapability: true},
	"restricted": {about: "lists hidden, changes forbidden, look-up by name", entries: everyStatus, demandsCapability: true, givesCapability: true},
	"locked":     {about: "the keyring is locked: every answer is an error", entries: everyStatus, locked: true},
	"liar":       {about: "removals are answered ok and not carried out", entries: everyStatus, liar: true},
	"blank":      {about: "after a removal every list is empty", entries: everyStatus, blank: true},
	"slow":       {about: "answers after 300 ms and out of order", entries: everyStatus, slow: true},
	"flaky":      {about: "the connection drops on the third removal", entries: everyStatus, dropsRemoval: 3},
	"large":      {about: "200 providers with 50 buckets each", entries: many},
	"empty":      {about: "no credentials stored", entries: none},
}

// Scenarios returns the names of all scenarios, sorted.
func Scenarios() []string { return slices.Sorted(maps.Keys(scenarios)) }

// Described returns the names of all scenarios, each with a tab and half a line
// about it, as shells complete them.
func Described() []string {
	described := Scenarios()
	for i, name := range described {
		described[i] = name + "\t" + scenarios[name].about
	}
	return described
}

// entry is one credential of a scenario.
type entry struct {
	key        store.Key
	expiry     float64        // Unix seconds, as stored
	unreadable bool           // listed, but its token cannot be read
	forbidden  bool           // listed, but the host refuses to hand it out
	fields     map[string]any // beside the usual ones
}

// forbiddenField marks a token that the host refuses to hand out. It never crosses
// the wire.
const forbiddenField = "\x00forbidden"

func (h *Host) newToken(e entry) token {
	if e.unreadable {
		return nil
	}
	t := token{
		"access_token": h.mark + "-access-" + e.key.String(),
		"expiry":       e.expiry,
		"token_type":   "Bearer",
	}
	maps.Copy(t, e.fields)
	if e.forbidden {
		t[forbiddenField] = true
	}
	if e.key.Provider == "codex" {
		t["id_token"] = h.mark + "-identity-" + e.key.String()
	}
	return t
}

func none(time.Time) []entry { return nil }

// everyStatus has about five providers, a dozen buckets, and every word that a
// row can say.
func everyStatus(now time.Time) []entry {
	at := func(d time.Duration) float64 { return float64(now.Add(d).Unix()) }
	const day = 24 * time.Hour
	claude := map[string]any{"scope": "org:create_api_key user:inference user:profile"}
	account := func(id string) map[string]any {
		return map[string]any{"token_type": "bearer", "scope": "openid profile email offline_access", "account_id": id}
	}
	return []entry{
		{key: store.Key{Provider: "anthropic", Bucket: "default"}, expiry: at(-41 * day), fields: claude},
		{key: store.Key{Provider: "anthropic", Bucket: "work@example.com"}, expiry: at(-3*time.Hour - 12*time.Minute), fields: claude},
		{key: store.Key{Provider: "claudecode", Bucket: "default"}, expiry: at(6*time.Hour + 41*time.Second), fields: claude},
		{key: store.Key{Provider: "claudecode", Bucket: "jane.doe@example.com"}, expiry: at(58*time.Minute + 41*time.Second), fields: claude},
		{key: store.Key{Provider: "codex", Bucket: "ci-runner"}, expiry: at(-12*day - 5*time.Hour), fields: map[string]any{"token_type": "bearer"}},
		{key: store.Key{Provider: "codex", Bucket: "default"}, expiry: at(3*time.Minute + 20*time.Second), fields: account("acct-7d0f52")},
		{key: store.Key{Provider: "codex", Bucket: "jane.doe@example.com"}, expiry: at(-2 * day), fields: account("acct-3b19c8")},
		{key: store.Key{Provider: "codex", Bucket: "shared@example.com"}, forbidden: true},
		{key: store.Key{Provider: "gemini", Bucket: "default"}, unreadable: true},
		{key: store.Key{Provider: "gemini", Bucket: "old-laptop"}, expiry: at(-203 * day), fields: map[string]any{"scope": "openid"}},
		{key: store.Key{Provider: "qwen", Bucket: "default"}, fields: map[string]any{"resource_url": "portal.qwen.example"}},
		{key: store.Key{Provider: "qwen", Bucket: "trial"}, expiry: 253402300799, fields: map[string]any{"resource_url": "https://portal.qwen.example/v1"}},
		{key: store.Key{Provider: "qwen", Bucket: "old backup"}, unreadable: true},
	}
}

// many has 200 providers with 50 buckets each, a fifth of them expired.
func many(now time.Time) []entry {
	entries := make([]entry, 0, 200*50)
	for p := range 200 {
		for b := range 50 {
			left := time.Duration(b%5-1) * 26 * time.Hour * time.Duration(p%9+1)
			entries = append(entries, entry{
				key:    store.Key{Provider: fmt.Sprintf("provider-%03d", p), Bucket: fmt.Sprintf("account%02d@example.com", b)},
				expiry: float64(now.Add(left + 90*time.Minute).Unix()),
			})
		}
	}
	return entries
}

func compareKeys(a, b store.Key) int {
	return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Bucket, b.Bucket))
}
