package tui

import (
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"credscope/store"
)

// filled is an inspector of so many buckets, 500 a provider, without a host. Those in
// view are checked.
func filled(b *testing.B, buckets int) *Model {
	b.Helper()
	const each = 500
	s := store.NewProxyTokenStore("/nowhere/host.sock", store.Options{})
	b.Cleanup(func() { _ = s.Close() })
	m := New(b.Context(), s, Options{Now: testClock, Zone: testNow.Location(), StaleAfter: store.DefaultStaleAfter})
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	m.inv.SetProviders(benchNames("provider-%05d", max(1, buckets/each)), testNow)
	for _, p := range m.inv.Providers() {
		m.inv.SetBuckets(p.Name, benchNames("account%06d@example.com", min(buckets, each)), testNow)
	}
	m.Update(batchMsg{})
	m.Update(keyNamed("down"))
	for i, row := range m.buckets.list.visible() {
		expiry := store.NewExpiry(float64(testNow.Add(time.Duration(i%9-4) * 30 * time.Hour).Unix()))
		m.inv.SetCheck(row.Key, store.Check{Found: true, Metadata: store.Metadata{Expiry: expiry, TokenType: "Bearer"}}, testNow)
	}
	return m
}

func benchNames(format string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf(format, i)
	}
	return names
}

// benchBeside does the same on a model of many buckets and on one of 40, which fill
// the screen too, in turn. Time and allocations are those of many, x/40 is the ratio of
// the two times.
func benchBeside(b *testing.B, many, few *Model, do func(m *Model)) {
	b.Helper()
	b.ReportAllocs()
	var reference time.Duration
	for b.Loop() {
		do(many)
		b.StopTimer()
		started := time.Now()
		do(few)
		reference += time.Since(started)
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed())/float64(reference), "x/40")
}

// BenchmarkKey moves the cursor of a list: Update and View.
func BenchmarkKey(b *testing.B) {
	for _, buckets := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(buckets), func(b *testing.B) {
			keys, n := []tea.KeyPressMsg{keyNamed("down"), keyNamed("up")}, 0
			benchBeside(b, filled(b, buckets), filled(b, 40), func(m *Model) {
				n++
				m.Update(keys[n/2%2])
				_ = m.View()
			})
		})
	}
}

// BenchmarkFilterLetter types the first letter of a filter that lets every row
// through, and deletes it.
func BenchmarkFilterLetter(b *testing.B) {
	m, few := filled(b, 100_000), filled(b, 40)
	m.Update(keyNamed("/"))
	few.Update(keyNamed("/"))
	benchBeside(b, m, few, func(m *Model) {
		m.Update(keyNamed("a"))
		_ = m.View()
		m.Update(keyNamed("backspace"))
		_ = m.View()
	})
}

// BenchmarkFirstFrame makes a model of 10 buckets and its first View.
func BenchmarkFirstFrame(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = filled(b, 10).View()
	}
}
