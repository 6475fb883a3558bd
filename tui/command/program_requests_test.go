package command_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"credscope/socket/sample"
	"credscope/store"
	"credscope/store/demo"
)

// everyKey is what a person can press, but for q and ctrl+c, which leave.
var everyKey = []string{
	"j", "k", "up", "down", "g", "G", "home", "end", "pgup", "pgdown", "ctrl+u", "ctrl+d",
	"h", "l", "left", "right", "tab", "shift+tab", "1", "2", "3", "enter", "/", "esc", "space", "*", "v",
	"shift+up", "shift+down", "S", "x", "delete", "d", "+", "r", "R", "c", "s", "t", "y", "Y", "!", "?", "f1", "p", "L",
	"ctrl+l", "a", "backspace", "alt+x", "f5", "n", "0",
}

func TestOneConnectionWhateverIsPressed(t *testing.T) {
	t.Parallel()
	for _, scenario := range sample.Of([]string{"default", "v1", "liar"}, 1) {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			h := host(t, demo.Options{Scenario: scenario})
			term := open(t, h.Path())
			keys := make([]string, 0, 6*len(everyKey))
			for range 6 {
				keys = append(keys, everyKey...)
			}
			order := rand.New(rand.NewPCG(1, 2))
			order.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
			term.Press(keys...)
			term.Press("ctrl+c")
			ends(t, term, 0)
			if n := h.Connections(); n != 1 {
				t.Errorf("%d connections, want one", n)
			}
			if n := h.Count("get_bucket_stats"); n != 0 {
				t.Errorf("get_bucket_stats was asked %d times", n)
			}
			if h.Count("get_token") == 0 || h.Count("list_buckets") < 5 {
				t.Errorf("too little was asked: %v", h.Calls())
			}
		})
	}
}

func TestRacingCursorAsksNoTokenOnItsWay(t *testing.T) {
	t.Parallel()
	const automatic = 200
	var tokens atomic.Int64
	unasked, asked := make(chan struct{}), make(chan struct{})
	var first sync.Once
	h := host(t, demo.Options{Scenario: "large", Hook: func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op == "get_token" {
			if tokens.Add(1) == automatic {
				close(unasked)
			}
			if call.Key.Provider == "provider-060" {
				first.Do(func() { close(asked) })
			}
		}
		return answer()
	}})
	term := start(t, wide(from(h.Path())...))
	await(t, unasked, "the tokens that are asked for by themselves")
	term.SeeNot("checking")
	before := len(h.Calls())
	term.Type("1" + strings.Repeat("j", 61))
	await(t, asked, "a check where the cursor rests")
	term.See("Buckets of provider-060")
	leave(t, term, 0)
	for _, call := range h.Calls()[before:] {
		// The first rows are in view before the cursor moves.
		if p := call.Key.Provider; call.Op == "get_token" && p != "provider-000" && p != "provider-060" {
			t.Fatalf("a token of %s was asked for in passing", p)
		}
	}
}

func TestNoCheckAsksForNoToken(t *testing.T) {
	t.Parallel()
	h := host(t, demo.Options{})
	term := start(t, wide(from(h.Path())...), "--no-check")
	seeRow(term, "default", "unchecked")
	term.Type("/codex/ci-runner\r\r")
	term.See("▸ codex/ci-runner")
	if n := h.Count("get_token"); n != 0 {
		t.Errorf("%d tokens were asked for", n)
	}
	term.Press("r")
	seeRow(term, "ci-runner", "stale")
	if n := h.Count("get_token"); n != 1 {
		t.Errorf("%d tokens were asked for, want one", n)
	}
	leave(t, term, 0)
}

func TestStaleAfterAndReadOnly(t *testing.T) {
	t.Parallel()
	key := store.Key{Provider: "codex", Bucket: "work"}
	h := host(t, demo.Options{Scenario: "empty"})
	h.Put(key, time.Now().Add(-time.Hour))
	term := start(t, wide(from(h.Path())...), "--stale-after", "30m", "--read-only")
	seeRow(term, "work", "stale")
	term.SeeAll("codex", "READ-ONLY")
	term.Press("x")
	term.See("nothing can be removed")
	leave(t, term, 0)
	if n := h.Count("remove_token"); n != 0 {
		t.Errorf("%d removals were sent", n)
	}
}
