package command_test

import (
	"context"
	"syscall"
	"testing"
	"time"

	"credscope/store/demo"
)

func TestLinesOfTextTellTheLedgerOnASignalToo(t *testing.T) {
	t.Parallel()
	held := make(chan struct{}, 1)
	h := host(t, demo.Options{Mark: mark, Hook: func(ctx context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op == "remove_token" {
			held <- struct{}{}
			<-ctx.Done()
		}
		return answer()
	}})
	term := start(t, wide(from(h.Path())...), "--plain")
	term.See("3. codex")
	term.Type("codex\n")
	term.See("1. ci-runner")
	term.Type("remove 1\n")
	term.See("Remove?")
	for taken := false; !taken; { // answers typed too early do not count
		term.Type("y\n")
		select {
		case <-held:
			taken = true
		case <-time.After(100 * time.Millisecond):
		}
	}
	term.Signal(syscall.SIGTERM)
	term.See("codex/ci-runner: unknown whether it was removed")
	if code := term.Wait(); code != 128+int(syscall.SIGTERM) {
		t.Errorf("exit status %d", code)
	}
	if n := h.Count("remove_token"); n != 1 {
		t.Errorf("sent %d times", n)
	}
}
