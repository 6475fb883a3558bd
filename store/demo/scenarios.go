package demo

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"credscope/store"
)

// madeUpCapability is the capability that hosts of some scenarios demand.
const madeUpCapability = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

// scenario is the credentials and the behavior of a host.
type scenario struct {
	about             string
	entries           func(now time.Time) []entry
	maxVersion        int                          // of the protocol; 0 is the newest
	demandsCapability bool                         // every client must send madeUpCapability
	givesCapability   bool                         // Host.NewStore sends it
	locked            bool                         // answers INTERNAL_ERROR to every request
	denied            bool                         // answers NOT_FOUND to every get_token
	onRemoval         func(h *Host, key store.Key) // in place of removing; the answer is ok
	storesNothing     bool                         // cannot store a token that a provider has renewed
	slow              bool                         // takes 300 to 380 ms for each answer, so that they come out of order
	dropsRemoval      int                          // closes the connection in place of answering this removal, counted from 1
}

var scenarios = map[string]scenario{
	"default":    {about: "five providers, every status", entries: everyStatus},
	"v1":         {about: "protocol 1 only, frames to 64 KiB", entries: everyStatus, maxVersion: 1},
	"refused":    {about: "a capability is demanded and none is given", entries: everyStatus, demandsCapability: true},
	"restricted": {about: "lists hidden, changes forbidden, look-up by name", entries: everyStatus, demandsCapability: true, givesCapability: true},
	"locked":     {about: "the keyring is locked: every answer is an error", entries: everyStatus, locked: true},
	"liar":       {about: "removals are answered ok and not carried out", entries: everyStatus, onRemoval: (*Host).removeNothing},
	"blank":      {about: "after a removal every list is empty", entries: everyStatus, onRemoval: (*Host).removeAndHideAll},
	"fallback":   {about: "the keyring fails at a removal: only the login in its fallback file is still shown", entries: everyStatus, onRemoval: (*Host).hideKeyring},
	"neighbour":  {about: "at a removal the bucket and one beside it vanish, and nothing is removed", entries: everyStatus, onRemoval: (*Host).hideNeighbour},
	"denied":     {about: "lists everything, but hands out no token", entries: everyStatus, denied: true},
	"unstored":   {about: "a renewed token cannot be stored, so that the login ends", entries: everyStatus, storesNothing: true},
	"slow":       {about: "answers after 300 ms and out of order", entries: everyStatus, slow: true},
	"flaky":      {about: "the connection drops on the third removal", entries: everyStatus, dropsRemoval: 3},
	"large":      {about: "200 providers with 50 buckets each", entries: many},
	"empty":      {about: "no credentials stored", entries: none},
}

// Scenarios returns the names of all scenarios, sorted.
func Scenarios() []string { return slices.Sorted(maps.Keys(scenarios)) }

// Described returns the names of all scenarios, sorted, each followed by a tab and a
// short description: the form of shell completions.
func Described() []string {
	names := Scenarios()
	for i, name := range names {
		names[i] = name + "\t" + scenarios[name].about
	}
	return names
}

// entry is one credential of a scenario.
type entry struct {
	key        store.Key
	expiry     float64        // Unix seconds, as stored
	unreadable bool           // listed, but its token cannot be read
	forbidden  bool           // listed, but the host refuses to hand it out
	renewal    renewal        // how its provider answers
	fields     map[string]any // added to the usual ones
}

// forbiddenField marks a token that the host refuses to hand out. It is never sent.
const forbiddenField = "\x00forbidden"

// newToken returns the token of an entry. Its secrets begin with the host's mark.
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

// everyStatus returns 13 buckets of five providers, with every status that a host can
// cause.
func everyStatus(now time.Time) []entry {
	at := func(d time.Duration) float64 { return float64(now.Add(d).Unix()) }
	const day = 24 * time.Hour
	claude := map[string]any{"scope": "org:create_api_key user:inference user:profile"}
	account := func(id string) map[string]any {
		return map[string]any{"token_type": "bearer", "scope": "openid profile email offline_access", "account_id": id}
	}
	return []entry{
		{key: store.Key{Provider: "anthropic", Bucket: "default"}, expiry: at(-41 * day), fields: claude},
		{key: store.Key{Provider: "anthropic", Bucket: "work@example.com"}, expiry: at(-3*time.Hour - 12*time.Minute), fields: claude, renewal: failsToRenew},
		{key: store.Key{Provider: "claudecode", Bucket: "default"}, expiry: at(6*time.Hour + 41*time.Second), fields: claude},
		{key: store.Key{Provider: "claudecode", Bucket: "jane.doe@example.com"}, expiry: at(58*time.Minute + 41*time.Second), fields: claude},
		{key: store.Key{Provider: "codex", Bucket: "ci-runner"}, expiry: at(-12*day - 5*time.Hour), fields: map[string]any{"token_type": "bearer"}, renewal: refusesToken},
		{key: store.Key{Provider: "codex", Bucket: "default"}, expiry: at(3*time.Minute + 20*time.Second), fields: account("acct-7d0f52")},
		{key: store.Key{Provider: "codex", Bucket: "jane.doe@example.com"}, expiry: at(-2 * day), fields: account("acct-3b19c8"), renewal: isNotAsked},
		{key: store.Key{Provider: "codex", Bucket: "shared@example.com"}, forbidden: true},
		{key: store.Key{Provider: "gemini", Bucket: "default"}, unreadable: true},
		{key: store.Key{Provider: "gemini", Bucket: "old-laptop"}, expiry: at(-203 * day), fields: map[string]any{"scope": "openid"}},
		{key: store.Key{Provider: "qwen", Bucket: "default"}, fields: map[string]any{"resource_url": "portal.qwen.example"}},
		{key: store.Key{Provider: "qwen", Bucket: "trial"}, expiry: 253402300799, fields: map[string]any{"resource_url": "https://portal.qwen.example/v1"}},
		{key: store.Key{Provider: "qwen", Bucket: "old backup"}, unreadable: true},
	}
}

// many returns 200 providers with 50 buckets each, a fifth of them expired.
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

// removeNothing removes nothing.
func (h *Host) removeNothing(store.Key) {}

// removeAndHideAll removes key and hides all other credentials.
func (h *Host) removeAndHideAll(key store.Key) {
	delete(h.tokens, key)
	h.hide(func(store.Key) bool { return true })
}

// hideKeyring simulates a keyring that fails at the removal: the host shows only what
// lies in its fallback file, which is claudecode/default.
func (h *Host) hideKeyring(store.Key) {
	inFallback := store.Key{Provider: "claudecode", Bucket: store.DefaultBucket}
	h.hide(func(key store.Key) bool { return key != inFallback })
}

// hideNeighbour hides the removed bucket and the first other bucket of its provider, or
// of any provider if it has no other.
func (h *Host) hideNeighbour(removed store.Key) {
	var neighbour store.Key
	for _, key := range slices.SortedFunc(maps.Keys(h.tokens), compareKeys) {
		beside := key.Provider == removed.Provider && neighbour.Provider != removed.Provider
		if key != removed && (neighbour == store.Key{} || beside) {
			neighbour = key
		}
	}
	h.hide(func(key store.Key) bool { return key == removed || key == neighbour })
}

// hide hides the stored credentials whose keys match, in addition to those that are
// hidden already.
func (h *Host) hide(match func(store.Key) bool) {
	for key := range h.tokens {
		h.hidden[key] = h.hidden[key] || match(key)
	}
}

func compareKeys(a, b store.Key) int {
	return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Bucket, b.Bucket))
}
