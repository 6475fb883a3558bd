package tui

import (
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// remove asks about the chosen rows of the proposal, the open bucket, or the
// buckets with the given numbers or name.
func (p *plain) remove(which string) {
	m := p.m
	switch {
	case m.triage != nil && which == "":
		m.askTriage()
	case m.removalOff() != "":
		m.status.note(m.removalOff())
	case m.triage != nil:
		p.say("Type remove alone to be asked about what is chosen, or spare NUMBER to leave one out")
		return
	case m.focus == providersPane:
		p.say("Removing works on a bucket: open a provider first")
		return
	case which == "" && m.focus != detailPane:
		p.say("Type the numbers of the buckets after remove, or open one first")
		return
	case which == "":
		m.askRemoval()
	default:
		rows, ok := p.chosen(which, p.buckets)
		if !ok {
			return
		}
		p.askAbout(rows)
	}
	p.tell()
	p.question()
}

// chosen returns the rows of a printed list that numbers stand for, each once,
// or the one with a name.
func (p *plain) chosen(which string, rows []*bucket) (chosen []*bucket, ok bool) {
	for _, b := range rows {
		if b.key.Bucket == which {
			return []*bucket{b}, true
		}
	}
	seen := map[*bucket]bool{}
	for _, field := range strings.Fields(strings.ReplaceAll(which, ",", " ")) {
		n, err := strconv.Atoi(field)
		if err != nil {
			p.say(`"` + cut(unquoted(which), maxQuote, "...") + `" is neither numbers nor a name of the last list`)
			return nil, false
		}
		b, ok := pick(p, rows, n)
		if !ok {
			return nil, false
		}
		if !seen[b] {
			seen[b] = true
			chosen = append(chosen, b)
		}
	}
	return chosen, len(chosen) > 0
}

// askAbout opens the question about buckets, unless one of them cannot be
// removed.
func (p *plain) askAbout(rows []*bucket) {
	m := p.m
	targets := make([]target, len(rows))
	for i, b := range rows {
		reason := b.unmarkable()
		if m.inv.bucket(b.key) != b {
			reason = "It is not listed any more: type list"
		}
		if reason != "" {
			m.status.note(printableName(b.key.String()) + ": " + reason)
			return
		}
		targets[i] = m.targetOf(b)
	}
	m.openConfirm(targets, 0)
}

// question asks what the dialog of the screen asks, and removes if the answer
// is the right one. What was typed before it could be read does not count.
func (p *plain) question() {
	m := p.m
	c := m.confirm
	if c == nil {
		return
	}
	if m.o.NoAnswers {
		m.confirm = nil
		p.say("Nobody can answer here, so nothing is removed; credscope remove --yes removes without asking")
		return
	}
	p.forget()
	p.say(c.title())
	for _, t := range c.targets {
		line := printableName(t.key.String()) + ": " + t.health.String()
		if at, ok := t.look.Metadata.Expiry.Time(); ok && t.checked {
			line += ", " + relative(at, m.o.Now())
		}
		p.say(line)
	}
	p.paragraphs(m.consequences())
	if c.word == "" {
		p.say("Type y and press Enter to remove; Enter alone cancels.")
	} else {
		p.write(fmt.Sprintf("Type %q and press Enter to remove; Enter alone cancels.", c.word)) // in full: it must be typed
	}
	c.opened = m.o.Now()
	switch answer := p.answer(c); {
	case m.confirm == nil:
		p.say("Nothing was removed") // the connection was lost
	case answer == accepted:
		p.carryOut(m.answered(accepted))
	default:
		p.do(m.answered(cancelled))
		p.tell()
	}
}

// answer reads lines until one settles the question.
func (p *plain) answer(c *confirm) intent {
	for {
		l, ok := p.next("Remove? ")
		text := l.text
		if len(text) <= maxTyped { // a longer one was cut, and is no answer
			text = strings.TrimSpace(text)
		}
		switch {
		case !ok, l.begun.Sub(c.opened) >= deaf && text == "":
			return cancelled
		case l.begun.Sub(c.opened) < deaf:
			p.say("Not taken: that was typed before the question could be read. Type it again.")
		case c.word != "" && text == c.word, c.word == "" && text == "y":
			return accepted
		case text == "n", text == "no", text == "q", text == "quit", text == "esc", text == "back":
			return cancelled
		case c.word == "":
			p.say("Not yet: type y to remove, or Enter alone to cancel")
		default:
			p.write(fmt.Sprintf("Not yet: the text must be exactly %q; Enter alone cancels", c.word))
		}
	}
}

// forget drops what was typed already, so that it answers no question.
func (p *plain) forget() {
	dropped := len(p.ahead)
	p.ahead = nil
	for p.lines != nil {
		select {
		case _, ok := <-p.lines:
			if !ok {
				p.lines = nil
				break
			}
			dropped++
			continue
		default:
		}
		break
	}
	if dropped > 0 {
		p.say("Not taken: " + count(dropped, "line") + " typed before the question")
	}
}

// carryOut runs an accepted removal to its end and lists what is left.
func (p *plain) carryOut(cmd tea.Cmd) {
	p.asking(cmd)
	p.m.page, p.m.shownJob = mainPage, nil
	if p.m.triage != nil {
		p.m.page = triagePage
	}
	p.list()
}

// stale lists what is worth removing, once everything has been looked at.
func (p *plain) stale() {
	m := p.m
	p.closeTriage()
	cmd := m.openTriage()
	if m.triage == nil {
		p.tell()
		return
	}
	p.stop = m.triage.cancel
	if n := m.triage.total; n > 0 {
		p.say("Asking the host about " + count(n, "bucket") + " of all providers; stop ends it")
	}
	p.asking(cmd)
	m.refreshTriage()
	p.list()
}

// closeTriage ends the proposal, if there is one.
func (p *plain) closeTriage() {
	if p.m.triage != nil {
		p.m.closeTriage()
	}
}

// spare leaves rows of the proposal out, or puts them in again.
func (p *plain) spare(which string) {
	m := p.m
	if m.triage == nil {
		p.say("Sparing works on the list of stale ones: type stale first")
		return
	}
	rows, ok := p.chosen(which, p.proposal)
	if !ok {
		return
	}
	for _, b := range rows {
		m.triage.spared[b] = !m.triage.spared[b]
	}
	p.list()
}
