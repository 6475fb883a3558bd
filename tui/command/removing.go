package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/colorprofile"

	"credscope/store"
	"credscope/tui"
)

const (
	// grace is how long a removal under way may take once the program is to end.
	grace = 2 * time.Second
	// longestAnswer is how many bytes are read for an answer.
	longestAnswer = 1024
)

// ask lets a person decide. Anything but the exact yes is a no.
func (r *removal) ask(ctx context.Context) error {
	forgetTyped(r.In) // what was typed before the question answers nothing
	if _, err := fmt.Fprint(r.Errs, r.question.Text(), r.question.Prompt()); err != nil {
		return err
	}
	answers := make(chan string, 1)
	go func() {
		defer close(answers)
		defer func() { _ = recover() }()
		line, err := bufio.NewReader(io.LimitReader(r.In, longestAnswer)).ReadString('\n')
		if err == nil {
			answers <- strings.TrimRight(line, "\r\n")
		}
	}()
	select {
	case answer, whole := <-answers:
		if whole && r.question.Accepts(answer) {
			return nil
		}
		return Refusal("Nothing was removed: the answer was not yes.")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// recheck looks at the targets once more: a removal is for what was asked about.
func (r *removal) recheck(ctx context.Context, s *store.ProxyTokenStore) error {
	looks := make([]*store.Look, len(r.rows))
	errs := make([]error, len(r.rows))
	p := r.progress("looked again at", len(r.rows), "buckets")
	store.AtOnce(len(r.rows), func(i int) {
		defer p.step()
		look, err := s.Look(ctx, r.rows[i].Key)
		looks[i], errs[i] = &look, err
	})
	p.end()
	for _, err := range errs {
		if err != nil {
			return Refusal("Nothing was removed, for the host could not be asked once more. " + Describe(err))
		}
	}
	if changed := r.question.Changed(looks); changed != "" {
		return Refusal(changed)
	}
	return nil
}

// removeAll removes the targets one after the other and tells each verdict as
// it comes. What is not tried any more is in the ledger too.
func (r *removal) removeAll(ctx context.Context, s *store.ProxyTokenStore) error {
	requests, stop := outliving(ctx)
	defer stop()
	p := r.ledgerProgress()
	defer p.end()
	var over error // why nothing more is sent
	for i, row := range r.rows {
		outcome := store.Outcome{Key: row.Key, Verdict: store.NotStarted}
		if over == nil && ctx.Err() != nil {
			over = Refusal("Stopped: nothing was sent after that.")
		}
		if over == nil {
			r.removing = true
			outcome = s.RemoveVerified(requests, r.question.Removal(i, r.known))
			over = last(outcome)
		}
		if outcome.Verdict.Gone() && row.Listed {
			r.known--
		}
		r.outcomes = append(r.outcomes, outcome)
		line := r.words(tui.LedgerLine(outcome))
		p.step()
		if err := r.tell(line + "\n"); err != nil {
			over = err
			// Nobody may be left in doubt about what was sent.
			_, _ = fmt.Fprintln(r.Errs, line)
		}
	}
	return over
}

// ledgerProgress counts the verdicts where no ledger is seen on the terminal.
func (r *removal) ledgerProgress() *progress {
	if !r.JSON && r.Profile > colorprofile.NoTTY {
		return &progress{over: make(chan struct{})}
	}
	return r.progress("removals done:", len(r.rows), "buckets")
}

// last says why nothing may be sent after an outcome: a host that refuses one
// removal refuses all, and a lost connection sends nothing.
func last(o store.Outcome) error {
	if o.Verdict == store.Refused || errors.Is(o.Err, store.ErrLost) {
		return o.Err
	}
	return nil
}

// outliving returns a context that ends some time after ctx, so that a removal
// under way can still be accounted for.
func outliving(ctx context.Context) (context.Context, context.CancelFunc) {
	late, stop := context.WithCancel(context.WithoutCancel(ctx))
	forget := context.AfterFunc(ctx, func() {
		defer func() {
			_ = recover()
			stop()
		}()
		select {
		case <-time.After(grace):
		case <-late.Done():
		}
	})
	return late, func() { forget(); stop() }
}

// statusOf is the exit status that a ledger comes to, whatever its order.
func statusOf(outcomes []store.Outcome) int {
	status := Fine
	for _, o := range outcomes {
		switch {
		case o.Verdict.Uncertain():
			status = Uncertain
		case !o.Verdict.Gone():
			status = max(status, Failed)
		}
	}
	return status
}
