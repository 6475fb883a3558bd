package tui

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"credscope/socket"
	"credscope/store"
)

var seeds = flag.Int("seeds", 2, "how many hosts each cell of the fault matrix is tried against")

// sums sums the matrix up.
type sums struct{ runs, fired, lost, double, unconfirmed, connections, dishonest atomic.Int64 }

// breach is one fault at one kind of request.
type breach struct {
	phase phase
	fault *fault
	acts  bool
}

func (c breach) String() string {
	name := phases[c.phase] + "/" + c.fault.name
	if c.phase == removing && c.acts {
		name += ", carried out"
	}
	return name
}

func cells() []breach {
	all := []breach{{removing, &fault{name: "none", plays: func(p *play) next { p.send(p.reply); return goOn }}, true}}
	for _, f := range faults() {
		for p := handshake; p <= relooking; p++ {
			if f.only != nil && !slices.Contains(f.only, p) {
				continue
			}
			all = append(all, breach{p, f, false})
			if p == removing && !f.unread {
				all = append(all, breach{p, f, true})
			}
		}
	}
	return all
}

func TestNoFaultLosesOrInventsAVerdict(t *testing.T) {
	t.Parallel()
	var sum sums
	all := cells()
	t.Run("cells", func(t *testing.T) {
		for _, c := range all {
			for seed := range *seeds {
				t.Run(fmt.Sprintf("%v/%d", c, seed), func(t *testing.T) {
					t.Parallel()
					newTrial(t, c, uint64(seed), &sum).run()
				})
			}
		}
	})
	t.Logf("%d cells x %d seeds = %d runs (the fault happened in %d): %d lost, %d double, %d unconfirmed, %d second connections, %d dishonest",
		len(all), *seeds, sum.runs.Load(), sum.fired.Load(), sum.lost.Load(), sum.double.Load(), sum.unconfirmed.Load(), sum.connections.Load(), sum.dishonest.Load())
}

// trial is one cell against one host.
type trial struct {
	testing.TB
	breach
	sum     *sums
	host    *faultyHost
	s       *screen
	targets []store.Key
}

// newTrial makes a host up: what it holds, which version it speaks, what is to
// be removed of it and at which of several requests the fault happens.
func newTrial(t testing.TB, c breach, seed uint64, sum *sums) *trial {
	t.Helper()
	tr := &trial{TB: t, breach: c, sum: sum}
	r := rand.New(rand.NewPCG(seed, uint64(len(c.fault.name))<<8|uint64(c.phase)))
	held := map[store.Key]stored{}
	ages := []time.Duration{time.Hour, time.Minute, -time.Hour, -300 * 24 * time.Hour}
	for _, provider := range []string{"codex", "gemini", "qwen"}[:1+r.IntN(3)] {
		for _, bucket := range []string{"default", "spare", "work"}[:1+r.IntN(3)] {
			key := store.Key{Provider: provider, Bucket: bucket}
			held[key] = stored{expiry: testNow.Add(ages[r.IntN(len(ages))]).Unix(), unreadable: r.IntN(5) == 0}
			if c.phase == reproviding && provider == "codex" {
				break // the last bucket of its provider
			}
		}
	}
	keys := slices.SortedFunc(func(yield func(store.Key) bool) {
		for key := range held {
			if !yield(key) {
				return
			}
		}
	}, func(a, b store.Key) int { return strings.Compare(a.String(), b.String()) })
	n := 1
	if r.IntN(2) == 0 && c.phase != reproviding {
		n = len(keys)
	}
	tr.targets = keys[:n]
	nth := 0
	if c.phase == lookingAt || c.phase == removing || c.phase == relisting {
		nth = r.IntN(n)
	}
	tr.host = script{c.phase, nth, c.fault, c.acts}.host(t, 1+r.IntN(2), held)
	return tr
}

// run brings a person's removal as far as it comes.
func (tr *trial) run() {
	patient := patience
	if tr.fault.slow {
		patient = 40 * time.Millisecond
	}
	tr.inspect(patient)
	defer tr.check()
	tr.quiet()
	if tr.s.m.inv.asked.IsZero() && tr.s.m.lostAt == nil {
		tr.s.press("r")
		tr.quiet()
	}
	for range tr.s.m.inv.providers {
		tr.s.press("c", "j")
		tr.quiet()
	}
	if !tr.ask() {
		return
	}
	tr.accept()
	tr.s.until("the end of the removal", func() bool { return tr.s.m.job == nil })
}

// inspect opens the inspector of the host, which is as patient as told.
func (tr *trial) inspect(patient time.Duration) {
	behind := store.NewProxyTokenStore(tr.host.path, socket.Options{Timeout: patient})
	tr.s = inspect(tr, behind, 120, 30, noCheck)
	tr.s.hush()
}

// accept answers the question as it asks to be answered.
func (tr *trial) accept() {
	tr.host.mu.Lock()
	tr.host.question = true
	tr.host.mu.Unlock()
	if word := tr.s.m.confirm.word; word != "" {
		tr.s.answer(append(strings.Split(word, ""), "enter")...)
		return
	}
	tr.s.answer("y")
}

func (tr *trial) quiet() {
	tr.s.until("quiet", func() bool { return tr.s.m.busy == 0 })
}

// ask opens the dialog about the targets that are listed, and reports whether
// there is one.
func (tr *trial) ask() bool {
	s := tr.s
	var listed []store.Key
	for _, key := range tr.targets {
		if s.m.inv.bucket(key) != nil {
			listed = append(listed, key)
		}
	}
	for _, key := range listed {
		s.at(key.String())
		if len(listed) > 1 {
			s.press("space")
		}
	}
	s.press("x")
	tr.targets = nil
	if s.m.confirm == nil {
		return false
	}
	for _, t := range s.m.confirm.targets {
		tr.targets = append(tr.targets, t.key)
	}
	return true
}
