package words

import (
	"fmt"
	"strings"
	"time"

	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/text"
)

// ActionWords are the forms of the word for an action, and the screen's key for it.
type ActionWords struct{ Verb, Doing, Done, Noun, Key string }

// Action returns the words for an action.
func Action(a store.Action) ActionWords {
	if a == store.ActionRenew {
		return ActionWords{"renew", "renewing", "renewed", "renewal", "n"}
	}
	return ActionWords{"remove", "removing", "removed", "removal", "x"}
}

// HidesLists begins what is said of a host that hides its lists from sandboxes.
const HidesLists = "This host seems to hide its lists from sandboxes"

// Forbidden returns why such a host is not asked to carry out an action, and what to do
// instead.
func Forbidden(a store.Action) string {
	const hidden = "This host lists nothing to a sandbox, and such hosts "
	if a == store.ActionRenew {
		return hidden + "renew nothing for one: log in on the host itself"
	}
	return hidden + "forbid removals: remove it on the host itself"
}

// Question returns the title of a plan's question.
func Question(p *inventory.Plan) string {
	return Capital(Action(p.Action).Verb) + " " + Count(len(p.Targets), "bucket") + "?"
}

// TargetState returns what was known of a target when the question was asked.
func TargetState(t inventory.Target, now time.Time) string {
	if t.Check != nil {
		if at, ok := t.Check.Metadata.Expiry.Time(); ok {
			return Status(t.Status, at, true, now)
		}
	}
	return t.Status.String()
}

// Consequences returns what a plan does, and what it does not undo, a sentence each.
// protocol is the host's version, 0 if unknown. renewal says how a renewal is asked
// for here, such as "credscope renew".
func Consequences(p *inventory.Plan, protocol int, renewal string) []string {
	if p.Action == store.ActionRenew {
		return renewalConsequences()
	}
	login := "/auth PROVIDER login BUCKET"
	if len(p.Targets) == 1 {
		login = LoginAdvice(p.Targets[0].Key, protocol)
	}
	sentences := []string{
		"Does not revoke it at the provider; running sessions keep using it.",
		"Its refresh token, if any, goes too. Cannot be undone: log in again.",
	}
	if said := untried(p.Targets, renewal); said != "" {
		sentences = append(sentences, said)
	}
	return append(sentences, "Log in again on the host: "+login)
}

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

// NeedsLogin reports whether a login may be wanted again: anything but a valid or an
// unchecked one.
func NeedsLogin(inv *inventory.Inventory, b *inventory.Bucket, now time.Time) bool {
	status := inv.Status(b, now)
	return status != store.Valid && status != store.Unchecked && b.ValidName()
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

// KeptText returns what is kept of a token's field, or why nothing of it is.
func KeptText(t *store.Metadata, field, value string) string {
	for _, d := range t.Dropped {
		if d.Name == field && d.Reason != store.DroppedSecret {
			return d.Reason.String() + ", not kept"
		}
	}
	return value
}

const maxDropped = 12 // names of fields that are listed

// Dropped lists the fields that came with a token and were not kept for a reason,
// secrets or unknown ones. hide hides private names.
func Dropped(t *store.Metadata, reason store.DropReason, hide func(string) string, ellipsis string) string {
	var names []string
	for _, d := range t.Dropped {
		if d.Reason == reason {
			names = append(names, text.Cut(hide(text.Name(d.Name)), 32, ellipsis))
		}
	}
	if rest := len(names) - maxDropped; rest > 0 {
		names = append(names[:maxDropped], Count(rest, "more field"))
	}
	if reason == store.DroppedUnknown && t.NamesLeftOut > 0 {
		names = append(names, Count(t.NamesLeftOut, "field name")+" left out")
	}
	if len(names) == 0 {
		return ""
	}
	return strings.Join(names, ", ") + " (received, not kept)"
}
