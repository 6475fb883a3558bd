package tui

import (
	"context"
	"strconv"

	tea "charm.land/bubbletea/v2"
)

// asking runs a command of the model and waits for the host's answers. What was
// open and is not listed any more is closed.
func (p *plain) asking(cmd tea.Cmd) {
	m := p.m
	row, _ := m.providers.current()
	b, _ := m.buckets.current()
	p.do(cmd)
	p.tell()
	p.wait()
	if now, _ := m.providers.current(); now != row && m.focus != providersPane {
		m.focus = providersPane
	}
	if now, _ := m.buckets.current(); now != b && m.focus == detailPane {
		m.focus = bucketsPane
	}
}

// lookAll looks at buckets, until stop is typed.
func (p *plain) lookAll(buckets []*bucket, loud bool) {
	if p.m.cannotAsk() {
		p.tell()
		return
	}
	ctx, cancel := context.WithCancel(p.m.load.ctx)
	p.stop = cancel
	cmd := p.m.lookWithin(ctx, buckets, loud)
	if p.m.busy > 1 {
		p.say("Asking the host about " + count(p.m.busy, "bucket"))
	}
	p.asking(cmd)
}

// openProvider goes into a provider, looks at its buckets unless that is
// switched off, and lists them.
func (p *plain) openProvider(row *provider) {
	m := p.m
	if m.inv.provider(row.name) != row {
		p.say(printableName(row.name) + " is not listed any more")
		return
	}
	if !matches(row.name, m.filters[providersPane]) {
		m.filters[providersPane] = ""
	}
	m.refreshRows()
	for i, other := range m.providers.rows {
		if other == row {
			m.providers.to(i)
		}
	}
	m.refreshRows()
	m.setFocus(bucketsPane)
	m.focus = bucketsPane // also of a provider without buckets, to say why
	p.lookUnasked()
	p.list()
}

// lookUnasked looks at the buckets in the list that nobody has looked at.
func (p *plain) lookUnasked() {
	if rows := unchecked(p.m.buckets.rows); len(rows) > 0 && !p.noCheck && p.m.lostAt == nil {
		p.lookAll(rows, false)
	}
}

func (p *plain) openBucket(row *bucket) {
	m := p.m
	for i, b := range m.buckets.rows {
		if b == row {
			m.buckets.to(i)
			m.focus = detailPane
			p.list()
			return
		}
	}
	p.say(printableName(row.key.String()) + " is not listed any more: type list")
}

// turn opens the neighbour of what is open.
func (p *plain) turn(by int) {
	p.closeTriage()
	m := p.m
	switch m.focus {
	case providersPane:
		p.say("Nothing is open: type a number or a name")
	case bucketsPane:
		if to := m.providers.at + by; to >= 0 && to < len(m.providers.rows) {
			p.openProvider(m.providers.rows[to])
			return
		}
		p.say("There is no other provider that way")
	case detailPane:
		if to := m.buckets.at + by; to >= 0 && to < len(m.buckets.rows) {
			p.openBucket(m.buckets.rows[to])
			return
		}
		p.say("There is no other bucket that way")
	}
}

func (p *plain) back() {
	if p.m.triage != nil {
		p.closeTriage()
	} else {
		p.m.back()
		p.tell()
	}
	p.list()
}

// choose opens what a number or a name stands for, if one is given.
func (p *plain) choose(which string) {
	if n, err := strconv.Atoi(which); err == nil {
		p.number(n)
	} else if which != "" {
		p.open(which)
	}
}

// look looks at the open bucket, or at what is in the list and has not been
// looked at. What is opened for it is looked at by that.
func (p *plain) look(which string) {
	p.closeTriage()
	if which != "" && !p.noCheck {
		p.choose(which)
		return
	}
	p.choose(which)
	m := p.m
	b, ok := m.buckets.current()
	switch {
	case m.focus == providersPane || !ok:
		p.say("Looking works on a bucket: open a provider first")
	case m.focus == detailPane:
		p.lookAll([]*bucket{b}, true)
		p.list()
	default:
		p.check("")
	}
}

// again asks about what is open: everything, a provider's list and what of it
// has been looked at, or one bucket.
func (p *plain) again() {
	p.closeTriage()
	m := p.m
	row, ok := m.providers.current()
	switch {
	case m.focus == providersPane || !ok:
		p.asking(m.askEverything())
	case m.focus == detailPane:
		p.asking(m.askAgain())
	case m.cannotAsk():
		return
	default:
		var checked []*bucket
		for _, b := range row.buckets {
			if b.checked || b.err != nil {
				checked = append(checked, b)
			}
		}
		m.focus = providersPane // the screen's key is about the list there
		lists := m.askAgain()
		m.focus = bucketsPane
		p.asking(tea.Batch(lists, m.lookAt(checked, false)))
		p.lookUnasked()
	}
	p.list()
}

// check looks at every bucket of a provider, the open one if none is named.
func (p *plain) check(name string) {
	p.closeTriage()
	p.choose(name)
	m := p.m
	row, ok := m.providers.current()
	switch {
	case m.focus == providersPane || !ok:
		p.say("Checking works on a provider: open one first")
		return
	case len(unchecked(row.buckets)) == 0:
		p.do(m.checkProvider()) // says so
		p.tell()
		return
	}
	p.lookAll(unchecked(row.buckets), false)
	p.list()
}
