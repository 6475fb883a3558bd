package tui

import (
	"fmt"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/theme"
	"credscope/tui/words"
)

// refresh is what a person has asked for anew: a bucket, else a provider, else all.
type refresh struct {
	key    store.Key
	failed bool // an error was shown, which says enough
}

func (m *Model) listProviders() tea.Cmd { return m.requests.listProviders(m.listing.start()) }

func (m *Model) listBuckets(providers ...string) tea.Cmd {
	asked := make([]listRequest, len(providers))
	for i, name := range providers {
		listing := m.listings[name]
		asked[i] = listRequest{listing.start(), name}
		m.listings[name] = listing
	}
	return m.requests.listBuckets(asked)
}

// cannotAsk reports that there is no host to ask any more, and says why.
func (m *Model) cannotAsk() bool {
	switch {
	case m.o.NoHost != nil:
		m.fail(m.o.NoHost)
	case m.lost != nil:
		m.sayLost()
	default:
		return false
	}
	return true
}

// isRefreshing reports that the last refresh has not ended, and says so.
func (m *Model) isRefreshing() bool {
	if m.refresh == nil && !m.listing.busy {
		return false
	}
	m.say(theme.Info, "Still waiting for the host")
	return true
}

// refreshThis asks again about the row under the cursor.
func (m *Model) refreshThis() tea.Cmd {
	about := m.subject()
	switch {
	case m.cannotAsk() || m.isRefreshing():
		return nil
	case m.inv.ListedAt.IsZero(), about.bucket == nil && about.provider == nil:
		return m.refreshAll()
	case about.bucket == nil:
		m.refresh = &refresh{key: store.Key{Provider: about.provider.Name}}
		return m.listBuckets(about.provider.Name)
	}
	m.refresh = &refresh{key: about.bucket.Key}
	m.askChecks(about.bucket)
	return m.listBuckets(about.bucket.Key.Provider)
}

// refreshAll asks for all lists again, and for the tokens that were checked.
func (m *Model) refreshAll() tea.Cmd {
	if m.cannotAsk() || m.isRefreshing() {
		return nil
	}
	var checked []*inventory.Bucket
	for _, b := range m.inv.Buckets("") {
		if b.Check != nil {
			checked = append(checked, b)
		}
	}
	if m.needsSecondPress(m.keys.RefreshAll, len(checked)) {
		return nil
	}
	m.refresh = &refresh{}
	m.askChecks(checked...)
	return m.listProviders()
}

// checkAll checks every bucket of the list that is not checked.
func (m *Model) checkAll() tea.Cmd {
	if m.cannotAsk() {
		return nil
	}
	unchecked := m.unchecked(m.inv.Buckets(m.buckets.provider))
	if len(unchecked) == 0 {
		m.say(theme.Info, m.checkSummary())
		return nil
	}
	if !m.needsSecondPress(m.keys.Check, len(unchecked)) {
		m.askChecks(unchecked...)
	}
	return nil
}

// checkSummary says how many of the list's buckets are checked, when none is left to be.
func (m *Model) checkSummary() string {
	checked, waiting, failed, invalid := 0, 0, 0, 0
	all := m.inv.Buckets(m.buckets.provider)
	for _, b := range all {
		switch {
		case m.checks.isPending(b.Key):
			waiting++
		case !b.ValidName():
			invalid++
		case b.Err != nil:
			failed++
		default:
			checked++
		}
	}
	summary := fmt.Sprintf("%d of %s checked", checked, words.Count(len(all), "bucket"))
	for _, part := range []struct {
		n    int
		what string
	}{{waiting, "being checked"}, {failed, "failed"}, {invalid, "not checked, since hosts refuse the name"}} {
		if part.n > 0 {
			summary += fmt.Sprintf(", %d %s", part.n, part.what)
		}
	}
	return summary + "; r refreshes"
}

// unchecked returns the buckets that are not checked and not about to be.
func (m *Model) unchecked(buckets []*inventory.Bucket) (unchecked []*inventory.Bucket) {
	for _, b := range buckets {
		if b.Check == nil && b.Err == nil && b.ValidName() && !m.checks.isPending(b.Key) {
			unchecked = append(unchecked, b)
		}
	}
	return unchecked
}

// askChecks queues checks that a person wants. Hosts refuse invalid names.
func (m *Model) askChecks(buckets ...*inventory.Bucket) {
	for _, b := range buckets {
		if b.ValidName() {
			m.checks.ask([]store.Key{b.Key}, false)
		}
	}
}

// needsSecondPress reports that a key asks for so many tokens that it has to be
// pressed once more, and says so.
func (m *Model) needsSecondPress(k key.Binding, tokens int) bool {
	name := k.Help().Key
	if tokens <= automaticChecks || m.confirmed == name {
		m.confirmed = ""
		return false
	}
	m.confirmed = name
	m.say(theme.Warning, fmt.Sprintf("This asks the host for %d tokens: press %s again", tokens, name))
	return true
}

// restFor is how long the cursor rests before the rows in view are checked.
const restFor = 250 * time.Millisecond

// cursorMoved starts the wait for the cursor to rest anew.
func (m *Model) cursorMoved() tea.Cmd {
	m.resting.busy = false
	return m.waitForRest()
}

// waitForRest waits for the cursor to rest, if there will be something to check.
func (m *Model) waitForRest() tea.Cmd {
	if m.resting.busy || !m.checksVisible() || len(m.untried()) == 0 {
		return nil
	}
	return m.requests.after(restFor, cursorRestedMsg{m.resting.start()})
}

func (m *Model) cursorRested(msg cursorRestedMsg) {
	if m.resting.accept(msg.generation) && m.checksVisible() {
		m.checks.ask(m.untried(), false)
	}
}

// checksVisible reports whether the rows in view are checked by themselves.
func (m *Model) checksVisible() bool {
	return !m.o.NoCheck && m.lost == nil && m.dialog == nil && m.page == noPage && m.bucketsDrawn()
}

// untried returns the buckets in view that were never checked.
func (m *Model) untried() (keys []store.Key) {
	for _, b := range m.unchecked(m.buckets.list.visible()) {
		if !m.checks.tried[b.Key] {
			keys = append(keys, b.Key)
		}
	}
	return keys
}
