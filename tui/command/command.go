// Package command holds the commands without a screen, one file for each, but
// change.go for both remove and renew. They get their store and their streams from
// main and return errors for it to report.
package command

import (
	"slices"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"credscope/socket"
	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/theme"
)

// The exit statuses.
const (
	Fine      = 0
	Failed    = 1
	Usage     = 2 // or no accepted handshake, for whatever cause
	Uncertain = 3 // whether something was removed, was renewed or lasts is unknown

	ClosedPipe = signalBase + int(syscall.SIGPIPE) // the reader of the output has closed it
)

// Env is what commands work with. Main and the flags fill it in; a command
// leaves its exit status there.
type Env struct {
	// Open makes the store, which connects to nothing yet. done is to be called
	// in the end, also after an error.
	Open func() (s *store.ProxyTokenStore, done func(), err error)
	// Named returns the flag or variable that names the host, and the path that
	// it gives, "" if none.
	Named func() (by, path string)
	Now   func() time.Time
	Streams

	StaleAfter time.Duration
	NoCheck    bool
	ReadOnly   bool
	JSON       bool
	Lookups    []store.Key // to be listed though the host may not list them
	Theme      theme.Theme
	Status     int
	Signals    *Signals
	Ledger     inventory.Ledger // of all removals and renewals

	lookups  []string // as the flags have them
	theme    string
	late     <-chan struct{} // closed when the command takes long; nil before it was timed
	changing bool            // a request that changes something may have been sent
}

// with lets do work against the host and settles the exit status. A status that
// do has set itself stays, unless the host never accepted a handshake. host is
// nil if none is known.
func (e *Env) with(do func(s *store.ProxyTokenStore) error) (host *socket.Info, err error) {
	s, done, err := e.Open()
	defer done()
	if err != nil {
		e.Status = Usage
		return nil, err
	}
	err = do(s)
	info := s.Client().Info()
	switch {
	case info.Handshakes == 0:
		e.Status = Usage
	case e.Status == Fine && err != nil:
		e.Status = Failed
	}
	return &info, err
}

// NoArguments refuses what a command has no use for.
func NoArguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if name := nearest(c, args[0]); name != "" {
		return misuse("unknown command or argument %q; did you mean %s?", args[0], name)
	}
	return misuse("unknown command or argument %q; see credscope --help", args[0])
}

// nearest is the command below c whose name is the most like a word, "" if none is.
func nearest(c *cobra.Command, word string) string {
	for c.SuggestionsMinimumDistance = 1; c.SuggestionsMinimumDistance <= 2; c.SuggestionsMinimumDistance++ {
		if names := c.SuggestionsFor(word); len(names) > 0 {
			return names[0]
		}
	}
	return ""
}

// takes refuses fewer or more arguments than a command has use for. what names
// them as the help does.
func takes(least, most int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return misuse("%s needs %s; see credscope %s --help", c.Name(), what, c.Name())
		case len(args) > most:
			return misuse("%s has no use for %q; see credscope %s --help", c.Name(), args[most], c.Name())
		}
		if slices.Contains(args, "") {
			return misuse("a name cannot be empty")
		}
		return nil
	}
}
