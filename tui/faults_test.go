package tui

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"credscope/socket"
	"credscope/socket/sample"
	"credscope/store"
	"credscope/tui/words"
)

var seeds = flag.Int("seeds", 1, "how many hosts each cell of the fault matrix is tried against")

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
	if c.acts && c.fault.name != "none" {
		name += ", carried out"
	}
	return name
}

// renews reports whether a person renews, and does not remove.
func (c breach) renews() bool { return c.phase >= atRenewal }

// saysNothingWasDone are the codes of hosts that have not asked anybody. A host that
// answers them and has acted contradicts itself.
var saysNothingWasDone = []string{"REFRESH_NOT_AVAILABLE", "PROVIDER_NOT_FOUND", "NOT_FOUND"}

func cells() []breach {
	none := &fault{name: "none", plays: func(p *play) next { p.send(p.reply); return goOn }}
	all := []breach{{atRemoval, none, true}, {atRenewal, none, true}}
	for _, f := range faults() {
		for p := atHandshake; p <= atRenewedToken; p++ {
			if f.only != nil && !slices.Contains(f.only, p) {
				continue
			}
			all = append(all, breach{p, f, false})
			if p == atRemoval && !f.unread || p == atRenewal && !f.unread && !slices.Contains(saysNothingWasDone, f.name) {
				all = append(all, breach{p, f, true})
			}
		}
	}
	return all
}

