package tui

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// busy reports that the host has not answered everything yet.
func (p *plain) busy() bool { return p.m.busy > 0 || p.m.job != nil || p.m.leaving }

// wait takes answers until the host has given all of them.
func (p *plain) wait() {
	for p.busy() && !p.over {
		p.step()
		p.heedStop()
	}
	if p.stop != nil {
		p.stop()
		p.stop = nil
	}
	p.heedLoss()
}

// heedLoss takes a loss that the model has not been told of yet, so that what
// is said next is said in the knowledge of it.
func (p *plain) heedLoss() {
	select {
	case <-p.m.load.store.Client().Lost():
		p.m.gotLoss(lostMsg{p.m.o.Now()})
		p.tell()
	default:
	}
}

// step waits for one thing: an answer, a line or the end. A writer that fails
// is an end too.
func (p *plain) step() {
	if err := p.out.Flush(); err != nil && p.broken == nil {
		p.broken = err
		p.leave()
		return
	}
	lines := p.lines
	if len(p.ahead) >= maxAhead {
		lines = nil
	}
	select {
	case msg := <-p.msgs:
		p.take(msg)
	case l, ok := <-lines:
		if ok {
			p.halfLine = false // Enter has ended the prompt's line
			p.ahead = append(p.ahead, l)
			return
		}
		p.lines = nil
		if p.m.job != nil && !p.m.leaving {
			p.leave()
		}
	case <-p.ended:
		p.ended = nil
		p.leave()
	}
}

// leave ends the program, after the verdict of a removal under way or a short
// while, whichever comes first.
func (p *plain) leave() {
	if p.m.job == nil || p.m.leaving {
		p.over = true
		return
	}
	p.m.leave()
	p.tell()
	p.do(tea.Tick(p.grace, func(time.Time) tea.Msg { return quitMsg{} }))
}

// heedStop obeys a stop typed while the host is asked. Other lines wait; to
// leave stops a removal too, and is obeyed after its verdict.
func (p *plain) heedStop() {
	for i, l := range p.ahead {
		switch strings.TrimSpace(l.text) {
		case "quit", "q":
			if p.m.job != nil {
				p.stopRemoving()
			}
			continue
		case "stop", "esc":
		default:
			continue
		}
		switch {
		case p.m.job != nil:
			p.stopRemoving()
		case p.stop != nil:
			p.stop()
			p.say("Stopped asking")
		default:
			continue
		}
		p.ahead = slices.Delete(p.ahead, i, i+1)
		return
	}
}

func (p *plain) stopRemoving() {
	if !p.m.job.stopped {
		p.m.job.stopped = true
		p.say("Stopping: nothing is sent after the removal under way")
	}
}

// do runs a command of the model on a goroutine of its own, which ends with its
// answer taken or with RunPlain.
func (p *plain) do(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		select {
		case p.msgs <- guard(cmd)():
		case <-p.done:
		}
	}()
}

// take gives an answer to the model, letter by letter where several came
// together, and says what the model has to say of each.
func (p *plain) take(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
	case panicMsg:
		panic(ErrPanic)
	case tea.BatchMsg:
		for _, cmd := range msg {
			p.do(cmd)
		}
	case tea.QuitMsg:
		p.over = true
	case lostMsg:
		if p.m.job == nil { // its verdict comes first, then heedLoss
			p.heedLoss()
		}
	case mailMsg:
		p.do(p.m.load.mail.next(p.m.load.ctx))
		p.letters(msg.letters)
	default:
		p.do(p.m.route(msg))
	}
	p.tell()
}

func (p *plain) letters(letters []tea.Msg) {
	for _, letter := range letters {
		p.do(p.m.take(letter))
		if _, ok := letter.(requestMsg); ok {
			p.told = len(p.m.status.history) // it is put in by its time, maybe before what was said
		}
		p.tell()
	}
	p.do(p.m.afterAnswers())
}
