package socket

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"testing/synctest"
)

// conversation is how a host of a version answers the turns, heard in their
// order, in an order of its own.
type conversation struct {
	version int
	order   []int
}

var turns = []struct{ op, reply, want string }{
	{"list_providers", `{"id":"%s","ok":true,"data":{"providers":["codex","gemini"]}}`, `map[providers:[codex gemini]]`},
	{"list_buckets", `{"id":"%s","ok":true,"data":{"buckets":["default","old"]}}`, `map[buckets:[default old]]`},
	{"get_token", `{"id":"%s","ok":true,"data":{"access_token":"t","expiry":1893456000,"token_type":"Bearer"}}`, `map[access_token:t expiry:1.893456e+09 token_type:Bearer]`},
	{"get_token", `{"id":"%s","ok":false,"code":"NOT_FOUND","error":"No token found for provider: codex"}`, `get_token refused with code "NOT_FOUND": "No token found for provider: codex"`},
	{"refresh_token", `{"id":"%s","ok":false,"code":"RATE_LIMITED","error":"Refresh rate limited","retryAfter":30}`, `refresh_token refused with code "RATE_LIMITED": "Refresh rate limited"`},
	{"remove_token", `{"id":"%s","ok":true,"data":{}}`, `map[]`},
}

var conversations = []conversation{
	{1, []int{0, 1, 2, 3, 4, 5}},
	{2, []int{0, 1, 2, 3, 4, 5}},
	{2, []int{5, 2, 0, 4, 3, 1}},
}

// holds plays the conversation, the host's replies in the given way, and
// returns how each turn ended.
func (v conversation) holds(t *testing.T, say func(p *peer, replies []byte)) (c *Client, ended []string) {
	c, h := newTestClient(t, Options{})
	ended = make([]string, len(turns))
	outcomes, ids := make([]chan string, len(turns)), make([]string, len(turns))
	var p *peer
	for i, turn := range turns {
		outcomes[i] = make(chan string, 2)
		go func() {
			var got map[string]any
			err := c.Request(t.Context(), turn.op, nil, &got)
			outcomes[i] <- outcomeOf(got, err)
		}()
		if i == 0 {
			p = h.next()
			p.text()
			p.write(vector(t, map[int]string{1: "H4", 2: "H5"}[v.version]))
		}
		ids[i] = p.receive().ID
	}
	var replies []byte
	for _, i := range v.order {
		replies = append(replies, frameOf(fmt.Sprintf(turns[i].reply, ids[i]))...)
	}
	say(p, replies)
	for i := range turns {
		ended[i] = <-outcomes[i]
	}
	if n := int(h.dials.Load()); n != 1 {
		t.Errorf("%d connections", n)
	}
	return c, ended
}

func outcomeOf(got map[string]any, err error) string {
	failed, ok := errors.AsType[*RequestError](err)
	switch {
	case ok && errors.Is(err, ErrLost) && failed.Sent:
		return "lost"
	case err != nil:
		return err.Error()
	}
	return fmt.Sprint(got)
}

func TestEverySplitOfAConversationMeansTheSame(t *testing.T) {
	for _, v := range conversations {
		for at := range v.size() {
			synctest.Test(t, func(t *testing.T) {
				c, ended := v.holds(t, func(p *peer, replies []byte) {
					p.write(replies[:at])
					synctest.Wait()
					p.write(replies[at:])
				})
				for i, turn := range turns {
					if ended[i] != turn.want {
						t.Errorf("split at %d: %s ended with %s, want %s", at, turn.op, ended[i], turn.want)
					}
				}
				if !isOpen(c.Lost()) {
					t.Errorf("split at %d: lost, %v", at, c.Cause())
				}
			})
		}
	}
}

func TestEveryCutOfAConversationIsOneLoss(t *testing.T) {
	for _, v := range conversations {
		for at := range v.size() {
			synctest.Test(t, func(t *testing.T) {
				c, ended := v.holds(t, func(p *peer, replies []byte) {
					p.write(replies[:at])
					_ = p.stream.Close()
				})
				end := 0
				for _, i := range v.order {
					want := turns[i].want
					if end += v.length(i); end > at {
						want = "lost"
					}
					if ended[i] != want {
						t.Errorf("cut at %d: %s ended with %s, want %s", at, turns[i].op, ended[i], want)
					}
				}
				<-c.Lost()
				isLost(t, c.Request(t.Context(), "list_providers", nil, nil), false)
			})
		}
	}
}

// length is that of the frame of a reply, with an id as a Client chooses it.
func (v conversation) length(i int) int {
	return len(frameOf(fmt.Sprintf(turns[i].reply, strings.Repeat("x", 26))))
}

func (v conversation) size() (n int) {
	for _, i := range v.order {
		n += v.length(i)
	}
	return n
}

func TestACutOfAHandshakeAnswerIsNoLoss(t *testing.T) {
	for _, name := range []string{"H4", "H5", "H6", "H7"} {
		whole := vector(t, name)
		for at := range whole {
			synctest.Test(t, func(t *testing.T) {
				failed, _ := shake(t, func(p *peer) { p.write(whole[:at]); _ = p.stream.Close() })
				if failed == nil || failed.Kind != HandshakeClosed {
					t.Errorf("%s cut at %d: %v", name, at, failed)
				}
			})
		}
	}
}

func TestEightAnswersInAnyOrderFindTheirCallers(t *testing.T) {
	ours, theirs := net.Pipe()
	l := newLink(newConn(ours, MaxFrame), 2, defaultIdle, ignorant{})
	go l.read()
	defer l.finish(ErrClosed)
	for round := range 10_000 {
		type numbered struct{ N int }
		var calls [MaxInFlight]*call
		var replies []byte
		for i := range calls {
			calls[i] = &call{op: "number", result: &numbered{}, done: make(chan error, 2)}
			if err := l.register(fmt.Sprint(round, i), calls[i]); err != nil {
				t.Fatal(err)
			}
		}
		for _, i := range rand.Perm(MaxInFlight) {
			replies = append(replies, frameOf(fmt.Sprintf(`{"id":"%d %d","ok":true,"data":{"n":%d}}`, round, i, i))...)
		}
		if _, err := theirs.Write(replies); err != nil {
			t.Fatal(err)
		}
		for i, waiting := range calls {
			if err := <-waiting.done; err != nil || *waiting.result.(*numbered) != (numbered{i}) || len(waiting.done) > 0 {
				t.Fatalf("round %d: %d got %+v, %v", round, i, waiting.result, err)
			}
		}
	}
}
