package command_test

import (
	"context"
	"strings"
	"testing"

	"credscope/store/demo"
)

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
