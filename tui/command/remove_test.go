package command_test

import (
	"bufio"
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"credscope/store"
	"credscope/store/demo"
)

func TestRemovalIsAskedAboutOnATerminal(t *testing.T) {
	t.Parallel()
	for _, q := range []struct {
		name, args, asks, answer string
		code, removals           int
	}{
		{"one stale", "codex ci-runner", "y removes. Remove it? [y/N]", "y\r", 0, 1},
		{"one stale, no", "codex ci-runner", "y removes. Remove it? [y/N]", "n\r", 1, 0},
		{"one stale, nothing", "codex ci-runner", "y removes. Remove it? [y/N]", "\r", 1, 0},
		{"one stale, in full", "codex ci-runner", "y removes. Remove it? [y/N]", "yy\r", 1, 0},
		{"one valid", "claudecode jane.doe@example.com", `Type "jane.doe@example.com" and press Enter:`, "jane.doe@example.com\r", 0, 1},
		{"one valid, y", "claudecode jane.doe@example.com", `Type "jane.doe@example.com" and press Enter:`, "y\r", 1, 0},
		{"one expiring", "codex default", `Type "remove 1" and press Enter:`, "remove 1\r", 0, 1},
		{"several", "--stale", `Type "remove 3" and press Enter:`, "remove 3\r", 0, 3},
		{"several, another number", "--stale", `Type "remove 3" and press Enter:`, "remove 2\r", 1, 0},
		{"several, the input's end", "--stale", `Type "remove 3" and press Enter:`, "\x04", 1, 0},
	} {
		t.Run(q.name, func(t *testing.T) {
			t.Parallel()
			h := host(t, demo.Options{Mark: mark})
			term := start(t, wide(from(h.Path())...), append([]string{"remove"}, strings.Fields(q.args)...)...)
			term.SeeAll(q.asks, "Does not revoke it at the provider", "Cannot be undone", "Log in again on the host: /auth ")
			if n := h.Count("remove_token"); n != 0 {
				t.Errorf("%d removals were sent before the answer", n)
			}
			term.Type(q.answer)
			ends(t, term, q.code)
			if n := h.Count("remove_token"); n != q.removals {
				t.Errorf("%d removals were sent, want %d\n%s", n, q.removals, term.Primary())
			}
			if q.removals == 0 && !strings.Contains(term.Primary(), "Nothing was removed") {
				t.Errorf("it says %q", term.Primary())
			}
			withoutMark(t, "the output", string(term.Raw()))
		})
	}
}

func TestARenewalIsAskedAboutOnATerminal(t *testing.T) {
	t.Parallel()
	for _, q := range []struct {
		name, args, asks, answer string
		code, renewals           int
	}{
		{"one", "anthropic default", "y renews. Renew it? [y/N]", "y\r", 0, 1},
		{"one, no", "anthropic default", "y renews. Renew it? [y/N]", "n\r", 1, 0},
		{"several", "--stale", `Type "renew 3" and press Enter:`, "renew 3\r", 1, 3},
		{"several, another word", "--stale", `Type "renew 3" and press Enter:`, "remove 3\r", 1, 0},
	} {
		t.Run(q.name, func(t *testing.T) {
			t.Parallel()
			h := host(t, demo.Options{Mark: mark})
			term := start(t, wide(from(h.Path())...), append([]string{"renew"}, strings.Fields(q.args)...)...)
			term.SeeAll(q.asks, "stores them in place of the old ones", "that login can end", "until they read again")
			term.Type(q.answer)
			ends(t, term, q.code)
			if n := h.Count("refresh_token"); n != q.renewals || h.Count("remove_token") != 0 {
				t.Errorf("%d renewals were sent, want %d\n%s", n, q.renewals, term.Primary())
			}
			if q.renewals == 0 && !strings.Contains(term.Primary(), "Nothing was renewed") {
				t.Errorf("it says %q", term.Primary())
			}
			withoutMark(t, "the output", string(term.Raw()))
		})
	}
}

func TestARemovalIsForWhatWasAskedAbout(t *testing.T) {
	t.Parallel()
	h := host(t, demo.Options{})
	term := start(t, wide(from(h.Path())...), "remove", "codex", "ci-runner")
	term.See("[y/N]")
	h.Put(store.Key{Provider: "codex", Bucket: "ci-runner"}, time.Now().Add(time.Hour))
	term.Type("y\r")
	ends(t, term, 1)
	if !strings.Contains(term.Primary(), "has changed since the question, its expiry is another one") || h.Count("remove_token") != 0 {
		t.Errorf("%d removals, %q", h.Count("remove_token"), term.Primary())
	}
}

// stalled is a host that holds the second removal, and an environment that names it.
func stalled(t *testing.T) (h *demo.Host, held chan struct{}) {
	t.Helper()
	held = make(chan struct{})
	h = host(t, demo.Options{Scenario: "empty"})
	for _, bucket := range []string{"b1", "b2", "b3", "b4"} {
		h.Put(store.Key{Provider: "codex", Bucket: bucket}, time.Now().Add(-900*time.Hour))
	}
	h.SetHook(func(ctx context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op == "remove_token" && call.Key.Bucket == "b2" {
			close(held)
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return answer()
	})
	return h, held
}

func TestVerdictsArriveOneByOne(t *testing.T) {
	t.Parallel()
	h, held := stalled(t)
	c := exec.Command(program, "remove", "--stale", "--yes")
	c.Env = from(h.Path())
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(c) })
	line, err := bufio.NewReader(out).ReadString('\n') // before the second has an answer
	if err != nil || !strings.HasPrefix(line, "codex/b1: removed.") {
		t.Errorf("%q, %v", line, err)
	}
	await(t, held, "the second removal")
}

func TestWhatIsTypedBeforeTheQuestionAnswersNothing(t *testing.T) {
	t.Parallel()
	asked, release := make(chan struct{}, 1), make(chan struct{})
	h := host(t, demo.Options{Mark: mark, Hook: func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op == "list_providers" {
			asked <- struct{}{}
			<-release
		}
		return answer()
	}})
	term := start(t, wide(from(h.Path())...), "remove", "codex", "ci-runner")
	await(t, asked, "the first question to the host")
	term.Type("y\n")
	term.SeeFunc("the echo", func(screen string) bool { return strings.HasPrefix(screen, "y") })
	close(release)
	term.See("y removes")
	term.Type("n\n")
	term.See("Nothing was removed")
	if code := term.Wait(); code != 1 || h.Count("remove_token") != 0 {
		t.Errorf("exit status %d, %d removals sent", code, h.Count("remove_token"))
	}
}

func TestAStaleBucketThatIsLeftOutIsNamed(t *testing.T) {
	t.Parallel()
	h := host(t, demo.Options{Mark: mark, Hook: func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op == "list_buckets" && call.Key.Provider == "codex" {
			return map[string]any{"buckets": []string{"ci-runner", "ci-runner"}}, nil
		}
		return answer()
	}})
	stdout, stderr, code := piped(t, from(h.Path()), "remove", "--stale", "--yes")
	if code != 1 || !strings.Contains(stderr, "codex/ci-runner was left out") || !strings.Contains(stdout, "anthropic/default: removed") {
		t.Errorf("exit status %d: %q, %q", code, stdout, stderr)
	}
}
