package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"credscope/store"
)

// gotMail takes answers that came together.
func (m *Model) gotMail(mail mailMsg) tea.Cmd {
	cmds := []tea.Cmd{m.load.mail.next(m.load.ctx)}
	for _, letter := range mail.letters {
		cmds = append(cmds, m.take(letter))
	}
	return tea.Batch(append(cmds, m.afterAnswers())...)
}

func (m *Model) gotAnswer(msg tea.Msg) tea.Cmd {
	cmd := m.take(msg)
	return tea.Batch(cmd, m.afterAnswers())
}

// take takes one answer into the inventory.
func (m *Model) take(msg tea.Msg) tea.Cmd {
	if r, ok := msg.(requestMsg); ok {
		m.status.record(recordOf(r))
		m.seen[r.Key.Bucket] = true
		return nil
	}
	m.busy--
	switch msg := msg.(type) {
	case providersMsg:
		return m.gotProviders(msg)
	case bucketsMsg:
		m.gotBuckets(msg)
	case lookMsg:
		m.gotLook(msg)
	}
	return nil
}

// afterAnswers brings the screen up to date once for any number of answers.
func (m *Model) afterAnswers() tea.Cmd {
	m.info = m.load.store.Client().Info()
	m.refreshRows()
	m.refreshTriage()
	if m.privacy {
		m.collectNames()
	}
	if m.busy == 0 && m.refreshing != "" {
		m.sayRefreshed(m.refreshing)
		m.refreshing = ""
	}
	return m.resting()
}

// sayRefreshed ends a refresh with what was asked about, unless an error did.
func (m *Model) sayRefreshed(subject string) {
	p := m.inv.provider(subject)
	switch {
	case m.refreshFailed:
	case subject != everything && p != nil && p.byName:
		m.status.done("Asked again about " + named(subject))
	case subject != everything && p != nil:
		m.status.done(fmt.Sprintf("Asked again: %s has %s", named(subject), count(len(p.buckets), "bucket")))
	case m.inv.known() == 0:
		m.status.note("Asked again: the host lists nothing")
	default:
		m.status.done(fmt.Sprintf("Asked everything again: %s, %s", count(len(m.listed()), "provider"), count(m.inv.known(), "bucket")))
	}
}

func (m *Model) gotProviders(msg providersMsg) tea.Cmd {
	if !m.inv.slot.accept(msg.ticket) {
		return nil
	}
	if msg.err != nil {
		if m.failed(msg.err) || m.inv.asked.IsZero() {
			m.inv.err = msg.err
		}
		return nil
	}
	if n := m.inv.known(); n > 0 && len(msg.names) == 0 {
		m.formerly = fmt.Sprintf("%s, asked %s", count(n, "bucket"), m.clockTime(m.inv.asked))
	}
	m.listedOnce = m.listedOnce || len(msg.names) > 0
	m.inv.setProviders(msg.names, msg.at)
	m.info = m.load.store.Client().Info()
	if m.restricted() {
		m.lookUpByName()
	}
	return tea.Batch(m.askBuckets(m.listed()), readySigns(m.glyphs))
}

// readySigns has the framework make its table of widths, two megabytes in some
// milliseconds, while the first frame is not due yet and would wait for it then.
// Before the host's first answer it would only delay that.
func readySigns(g glyphs) tea.Cmd {
	return func() tea.Msg {
		_ = ansi.StringWidthWc(g.horizontal)
		return nil
	}
}

// lookUpByName lists the names worth a try where the host hides its own.
func (m *Model) lookUpByName() {
	for _, name := range knownProviders {
		m.inv.addName(store.Key{Provider: name})
	}
	m.status.note("This host seems to hide its lists from sandboxes, and such hosts forbid removals: the names shown are looked up instead, + adds one")
}

// listed returns the providers that the host itself has named.
func (m *Model) listed() []*provider {
	var listed []*provider
	for _, p := range m.inv.providers {
		if !p.byName {
			listed = append(listed, p)
		}
	}
	return listed
}

func (m *Model) gotBuckets(msg bucketsMsg) {
	p := m.inv.provider(msg.provider)
	if p == nil || !p.slot.accept(msg.ticket) {
		return
	}
	if msg.err != nil {
		if m.failedAbout(named(p.name), msg.err) {
			p.err = msg.err
		}
		return
	}
	p.setBuckets(msg.names, msg.at)
}

func (m *Model) gotLook(msg lookMsg) {
	b := m.inv.bucket(msg.key)
	if b == nil || !b.slot.accept(msg.ticket) {
		return
	}
	if errors.Is(msg.err, context.Canceled) {
		return // given up by the one who asked
	}
	if msg.err != nil {
		if m.failedAbout(printableName(b.key.String()), msg.err) {
			b.failed(msg.err)
		}
		return
	}
	b.took(msg.look, msg.at)
	m.missed = m.missed || (b.byName && !msg.look.Found && !msg.look.Hidden)
	if msg.loud {
		m.status.say(fmt.Sprintf("Looked at %s: %s", printableName(b.key.String()), b.health(msg.at, m.o.StaleAfter)))
	}
}

// failed shows an error and reports whether it is about the question. The loss
// of the connection is not: it is one message, whatever was pending, and takes
// nothing back of what is known.
func (m *Model) failed(err error) (ofTheQuestion bool) { return m.failedAbout("", err) }

// failedAbout is failed with the row that was asked about, as it is to be shown.
func (m *Model) failedAbout(row string, err error) (ofTheQuestion bool) {
	m.refreshFailed = true
	if errors.Is(err, store.ErrLost) {
		m.gotLoss(lostMsg{m.o.Now()})
		return false
	}
	text := explain(err).sentence()
	if row != "" {
		text = row + ": " + text
	}
	m.status.put(failure, text)
	return true
}

// gotLoss takes the end of the connection, from whoever tells of it first. What
// is known stays on the screen.
func (m *Model) gotLoss(msg lostMsg) {
	if m.lostAt != nil {
		return
	}
	m.lostAt = &msg.at
	m.confirm = nil
	if strings.Contains(m.status.last.text, store.ErrLost.Error()) {
		return // a verdict that says it already
	}
	m.sayLost()
}

func (m *Model) sayLost() {
	m.status.fail(&store.LostError{Cause: m.load.store.Client().Cause()})
}
