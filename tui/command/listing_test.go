package command_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"credscope/store/demo"
	"credscope/tui/command"
)

// doubling lists codex's ci-runner, or codex itself, so many times.
func doubling(op string, times *atomic.Int64) demo.Hook {
	return func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		switch {
		case call.Op != op:
			return answer()
		case op == "list_providers":
			return map[string]any{"providers": append(slices.Repeat([]string{"codex"}, int(times.Load())), "qwen")}, nil
		case call.Key.Provider == "codex":
			return map[string]any{"buckets": append(slices.Repeat([]string{"ci-runner"}, int(times.Load())), "default")}, nil
		}
		return answer()
	}
}

func TestCommandsDoNotRemoveWhatIsListedTwice(t *testing.T) {
	t.Parallel()
	for op, says := range map[string]string{"list_buckets": "lists this name twice", "list_providers": "lists this provider twice"} {
		for _, many := range []int64{2, 4096} {
			t.Run(fmt.Sprintf("%s %d", op, many), func(t *testing.T) {
				t.Parallel()
				var times atomic.Int64
				times.Store(many)
				h := host(t, demo.Options{Hook: doubling(op, &times)})
				lines, _, _ := piped(t, from(h.Path()), "list")
				if n := strings.Count(lines, "ci-runner"); n != 1 || !hasRow(lines, "codex", "ci-runner", "listed twice") {
					t.Errorf("there %d times:\n%s", n, lines)
				}
				if row := listedRunner(t, h); !row.ListedTwice {
					t.Errorf("the document says %+v", row)
				}
				if details, _, _ := piped(t, from(h.Path()), "show", "codex", "ci-runner"); !strings.Contains(details, says) {
					t.Errorf("show says %s", details)
				}
				_, complaint, code := piped(t, from(h.Path()), "remove", "codex", "ci-runner", "--yes")
				if code != 1 || h.Count("remove_token") != 0 || !strings.Contains(complaint, says) {
					t.Errorf("exit status %d, %d removals: %s", code, h.Count("remove_token"), complaint)
				}

				times.Store(1)
				if row := listedRunner(t, h); row.ListedTwice {
					t.Errorf("the document says %+v", row)
				}
				said, complaint, code := piped(t, from(h.Path()), "remove", "codex", "ci-runner", "--yes")
				if h.Count("remove_token") != 1 {
					t.Errorf("exit status %d: %s%s", code, said, complaint)
				}
			})
		}
	}
}

// listedRunner is codex's ci-runner as the document of list has it.
func listedRunner(t *testing.T, h *demo.Host) command.BucketFacts {
	t.Helper()
	text, _, _ := piped(t, from(h.Path()), "list", "codex", "--json")
	var document command.ListDocument
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	for _, row := range document.Buckets {
		if row.Bucket == "ci-runner" {
			return row
		}
	}
	t.Fatalf("it is not listed:\n%s", text)
	return command.BucketFacts{}
}

func TestAProviderWithoutBucketsIsNotCalledNothing(t *testing.T) {
	t.Parallel()
	h := host(t, demo.Options{Hook: func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op == "list_buckets" {
			return map[string]any{"buckets": []string{}}, nil
		}
		return answer()
	}})
	for command, code := range map[string]int{"list": 0, "check": 3, "check codex": 3} {
		stdout, stderr, got := piped(t, from(h.Path()), strings.Fields(command)...)
		if said := stdout + stderr; got != code || !strings.Contains(said, "The host lists no bucket.") || strings.Contains(said, "listed nothing") {
			t.Errorf("%s: exit status %d, %q", command, got, said)
		}
	}
}
