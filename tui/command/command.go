// Package command holds the commands without a screen, one file for each. They
// get their store and their streams from main and return errors for it to report.
package command

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"credscope/store"
)

// The exit statuses.
const (
	Fine      = 0
	Failed    = 1
	Usage     = 2 // or no accepted handshake, for whatever cause
	Uncertain = 3 // a removal that is unknown or cannot be confirmed
)

// Env is what commands work with. Main and the flags fill it in; a command
// leaves its exit status there.
type Env struct {
	// Open makes the store, which connects to nothing yet. done is to be called
	// in the end, also after an error.
	Open       func() (s *store.ProxyTokenStore, done func(), err error)
	Out        io.Writer
	Now        func() time.Time
	StaleAfter time.Duration
	NoCheck    bool
	Lookups    []store.Key // to be listed though the host may not list them
	Status     int
}

// LookUp takes the names to be looked up, PROVIDER[:BUCKET] each.
func (e *Env) LookUp(names []string) error {
	for _, name := range names {
		key, err := store.ParseKey(name)
		if err != nil {
			return UsageError{fmt.Errorf("--lookup %w", err)}
		}
		e.Lookups = append(e.Lookups, key)
	}
	return nil
}

// UsageError is a command line that cannot be followed, worded for people.
type UsageError struct{ Err error }

func (e UsageError) Error() string { return e.Err.Error() }
func (e UsageError) Unwrap() error { return e.Err }

// NoArguments refuses what a command has no use for.
func NoArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return UsageError{fmt.Errorf("unknown command or argument %q; see credscope --help", args[0])}
	}
	return nil
}
