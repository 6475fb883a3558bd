package tui

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

func TestPlainWithoutAHostSaysWhyAndReturns(t *testing.T) {
	for name, err := range map[string]error{
		"unset":   store.ErrNoProxy,
		"missing": &store.ConnectError{Kind: store.Missing, Path: "/run/\x1b[2Jnone.sock", Detail: "x"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			r, failed := RunPlain(t.Context(), nil, Options{Now: testClock, NoHost: err, Label: "dem\u00f6"}, never{t}, &out)
			if failed != nil || r.Accepted || r.Last != Explain(err) || len(r.Ledger) != 0 {
				t.Errorf("%+v, %v", r, failed)
			}
			onlyASCII(t, out.String())
			compareGolden(t, "plain-nohost-"+name, out.String())
		})
	}
}

// never is an input that may not be read.
type never struct{ t *testing.T }

func (n never) Read([]byte) (int, error) {
	n.t.Error("the input was read")
	return 0, io.EOF
}

func TestPlainOnAHostThatHidesItsLists(t *testing.T) {
	s := plainly(t, "restricted")
	s.says("codex", "1", "remove", "back", "look up claudecode:jane.doe@example.com", "+", "+a b", "back", "back", "stale")
	s.quits()
	s.sent()
	compareGolden(t, "plain-restricted", s.transcript())
}

func TestPlainOnAHostThatRefuses(t *testing.T) {
	s := plainly(t, "refused")
	s.says("r", "1", "remove", "stale")
	s.quits()
	if s.result.Accepted || !strings.Contains(s.result.Last, "requires a capability") {
		t.Errorf("%+v", s.result)
	}
	compareGolden(t, "plain-refused", s.transcript())
}

func TestPlainOnAHostWithoutAnythingToList(t *testing.T) {
	s := plainly(t, "empty")
	s.says("list", "remove", "stale", "1")
	s.quits()
	compareGolden(t, "plain-empty", s.transcript())
}

func TestPlainSaysALossAtOnceAndKeepsWhatIsKnown(t *testing.T) {
	s := plainly(t, "default")
	s.says("codex", "1")
	_ = s.host.Close()
	s.see("error: " + lostSentence + "\ncodex/ci-runner> ")
	s.says("r", "remove", "stale", "look", "lookup codex", "back", "check", "back", "R")
	s.quits()
	s.sent()
	compareGolden(t, "plain-lost", s.transcript())
}

func TestTheEndOfTheContextEndsPlainAtOnce(t *testing.T) {
	for _, lines := range [][]string{nil, {"codex"}, {"codex", "remove 1"}, {"stale"}} {
		s := plainly(t, "default")
		s.says(lines...)
		s.end() // the input is still open
		s.ends()
		s.ledger()
	}
}

// unruly are texts that would drive a terminal.
const unruly = "a\x1b]0;owned\a\u202e\u009bé\x00\r\n\x7f%s"

func TestPlainWritesOnlyASCIIWhateverTheHostSends(t *testing.T) {
	s := plainly(t, "default", noCheck)
	s.host.SetHook(func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		switch call.Op {
		case "list_providers":
			return map[string]any{"providers": []string{unruly, "codex", "quit", "1"}}, nil
		case "list_buckets":
			return map[string]any{"buckets": []string{unruly, "b", "y", strings.Repeat("é", 300)}}, nil
		case "get_token":
			if call.Key.Bucket == "y" {
				return nil, &socket.ResponseError{Code: "X\x1b", Message: unruly}
			}
			return map[string]any{
				"access_token": "secret-\x1b", "expiry": 0, "scope": unruly, "token_type": unruly, "account_id": unruly,
				"resource_url": "https://" + unruly, unruly: 1,
			}, nil
		}
		return answer()
	})
	s.says("R", "1", "2", "look", "remove", "codex", "b", "look", "remove", unruly[:4], "")
	s.pass(deaf)
	s.says("", "back", "y", "look", "stale", "spare 1", "back", "private", "list", "history", "filter \x1b", "filter", "open quit", "open 1")
	s.quits()
	s.sent()
	if strings.Contains(s.transcript(), "secret-") {
		t.Error("a secret was written")
	}
}

func TestPrivateShortensNamesInPlain(t *testing.T) {
	s := plainly(t, "default")
	s.says("private", "codex", "3", "back", "history", "stale", "back", "p")
	s.quits()
	all := s.transcript()
	private := all[strings.Index(all, "> codex"):strings.LastIndex(all, "> p\n")]
	for _, name := range []string{"jane.doe", "ci-runner", "acct-3b19c8", "old-laptop"} {
		if strings.Contains(private, name) {
			t.Errorf("%s is in\n%s", name, private)
		}
	}
	if !strings.Contains(private, "j...@e...: expired") {
		t.Error(private)
	}
}

func TestLockAndReadOnlyHoldInPlain(t *testing.T) {
	s := plainly(t, "default")
	s.says("codex", "lock", "remove 1", "L", "x 1")
	s.answers("")
	s.quits()
	s.see("note: Read-only: press L to unlock, then ask again\n")
	s = plainly(t, "default", func(o *Options) { o.ReadOnly = true })
	s.says("codex", "remove 1", "lock", "stale", "remove")
	s.quits()
	s.sent()
	s.see("note: Read-only by --read-only: nothing can be removed\n")
}

func TestWithNoCheckPlainLooksOnlyWhenTold(t *testing.T) {
	s := plainly(t, "default", noCheck)
	s.says("codex", "1", "back", "list")
	if n := s.host.Count("get_token"); n != 0 {
		t.Errorf("%d looks unasked", n)
	}
	s.says("1", "enter")
	if n := s.host.Count("get_token"); n != 1 {
		t.Errorf("%d looks", n)
	}
	s.says("back", "check")
	s.quits()
	if n := s.host.Count("get_token"); n != 4 {
		t.Errorf("%d looks", n)
	}
}

func TestAPipeOfLinesIsObeyedToItsEnd(t *testing.T) {
	host, err := demo.Start(demo.Options{Now: testClock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = host.Close() })
	st := storeOf(host)
	t.Cleanup(func() { _ = st.Close() })
	var out bytes.Buffer
	o := Options{Now: testClock, Zone: testNow.Location(), StaleAfter: store.DefaultStaleAfter}
	r, err := RunPlain(t.Context(), st, o, strings.NewReader("codex\nremove 1\ny\ny\n"), &out)
	if err != nil || len(r.Ledger) != 0 || host.Count("remove_token") != 0 || !r.Accepted {
		t.Errorf("%+v, %v", r, err)
	}
	compareGolden(t, "plain-pipe", strings.ReplaceAll(out.String(), host.Path(), "SOCKET"))
}

func TestAnOutputThatFailsEndsPlain(t *testing.T) {
	s := plainly(t, "default")
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	_, _ = io.WriteString(s.in, "codex\n")
	<-s.finished
	if !errors.Is(s.err, io.ErrClosedPipe) {
		t.Error(s.err)
	}
}
