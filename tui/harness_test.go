package tui

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"charm.land/bubbles/v2/spinner"
	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"credscope/socket/leaktest"
	"credscope/store"
	"credscope/store/demo"
)

// testNow is the clock of the tests: a quarter past two in a zone of its own.
var testNow = time.Date(2026, 11, 23, 14, 5, 10, 0, time.FixedZone("", 3600))

func testClock() time.Time { return testNow }

// patience is how long a test waits for a sight.
const patience = 10 * time.Second

// screen drives a Model against a real host as the framework would: commands
// run on goroutines of their own, their messages come back one at a time.
type screen struct {
	t     testing.TB
	m     *Model
	host  *demo.Host
	store *store.ProxyTokenStore
	msgs  chan tea.Msg
	quit  bool
	still bool                      // the spinner does not turn
	clock atomic.Pointer[time.Time] // read by commands too
}

// open starts a scenario's host and an inspector of it, w by h cells large.
func open(t *testing.T, scenario string, w, h int, change ...func(*Options)) *screen {
	t.Helper()
	host, err := demo.Start(demo.Options{Scenario: scenario, Now: func() time.Time { return testNow }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = host.Close() })
	s := inspect(t, storeOf(host), w, h, change...)
	s.host = host
	return s
}

// inspect opens an inspector of whatever host is behind a store.
func inspect(t testing.TB, behind *store.ProxyTokenStore, w, h int, change ...func(*Options)) *screen {
	t.Helper()
	leaktest.Name(t)
	s := &screen{t: t, store: behind, msgs: make(chan tea.Msg, 1024)}
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(func() {
		stop()
		_ = s.store.Close()
	})
	now := testNow
	s.clock.Store(&now)
	o := Options{Now: func() time.Time { return *s.clock.Load() }, Zone: testNow.Location(), StaleAfter: store.DefaultStaleAfter}
	for _, f := range change {
		f(&o)
	}
	s.m = New(ctx, s.store, o)
	s.do(s.m.Init())
	s.send(tea.WindowSizeMsg{Width: w, Height: h})
	return s
}

func (s *screen) do(cmd tea.Cmd) {
	if cmd != nil {
		go func() {
			msg := cmd()
			select {
			case s.msgs <- msg:
			case <-s.t.Context().Done(): // nobody reads any more
			}
		}()
	}
}

func (s *screen) send(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
	case tea.BatchMsg:
		for _, cmd := range msg {
			s.do(cmd)
		}
	case tea.QuitMsg:
		s.quit = true
	case spinner.TickMsg:
		if !s.still {
			s.update(msg)
		}
	default:
		s.update(msg)
	}
}

func (s *screen) update(msg tea.Msg) {
	_, cmd := s.m.Update(msg)
	s.do(cmd)
}

// until lets messages in until what is looked for is there.
func (s *screen) until(what string, there func() bool) {
	s.t.Helper()
	deadline := time.After(patience)
	for !there() {
		select {
		case msg := <-s.msgs:
			if _, byTime := msg.(cursorRestedMsg); !byTime { // a test sends it when it means to
				s.send(msg)
			}
		case <-deadline:
			s.t.Fatalf("never came: %s\n%s", what, s.text())
		}
	}
}

// see waits for all of the texts.
func (s *screen) see(texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		s.until(text, func() bool { return strings.Contains(s.text(), text) })
	}
}

// settled waits until nothing is being asked of the host.
func (s *screen) settled() {
	s.t.Helper()
	s.until("quiet", func() bool { return !s.m.busy() && !s.m.running() && !s.m.inv.ListedAt.IsZero() })
}

// not fails if the text is on the screen.
func (s *screen) not(text string) {
	s.t.Helper()
	if strings.Contains(s.text(), text) {
		s.t.Fatalf("on the screen: %s\n%s", text, s.text())
	}
}

// press types keys by name, letters by themselves.
func (s *screen) press(names ...string) {
	s.t.Helper()
	for _, name := range names {
		s.send(keyNamed(name))
	}
}

// pass lets time pass on the model's clock.
func (s *screen) pass(d time.Duration) {
	now := s.clock.Load().Add(d)
	s.clock.Store(&now)
}

// answer opens the dialog for reading and types.
func (s *screen) answer(names ...string) {
	s.t.Helper()
	s.pass(inputGuard)
	s.press(names...)
}

var namedKeys = map[string]tea.Key{
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab},
	"shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift}, "up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown},
	"left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight}, "pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown},
	"home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd}, "delete": {Code: tea.KeyDelete},
	"backspace": {Code: tea.KeyBackspace}, "space": {Code: tea.KeySpace, Text: " "},
	"ctrl+c": {Code: 'c', Mod: tea.ModCtrl}, "ctrl+d": {Code: 'd', Mod: tea.ModCtrl}, "ctrl+u": {Code: 'u', Mod: tea.ModCtrl},
	"ctrl+l": {Code: 'l', Mod: tea.ModCtrl}, "ctrl+z": {Code: 'z', Mod: tea.ModCtrl}, "f1": {Code: tea.KeyF1},
	"shift+up": {Code: tea.KeyUp, Mod: tea.ModShift}, "shift+down": {Code: tea.KeyDown, Mod: tea.ModShift},
}

