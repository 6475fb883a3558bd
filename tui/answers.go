package tui

import (
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"credscope/socket"
	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/text"
	"credscope/tui/theme"
	"credscope/tui/words"
)

// answered takes answers that came together, and brings the screen up to date once.
func (m *Model) answered(messages []tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, msg := range messages {
		cmds = append(cmds, m.take(msg))
	}
	m.noteHost()
	m.updateRows()
	if m.canvas.privacy.on {
		m.canvas.privacy.collect(&m.inv, m.canvas.glyphs.Ellipsis)
	}
	if !m.busy() {
		m.allAnswered()
	}
	return tea.Batch(append(cmds, m.waitForRest())...)
}

// noteHost takes what the client knows of the host now.
func (m *Model) noteHost() {
	before := m.host.Handshakes
	if m.host = m.requests.store.Client().Info(); m.host.Handshakes != before {
		m.connected = m.o.Now()
	}
}

func (m *Model) take(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case requestEndedMsg:
		m.history.addRequest(msg)
		m.canvas.privacy.requests[msg.Key.Bucket] = true
	case providersListedMsg:
		return m.providersListed(msg)
	case bucketsListedMsg:
		m.bucketsListed(msg)
	case checkedMsg:
		m.checked(msg)
	case stepMsg:
		m.runStep(msg)
	case runEndedMsg:
		return m.runEnded(msg)
	}
	return nil
}

func (m *Model) providersListed(msg providersListedMsg) tea.Cmd {
	if !m.listing.accept(msg.generation) {
		return nil
	}
	if msg.err != nil {
		if m.failed("", msg.err) || m.inv.ListedAt.IsZero() {
			m.inv.SetProvidersError(msg.err)
		}
		return nil
	}
	m.inv.SetProviders(msg.names, msg.at)
	m.noteHost()
	if m.hidesLists() {
		m.inv.AddKnownNames()
		m.say(theme.Warning, words.HidesLists+", and such hosts forbid removals: the names shown are looked up instead, + adds one")
	}
	var listed []string
	for _, p := range m.inv.Providers() {
		if p.Listed {
			listed = append(listed, p.Name)
		} else {
			m.offerChecks(p)
		}
	}
	return m.listBuckets(listed...)
}

func (m *Model) bucketsListed(msg bucketsListedMsg) {
	listing := m.listings[msg.provider]
	accepted := listing.accept(msg.generation)
	m.listings[msg.provider] = listing
	switch {
	case !accepted:
	case msg.err != nil:
		if m.failed(text.NameInSentence(msg.provider), msg.err) {
			m.inv.SetBucketsError(msg.provider, msg.err)
		}
	default:
		m.inv.SetBuckets(msg.provider, msg.names, msg.at)
		m.offerChecks(m.inv.Provider(msg.provider))
	}
}

// offerChecks lets a provider's buckets be checked by themselves.
func (m *Model) offerChecks(p *inventory.Provider) {
	if p == nil {
		return
	}
	for _, b := range m.unchecked(p.Buckets) {
		m.checks.offer([]store.Key{b.Key})
	}
}

func (m *Model) checked(msg checkedMsg) {
	if !m.checks.accept(msg) {
		return
	}
	name := text.Name(msg.key.String())
	if msg.err != nil {
		if m.failed(name, msg.err) {
			m.inv.SetCheckError(msg.key, msg.err, msg.at)
		}
		return
	}
	m.inv.SetCheck(msg.key, msg.check, msg.at)
	if b := m.inv.Bucket(msg.key); msg.announce && b != nil {
		m.say(theme.Info, name+": "+m.inv.Status(b, m.canvas.now).String())
	}
}

// failed shows an error about a row and reports whether it is about the question.
// The loss of the connection is not: it is one message, whatever was asked, and takes
// nothing back of what is known.
func (m *Model) failed(row string, err error) (ofTheQuestion bool) {
	if m.refresh != nil {
		m.refresh.failed = true
	}
	if errors.Is(err, socket.ErrLost) {
		m.connectionLost(m.o.Now())
		return false
	}
	if row != "" {
		m.say(theme.Failure, row+": "+words.Error(err))
	} else {
		m.fail(err)
	}
	return true
}

// connectionLost takes the end of the connection. What is known stays on the screen.
func (m *Model) connectionLost(at time.Time) {
	if m.lost != nil {
		return
	}
	m.lost, m.canvas.lost, m.dialog = &at, true, nil
	m.checks.cancel()
	if !strings.Contains(m.status.text, socket.ErrLost.Error()) { // a verdict may have said it
		m.sayLost()
	}
}

func (m *Model) sayLost() { m.fail(&socket.LostError{Cause: m.requests.store.Client().Cause()}) }

// allAnswered ends a refresh and the first checks, when nothing is waited for.
func (m *Model) allAnswered() {
	if m.refresh != nil {
		done := *m.refresh
		m.refresh = nil
		m.buckets.sort(&m.inv, m.canvas.now)
		if !done.failed && !m.hidesLists() { // that is said instead
			m.say(m.refreshed(done.key))
		}
	}
	inViewToCheck := m.checksVisible() && len(m.untried()) > 0 // once the cursor has rested
	if !m.firstChecks || m.inv.ListedAt.IsZero() || inViewToCheck {
		return
	}
	m.firstChecks = false
	all := m.inv.Buckets("")
	if !m.used && !m.o.NoCheck && len(all) <= automaticChecks {
		m.buckets.order = inventory.WorstFirst
		m.buckets.sort(&m.inv, m.canvas.now)
		m.buckets.list.to(0)
	}
}

// refreshed says what a refresh has found.
func (m *Model) refreshed(about store.Key) (theme.Kind, string) {
	if about.Bucket != "" {
		if b := m.inv.Bucket(about); b != nil {
			return theme.Info, text.Name(about.String()) + ": " + m.inv.Status(b, m.canvas.now).String()
		}
		return theme.Warning, "The host no longer lists " + text.Name(about.String())
	}
	if p := m.inv.Provider(about.Provider); p != nil {
		return theme.Success, text.NameInSentence(p.Name) + " refreshed: " + words.Count(len(p.Buckets), "bucket")
	}
	listed := 0
	for _, p := range m.inv.Providers() {
		if p.Listed {
			listed++
		}
	}
	switch {
	case about.Provider != "":
		return theme.Warning, "The host no longer lists " + text.NameInSentence(about.Provider)
	case listed == 0:
		return theme.Warning, "The host lists nothing"
	}
	return theme.Success, fmt.Sprintf("All refreshed: %s, %s", words.Count(listed, "provider"), words.Count(m.inv.NumListed(), "bucket"))
}

// updateRows brings the rows of both lists in line with what is known.
func (m *Model) updateRows() {
	m.providers.setRows(m.inv.Providers())
	m.showSelected()
	m.buckets.update(&m.inv, m.canvas.now)
	if !m.used {
		m.buckets.list.to(0) // rows arrive above it
	}
	if len(m.inv.Providers()) == 0 {
		m.focus = bucketsPane
	}
}
