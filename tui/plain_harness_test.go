package tui

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"credscope/socket"
	"credscope/socket/leaktest"
	"credscope/store"
	"credscope/store/demo"
)

// session is a plain inspector at work, and a person who types into it. Its
// transcript is what a terminal would have shown, what was typed included.
type session struct {
	t    *testing.T
	host *demo.Host
	p    *plain
	in   *io.PipeWriter
	end  context.CancelFunc

	mu     sync.Mutex // guards the fields below
	text   string
	wrote  string // text without what was typed
	now    time.Time
	closed bool
	came   chan struct{} // holds one token after a write

	finished chan struct{} // closed when run has returned
	result   Result
	err      error
}

func (s *session) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, io.ErrClosedPipe
	}
	s.text += string(b)
	s.wrote += string(b)
	select {
	case s.came <- struct{}{}:
	default:
	}
	return len(b), nil
}

func (s *session) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *session) transcript() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.ReplaceAll(s.text, s.host.Path(), "SOCKET")
}

// plainly starts a scenario's host and a plain inspector of it, and waits for
// the first prompt.
func plainly(t *testing.T, scenario string, change ...func(*Options)) *session {
	t.Helper()
	host, err := demo.Start(demo.Options{Scenario: scenario, Now: testClock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = host.Close() })
	s := visit(t, host, leaveGrace, change...)
	s.prompted()
	return s
}

func visit(t *testing.T, host *demo.Host, grace time.Duration, change ...func(*Options)) *session {
	t.Helper()
	leaktest.Name(t)
	st := storeOf(host)
	s := &session{t: t, host: host, now: testNow, came: make(chan struct{}, 1), finished: make(chan struct{})}
	o := Options{Now: s.clock, Zone: testNow.Location(), StaleAfter: store.DefaultStaleAfter, Label: "demo"}
	for _, f := range change {
		f(&o)
	}
	in, w := io.Pipe()
	s.in = w
	ctx, end := context.WithCancel(context.WithoutCancel(t.Context()))
	s.end = end
	s.p = newPlain(t.Context(), st, o, s)
	s.p.grace = grace
	go func() {
		defer close(s.finished)
		s.result, s.err = s.p.run(ctx, in)
	}()
	t.Cleanup(func() {
		end()
		_ = w.Close()
		<-s.finished
		_ = st.Close()
	})
	return s
}

// until waits until the transcript is as wanted.
func (s *session) until(what string, there func(text string) bool) {
	s.t.Helper()
	deadline := time.After(patience)
	for !there(s.transcript()) {
		select {
		case <-s.came:
		case <-s.finished:
			if !there(s.transcript()) {
				s.t.Fatalf("it has ended without: %s\n%s", what, s.transcript())
			}
			return
		case <-deadline:
			s.t.Fatalf("never came: %s\n%s", what, s.transcript())
		}
	}
}

func (s *session) see(text string) {
	s.t.Helper()
	s.until(text, func(all string) bool { return strings.Contains(all, text) })
}

// prompted waits for a prompt, which is always a line begun and not ended.
func (s *session) prompted() {
	s.t.Helper()
	s.until("a prompt", func(all string) bool { return strings.HasSuffix(all, "> ") || strings.HasSuffix(all, "Remove? ") })
}

// typed types lines without waiting.
func (s *session) typed(lines ...string) {
	s.t.Helper()
	all := strings.Join(lines, "\n") + "\n"
	s.mu.Lock()
	s.text += all // the terminal's echo
	s.mu.Unlock()
	if _, err := io.WriteString(s.in, all); err != nil {
		s.t.Fatal(err)
	}
}

// says types lines, each at its prompt.
func (s *session) says(lines ...string) {
	s.t.Helper()
	for _, line := range lines {
		s.prompted()
		s.typed(line)
		s.prompted()
	}
}

// answers types a line once the question can have been read.
func (s *session) answers(line string) {
	s.t.Helper()
	s.prompted()
	s.pass(deaf)
	s.typed(line)
	s.prompted()
}

func (s *session) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// quits leaves and waits for the end.
func (s *session) quits() {
	s.t.Helper()
	s.prompted()
	s.typed("quit")
	s.ends()
}

func (s *session) ends() {
	s.t.Helper()
	select {
	case <-s.finished:
	case <-time.After(patience):
		s.t.Fatalf("it does not end\n%s", s.transcript())
	}
	if s.err != nil {
		s.t.Error(s.err)
	}
	onlyASCII(s.t, s.wrote)
}

// holds lets requests wait until the channel is closed; each is told to held.
func (s *session) holds(wanted func(demo.Call) bool) (held chan demo.Call, open chan struct{}) {
	held, open = make(chan demo.Call, 64), make(chan struct{})
	s.host.SetHook(func(ctx context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if !wanted(call) {
			return answer()
		}
		held <- call
		select {
		case <-open:
			return answer()
		case <-ctx.Done():
			return nil, socket.ErrNoReply
		}
	})
	return held, open
}

// comes waits until a request is held.
func (s *session) comes(held chan demo.Call) demo.Call {
	s.t.Helper()
	select {
	case call := <-held:
		return call
	case <-time.After(patience):
		s.t.Fatalf("no request came\n%s", s.transcript())
		return demo.Call{}
	}
}
