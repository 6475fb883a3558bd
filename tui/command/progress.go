package command

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	patience = time.Second            // without a word
	redraw   = 100 * time.Millisecond // between two states
)

// progress tells on a terminal how far something has come, once it takes long.
type progress struct {
	done atomic.Int64
	over chan struct{}
	told sync.WaitGroup
}

// progress begins to count: "looked at 12 of 500 buckets". Patience is for the
// whole command, not for each thing that it does.
func (e *Env) progress(doing string, total int, what string) *progress {
	p := &progress{over: make(chan struct{})}
	if !e.Watched {
		return p
	}
	if e.late == nil {
		late, stop := context.WithTimeout(context.Background(), patience)
		context.AfterFunc(late, stop)
		e.late = late.Done()
	}
	p.told.Go(func() {
		defer func() { _ = recover() }()
		select {
		case <-e.late:
		case <-p.over:
			return
		}
		again := time.NewTicker(redraw)
		defer again.Stop()
		for {
			_, _ = fmt.Fprintf(e.Errs, "\r%s %d of %d %s\x1b[K", doing, p.done.Load(), total, what)
			select {
			case <-again.C:
			case <-p.over:
				_, _ = fmt.Fprint(e.Errs, "\r\x1b[K")
				return
			}
		}
	})
	return p
}

func (p *progress) step() { p.done.Add(1) }

// end erases what was told.
func (p *progress) end() {
	close(p.over)
	p.told.Wait()
}
