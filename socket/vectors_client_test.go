package socket

import (
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// ignorant is an owner that wants to know nothing.
type ignorant struct{}

func (ignorant) sent(string)            {}
func (ignorant) linkEnded(*link, error) {}

// pendingLink returns a link with one request in flight per id. Requests of the
// vectors have ids of their own, which a Client would never choose.
func pendingLink(t *testing.T, ids ...string) (*link, *peer, map[string]*call) {
	t.Helper()
	h := &hosts{t: t, ends: make(chan net.Conn, 1)}
	stream, _ := h.dial(t.Context(), "")
	l := newLink(newConn(stream, MaxFrame), 2, time.Hour, ignorant{})
	calls := map[string]*call{}
	for _, id := range ids {
		calls[id] = &call{op: "get_token", result: &map[string]any{}, done: make(chan error, 1)}
		if err := l.register(id, calls[id]); err != nil {
			t.Fatal(err)
		}
	}
	go l.read()
	t.Cleanup(func() { l.finish(ErrClosed) })
	return l, h.next(), calls
}

// ending returns why the link has ended, nil if it has not.
func (l *link) ending() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.over
}

func isProtocolBreach(err error) bool {
	_, breach := errors.AsType[*ProtocolError](err)
	_, size := errors.AsType[*FrameError](err)
	return errors.Is(err, ErrLost) && (breach || size)
}

func TestABrokenReplyIsALoss(t *testing.T) {
	for _, v := range []struct {
		name  string
		after time.Duration
	}{
		{"X1", 0},
		{"X2", frameTimeout},
		{"X3", 0},
		{"X4", 0},
		{"X5", 0},
		{"X6", 0},
		{"X7", 0},
		{"X8", 0},
		{"X9", 0},
		{"X10", 0}, // a request with the id of ours has no ok
		{"X11", 0},
		{"X12", frameTimeout},
		{"X15", 0},
		{"X17", 0},
		{"X19", 0},
		{"X20", 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			l, p, calls := pendingLink(t, "r1", "r4", "u", "k1", "k2", "w")
			p.write(vector(t, v.name))
			took := elapsed(func() {
				for id, waiting := range calls {
					if err := <-waiting.done; !isProtocolBreach(err) {
						t.Errorf("%s: call %s ended with %#v", v.name, id, err)
					}
				}
			})
			if took != v.after {
				t.Errorf("%s: lost after %v, want %v", v.name, took, v.after)
			}
			if !isProtocolBreach(l.ending()) {
				t.Errorf("%s: the link ended with %#v", v.name, l.ending())
			}
		})
	}
}

func TestThreeBytesOfAReplyAreATimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := meet(t, 1, Options{})
		done := ask(t.Context(), c, "list_providers")
		id := p.receive().ID
		begun := vector(t, "X13")
		p.write(begun)
		if took := elapsed(func() {
			if err := <-done; !errors.Is(err, ErrTimeout) {
				t.Errorf("ended with %v", err)
			}
		}); took != 30*time.Second {
			t.Errorf("timed out after %v", took)
		}
		late := frameOf(`{"id":"` + id + `","ok":true,"data":{}}`)
		p.write(late[len(begun):])
		done = ask(t.Context(), c, "list_providers")
		p.reply(p.receive().ID, `{}`)
		if err := <-done; err != nil {
			t.Errorf("the connection did not survive: %v", err)
		}
	})
}

func TestInvalidUTF8IsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, p, calls := pendingLink(t, "r1")
		p.write(vector(t, "X14"))
		if err := <-calls["r1"].done; err != nil {
			t.Fatal(err)
		}
		if got := (*calls["r1"].result.(*map[string]any))["s"]; got != "a\ufffdb" {
			t.Errorf("delivered %q", got)
		}
	})
}

func TestAGoodReplyBeforeABrokenFrameCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, p, calls := pendingLink(t, "r1", "other")
		p.write(vector(t, "X16"))
		if err := <-calls["r1"].done; err != nil {
			t.Errorf("the good reply was lost: %v", err)
		}
		if err := <-calls["other"].done; !isProtocolBreach(err) {
			t.Errorf("the other call ended with %v", err)
		}
		if !isProtocolBreach(l.ending()) {
			t.Errorf("the link ended with %v", l.ending())
		}
	})
}

func TestRecordedRepliesAreUnderstood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, p, calls := pendingLink(t, "r1", "r4", "r5")
		for _, name := range []string{"X18", "S3", "S4", "S1"} { // a numeric id is nobody's
			p.write(vector(t, name))
		}
		if err := <-calls["r1"].done; err != nil {
			t.Error(err)
		}
		token := *calls["r1"].result.(*map[string]any)
		if token["access_token"] != "t" || token["expiry"] != 1893456000.0 || token["token_type"] != "Bearer" {
			t.Errorf("S1 is %v", token)
		}
		limited, ok := errors.AsType[*ResponseError](<-calls["r5"].done)
		if !ok || *limited != (ResponseError{"get_token", "RATE_LIMITED", "Refresh rate limited", 30 * time.Second}) {
			t.Errorf("S3 is %#v", limited)
		}
		if err := <-calls["r4"].done; err != nil {
			t.Error(err)
		}
		if l.ending() != nil {
			t.Errorf("the link ended with %v", l.ending())
		}
		_, p, calls = pendingLink(t, "r1")
		p.write(vector(t, "S2"))
		missing, ok := errors.AsType[*ResponseError](<-calls["r1"].done)
		if !ok || *missing != (ResponseError{"get_token", "NOT_FOUND", "No token found for provider: codex", 0}) {
			t.Errorf("S2 is %#v", missing)
		}
	})
}
