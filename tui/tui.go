// Package tui is the screen of credscope: a full-screen inspector of a host's
// credentials.
//
// [Model] is the root. It alone receives messages and holds the inventory, and it
// routes keys to the parts: providers, buckets, detail, dialog, plan run, history,
// prompt and status bar. Parts own their state, say what a key comes to, and draw
// themselves without changing anything.
//
// Requests to the host are commands (requests.go) whose answers carry the
// generation of their question; late ones are dropped. A plan runs in one
// goroutine ([inventory.Plan.Run]) and reports each step as a message.
package tui

import (
	"context"
	"errors"
	"os"
	"sync/atomic"
	"time"

	"charm.land/bubbles/v2/spinner"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"credscope/socket"
	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/theme"
	"credscope/tui/words"
)

// Options of the inspector.
type Options struct {
	Now        func() time.Time // the clock
	Zone       *time.Location   // of times on the screen; nil is local
	StaleAfter time.Duration    // how long after its expiry a token counts as stale
	NoCheck    bool             // check no bucket by itself
	ReadOnly   bool             // offer neither removal nor renewal
	Theme      theme.Theme      // the colours
	NoMouse    bool             // leave the mouse to the terminal
	ASCII      bool             // draw with ASCII only
	Label      string           // what the header says of the host, "" for nothing
	Warnings   []string         // what the header warns of
	Profile    colorprofile.Profile
	NoHost     error             // why there is no host to ask; the store is then nil
	Lookups    []store.Key       // buckets to list by name
	Stops      <-chan os.Signal  // reports a SIGTSTP from outside
	Ledger     *inventory.Ledger // where removals and renewals are noted as they go; nil for none
}

// Result is what a run of the inspector leaves behind.
type Result struct {
	Ledger   []store.Outcome // every removal and renewal that was accepted, in order
	Accepted bool            // a handshake was accepted
	Last     string          // the last error on the screen, "" if there was none
}

// Model is the inspector. Make it with [New].
type Model struct {
	o        Options
	keys     keyMap
	canvas   canvas
	size     size
	requests requests

	inv       inventory.Inventory
	host      socket.Info
	connected time.Time  // when the last handshake was seen to be accepted
	lost      *time.Time // when the connection was lost

	focus     pane
	providers providers
	buckets   buckets
	detail    detail
	prompt    prompt
	dialog    *dialog
	run       *planRun // the last one
	help      help
	history   history
	page      pageKind
	status    statusBar
	spinner   spinner.Model

	checks      checks
	listing     pending            // the list of providers
	listings    map[string]pending // the lists of buckets, by provider
	resting     pending            // waits for the cursor to rest
	tick        pending
	tickEvery   time.Duration // of the tick that is waited for
	refresh     *refresh      // a refresh that a person has asked for
	firstChecks bool          // the checks at the start have not ended
	used        bool          // by a key or the mouse, since the list was opened
	confirmed   string        // a key that says how much it will ask for, and was pressed once
	locked      bool          // read-only by its key
	leaving     bool
}

// New returns an inspector of the host behind s. ctx ends its requests.
func New(ctx context.Context, s *store.ProxyTokenStore, o Options) *Model {
	if o.Profile <= colorprofile.ASCII && o.Profile != colorprofile.Unknown {
		o.Theme = theme.None // reverse video shows what colours cannot
	}
	if o.Ledger == nil {
		o.Ledger = &inventory.Ledger{}
	}
	if o.Zone == nil {
		o.Zone = time.Local
	}
	m := &Model{
		o: o, keys: newKeyMap(), focus: bucketsPane, firstChecks: true,
		requests: requests{ctx: ctx, store: s, now: o.Now, queue: newBatcher()},
		canvas:   canvas{glyphs: theme.NewGlyphs(o.ASCII), ascii: o.ASCII, local: o.Zone},
		inv:      inventory.Inventory{StaleAfter: o.StaleAfter},
		buckets:  newBuckets(), checks: newChecks(o.NoCheck), listings: map[string]pending{},
		spinner: spinner.New(),
	}
	m.canvas.setPalette(o.Theme.Palette())
	m.canvas.privacy.requests = map[string]bool{}
	m.spinner.Spinner = spinner.Spinner{Frames: m.canvas.glyphs.Spinner, FPS: time.Second / 10}
	if s != nil {
		now, queue := o.Now, m.requests.queue
		m.requests.store = s.WithObserver(func(r store.Request) { queue.add(requestEndedMsg{r, now()}) })
	}
	for _, key := range o.Lookups {
		m.inv.AddName(key)
	}
	m.setNow()
	m.updateRows()
	return m
}

// Init asks the host for its lists.
func (m *Model) Init() tea.Cmd {
	var background tea.Cmd
	if m.o.Theme == theme.Auto {
		background = tea.RequestBackgroundColor
	}
	if m.o.NoHost != nil {
		m.fail(m.o.NoHost)
		return tea.Batch(background, m.waitForStop())
	}
	return tea.Batch(background, m.waitForStop(), m.requests.queue.next(m.requests.ctx), m.requests.waitForLoss(), m.listProviders())
}

// LeaveGrace is how long what is under way may take when the program is to end.
// One that takes longer is reported as unknown.
const LeaveGrace = 1500 * time.Millisecond

// Run shows the inspector until the user leaves or ctx ends, until the terminal
// goes away, which is [ErrHangUp], or until a panic, which is [words.ErrPanic]. The
// terminal is as it was before when Run returns.
func Run(ctx context.Context, s *store.ProxyTokenStore, o Options, more ...tea.ProgramOption) (Result, error) {
	requests, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	m := New(requests, s, o)
	var program *tea.Program
	var hungUp atomic.Bool
	keys := keyboard{os.Stdin, &hungUp, func() { program.Send(leaveMsg{}) }}
	program = tea.NewProgram(guarded{m}, append([]tea.ProgramOption{
		tea.WithoutSignalHandler(), tea.WithoutCatchPanics(), tea.WithColorProfile(o.Profile), tea.WithInput(keys),
	}, more...)...)
	// The model gets a message first, so that what is under way can be accounted for. Kill
	// is for a model that does not answer.
	done := make(chan struct{})
	ended := context.AfterFunc(ctx, func() {
		defer func() {
			if recover() != nil {
				program.Kill()
			}
		}()
		program.Send(leaveMsg{})
		select {
		case <-time.After(LeaveGrace + 250*time.Millisecond):
			program.Kill()
		case <-done:
		}
	})
	err := run(program)
	ended()
	close(done)
	switch {
	case errors.Is(err, words.ErrPanic):
	case hungUp.Load():
		err = ErrHangUp
	case errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil:
		err = nil
	}
	return m.result(), err
}

func (m *Model) result() Result {
	r := Result{Ledger: m.o.Ledger.Outcomes(), Last: m.history.lastError()}
	if m.requests.store != nil {
		r.Accepted = m.requests.store.Client().Info().Handshakes > 0
	}
	if r.Last == "" && !r.Accepted {
		r.Last = "No host had answered when credscope was left."
	}
	return r
}
