package socket

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestTheCapabilityIsPresentedOncePerHandshake(t *testing.T) {
	h := newRecordingHost(t, filepath.Join(shortDir(t), "s"))
	c := unixClient(t, h.path, Options{Capability: &token{bytes: []byte("canary")}, Idle: 20 * time.Millisecond})
	for round := 1; round <= 3; round++ {
		mustRequest(t, c)
		within(t, h.ended, "the idle close")
	}
	for i, sent := range h.received() {
		if strings.Count(sent, "canary") != 1 || !strings.HasPrefix(sent[headerSize:], `{"v":2,"op":"handshake","payload":`) {
			t.Errorf("connection %d sent %q", i+1, sent)
		}
	}
	info := c.Info()
	if !info.Presented || info.Withheld || len(info.Warnings) > 0 || info.PeerUID != os.Geteuid() || info.Handshakes < 3 || info.Version != 2 {
		t.Errorf("%+v", info)
	}
}

func TestTheCapabilityIsWithheldFromAWritableSocket(t *testing.T) {
	h := newRecordingHost(t, filepath.Join(shortDir(t), "s"))
	if err := os.Chmod(h.path, 0o602); err != nil {
		t.Fatal(err)
	}
	c := unixClient(t, h.path, Options{Capability: &token{bytes: []byte("canary")}})
	mustRequest(t, c)
	_ = c.Close()
	within(t, h.ended, "the end")
	if sent := h.received(); len(sent) != 1 || strings.Contains(sent[0], "canary") || strings.Contains(sent[0], "capabilityToken") {
		t.Errorf("the host received %q", sent)
	}
	info := c.Info()
	if info.Presented || !info.Withheld || fmt.Sprint(info.Warnings) != "[socket is world-writable]" {
		t.Errorf("%+v", info)
	}
}

func TestWithoutACapabilityNothingIsWithheld(t *testing.T) {
	h := newRecordingHost(t, filepath.Join(shortDir(t), "s"))
	if err := os.Chmod(h.path, 0o666); err != nil {
		t.Fatal(err)
	}
	c := unixClient(t, h.path, Options{})
	mustRequest(t, c)
	if info := c.Info(); info.Presented || info.Withheld || len(info.Warnings) != 1 {
		t.Errorf("%+v", info)
	}
}

func TestAHostThatHangsUpAtOnceIsNoLoss(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	l := listen(t, path)
	done := make(chan bool)
	go func() {
		defer close(done)
		for range 2 {
			if stream, err := l.Accept(); err == nil {
				_ = stream.Close()
			}
		}
	}()
	c := unixClient(t, path, Options{})
	for range 2 {
		err := c.Request(t.Context(), "list_providers", nil, nil)
		failed, ok := errors.AsType[*HandshakeError](err)
		if !ok || failed.Kind != HandshakeClosed || !isOpen(c.Lost()) {
			t.Errorf("ended with %#v", err)
		}
	}
	within(t, done, "both connections")
}

func TestALossIsPermanentEvenIfTheHostComesBack(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	ctx, stop := context.WithCancel(t.Context())
	stopped, l := make(chan error, 1), listen(t, path)
	go func() { stopped <- Serve(ctx, l, HandlerFunc(echo), ServeOptions{}) }()
	c := unixClient(t, path, Options{})
	mustRequest(t, c)
	stop()
	if err := within(t, stopped, "the end of Serve"); err != nil {
		t.Error(err)
	}
	within(t, c.Lost(), "the loss")
	_ = os.Remove(path)
	second := listen(t, path)
	wantLoss(t, c.Request(t.Context(), "list_providers", nil, nil), false)

	// The first connection that the second host accepts must be ours.
	ours, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ours.Close() }()
	_, _ = ours.Write([]byte("!"))
	theirs, err := second.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = theirs.Close() }()
	first := make([]byte, 1)
	_ = theirs.SetReadDeadline(time.Now().Add(20 * time.Second))
	if _, err := theirs.Read(first); err != nil || first[0] != '!' {
		t.Errorf("another connection came first: %q, %v", first, err)
	}
}

func TestAnotherHostAfterAnIdleCloseIsALoss(t *testing.T) {
	dir := shortDir(t)
	h := newRecordingHost(t, filepath.Join(dir, "s"))
	other := newRecordingHost(t, filepath.Join(dir, "other"))
	c := unixClient(t, h.path, Options{Idle: 20 * time.Millisecond, Capability: &token{bytes: []byte("canary")}})
	mustRequest(t, c)
	for range c.Info().Handshakes {
		within(t, h.ended, "the idle close")
	}
	if err := os.Rename(other.path, h.path); err != nil {
		t.Fatal(err)
	}
	wantLoss(t, c.Request(t.Context(), "list_providers", nil, nil), false)
	within(t, c.Lost(), "the loss")
	replaced, ok := errors.AsType[*ConnectError](c.Cause())
	if !ok || replaced.Kind != Replaced {
		t.Errorf("the cause is %v", c.Cause())
	}
	within(t, other.ended, "the end of the connection to the other host")
	if sent := other.received(); len(sent) != 1 || sent[0] != "" {
		t.Errorf("the other host received %q", sent)
	}
	wantLoss(t, c.Request(t.Context(), "list_providers", nil, nil), false)
}

func TestManyRequestsOverARealSocket(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	ctx, stop := context.WithCancel(t.Context())
	stopped, l := make(chan error, 1), listen(t, path)
	go func() { stopped <- Serve(ctx, l, HandlerFunc(echo), ServeOptions{Capability: "00ff"}) }()
	defer func() { _ = within(t, stopped, "the end of Serve") }()
	defer stop()
	c := unixClient(t, path, Options{Capability: &token{bytes: []byte("00ff")}})
	var callers sync.WaitGroup
	for i := range 20 {
		callers.Go(func() {
			for n := range 25 {
				sent := tokenPayload{Provider: strings.Repeat("x", 1000*i), Bucket: fmt.Sprint(n)}
				var got struct {
					Payload    tokenPayload `json:"payload"`
					Restricted bool         `json:"restricted"`
				}
				if err := c.Request(t.Context(), "echo", sent, &got); err != nil || got.Payload != sent || !got.Restricted {
					t.Errorf("request %d of %d: %v", n, i, err)
					return
				}
			}
		})
	}
	callers.Wait()
	if info := c.Info(); info.Requests["echo"] != 500 || info.Handshakes != 1 {
		t.Errorf("%+v", info)
	}
}

var requests = flag.Int("requests", 30_000, "number of requests after which memory must not have grown")

// heap returns the bytes in use and the number of goroutines.
func heap() (size uint64, goroutines int) {
	runtime.GC()
	runtime.GC() // frees what the first one finalized
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc, runtime.NumGoroutine()
}

// descriptors returns the number of this process's open files.
func descriptors() int {
	open, _ := os.ReadDir("/dev/fd")
	return len(open)
}

func TestManyRequestsLeaveNothingBehind(t *testing.T) {
	c := unixClient(t, unixHost(t), Options{})
	ask := func(n int) {
		for i := range n {
			ctx, cancel := context.WithCancel(t.Context())
			if i%16 == 0 {
				go cancel() // canceled at some point of the request
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
