package words

import (
	"time"

	"credscope/store"
	"credscope/store/inventory"
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
	return removalConsequences(p.Targets, protocol, renewal)
}