func keyNamed(name string) tea.KeyPressMsg {
	if k, ok := namedKeys[name]; ok {
		return tea.KeyPressMsg(k)
	}
	return tea.KeyPressMsg(tea.Key{Text: name, Code: []rune(name)[0]})
}

// cells draws the frame into a buffer of cells, as a terminal would.
func (s *screen) cells() uv.ScreenBuffer {
	w, h := max(s.m.size.w, 1), max(s.m.size.h, 1)
	buffer := uv.NewScreenBuffer(w, h)
	uv.NewStyledString(s.m.View().Content).Draw(buffer, buffer.Bounds())
	return buffer
}

// text is the screen without styling, lines right-trimmed.
func (s *screen) text() string {
	buffer := s.cells()
	lines := strings.Split(strings.ReplaceAll(buffer.String(), "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n")
}

// hush keeps the spinner from turning, so that every cell is the test's own doing.
func (s *screen) hush() { s.still = true }

// calm opens a scenario that checks nothing by itself, with a spinner that stands
// still, so that every request is the test's own doing.
func calm(t *testing.T, scenario string, w, h int, change ...func(*Options)) *screen {
	t.Helper()
	s := open(t, scenario, w, h, append(change, noCheck)...)
	s.hush()
	s.settled()
	return s
}

// noCheck keeps the inspector from checking by itself.
func noCheck(o *Options) { o.NoCheck = true }

// checked opens a scenario, waits until every bucket was checked by itself and moves
// the cursor to a bucket.
func checked(t *testing.T, scenario string, w, h int, bucket string, change ...func(*Options)) *screen {
	t.Helper()
	s := open(t, scenario, w, h, change...)
	s.hush()
	s.settled()
	s.at(bucket)
	return s
}

// at moves the cursor to PROVIDER/BUCKET in the list that is shown, as a person would.
func (s *screen) at(bucket string) {
	s.t.Helper()
	s.press("2", "g")
	for range s.m.buckets.list.rows {
		if s.current().String() != bucket {
			s.press("j")
		}
	}
	if s.current().String() != bucket {
		s.t.Fatalf("there is no %s\n%s", bucket, s.text())
	}
}

// current is the bucket under the cursor.
func (s *screen) current() store.Key {
	if b, ok := s.m.buckets.list.current(); ok {
		return b.Key
	}
	return store.Key{}
}

// provider moves the cursor of the providers to a name, "" for all, and the focus back
// to the buckets.
func (s *screen) provider(name string) {
	s.t.Helper()
	s.press("1", "g")
	for range s.m.providers.list.rows {
		if s.m.providers.selected() != name {
			s.press("j")
		}
	}
	if s.m.providers.selected() != name {
		s.t.Fatalf("there is no provider %s\n%s", name, s.text())
	}
	s.press("2")
}

// letters types a text key by key.
func (s *screen) letters(text string) {
	s.t.Helper()
	for _, r := range text {
		if r == ' ' {
			s.press("space")
			continue
		}
		s.press(string(r))
	}
}

// resize changes the size of the terminal.
func (s *screen) resize(w, h int) { s.send(tea.WindowSizeMsg{Width: w, Height: h}) }

// accept types the word into the dialog and presses Enter.
func (s *screen) accept(word string) {
	s.t.Helper()
	if s.m.dialog == nil {
		s.t.Fatalf("there is no dialog\n%s", s.text())
	}
	s.answer(append(strings.Split(word, ""), "enter")...)
	if s.m.dialog != nil {
		s.t.Fatalf("%q was not accepted\n%s", word, s.text())
	}
}

// removes opens the dialog about a bucket, accepts it and waits for the end.
func (s *screen) removes(bucket string) {
	s.t.Helper()
	s.at(bucket)
	s.press("x")
	if s.m.dialog == nil {
		s.t.Fatalf("there is no dialog\n%s", s.text())
	}
	if word := s.m.dialog.plan.Word; word != "" {
		s.accept(word)
	} else {
		s.answer("y")
	}
	s.settled()
}

// storeOf opens a store on a demo host as main does.
func storeOf(host *demo.Host) *store.ProxyTokenStore {
	s, err := store.FromEnvironment(func(name string) string {
		if name == store.SocketVariable {
			return host.Path()
		}
		return ""
	}, func(string) error { return nil }, capabilityOf(host))
	if err != nil {
		panic(err)
	}
	return s
}

func capabilityOf(host *demo.Host) (o store.Options) {
	if capability, given := host.Capability(); given {
		o.Capability = capability
	}
	return o
}
