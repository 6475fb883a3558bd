package tui

import (
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"credscope/socket"
	"credscope/store"
)

// The benchmarks of the model, without a host and without a terminal. Each
// reports the median of its samples, which the machine's noise disturbs less
// than the mean. tui/bench sets them beside each other.

// eachSize spreads buckets in two ways: all of them with one provider, or 500
// with each.
func eachSize(b *testing.B, bench func(b *testing.B, m *Model)) {
	for _, rows := range []int{10, 1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("one/rows=%d", rows), func(b *testing.B) { bench(b, filledModel(b, 1, rows)) })
	}
	for _, rows := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("many/rows=%d", rows), func(b *testing.B) { bench(b, filledModel(b, rows/500, 500)) })
	}
}

// filledModel is an inspector that has been told of all buckets and rests on
// the middle one of the middle provider. Nobody is asked anything.
func filledModel(b *testing.B, providers, each int) *Model {
	b.Helper()
	s := store.NewProxyTokenStore("/nowhere/host.sock", socket.Options{})
	b.Cleanup(func() { _ = s.Close() })
	m := New(b.Context(), s, Options{Now: testClock, Zone: testNow.Location(), StaleAfter: store.DefaultStaleAfter})
	m.Update(tea.WindowSizeMsg{Width: 120, Height: tallScreen})
	_ = m.askProviders()
	m.Update(providersMsg{ticket: m.inv.slot.ticket, names: benchNames("provider-%05d", providers), at: testNow})
	for _, p := range m.inv.providers {
		m.Update(bucketsMsg{ticket: p.slot.ticket, provider: p.name, names: benchNames("account%06d@example.com", each), at: testNow})
	}
	for range providers / 2 {
		m.Update(keyNamed("down"))
	}
	m.Update(keyNamed("2"))
	m.buckets.to(each / 2)
	m.Update(lookMsgs(m, m.buckets.visible()))
	_ = m.View()
	return m
}

func benchNames(format string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf(format, i)
	}
	return names
}

// lookMsgs is the host's answer about buckets, all of them together.
func lookMsgs(m *Model, buckets []*bucket) mailMsg {
	_ = m.lookAt(buckets, false)
	mail := mailMsg{}
	for i, row := range buckets {
		expiry := store.Expiry(testNow.Add(time.Duration(i%9-4) * 30 * time.Hour).Unix())
		mail.letters = append(mail.letters,
			requestMsg{store.Request{Op: "get_token", Key: row.key}, testNow},
			lookMsg{lookAsk{row.slot.ticket, row.key, false}, store.Look{Found: true, Metadata: store.Metadata{Expiry: expiry, TokenType: "Bearer"}}, nil, testNow})
	}
	return mail
}

// sample times do once for each of b's iterations, with before untimed.
func sample(b *testing.B, before, do func()) {
	b.Helper()
	took := make([]time.Duration, 0, b.N)
	for b.Loop() {
		before()
		started := time.Now()
		do()
		took = append(took, time.Since(started))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds()), "p50-ns")
}

// The heights of screens: one that only long lists fill, and one that ten rows fill.
const (
	tallScreen    = 40
	tenRowsScreen = 15
)

// moveIn types keys that move the cursor of a pane: Update and View of each.
func moveIn(pane string, height int) func(*testing.B, *Model) {
	return func(b *testing.B, m *Model) {
		m.Update(tea.WindowSizeMsg{Width: 120, Height: height})
		m.Update(keyNamed(pane))
		keys, n := []tea.KeyPressMsg{keyNamed("down"), keyNamed("up")}, 0
		sample(b, func() { n++ }, func() {
			m.Update(keys[n%2])
			_ = m.View()
		})
	}
}

// BenchmarkKey moves from bucket to bucket, BenchmarkProviderKey from provider
// to provider. The screens of ten rows draw as much whatever the size.
func BenchmarkKey(b *testing.B)                  { eachSize(b, moveIn("2", tallScreen)) }
func BenchmarkProviderKey(b *testing.B)          { eachSize(b, moveIn("1", tallScreen)) }
func BenchmarkKeyOnTenRows(b *testing.B)         { eachSize(b, moveIn("2", tenRowsScreen)) }
func BenchmarkProviderKeyOnTenRows(b *testing.B) { eachSize(b, moveIn("1", tenRowsScreen)) }

// BenchmarkFilterLetter is the first letter of a filter, which lets every row
// through: Update and View.
func BenchmarkFilterLetter(b *testing.B) {
	eachSize(b, func(b *testing.B, m *Model) {
		m.Update(keyNamed("/"))
		sample(b, func() {
			m.Update(keyNamed("backspace"))
		}, func() {
			m.Update(keyNamed("a"))
			_ = m.View()
		})
	})
}

// BenchmarkAnswers is 10,000 answers that arrive at once, out of 10,000 rows:
// one Update and one View, in which no key is answered.
func BenchmarkAnswers(b *testing.B) {
	m := filledModel(b, 1, 10_000)
	var mail mailMsg
	sample(b, func() {
		for _, row := range m.opened.buckets {
			row.checked = false
		}
		mail = lookMsgs(m, m.opened.buckets)
	}, func() {
		m.Update(mail)
		_ = m.View()
	})
}

// BenchmarkFirstFrame is the list of 10 buckets from nothing to its first View.
func BenchmarkFirstFrame(b *testing.B) {
	sample(b, func() {}, func() { filledModel(b, 1, 10) })
}
