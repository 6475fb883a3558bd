package command_test

import (
	"fmt"
	"testing"
	"time"

	"credscope/store"
	"credscope/store/demo"
	"credscope/tui/terminal"
)

// pressUntil presses a key again and again, as somebody in a hurry does, until the
// screen shows something. A question ignores keys for its first 300 ms.
func pressUntil(t *testing.T, term *terminal.Terminal, key, what string, holds func(screen string) bool) {
	t.Helper()
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for range 100 {
		if holds(term.Screen()) {
			return
		}
		term.Press(key)
		<-again.C
	}
	t.Fatalf("%s never came\n%s", what, term.Screen())
}

func TestADeadBucketIsRemovedAndALiveOneKeptAtEverySize(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{200, 50}, {120, 35}, {80, 24}, {40, 12}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			h := host(t, demo.Options{})
			term := start(t, terminal.Options{Cols: size[0], Rows: size[1], Env: from(h.Path())})
			row := func(pattern string) func(string) bool {
				return func(screen string) bool { return inOneRow(screen, pattern) }
			}
			sees := func(pattern string) { term.SeeFunc("a row with "+pattern, row(pattern)) }
			sees(`▸ ✗ gemini`) // all are checked, the worst is first
			term.Press("j", "j")
			sees(`▸ ✗ codex(/| +)ci-runner`)
			term.Press("n")
			sees(`Renew 1 bucket\?`)
			pressUntil(t, term, "y", "the dead bucket", row(`▸ † codex(/| +)ci-runner +dead`))
			term.Press("x")
			sees(`Remove 1 bucket\?`)
			sees(`dead, expired 12d ago`)
			pressUntil(t, term, "y", "the removal", func(screen string) bool {
				return inOneRow(screen, `▸ ! gemini(/| +)default`) && !inOneRow(screen, `ci-runner +dead`)
			})
			term.Press("k")
			sees(`▸ ✗ anthropic(/| +)default +stale`)
			term.Press("n")
			sees(`Renew 1 bucket\?`)
			pressUntil(t, term, "y", "the live bucket", row(`▸ ● anthropic(/| +)default +valid`))
			leave(t, term, 0)
			ledger(t, term, map[string]int{"dead": 1, "removed": 1, "renewed": 1})
			if h.Count("refresh_token") != 2 || h.Count("remove_token") != 1 || h.Connections() != 1 {
				t.Errorf("%d renewals and %d removals over %d connections", h.Count("refresh_token"), h.Count("remove_token"), h.Connections())
			}
			for _, key := range h.Keys() {
				if key == (store.Key{Provider: "codex", Bucket: "ci-runner"}) {
					t.Error("it is still there")
				}
			}
		})
	}
}

func TestARenewalUnderWayWhenTheProgramEndsIsUnknown(t *testing.T) {
	t.Parallel()
	came := make(chan struct{})
	h := host(t, demo.Options{Hook: unanswered("refresh_token", came)})
	term := open(t, h.Path())
	renewStale(term)
	await(t, came, "the renewal")
	term.Press("ctrl+c")
	ends(t, term, 3)
	ledger(t, term, map[string]int{"unknown whether it was renewed": 1})
	if n := h.Count("refresh_token"); n != 1 {
		t.Errorf("%d renewals were sent", n)
	}
}

// renewStale renews the stale bucket under the cursor.
func renewStale(term *terminal.Terminal) {
	asked(term, "n")
	term.Press("y")
}

// removeRenewed removes the bucket under the cursor, which is valid now.
func removeRenewed(term *terminal.Terminal) {
	question(term)
	term.Type("default\r")
}
