package tui

import (
	"bufio"
	"context"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"

	"credscope/store"
)

// plain is the inspector as lines of text, for screen readers and terminals
// that can do nothing else. It is a second face of [Model]: the model asks,
// removes and keeps the ledger as it does for the screen, and what it says is
// written down line by line instead of drawn. Nothing is ever written over.
type plain struct {
	m       *Model
	out     *bufio.Writer
	broken  error // the first write that failed
	noCheck bool
	grace   time.Duration // of a removal under way when the program is to end

	msgs  chan tea.Msg
	done  chan struct{} // closed when RunPlain returns
	lines <-chan typed  // nil after the end of input
	ahead []typed       // typed while the host was asked
	ended <-chan struct{}
	over  bool // nothing is read or asked any more

	// What the numbers of the last printed lists stand for.
	providers []*provider
	buckets   []*bucket
	proposal  []*bucket

	stop     context.CancelFunc // gives up the looks under way
	halfLine bool               // a prompt stands in the last line
	told     int                // how much of the history has been said
}

// RunPlain shows the inspector as lines of text until the user leaves, the
// input ends or ctx ends. It writes ASCII and newlines only. Without a host it
// says why and returns. A goroutine that reads in may outlive it, until a line
// or the end of input comes: nothing can interrupt a read from a terminal.
func RunPlain(ctx context.Context, s *store.ProxyTokenStore, o Options, in io.Reader, out io.Writer) (Result, error) {
	requests, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	p := newPlain(requests, s, o, out)
	return p.run(ctx, in)
}

func newPlain(ctx context.Context, s *store.ProxyTokenStore, o Options, out io.Writer) *plain {
	p := &plain{
		out: bufio.NewWriter(out), noCheck: o.NoCheck, grace: leaveGrace,
		msgs: make(chan tea.Msg), done: make(chan struct{}),
	}
	o.NoCheck, o.ASCII, o.Theme, o.Stops = true, true, ThemeNone, nil // no cursor rests here, so plain itself looks
	p.m = New(ctx, s, o)
	p.m.styles = styles{}
	p.m.glyphs = glyphs{ellipsis: "..."} // signs are for eyes, words are enough here
	return p
}

func (p *plain) run(ctx context.Context, in io.Reader) (result Result, err error) {
	defer close(p.done)
	defer func() {
		if recover() != nil {
			result, err = p.m.result(), ErrPanic
		}
		_ = p.out.Flush()
	}()
	p.ended = ctx.Done()
	if p.m.o.NoHost != nil {
		p.noHost()
		return p.m.result(), p.out.Flush()
	}
	p.greet()
	p.lines = readLines(in, p.m.o.Now, p.done)
	p.do(p.m.Init())
	p.wait()
	p.connected()
	p.overview()
	for !p.over {
		l, ok := p.next(p.place() + "> ")
		if !ok {
			break
		}
		p.m.status.last = message{} // the same error again is worth saying again
		p.obey(l.text)
		p.tell()
	}
	p.endLine()
	if job := p.m.job; job != nil { // left without its verdict
		for _, o := range job.unfinished(job.started) {
			p.say(LedgerLine(o))
		}
	}
	return p.m.result(), p.broken
}

// next returns the next line typed, false when there will be none or the
// question that it was for is void. What comes from the host meanwhile is said
// at once, and the prompt repeated.
func (p *plain) next(prompt string) (l typed, ok bool) {
	asking := p.m.confirm != nil
	if len(p.ahead) > 0 && !asking {
		p.ask(prompt + cut(printableASCII(p.ahead[0].text), maxQuote, "..."))
	}
	for !p.over && asking == (p.m.confirm != nil) {
		switch {
		case len(p.ahead) > 0:
			l, p.ahead = p.ahead[0], p.ahead[1:]
			return l, true
		case p.lines == nil:
			p.leave()
		default:
			p.ask(prompt)
			p.step()
		}
	}
	return typed{}, false
}
