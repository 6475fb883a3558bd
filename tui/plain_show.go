package tui

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// wide is the width that the model's texts are asked for: the terminal breaks
// lines, and a screen reader needs no breaks.
const wide = math.MaxInt16

// say writes one line, in private mode with names shortened.
func (p *plain) say(text string) { p.write(p.m.shown(text)) }

// write writes one line, safe and in ASCII whatever is in it.
func (p *plain) write(line string) {
	p.endLine()
	_, _ = p.out.WriteString(printableASCII(strings.TrimSpace(line)) + "\n") // Flush tells of a failure
}

// endLine ends the line of a prompt that nobody has ended by Enter.
func (p *plain) endLine() {
	if p.halfLine {
		_ = p.out.WriteByte('\n')
		p.halfLine = false
	}
}

// ask writes a prompt, unless one stands there already.
func (p *plain) ask(prompt string) {
	if !p.halfLine {
		_, _ = p.out.WriteString(printableASCII(p.m.shown(prompt)))
		p.halfLine = true
	}
}

// place is where the next line is typed.
func (p *plain) place() string {
	m := p.m
	row, ok := m.providers.current()
	b, has := m.buckets.current()
	switch {
	case m.triage != nil:
		return "stale"
	case m.focus == detailPane && has:
		return printableName(b.key.String())
	case m.focus != providersPane && ok:
		return printableName(row.name)
	}
	return ""
}

// tell says what the model has put into its status bar since.
func (p *plain) tell() {
	for _, r := range p.m.status.history[p.told:] {
		if r.message == "" || p.saidByOverview(r) {
			continue
		}
		if r.kind == info {
			p.say(r.message)
		} else {
			p.say(r.kind.String() + ": " + r.message)
		}
	}
	if h := p.m.status.history; len(h) > maxHistory/2 { // so that none is lost unsaid
		p.m.status.history = slices.Clone(h[len(h)-maxHistory/4:])
	}
	p.told = len(p.m.status.history)
}

// saidByOverview reports the error for which there is no list, which the
// overview has with its evidence.
func (p *plain) saidByOverview(r record) bool {
	err := p.m.inv.err
	return err != nil && len(p.m.inv.providers) == 0 && r.message == explain(err).sentence()
}

// greet says what this is and which host it is about.
func (p *plain) greet() {
	p.say("credscope, plain: type a number or a word and press Enter; help lists the words")
	p.about()
	p.say("Asking the host")
}

func (p *plain) about() {
	if p.m.o.Label != "" {
		p.say("Host: " + printableText(p.m.o.Label))
	}
	for _, text := range p.m.o.Warnings {
		p.say("note: " + printableText(text))
	}
}

// noHost says why nobody can be asked, and what to do.
func (p *plain) noHost() {
	err := p.m.o.NoHost
	p.m.status.fail(err)
	p.about()
	p.say(nothingTitle(err))
	e := explain(err)
	p.say(e.cause + ".")
	if e.next != "" {
		p.say("Next: " + e.next + ".")
	}
	if fact := evidenceOf(err); fact != "" {
		p.say("Evidence: " + fact + ".")
	}
}

// connected says how the connection was made, if it was.
func (p *plain) connected() {
	m := p.m
	m.info = m.load.store.Client().Info()
	if m.info.Version == 0 || p.over {
		return
	}
	capability := "no capability presented"
	if m.info.Presented {
		capability = "a capability was presented"
	}
	p.say(fmt.Sprintf("Connected to %s, protocol %d, %s", printableName(m.info.Path), m.info.Version, capability))
	for _, text := range m.info.Warnings {
		p.say("note: " + printableText(text))
	}
	if m.o.ReadOnly {
		p.say("Read-only: nothing can be removed")
	}
}

// history says all messages and requests, the newest first.
func (p *plain) history() {
	mail := p.m.load.mail
	mail.mu.Lock()
	letters := mail.letters
	mail.letters = nil
	mail.mu.Unlock()
	p.letters(letters) // of requests whose answers are known already
	p.m.info = p.m.load.store.Client().Info()
	p.paragraphs(p.m.historyLines(wide))
}

// help lists the words.
func (p *plain) help() {
	p.say("A number or a name opens what the last list has under it. The words, each followed by Enter:")
	for _, w := range p.words() {
		name := w.names[0]
		if w.takes != "" {
			name += " " + w.takes
		}
		if also := w.names[1:]; len(also) > 0 {
			name += " (also " + strings.Join(also, " ") + ")"
		}
		p.say(name + ": " + w.does)
	}
	p.say("Where a message names a key, type it and press Enter.")
	for _, h := range healthOrder {
		p.say(h.String() + ": " + strings.ReplaceAll(healthMeaning[h], "the removal key", "remove"))
	}
}
