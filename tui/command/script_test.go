package command_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

// TestScripts runs the scripts of testdata/script against the built program.
// Beside testscript's own commands they have:
//
//	host SCENARIO                    a host that the environment then names
//	put PROVIDER/BUCKET AGE          store a token that expired AGE ago
//	answers OP N WHAT                answer the Nth OP with CODE or CODE:THE_TEXT, or by "hangup"
//	asked OP N                       the host was asked OP N times
//	exits STATUS credscope ARGS...   run the program
//
// No run may show a secret or, its output being no terminal, an escape byte.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", filepath.Dir(program))
			env.Setenv("TERM", "xterm-256color")
			env.Setenv("LANG", "C.UTF-8")
			env.Setenv("TMPDIR", os.TempDir()) // short enough for a socket
			env.Values[hostKey{}] = new(*demo.Host)
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"host": scriptHost, "put": scriptPut, "answers": scriptAnswers, "asked": scriptAsked, "exits": scriptExits,
		},
	})
}

type hostKey struct{}

func hostOf(ts *testscript.TestScript) **demo.Host { return ts.Value(hostKey{}).(**demo.Host) }

func scriptHost(ts *testscript.TestScript, _ bool, args []string) {
	h, err := demo.Start(demo.Options{Scenario: args[0], Mark: mark})
	ts.Check(err)
	ts.Defer(func() { _ = h.Close() })
	*hostOf(ts) = h
	ts.Setenv(store.SocketVariable, h.Path())
}

func scriptPut(ts *testscript.TestScript, _ bool, args []string) {
	provider, bucket, _ := strings.Cut(args[0], "/")
	age, err := time.ParseDuration(args[1])
	ts.Check(err)
	(*hostOf(ts)).Put(store.Key{Provider: provider, Bucket: bucket}, time.Now().Add(-age))
}

func scriptAnswers(ts *testscript.TestScript, _ bool, args []string) {
	h := *hostOf(ts)
	var came atomic.Int64 // counted one by one, though requests come together
	h.SetHook(func(ctx context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if ctx.Err() != nil { // of a connection that an earlier line has hung up
			return nil, ctx.Err()
		}
		if call.Op != args[0] || fmt.Sprint(came.Add(1)) != args[1] {
			return answer()
		}
		if args[2] == "hangup" {
			return nil, socket.ErrHangUp
		}
		code, message, given := strings.Cut(args[2], ":")
		if !given {
			message = "said the host"
		}
		return nil, &socket.ResponseError{Code: code, Message: strings.ReplaceAll(message, "_", " ")}
	})
}

func scriptAsked(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	if n := (*hostOf(ts)).Count(args[0]); n != want {
		ts.Fatalf("%s was asked %d times, want %d", args[0], n, want)
	}
}

func scriptExits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	status := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		status = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if fmt.Sprint(status) != args[0] {
		ts.Fatalf("%v: exit status %d, want %s", args[1:], status, args[0])
	}
	for _, stream := range []string{"stdout", "stderr"} {
		text := ts.ReadFile(stream)
		if strings.Contains(text, mark) || strings.Contains(text, "\x1b") {
			ts.Fatalf("%v: %s holds a secret or an escape: %q", args[1:], stream, text)
		}
	}
}