func TestNoFaultLosesOrInventsAVerdict(t *testing.T) {
	t.Parallel()
	var sum sums
	all := sample.Of(cells(), 80)
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
			if c.phase == atProvidersAgain && provider == "codex" {
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
	if r.IntN(2) == 0 && c.phase != atProvidersAgain {
		n = len(keys)
	}
	tr.targets = keys[:n]
	if c.renews() {
		tr.targets, n = expireSome(held, keys[:n])
	}
	nth := 0
	if c.phase == atFinalCheck || c.phase == atRemoval || c.phase == atBucketsAgain || c.renews() {
		nth = r.IntN(n)
	}
	tr.host = script{c.phase, nth, c.fault, c.acts}.host(t, 1+r.IntN(2), held)
	return tr
}

// expireSome makes the first of the keys one that can be renewed, and returns all that
// can be.
func expireSome(held map[store.Key]stored, keys []store.Key) (expired []store.Key, n int) {
	held[keys[0]] = stored{expiry: testNow.Add(-9 * 24 * time.Hour).Unix()}
	for _, key := range keys {
		if token := held[key]; !token.unreadable && token.expiry < testNow.Unix() {
			expired = append(expired, key)
		}
	}
	return expired, len(expired)
}

// run brings a person's removal or renewal as far as it comes.
func (tr *trial) run() {
	patient := patience
	if tr.fault.slow {
		patient = 100 * time.Millisecond
	}
	tr.inspect(patient)
	defer tr.check()
	tr.quiet()
	if tr.s.m.inv.ListedAt.IsZero() && tr.s.m.lost == nil {
		tr.s.press("r")
		tr.quiet()
	}
	tr.s.press("c")
	tr.quiet()
	if !tr.ask() {
		return
	}
	tr.accept()
	tr.s.until("the end of the run", func() bool { return !tr.s.m.running() })
}

// inspect opens the inspector of the host, with a time limit for each request.
func (tr *trial) inspect(patient time.Duration) {
	behind := store.NewProxyTokenStore(tr.host.path, store.Options{Timeout: patient})
	tr.s = inspect(tr, behind, 120, 30, noCheck)
	tr.s.hush()
}

// accept answers the question as it asks to be answered.
func (tr *trial) accept() {
	tr.host.mu.Lock()
	tr.host.question = true
	tr.host.mu.Unlock()
	if word := tr.s.m.dialog.plan.Word; word != "" {
		tr.s.answer(append(strings.Split(word, ""), "enter")...)
		return
	}
	tr.s.answer("y")
}

func (tr *trial) quiet() {
	tr.s.until("quiet", func() bool { return !tr.s.m.busy() })
}

// ask opens the dialog about the targets that are listed, and reports whether
// there is one.
func (tr *trial) ask() bool {
	s := tr.s
	var listed []store.Key
	for _, key := range tr.targets {
		if s.m.inv.Bucket(key) != nil {
			listed = append(listed, key)
		}
	}
	for _, key := range listed {
		s.at(key.String())
		if len(listed) > 1 {
			s.press("space")
		}
	}
	if tr.renews() {
		s.press("n")
	} else {
		s.press("x")
	}
	tr.targets = nil
	if s.m.dialog == nil {
		return false
	}
	for _, t := range s.m.dialog.plan.Targets {
		tr.targets = append(tr.targets, t.Key)
	}
	return true
}

// check holds what the screen says against the books of the host.
func (tr *trial) check() {
	s := tr.s
	tr.sum.runs.Add(1)
	ledger := s.m.result().Ledger
	tr.host.mu.Lock()
	defer tr.host.mu.Unlock()
	if tr.host.fired {
		tr.sum.fired.Add(1)
	} else if !tr.fault.slow && (tr.phase <= atRemoval || tr.phase == atRenewal) {
		tr.Errorf("the fault did not happen\n%s", s.text())
	}
	verdicts := map[store.Key]store.Outcome{}
	for _, o := range ledger {
		verdicts[o.Key] = o
	}
	if len(ledger) != len(tr.targets) || len(verdicts) != len(tr.targets) {
		tr.wrong(&tr.sum.lost, "%d targets, %d verdicts", len(tr.targets), len(ledger))
	}
	for key, times := range tr.host.received {
		if times > 1 {
			tr.wrong(&tr.sum.double, "%v was received %d times", key, times)
		}
		if !slices.Contains(tr.targets, key) {
			tr.wrong(&tr.sum.unconfirmed, "nobody asked for a change of %v", key)
		}
	}
	if other := tr.host.ops["refresh_token"]; other > 0 && !tr.renews() {
		tr.wrong(&tr.sum.unconfirmed, "nobody asked for %d renewals", other)
	}
	if other := tr.host.ops["remove_token"]; other > 0 && tr.renews() {
		tr.wrong(&tr.sum.unconfirmed, "nobody asked for %d removals", other)
	}
	for _, key := range tr.targets {
		o, told := verdicts[key]
		if !told {
			tr.wrong(&tr.sum.lost, "%v has no verdict", key)
		}
		// With so little patience an honest reply of a busy machine is late too.
		late := tr.fault.slow && o.Verdict == store.Unknown && errors.Is(o.Err, socket.ErrTimeout)
		if !late && !tr.host.backs(o) {
			tr.wrong(&tr.sum.dishonest, "%v: %v, %v", key, o, o.Err)
		}
		tr.shown(o)
	}
	tr.afterwards()
}

func (tr *trial) wrong(counter *atomic.Int64, format string, a ...any) {
	tr.Helper()
	counter.Add(1)
	tr.Errorf("%s\n%s", fmt.Sprintf(format, a...), tr.s.text())
}

// backs reports whether the books agree with a verdict. The caller holds the lock.
func (h *faultyHost) backs(o store.Outcome) bool {
	token, there := h.held[o.Key]
	received := h.received[o.Key] > 0
	lasts := token.expiry > testNow.Unix()
	said := h.script.fault.name
	switch o.Verdict {
	case store.Renewed:
		return received && lasts
	case store.StillExpired:
		return received && (!lasts || h.late[o.Key] || h.shownStale[o.Key])
	case store.CannotRenew:
		return received && (said == "REAUTH_REQUIRED" || said == "REFRESH_NOT_AVAILABLE") && !lasts
	case store.RenewedBefore:
		return received && strings.HasPrefix(said, "RATE_LIMITED")
	case store.NotRenewable:
		return received && said == "PROVIDER_NOT_FOUND"
	case store.NoToken:
		return received && said == "NOT_FOUND"
	case store.Removed, store.NoLongerShown:
		return received && !there
	case store.AlreadyGone:
		return !there
	case store.StillListed, store.StillThere:
		return there || h.late[o.Key] || h.shownStale[o.Key]
	case store.NotSent, store.NotStarted:
		return !received
	case store.Refused:
		return received && (said == "FORBIDDEN" || said == "UNAUTHORIZED")
	case store.CannotConfirm:
		return received
	case store.Unknown:
		return h.fired // never without a fault
	}
	return false
}

// shown makes sure that the screen tells a verdict, and no other. The caller
// holds the host's lock.
func (tr *trial) shown(o store.Outcome) {
	s := tr.s
	_, there := tr.host.held[o.Key]
	_, sentence := words.Verdict(o, s.m.canvas.zone())
	said := slices.ContainsFunc(s.m.history.records, func(r record) bool { return r.message == sentence })
	if started := o.Verdict != store.NotStarted; said != started {
		tr.wrong(&tr.sum.dishonest, "%q was said: %v", sentence, said)
	}
	if s.m.page == runPage && !s.row(o.Key.String(), o.String()) {
		tr.wrong(&tr.sum.lost, "the ledger page has no %v: %v", o.Key, o)
	}
	if there && s.row(o.Key.String(), "removed", "no longer shows it") {
		tr.wrong(&tr.sum.dishonest, "the screen says that %v is removed", o.Key)
	}
	b := s.m.inv.Bucket(o.Key)
	if listed := b != nil; listed == o.Verdict.Gone() {
		tr.wrong(&tr.sum.dishonest, "%v: %v, and its row is listed: %v", o.Key, o, listed)
	}
	if b == nil {
		return
	}
	status := s.m.inv.Status(b, s.m.canvas.now)
	if renewed := o.Verdict == store.Renewed; renewed && status != store.Valid || (o.Verdict == store.CannotRenew) != (status == store.Dead) {
		tr.wrong(&tr.sum.dishonest, "%v: %v, and its row says %s", o.Key, o, status)
	}
}

// afterwards presses on: what is lost stays lost, and what was known stays
// known. The caller holds the host's lock.
func (tr *trial) afterwards() {
	s := tr.s
	if strings.Contains(strings.ToLower(s.text()), "no credentials") {
		tr.wrong(&tr.sum.dishonest, "an empty list is taken for no credentials")
	}
	if tr.host.second > 0 || s.store.Client().Info().Handshakes > 1 {
		tr.wrong(&tr.sum.connections, "%d connections", tr.host.connections)
	}
	select {
	case <-s.store.Client().Lost():
	default:
		return
	}
	before, connections := s.m.inv.NumListed(), tr.host.connections
	s.until("the loss on the screen", func() bool { return s.m.lost != nil })
	s.press("esc", "esc", "r", "R", "enter", "c", "S", "x")
	if s.m.busy() || s.m.dialog != nil || s.m.running() || tr.host.connections != connections {
		tr.wrong(&tr.sum.connections, "%d connections", tr.host.connections)
	}
	if s.m.inv.NumListed() != before || !strings.Contains(s.text(), "CONNECTION LOST") {
		tr.Errorf("%d rows of %d are left after the loss\n%s", s.m.inv.NumListed(), before, s.text())
	}
}
