package command_test

import (
	"context"
	"strings"
	"testing"

	"credscope/store/demo"
)

// The patience of piped is a third of what a request may take.
func TestAShellDoesNotWaitForAHostThatIsSilent(t *testing.T) {
	t.Parallel()
	silent := host(t, demo.Options{Mark: mark, Hook: func(ctx context.Context, _ demo.Call, _ func() (any, error)) (any, error) {
		<-ctx.Done() // ends when the client gives up
		return nil, ctx.Err()
	}})
	stdout, stderr, code := piped(t, from(silent.Path()), "__complete", "show", "")
	if code != 0 || strings.TrimSpace(stdout) != ":4" || strings.Contains(stderr, "credscope:") {
		t.Errorf("exit status %d: %q, %q", code, stdout, stderr)
	}
}
