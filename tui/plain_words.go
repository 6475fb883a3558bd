package tui

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// word is something that can be typed. Its names include the key of the screen
// that does the same, so that a message that names a key is right here too.
type word struct {
	names []string
	takes string // what may follow, "" for nothing
	does  string
	act   func(arg string)
}

func (p *plain) words() []word {
	alone := func(act func()) func(string) { return func(string) { act() } }
	say := func(act func()) func(string) { return func(string) { act(); p.tell() } }
	m := p.m
	return []word{
		{[]string{"list"}, "", "say the list or the bucket once more", alone(p.list)},
		{[]string{"open"}, "NAME", "open a provider or bucket; NUMBER or NAME alone does too", p.open},
		{[]string{"next", "j"}, "", "open the next one", alone(func() { p.turn(1) })},
		{[]string{"previous", "k"}, "", "open the one before", alone(func() { p.turn(-1) })},
		{[]string{"back", "esc", "h"}, "", "one step back", alone(p.back)},
		{[]string{"look", "enter"}, "NUMBER", "look at the open bucket, as Enter alone does, or at that one", p.look},
		{[]string{"again", "r"}, "", "ask again about what is open", alone(p.again)},
		{[]string{"everything", "R"}, "", "ask everything again", alone(func() { p.asking(m.askEverything()); p.list() })},
		{[]string{"check", "c"}, "PROVIDER", "look at every bucket of it, or of the open one", p.check},
		{[]string{"lookup", "+"}, "PROVIDER:BUCKET", "look up a name that is not listed; look up does too", p.lookUp},
		{[]string{"filter", "/"}, "TEXT", "list only names with the text; nothing lists all", p.filter},
		{[]string{"sort", "s"}, "", "sort buckets by name, expiry or status", alone(func() { m.nextOrder(); p.tell(); p.list() })},
		{[]string{"times", "t"}, "", "times relative, local or UTC", say(m.nextClock)},
		{[]string{"remove", "x", "delete"}, "NUMBERS", "ask about removing the open bucket, or those with these numbers", p.remove},
		{[]string{"stale", "S"}, "", "list what is stale or unreadable, of all providers", alone(p.stale)},
		{[]string{"spare", "space"}, "NUMBERS", "leave out of that list, or put in again", p.spare},
		{[]string{"stop"}, "", "give up asking, or remove no more after the one under way", alone(func() { p.say("The host is not being asked") })},
		{[]string{"history", "!"}, "", "all messages and requests", alone(p.history)},
		{[]string{"private", "p"}, "", "shorten names, or not", say(func() { m.togglePrivacy() })},
		{[]string{"lock", "L"}, "", "remove nothing, or unlock", say(m.toggleLock)},
		{[]string{"help", "?", "f1"}, "", "these words", alone(p.help)},
		{[]string{"quit", "q"}, "", "quit", alone(func() { p.over = true })},
	}
}

// obey does what one line says. Numbers come first, then words, then names, so
// that no name of the host can take a word away.
func (p *plain) obey(text string) {
	if len(text) > maxTyped {
		p.say("That line is too long to be meant")
		return
	}
	text = strings.TrimSpace(text)
	if text == "" {
		p.enter()
		return
	}
	if n, err := strconv.Atoi(text); err == nil {
		p.number(n)
		return
	}
	name, arg := splitWord(text)
	for _, w := range p.words() {
		if !slices.Contains(w.names, name) && !slices.Contains(w.names, strings.ToLower(name)) {
			continue
		}
		if len(name) == 1 && !slices.Contains(w.names, name) {
			continue // r and R are two words
		}
		if arg == "" || w.takes != "" {
			w.act(arg)
			return
		}
	}
	p.open(text)
}

// splitWord parts a word from what follows it. Signs need no space.
func splitWord(text string) (name, arg string) {
	if strings.HasPrefix(text, "/") || strings.HasPrefix(text, "+") {
		return text[:1], strings.TrimSpace(text[1:])
	}
	name, arg, _ = strings.Cut(text, " ")
	arg = strings.TrimSpace(arg)
	if rest, ok := strings.CutPrefix(arg, "up"); ok && strings.EqualFold(name, "look") && (rest == "" || rest[0] == ' ') {
		return "lookup", strings.TrimSpace(rest)
	}
	return name, arg
}

// enter is Enter alone: it looks at an open bucket, and lists otherwise.
func (p *plain) enter() {
	if p.m.focus == detailPane && p.m.triage == nil {
		p.look("")
		return
	}
	p.list()
}

// number opens what the last printed list has at n.
func (p *plain) number(n int) {
	switch {
	case p.m.triage != nil:
		p.say("Type spare " + strconv.Itoa(n) + " to leave it out, remove to be asked about the rest, or back")
	case p.m.focus == providersPane:
		if row, ok := pick(p, p.providers, n); ok {
			p.openProvider(row)
		}
	default:
		if row, ok := pick(p, p.buckets, n); ok {
			p.openBucket(row)
		}
	}
}

// pick returns the row at n of a printed list.
func pick[T any](p *plain, rows []T, n int) (row T, ok bool) {
	if n < 1 || n > len(rows) {
		p.say("The last list has no number " + strconv.Itoa(n) + ": it has " + count(len(rows), "row"))
		return row, false
	}
	return rows[n-1], true
}

// open opens a provider or a bucket of the open provider by its name.
func (p *plain) open(name string) {
	p.closeTriage()
	if p.m.focus != providersPane {
		for _, b := range p.m.buckets.rows {
			if b.key.Bucket == name || printableName(b.key.Bucket) == name {
				p.openBucket(b)
				return
			}
		}
	}
	for _, row := range p.m.inv.providers {
		if row.name == name || printableName(row.name) == name {
			p.openProvider(row)
			return
		}
	}
	if name == "" {
		p.say("Type a number or a name from the list after open")
		return
	}
	p.say(`Nothing here is called "` + cut(unquoted(name), maxQuote, "...") + `": type a number or a name from the list, or help`)
}

// lookUp asks for a name that the host does not list.
func (p *plain) lookUp(name string) {
	p.closeTriage()
	m := p.m
	m.openLookup()
	if m.prompt != lookupPrompt {
		return
	}
	m.field.SetValue(name)
	if cmd := m.typeLookup(tea.KeyPressMsg(tea.Key{Code: tea.KeyEnter})); cmd != nil {
		m.focus = detailPane
		p.asking(cmd)
		p.list()
	}
}

func (p *plain) filter(text string) {
	p.closeTriage()
	pane := min(p.m.focus, bucketsPane)
	p.m.focus = pane
	p.m.filters[pane] = strings.ToLower(text)
	p.m.refreshRows()
	p.list()
}
