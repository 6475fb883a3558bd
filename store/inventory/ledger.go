package inventory

import (
	"slices"
	"sync"

	"credscope/store"
)

// Ledger keeps what is known of every removal and renewal that was accepted, in
// their order, and how many of them were reported to a person. The zero value is empty
// and ready. It is safe for concurrent use, so that a program that hangs can still be
// accounted for.
type Ledger struct {
	mu       sync.Mutex // guards the fields below
	outcomes []store.Outcome
	reported int
}

// Accept adds the targets of a plan, not started yet, and returns the place of the
// first.
func (l *Ledger) Accept(p *Plan) (place int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	place = len(l.outcomes)
	for _, target := range p.Targets {
		l.outcomes = append(l.outcomes, store.Outcome{Action: p.Action, Key: target.Key})
	}
	return place
}

// Sending notes that the request at a place is about to be sent. It is unknown
// until Set.
func (l *Ledger) Sending(place int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.outcomes[place].Verdict = store.Unknown
}

// Set notes the outcome at a place.
func (l *Ledger) Set(place int, o store.Outcome) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.outcomes[place] = o
}

// Note notes a step of the run of a plan whose first target has the given place.
func (l *Ledger) Note(place int, e Event) {
	if e.Outcome == nil {
		l.Sending(place + e.Target)
		return
	}
	l.Set(place+e.Target, *e.Outcome)
}

// Outcomes returns what is known of all, in the order of Accept.
func (l *Ledger) Outcomes() []store.Outcome {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.outcomes)
}

// Reported notes that the next n outcomes were shown to a person.
func (l *Ledger) Reported(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reported = min(l.reported+n, len(l.outcomes))
}

// Unreported returns the outcomes that were not shown to a person.
func (l *Ledger) Unreported() []store.Outcome {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.outcomes[l.reported:])
}
