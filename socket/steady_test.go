package socket

import (
	"context"
	"errors"
	"flag"
	"net"
	"os"
	"runtime"
	"testing"
	"time"
)

var requests = flag.Int("requests", 30_000, "how many requests one client sends, memory being the same at the end")

// heap returns the bytes in use and the goroutines.
func heap() (size uint64, goroutines int) {
	runtime.GC()
	runtime.GC() // what the first one finalised
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc, runtime.NumGoroutine()
}

// descriptors counts this process's open files where the system tells.
func descriptors() int {
	open, _ := os.ReadDir("/dev/fd")
	return len(open)
}

func TestManyRequestsLeaveNothingBehind(t *testing.T) {
	c := realClient(t, unixHost(t), Options{})
	ask := func(n int) {
		for i := range n {
			ctx, cancel := context.WithCancel(t.Context())
			if i%16 == 0 {
				go cancel() // given up somewhere on its way
			}
			if err := c.Request(ctx, "echo", tokenPayload{Provider: "codex"}, nil); err != nil && !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			cancel()
		}
	}
	ask(2000)
	before, goroutines := heap()
	files := descriptors()
	ask(*requests)
	after, now := heap()
	if after > before+2<<20 {
		t.Errorf("%d bytes more after %d requests", after-before, *requests)
	}
	if now > goroutines || descriptors() != files {
		t.Errorf("%d goroutines, were %d; %d descriptors, were %d", now, goroutines, descriptors(), files)
	}
}

// unixHost echoes over a real socket until the test's end.
func unixHost(t *testing.T) (path string) {
	t.Helper()
	path = shortDir(t) + "/s"
	ctx, stop := context.WithCancel(t.Context())
	done, l := make(chan error, 1), listen(t, path)
	go func() { done <- Serve(ctx, l, HandlerFunc(echo), ServeOptions{}) }()
	t.Cleanup(func() {
		stop()
		_ = within(t, done, "the end of Serve")
	})
	return path
}

func TestAFloodOfRepliesEndsTheConnectionCheaply(t *testing.T) {
	ours, theirs := net.Pipe()
	l := newLink(newConn(ours, MaxFrame), 2, time.Hour, ignorant{})
	ended := make(chan struct{})
	go func() { defer close(ended); l.read() }()
	flood := frameOf(stray)
	sent := 0
	before, _ := heap()
	for ; sent < 1_000_000; sent++ {
		if _, err := theirs.Write(flood); err != nil {
			break
		}
	}
	within(t, ended, "the end of the connection")
	after, _ := heap()
	if sent > maxStrays+2 || after > before+1<<20 {
		t.Errorf("%d frames were taken, %d bytes more", sent, int64(after)-int64(before))
	}
	if !isProtocolBreach(l.ending()) {
		t.Errorf("ended with %v", l.ending())
	}
}
