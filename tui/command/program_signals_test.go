package command_test

import (
	"context"
	"sync"
	"syscall"
	"testing"

	"credscope/store/demo"
	"credscope/tui/terminal"
)

var signals = map[string]syscall.Signal{
	"TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP, "INT": syscall.SIGINT, "QUIT": syscall.SIGQUIT, "ABRT": syscall.SIGABRT,
}

// unanswered holds one operation until its connection ends and tells when it came.
func unanswered(op string, came chan<- struct{}) demo.Hook {
	return func(ctx context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op != op {
			return answer()
		}
		close(came)
		<-ctx.Done()
		return nil, ctx.Err()
	}
}

// removing accepts a removal whose request the host holds.
func removing(t *testing.T, held func(came chan<- struct{}) demo.Hook) *terminal.Terminal {
	t.Helper()
	return removingBy(t, start, held)
}

func removingBy(t *testing.T, run runner, held func(came chan<- struct{}) demo.Hook) *terminal.Terminal {
	t.Helper()
	came := make(chan struct{})
	h := host(t, demo.Options{Hook: held(came)})
	term := run(t, wide(from(h.Path())...))
	seeStale(term)
	removeStale(term)
	await(t, came, "the removal")
	return term
}

// unansweredEver holds every request of an operation and tells of the first.
func unansweredEver(op string, came chan<- struct{}) demo.Hook {
	var once sync.Once
	return func(ctx context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op != op {
			return answer()
		}
		once.Do(func() { close(came) })
		<-ctx.Done()
		return nil, ctx.Err()
	}
}
