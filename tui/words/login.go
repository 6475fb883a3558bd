package words

import (
	"fmt"
	"strings"
	"time"

	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/text"
)

// protocolWithClaudecode is the version of hosts that keep the Claude login under
// claudecode. Their anthropic takes API keys only.
const protocolWithClaudecode = 2

// LoginCommand returns the command that logs in to a bucket on the host, "" if there
// is no safe one.
func LoginCommand(key store.Key, protocol int) string {
	if key.Provider == "anthropic" && protocol >= protocolWithClaudecode {
		key.Provider = "claudecode"
	}
	return authCommand(key, "login")
}

// LoginAdvice returns [LoginCommand] with the releases that have it.
func LoginAdvice(key store.Key, protocol int) string {
	command := LoginCommand(key, protocol)
	switch {
	case command == "":
		return "with /auth, by hand"
	case key.Provider == "gemini" || key.Provider == "qwen":
		return command + " (LLxprt 0.9 only)"
	}
	return command
}

// LogoutCommand returns the command that removes a bucket on the host, "" if there is
// no safe one.
func LogoutCommand(key store.Key) string { return authCommand(key, "logout") }

// StatusCommand returns the command that shows a provider's logins on the host.
func StatusCommand(provider string) string { return "/auth " + text.Name(provider) + " status" }

// authCommand names the bucket always. A name that begins with a dash would be read
// as a flag; --all is one that logs out of everything.
func authCommand(key store.Key, verb string) string {
	bucket := key.WithDefault().Bucket
	if !key.Valid() || strings.HasPrefix(key.Provider, "-") || strings.HasPrefix(bucket, "-") {
		return ""
	}
	return fmt.Sprintf("/auth %s %s %s", key.Provider, verb, bucket)
}

// NeedsLogin reports whether a login may be wanted again: anything but a valid or an
// unchecked one.
func NeedsLogin(inv *inventory.Inventory, b *inventory.Bucket, now time.Time) bool {
	status := inv.Status(b, now)
	return status != store.Valid && status != store.Unchecked && b.ValidName()
}

// NeedsNewLogin reports whether a login has to be made anew after an outcome.
func NeedsNewLogin(o store.Outcome) bool { return o.Verdict.Gone() || o.Verdict == store.CannotRenew }
