package tui

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
	"credscope/tui/text"
	"credscope/tui/theme"
)

// Buckets of the demo host's default scenario.
const (
	runner = "codex/ci-runner" // stale
	codex  = "codex/default"   // expiring
	jane   = "codex/jane.doe@example.com"
	shared = "codex/shared@example.com"
	laptop = "gemini/old-laptop" // stale
)

// row reports whether a line of the screen has all the words.
func (s *screen) row(words ...string) bool {
	return slices.ContainsFunc(strings.Split(s.text(), "\n"), func(line string) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(line, word) })
	})
}

// place returns the cell where a text begins on the screen.
func (s *screen) place(what string) (x, y int) {
	s.t.Helper()
	for y, line := range strings.Split(s.text(), "\n") {
		if before, _, found := strings.Cut(line, what); found {
			return text.Width(before), y
		}
	}
	s.t.Fatalf("not on the screen: %s\n%s", what, s.text())
	return 0, 0
}

// styleAt is how a cell is drawn.
func (s *screen) styleAt(x, y int) uv.Style {
	buffer := s.cells()
	return buffer.CellAt(x, y).Style
}

// says fails unless the status bar has this message.
func (s *screen) says(kind theme.Kind, message string) {
	s.t.Helper()
	if last := s.m.status; last.kind != kind || !strings.Contains(last.text, message) {
		s.t.Fatalf("the status is %s %q and not %s %q", last.kind, last.text, kind, message)
	}
}

// listed reports whether a bucket is known.
func (s *screen) listed(bucket string) bool { return s.m.inv.Bucket(keyOf(bucket)) != nil }

func keyOf(bucket string) store.Key {
	provider, name, _ := strings.Cut(bucket, "/")
	return store.Key{Provider: provider, Bucket: name}
}

// marks fails unless exactly these are marked.
func (s *screen) marks(want ...string) {
	s.t.Helper()
	var got []string
	for key := range s.m.buckets.active() {
		got = append(got, key.String())
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		s.t.Fatalf("marked are %q and not %q\n%s", got, want, s.text())
	}
}

// wasRemoved fails unless the host was asked to remove these and no others, in this
// order.
func (s *screen) wasRemoved(want ...string) {
	s.t.Helper()
	var got []string
	for _, call := range s.host.Calls() {
		if isRemoval(call) {
			got = append(got, call.Key.String())
		}
	}
	if !slices.Equal(got, want) {
		s.t.Fatalf("sent were removals of %q and not %q\n%s", got, want, s.text())
	}
}

// ledger fails unless the run left exactly these verdicts behind.
func (s *screen) ledger(want ...string) {
	s.t.Helper()
	var got []string
	for _, o := range s.m.result().Ledger {
		got = append(got, o.Key.String()+": "+o.Verdict.String())
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("the ledger is\n%s\nand not\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// isAsking fails unless the dialog is open and nothing was removed.
func (s *screen) isAsking() {
	s.t.Helper()
	if s.m.dialog == nil || s.m.run != nil || s.host.Count("remove_token") != 0 {
		s.t.Fatalf("the question is over\n%s", s.text())
	}
}

// isCanceled fails unless the dialog is closed and nothing was removed.
func (s *screen) isCanceled() {
	s.t.Helper()
	if s.m.dialog != nil || s.m.run != nil || s.host.Count("remove_token") != 0 {
		s.t.Fatalf("not canceled\n%s", s.text())
	}
	s.see("Nothing was removed")
}

// hookOn lets f answer one operation.
func hookOn(op string, f func(answer func() (any, error)) (any, error)) demo.Hook {
	return func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op != op {
			return answer()
		}
		return f(answer)
	}
}

// hookFor lets f answer one call.
func hookFor(want demo.Call, f func(answer func() (any, error)) (any, error)) demo.Hook {
	return func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call != want {
			return answer()
		}
		return f(answer)
	}
}

// instead answers op with data and err in place of the host.
func (s *screen) instead(op string, data any, err error) {
	s.host.SetHook(hookOn(op, func(func() (any, error)) (any, error) { return data, err }))
}

func refusal(code string) error { return &socket.ResponseError{Code: code, Message: "no"} }

func isRemoval(call demo.Call) bool { return call.Op == "remove_token" }

func isCheck(call demo.Call) bool { return call.Op == "get_token" }

// gate holds requests back until they are let go.
type gate struct {
	held chan demo.Call
	open chan struct{}
	now  atomic.Int64 // requests held
	most atomic.Int64 // most requests ever held at once
}

// hold lets every request that is wanted wait at a gate.
func (s *screen) hold(wanted func(demo.Call) bool) *gate {
	g := &gate{held: make(chan demo.Call, 64), open: make(chan struct{})}
	s.host.SetHook(func(ctx context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if !wanted(call) {
			return answer()
		}
		if now := g.now.Add(1); now > g.most.Load() {
			g.most.Store(now)
		}
		defer g.now.Add(-1)
		g.held <- call
		select {
		case <-g.open:
			return answer()
		case <-ctx.Done():
			return nil, socket.ErrNoReply
		}
	})
	return g
}

// comes waits until a request stands at the gate.
func (s *screen) comes(g *gate) demo.Call {
	s.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case call := <-g.held:
			return call
		case msg := <-s.msgs:
			s.send(msg)
		case <-deadline:
			s.t.Fatalf("no request came\n%s", s.text())
		}
	}
}

// counted brings the counts of requests up to date, as the next answer would. The host
// may see a request a moment before the client has counted it.
func (s *screen) counted() {
	for deadline := time.After(patience); ; runtime.Gosched() {
		s.m.host = s.store.Client().Info()
		sent := 0
		for _, n := range s.m.host.Requests {
			sent += n
		}
		select {
		case <-deadline:
			s.t.Fatalf("%d requests were counted, the host had %d", sent, len(s.host.Calls()))
		default:
		}
		if sent == len(s.host.Calls()) {
			return
		}
	}
}

// since returns what the host was asked after the first n requests, sorted.
func (s *screen) since(n int) string {
	s.t.Helper()
	s.settled()
	var questions []string
	for _, call := range s.host.Calls()[n:] {
		question := call.Op
		switch call.Op {
		case "list_providers":
		case "list_buckets":
			question += " " + call.Key.Provider
		default:
			question += " " + call.Key.String()
		}
		questions = append(questions, question)
	}
	slices.Sort(questions)
	return strings.Join(questions, ", ")
}

// rows are the names of the buckets that the list shows, without their providers.
func (s *screen) rows() string {
	var names []string
	for _, b := range s.m.buckets.list.rows {
		names = append(names, b.Key.Bucket)
	}
	return strings.Join(names, " ")
}

// copied returns what a key sends to the terminal's clipboard, "" if nothing.
func (s *screen) copied(key string) string {
	s.t.Helper()
	_, cmd := s.m.Update(keyNamed(key))
	return clipboardOf(cmd)
}

// clipboardOf runs a command and those in its batch, and returns the text of the one
// that writes to the clipboard.
func clipboardOf(cmd tea.Cmd) string {
	if cmd == nil {
		return ""
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, cmd := range msg {
			if text := clipboardOf(cmd); text != "" {
				return text
			}
		}
	default:
		if fmt.Sprintf("%T", msg) == fmt.Sprintf("%T", tea.SetClipboard("")()) {
			return fmt.Sprint(msg)
		}
	}
	return ""
}
