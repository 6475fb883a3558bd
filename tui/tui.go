// Package tui is everything a person sees of credscope: the full-screen
// inspector of a host's credentials.
//
// Only [Model] receives messages. Panes are plain structs with named methods,
// dialogs return an intent and act on nothing, and the host is asked in
// commands that capture locals only. What is drawn of the host's words passes
// through text.go, errors become sentences in explain.go, keys are declared in
// keys.go and colours in styles.go.
package tui

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"charm.land/bubbles/v2/spinner"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"credscope/store"
)

// Options of the inspector.
type Options struct {
	Now        func() time.Time // the clock
	Zone       *time.Location   // of times on screen; nil is local
	StaleAfter time.Duration    // how long after its expiry a token counts as stale
	NoCheck    bool             // look at no bucket by itself
	ReadOnly   bool             // offer no removal
	Theme      Theme            // the colours
	NoMouse    bool             // leave the mouse to the terminal
	NoAnswers  bool             // nobody types the lines of RunPlain, so they confirm nothing
	ASCII      bool             // no character beyond ASCII of our own
	Label      string           // what the header says of the host, "" for nothing
	Warnings   []string         // what the header warns of
	Profile    colorprofile.Profile
	NoHost     error            // why there is no host to ask; the store is then nil
	Lookups    []store.Key      // credentials to list by name
	Stops      <-chan os.Signal // tells of a SIGTSTP from outside
}

// Result is what an inspector session leaves behind.
type Result struct {
	Ledger   []store.Outcome // every removal that was accepted, in order
	Accepted bool            // a handshake was accepted
	Last     string          // the last error on the screen, "" if there was none
}

// Model is the inspector. Make it with New.
type Model struct {
	o       Options
	load    loader
	keys    keyMap
	palette palette
	styles  styles
	glyphs  glyphs

	width, height int

	inv       inventory
	focus     pane
	providers list[*provider]
	buckets   list[*bucket]
	opened    *provider // whose buckets are listed
	detail    scroll
	info      store.Info
	lostAt    *time.Time // when the connection was lost
	// What the host has shown of itself: that it lists, that it admits a miss.
	listedOnce, missed bool
	formerly           string // what it had listed before it listed nothing

	prompt  prompt // what field is for; it has the keyboard unless noPrompt
	field   textinput.Model
	filters [detailPane]string // lower case, one for each list
	order   order
	clock   clock
	privacy bool
	private *strings.Replacer // hides names while privacy is on
	seen    map[string]bool   // buckets that requests have named, for privacy
	locked  bool              // read-only by its key
	span    *span             // a range being marked

	page     page // what fills the body
	pageTop  scroll
	confirm  *confirm
	triage   *triage // of the triage page
	job      *removal
	shownJob *removal // of the ledger page
	ledger   []store.Outcome

	status  status
	spinner spinner.Model
	busy    int  // answers awaited
	rest    slot // waits for the cursor to rest
	tick    slot
	// A refresh that a person asked for ends with a message about its subject.
	refreshing    string
	refreshFailed bool
	leaving       bool
}

// New returns an inspector of the host behind s. ctx ends its requests.
func New(ctx context.Context, s *store.ProxyTokenStore, o Options) *Model {
	m := &Model{
		o: o, keys: newKeyMap(), glyphs: unicodeGlyphs,
		load:    loader{ctx: ctx, store: s, now: o.Now, mail: newMailbox()},
		status:  status{now: o.Now},
		field:   newField(),
		seen:    map[string]bool{},
		spinner: spinner.New(),
	}
	if o.Profile <= colorprofile.ASCII && o.Profile != colorprofile.Unknown {
		m.o.Theme = ThemeNone // reverse video shows what colours cannot
	}
	m.setPalette(m.o.Theme.palette())
	if s != nil {
		now, mail := o.Now, m.load.mail
		s.Observe(func(r store.Request) { mail.put(requestMsg{r, now()}) })
	}
	if o.ASCII {
		m.glyphs = asciiGlyphs
	}
	if o.Zone == nil {
		m.o.Zone = time.Local
	}
	m.spinner.Spinner = spinner.Spinner{Frames: m.glyphs.spinner, FPS: time.Second / 10}
	for _, key := range o.Lookups {
		m.inv.addName(key)
	}
	m.refreshRows()
	return m
}

// Init asks the host for its lists.
func (m *Model) Init() tea.Cmd {
	var ground tea.Cmd
	if m.o.Theme == ThemeAuto {
		ground = tea.RequestBackgroundColor
	}
	if m.o.NoHost != nil {
		m.status.fail(m.o.NoHost)
		return tea.Batch(ground, m.stopped())
	}
	return tea.Batch(ground, m.stopped(), m.load.mail.next(m.load.ctx), m.load.loss(), m.askProviders())
}

// leaveGrace is how long a removal under way may take when the program is to end.
const leaveGrace = 2 * time.Second

// Run shows the inspector until the user leaves or ctx ends, or until a panic of
// its own, which is [ErrPanic]. The terminal is as it was before when Run returns.
func Run(ctx context.Context, s *store.ProxyTokenStore, o Options, more ...tea.ProgramOption) (Result, error) {
	requests, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	m := New(requests, s, o)
	var program *tea.Program
	keys := keyboard{os.Stdin, func() { program.Send(leaveMsg{}) }}
	program = tea.NewProgram(guarded{m}, append([]tea.ProgramOption{
		tea.WithoutSignalHandler(), tea.WithoutCatchPanics(), tea.WithColorProfile(o.Profile), tea.WithInput(keys),
	}, more...)...)
	// An end from outside is told to the model first, so that a removal under
	// way can be accounted for; Kill is for a model that does not answer.
	done := make(chan struct{})
	ended := context.AfterFunc(ctx, func() {
		defer func() {
			if recover() != nil {
				program.Kill()
			}
		}()
		program.Send(leaveMsg{})
		select {
		case <-time.After(leaveGrace + time.Second):
			program.Kill()
		case <-done:
		}
	})
	err := run(program)
	ended()
	close(done)
	if errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		err = nil
	}
	return m.result(), err
}

func (m *Model) result() Result {
	r := Result{Ledger: m.ledger, Accepted: m.info.Handshakes > 0}
	if m.job != nil {
		r.Ledger = append(r.Ledger, m.job.unfinished(m.job.started)...)
	}
	if m.load.store != nil {
		r.Accepted = m.load.store.Client().Info().Handshakes > 0
	}
	for _, entry := range m.status.history {
		if entry.message != "" && entry.kind == failure {
			r.Last = entry.message
		}
	}
	if r.Last == "" && !r.Accepted {
		r.Last = "No host had answered when credscope was left."
	}
	return r
}
