package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
)

// everything is the subject of a refresh of all lists; no provider has this name.
const everything = "*"

// restFor is how long the cursor rests before the rows in view are looked at.
const restFor = 250 * time.Millisecond

func (m *Model) askProviders() tea.Cmd {
	m.busy++
	return m.load.providers(m.inv.slot.ask())
}

func (m *Model) askBuckets(providers []*provider) tea.Cmd {
	asks := make([]bucketsAsk, len(providers))
	for i, p := range providers {
		asks[i] = bucketsAsk{p.slot.ask(), p.name}
	}
	m.busy += len(asks)
	return m.load.buckets(asks)
}

// lookAt looks at buckets. loud is for a look that a person asked for.
func (m *Model) lookAt(buckets []*bucket, loud bool) tea.Cmd {
	return m.lookWithin(m.load.ctx, buckets, loud)
}

func (m *Model) lookWithin(ctx context.Context, buckets []*bucket, loud bool) tea.Cmd {
	var asks []lookAsk
	for _, b := range buckets {
		if b.odd || b.slot.busy {
			continue // the host would refuse the name, or is being asked
		}
		asks = append(asks, lookAsk{b.slot.ask(), b.key, loud})
	}
	if len(asks) == 0 && loud && len(buckets) > 0 && buckets[0].odd {
		m.status.note("Hosts hand out no token under an unusual name, so nothing was asked")
	}
	m.busy += len(asks)
	return m.load.looks(ctx, asks)
}

// knownProviders are the names worth a look on a host that hides its lists.
var knownProviders = []string{"claudecode", "anthropic", "codex", "gemini", "qwen"}

// cannotAsk reports that there is nobody to ask any more, and says why.
func (m *Model) cannotAsk() bool {
	switch {
	case m.o.NoHost != nil:
		m.status.fail(m.o.NoHost)
	case m.lostAt != nil:
		m.sayLost()
	default:
		return false
	}
	return true
}

// stillAsking reports that the last refresh has not been answered yet.
func (m *Model) stillAsking() bool {
	if m.refreshing != "" || m.inv.slot.busy {
		m.status.say("Still asking the host")
		return true
	}
	return false
}

// askAgain asks for the row under the cursor once more.
func (m *Model) askAgain() tea.Cmd {
	if m.cannotAsk() || m.stillAsking() {
		return nil
	}
	p, ok := m.providers.current()
	if m.inv.asked.IsZero() || !ok {
		return m.askEverything()
	}
	m.refreshing, m.refreshFailed = p.name, false
	again := m.askBuckets([]*provider{p})
	b, ok := m.buckets.current()
	if m.focus == providersPane || !ok {
		return again
	}
	return tea.Batch(again, m.lookAt([]*bucket{b}, true))
}

// askEverything asks for all lists once more, and for the tokens that have been
// looked at.
func (m *Model) askEverything() tea.Cmd {
	if m.cannotAsk() || m.stillAsking() {
		return nil
	}
	m.refreshing, m.refreshFailed = everything, false
	var checked []*bucket
	for _, p := range m.inv.providers {
		for _, b := range p.buckets {
			if b.checked {
				checked = append(checked, b)
			}
		}
	}
	return tea.Batch(m.askProviders(), m.lookAt(checked, false))
}

// checkProvider looks at every bucket of the provider under the cursor that has
// not been looked at.
func (m *Model) checkProvider() tea.Cmd {
	p, ok := m.providers.current()
	if !ok || m.cannotAsk() {
		return nil
	}
	cmd := m.lookAt(unchecked(p.buckets), false)
	if cmd == nil {
		m.status.say("Every bucket of " + named(p.name) + " has been looked at; r asks again")
	}
	return cmd
}

func unchecked(buckets []*bucket) []*bucket {
	var rest []*bucket
	for _, b := range buckets {
		if !b.checked && !b.slot.busy && b.err == nil && !b.odd {
			rest = append(rest, b)
		}
	}
	return rest
}

// moved starts the wait for the cursor to rest anew.
func (m *Model) moved() tea.Cmd {
	m.rest.busy = false
	return m.resting()
}

// resting waits for the cursor to rest, if there will be something to look at.
func (m *Model) resting() tea.Cmd {
	if m.rest.busy || m.o.NoCheck || m.lostAt != nil || !m.bucketsDrawn() || len(unchecked(m.buckets.visible())) == 0 {
		return nil
	}
	ticket := m.rest.ask()
	return tea.Tick(restFor, func(time.Time) tea.Msg { return restMsg{ticket} })
}

func (m *Model) hasRested(msg restMsg) tea.Cmd {
	if !m.rest.accept(msg.ticket) || m.confirm != nil || m.page != mainPage || m.lostAt != nil || !m.bucketsDrawn() {
		return nil
	}
	return m.lookAt(unchecked(m.buckets.visible()), false)
}
