package command

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/colorprofile"

	"credscope/socket"
	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui"
	"credscope/tui/text"
	"credscope/tui/words"
)

const (
	// grace is how long what is under way may take once the program is to end.
	grace = tui.LeaveGrace
	// longestAnswer is how many bytes are read for an answer.
	longestAnswer = 1024
)

// ask lets a person decide. Anything but the exact yes is a no.
func (r *change) ask(ctx context.Context) error {
	forgetTyped(r.In) // what was typed before the question answers nothing
	if _, err := fmt.Fprint(r.Errs, r.safe(r.questionText())); err != nil {
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
		if whole && r.accepts(answer) {
			return nil
		}
		return Refusal("Nothing was " + r.words().Done + ": the answer was not yes.")
	case <-ctx.Done():
		return ctx.Err()
	}
}

// questionText names the targets, says what the plan does and does not, and how to
// accept it.
func (r *change) questionText() string {
	var b strings.Builder
	fmt.Fprintln(&b, words.Question(r.plan))
	for _, t := range r.plan.Targets {
		fmt.Fprintf(&b, "  %s (%s)\n", text.Name(t.Key.String()), words.TargetState(t, r.Now()))
	}
	for _, sentence := range words.Consequences(r.plan, r.protocol, "credscope renew") {
		fmt.Fprintln(&b, sentence)
	}
	if r.plan.Word != "" {
		fmt.Fprintf(&b, "Type %q and press Enter: ", text.Name(r.plan.Word))
	} else {
		verb := r.words().Verb
		fmt.Fprintf(&b, "y %ss. %s it? [y/N] ", verb, words.Capital(verb))
	}
	return b.String()
}

// accepts reports whether a line is a yes. Where the dialog takes the key y, a line
// takes the word too.
func (r *change) accepts(answer string) bool {
	if lower := strings.ToLower(answer); r.plan.Word == "" && (lower == "y" || lower == "yes") {
		return true
	}
	return r.plan.Accepts(answer)
}

// runPlan runs the plan that was accepted and writes each verdict as it comes.
// What is not tried any more is in the ledger too.
func (r *change) runPlan(ctx context.Context, s *store.ProxyTokenStore) error {
	requests, release := outliving(ctx)
	defer release()
	p := r.ledgerProgress()
	defer p.end()
	stop := make(chan struct{})
	forget := context.AfterFunc(ctx, func() { close(stop) })
	defer forget()
	var unread error // the ledger cannot be written any more
	announce := func(o store.Outcome) {
		p.step()
		line := r.safe(words.VerdictWithoutKeys(o))
		if err := r.print(line + "\n"); err != nil && unread == nil {
			unread = err
			if forget() {
				close(stop)
			}
		}
		if unread != nil {
			_, _ = fmt.Fprintln(r.Errs, line) // what was sent is reported in any case
		}
		if !r.JSON {
			r.Ledger.Reported(1)
		}
	}
	place := r.Ledger.Accept(r.plan)
	announced := 0
	outcomes, err := r.plan.Run(requests, s, stop, func(e inventory.Event) {
		r.changing = true
		r.Ledger.Note(place, e)
		if e.Outcome != nil {
			announced++
			announce(*e.Outcome)
		}
	})
	if err != nil {
		return err
	}
	r.outcomes = outcomes
	for _, o := range outcomes[announced:] {
		announce(o)
	}
	return cmp.Or(unread, over(ctx, outcomes))
}

// over says why a run ended before its last target, nil if it did not.
func over(ctx context.Context, outcomes []store.Outcome) error {
	last := outcomes[len(outcomes)-1]
	if last.Verdict == store.NotStarted && ctx.Err() != nil {
		return Refusal("Stopped: the rest was not started.")
	}
	for _, o := range outcomes {
		if inventory.Ends(o) && (o.Verdict == store.Refused || errors.Is(o.Err, socket.ErrLost)) {
			return o.Err
		}
	}
	return nil
}

// ledgerProgress counts the verdicts where no ledger is seen on the terminal.
func (r *change) ledgerProgress() *progress {
	if !r.JSON && r.Profile > colorprofile.NoTTY {
		return &progress{over: make(chan struct{})}
	}
	return r.progress(r.words().Noun+"s done:", len(r.plan.Targets), "buckets")
}

// outliving returns a context that ends some time after ctx, so that what is
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
		switch v := o.Verdict; {
		case v.Uncertain(), v == store.RenewedBefore:
			status = Uncertain
		case !v.Gone() && v != store.Renewed:
			status = max(status, Failed)
		}
	}
	return status
}
