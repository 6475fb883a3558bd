package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"credscope/tui"
	"credscope/tui/words"
)

// Inspect runs the inspector, or writes the list where there is no terminal to
// draw on. Main gives the options that no other command has; the others come
// from e. What was removed is written when the screen has been left.
func (e *Env) Inspect(ctx context.Context, o tui.Options) error {
	if !e.Screen {
		return e.List(ctx)
	}
	s, done, err := e.Open()
	defer done()
	if _, wrong := errors.AsType[UsageError](err); wrong {
		return err
	}
	o.Now, o.StaleAfter, o.NoCheck, o.ReadOnly, o.Lookups = e.Now, e.StaleAfter, e.NoCheck, e.ReadOnly, e.Lookups
	o.ASCII, o.Profile, o.Theme, o.NoHost, o.Ledger = e.ASCII, e.Profile, e.Theme, err, &e.Ledger
	stops := make(chan os.Signal, 1)
	signal.Notify(stops, syscall.SIGTSTP)
	o.Stops = stops
	e.Signals.Drawing(true)
	result, err := tui.Run(ctx, s, o)
	e.Signals.Drawing(false)
	e.Status = Fine
	if !result.Accepted {
		e.Status = Usage
		if result.Last != "" {
			_, _ = fmt.Fprintln(e.Errs, "credscope: "+e.safe(result.Last))
		}
	}
	for _, outcome := range e.Ledger.Unreported() {
		line := e.safe(words.VerdictWithoutKeys(outcome))
		if _, gone := fmt.Fprintln(e.Out, line); gone != nil {
			_, _ = fmt.Fprintln(e.Errs, line) // it may lead elsewhere than the terminal
		}
		e.Ledger.Reported(1)
		if outcome.Verdict.Uncertain() {
			e.Status = Uncertain
		}
	}
	if errors.Is(err, tui.ErrHangUp) {
		e.Status = signalBase + int(syscall.SIGHUP) // whether or not the signal has come
		return nil
	}
	return err
}
