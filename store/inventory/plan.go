package inventory

import (
	"fmt"
	"time"

	"credscope/store"
)

// Target is one bucket of a plan, as it was shown when the plan was made.
type Target struct {
	Key     store.Key
	Status  store.Status
	Check   *store.Check // what the last check found; nil if the bucket is unchecked
	Listed  bool         // by the host, not named by a person only
	Untried bool         // see [Inventory.Untried]
}

// Target returns a bucket as it is known now.
func (inv *Inventory) Target(b *Bucket, now time.Time) Target {
	t := Target{Key: b.Key, Status: inv.Status(b, now), Listed: b.Listed, Untried: inv.Untried(b, now)}
	if b.Check != nil {
		check := b.Check.Check
		t.Check = &check
	}
	return t
}

// Plan is a question to a person and, once accepted, its run. It keeps its
// targets as they were shown.
type Plan struct {
	Action  store.Action
	Targets []Target
	// Word must be typed to accept; a plan without one is accepted by "y".
	Word string
	// Now is the clock by which a renewal judges an expiry.
	Now func() time.Time
}

// NewRemoval plans the removal of targets. hideNames keeps names out of Word.
//
// One bucket that is past its use is accepted by "y". One that is valid has to
// be named. Everything else takes "remove" with the number of targets.
func NewRemoval(targets []Target, hideNames bool) *Plan {
	p := &Plan{Targets: targets, Word: fmt.Sprintf("remove %d", len(targets))}
	if len(targets) != 1 {
		return p
	}
	switch target := targets[0]; target.Status {
	case store.Expired, store.Stale, store.Dead, store.Unreadable:
		p.Word = ""
	case store.Valid:
		if !hideNames {
			p.Word = target.Key.Bucket
		}
	default:
	}
	return p
}

// NewRenewal plans the renewal of targets, which are past their expiry. One is
// accepted by "y", more by "renew" with their number.
func NewRenewal(targets []Target, now func() time.Time) *Plan {
	p := &Plan{Action: store.ActionRenew, Targets: targets, Now: now}
	if len(targets) != 1 {
		p.Word = fmt.Sprintf("renew %d", len(targets))
	}
	return p
}

// Accepts reports whether answer, without its line break, accepts the plan.
func (p *Plan) Accepts(answer string) bool {
	if p.Word == "" {
		return answer == "y"
	}
	return answer == p.Word
}

// CalledOff is why the final check of a plan sends nothing.
type CalledOff int

// The reasons of a CalledOffError.
const (
	NoAnswer    CalledOff = iota // a list or a token could not be had
	Changed                      // a token is another one than was shown
	NotListed                    // a target is not listed any more
	ListedTwice                  // a target is listed more than once
	NoSuchName                   // a name that only a person gave does not exist
)

// CalledOffError is a plan that was not started: nothing was sent that changes
// anything.
type CalledOffError struct {
	Action store.Action
	Reason CalledOff
	Key    store.Key    // the target that it is about; of a list that could not be had, its provider
	Before store.Status // of Key, as it was shown
	Now    *store.Check // of Key, by the final check; nil if it was not checked
	Err    error        // of NoAnswer
}

func (e *CalledOffError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("final check of %q: %v", e.Key, e.Err)
	}
	return fmt.Sprintf("final check of %q: not what was shown", e.Key)
}

func (e *CalledOffError) Unwrap() error { return e.Err }
