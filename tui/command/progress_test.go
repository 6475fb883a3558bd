package command_test

import (
	"context"
	"strings"
	"testing"

	"credscope/store/demo"
)

func TestProgressIsShownAndErased(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{})
	h := host(t, demo.Options{Hook: func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op == "get_token" && call.Key.Provider == "qwen" {
			<-asked
		}
		return answer()
	}})
	term := start(t, wide(from(h.Path())...), "list")
	term.See("checked 11 of 13 buckets")
	close(asked)
	ends(t, term, 0)
	if got := term.Primary(); strings.Contains(got, "checked 1") || !hasRow(got, "qwen", "trial", "invalid expiry") {
		t.Errorf("what stays is %q", got)
	}
}
