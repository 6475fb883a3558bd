package words

import (
	"strings"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/text"
)

// Legend lists the statuses in the order in which help explains them.
var Legend = []store.Status{
	store.Valid, store.Expiring, store.Expired, store.Stale, store.Dead, store.NoExpiry, store.InvalidExpiry,
	store.Unreadable, store.Absent, store.Denied, store.InvalidName, store.Unchecked,
}

// Meaning returns what a status means, for help, detail and README.
func Meaning(s store.Status) string {
	switch s {
	case store.Valid:
		return "not expired; whether it was revoked cannot be seen from here"
	case store.Expiring:
		return "expires within the next 5 minutes"
	case store.Expired:
		return "expired; LLxprt on the host may still renew it"
	case store.Stale:
		return "expired longer ago than --stale-after"
	case store.Dead:
		return "expired, and on renewal the host said that it cannot be renewed"
	case store.NoExpiry:
		return "the host gave no expiry"
	case store.InvalidExpiry:
		return "no plausible time: outside the years 2000 to 2200"
	case store.Unreadable:
		return "listed, but the host hands out no token"
	case store.Absent:
		return "looked up by name, not listed, and the host has no token"
	case store.Denied:
		return "no such login, or not for this sandbox"
	case store.InvalidName:
		return "hosts list it, but neither hand it out nor remove it"
	default:
		return "not checked yet"
	}
}

// Note returns what a bucket's status means, with its own numbers, as a sentence.
func Note(inv *inventory.Inventory, b *inventory.Bucket, now time.Time) string {
	switch inv.Blocked(b) {
	case inventory.ProviderDuplicate, inventory.BucketDuplicate:
		return Blocked(inv.Blocked(b)) + "."
	default:
	}
	status := inv.Status(b, now)
	switch {
	case status == store.Stale:
		return "Past the limit of " + Duration(inv.StaleAfter) + ". A refresh token on the host may still renew it."
	case status == store.Unchecked && b.Err != nil:
		return "The last check failed."
	case status == store.InvalidExpiry:
		return "Its expiry is no plausible time, so its age is unknown."
	case status == store.NoExpiry:
		return "The host gave no expiry, so its age is unknown."
	}
	return sentence(Meaning(status))
}

func sentence(words string) string { return Capital(words) + "." }

// Capital returns English words with their first letter in upper case.
func Capital(words string) string { return strings.ToUpper(words[:1]) + words[1:] }

// Status returns the word of a status, and for one that a token's expiry has
// decided how far away that is: "stale, expired 41d ago", "valid, expires in 6h 12m".
func Status(s store.Status, expiry time.Time, known bool, now time.Time) string {
	switch {
	case !known:
		return s.String()
	case expiry.After(now):
		return s.String() + ", expires " + Relative(expiry, now)
	case s == store.Expired:
		return "expired " + Relative(expiry, now)
	}
	return s.String() + ", expired " + Relative(expiry, now)
}

// Blocked returns why a bucket can be neither marked nor removed or renewed, "" if it
// can.
func Blocked(r inventory.Reason) string {
	switch r {
	case inventory.ProviderDuplicate:
		return "The host lists this provider twice, so it is not clear which one would be hit"
	case inventory.BucketDuplicate:
		return "The host lists this name twice, so it is not clear which one would be hit"
	case inventory.NotFound:
		return "Not found: there is nothing under this name"
	case inventory.InvalidName:
		return "Invalid name, which hosts refuse: remove it with the host's own keychain tool"
	default:
		return ""
	}
}

// Hints returns what experience with released hosts suggests about a bucket.
// Names in them are safe to draw.
func Hints(inv *inventory.Inventory, b *inventory.Bucket, now time.Time) (hints []string) {
	if t := b.Token(); t != nil && b.Key.Provider == "codex" && t.AccountID == "" {
		hints = append(hints, "Hint: a codex token without an account id is not usable; older releases stored such tokens under a wrong name.")
	}
	switch status := inv.Status(b, now); b.Key.Provider {
	case "qwen", "gemini":
		if b.Listed {
			hints = append(hints, "Hint: LLxprt since 0.10 has no login for "+b.Key.Provider+", so this may be a leftover. "+keychainPlace(b.Key))
		}
	case "anthropic":
		if b.Listed && (status == store.Stale || status == store.Dead || status == store.Unreadable || status == store.Expired) {
			hints = append(hints, "Hint: newer LLxprt releases keep the Claude login under claudecode, so this may be a leftover.")
		}
	}
	if other := inv.SameExpiry(b); other != nil {
		hints = append(hints, "Hint: "+text.Name(other.Key.Bucket)+" expires at the very same second, so both may hold one login.")
	}
	return hints
}

// keychainPlace says where a host stores a token.
func keychainPlace(key store.Key) string {
	return "On the host it is stored in the keychain service llxprt-code-oauth, account " + text.Name(key.Provider+":"+key.Bucket) + ", or in an encrypted file where there is no keychain."
}

// Capability returns whether a capability was presented to the host.
func Capability(host socket.Info) string {
	switch {
	case host.Presented:
		return "presented"
	case host.Withheld:
		return "withheld"
	}
	return "none"
}
