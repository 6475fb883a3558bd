package command

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	quietFor = time.Second            // before anything is written
	redraw   = 100 * time.Millisecond // between two states
)

// SayIfSlow writes what is waited for, once that takes long. done is to be
// called when it is over.
func (e *Env) SayIfSlow(what string) (done func()) {
	late := time.AfterFunc(quietFor, func() {
		defer func() { _ = recover() }()
		_, _ = fmt.Fprintln(e.Errs, "credscope: "+what)
	})
	return func() { late.Stop() }
}

// progress shows on a terminal how far something has come, once it takes long.
type progress struct {
	done  atomic.Int64
	over  chan struct{}
	drawn sync.WaitGroup
}

// progress begins to count, as in "checked 12 of 500 buckets". It waits once for the
// whole command before it writes anything.
func (e *Env) progress(doing string, total int, what string) *progress {
	p := &progress{over: make(chan struct{})}
	if !e.Watched {
		return p
	}
	if e.late == nil {
		late, stop := context.WithTimeout(context.Background(), quietFor)
		context.AfterFunc(late, stop)
		e.late = late.Done()
	}
	p.drawn.Go(func() {
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

// end erases what was shown.
func (p *progress) end() {
	close(p.over)
	p.drawn.Wait()
}
