package socket

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestTheCapabilityIsPresentedOncePerHandshake(t *testing.T) {
	h := newRealHost(t, filepath.Join(shortDir(t), "s"))
	c := realClient(t, h.path, Options{Capability: &token{bytes: []byte("canary")}, Idle: 20 * time.Millisecond})
	for round := 1; round <= 3; round++ {
		mustAsk(t, c)
		within(t, h.ended, "the idle close")
	}
	for i, said := range h.heard() {
		if strings.Count(said, "canary") != 1 || !strings.HasPrefix(said[headerSize:], `{"v":2,"op":"handshake","payload":`) {
			t.Errorf("connection %d said %q", i+1, said)
		}
	}
	info := c.Info()
	if !info.Presented || info.Withheld || len(info.Warnings) > 0 || info.PeerUID != os.Geteuid() || info.Handshakes < 3 || info.Version != 2 {
		t.Errorf("%+v", info)
	}
}

func TestTheCapabilityIsWithheldFromAnOddSocket(t *testing.T) {
	h := newRealHost(t, filepath.Join(shortDir(t), "s"))
	if err := os.Chmod(h.path, 0o602); err != nil {
		t.Fatal(err)
	}
	c := realClient(t, h.path, Options{Capability: &token{bytes: []byte("canary")}})
	mustAsk(t, c)
	_ = c.Close()
	within(t, h.ended, "the end")
	if said := h.heard(); len(said) != 1 || strings.Contains(said[0], "canary") || strings.Contains(said[0], "capabilityToken") {
		t.Errorf("the host heard %q", said)
	}
	info := c.Info()
	if info.Presented || !info.Withheld || fmt.Sprint(info.Warnings) != "[socket is writable by everybody]" {
		t.Errorf("%+v", info)
	}
}

func TestWithoutACapabilityNothingIsWithheld(t *testing.T) {
	h := newRealHost(t, filepath.Join(shortDir(t), "s"))
	if err := os.Chmod(h.path, 0o666); err != nil {
		t.Fatal(err)
	}
	c := realClient(t, h.path, Options{})
	mustAsk(t, c)
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
	c := realClient(t, path, Options{})
	for range 2 {
		err := c.Request(t.Context(), "list_providers", nil, nil)
		failed, ok := errors.AsType[*HandshakeError](err)
		if !ok || failed.Kind != HandshakeClosed || !isOpen(c.Lost()) {
			t.Errorf("ended with %#v", err)
		}
	}
	within(t, done, "both connections")
}

func TestCloseEndsAHandshakeOverARealSocket(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	l := listen(t, path)
	c := realClient(t, path, Options{})
	done := ask(t.Context(), c, "list_providers")
	stream, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Close() }()
	newPeer(t, stream).text()
	_ = c.Close()
	if err := within(t, done, "the request's end"); !errors.Is(err, ErrClosed) || !isOpen(c.Lost()) {
		t.Errorf("ended with %v", err)
	}
}

func TestALossLatchesThoughAHostComesBack(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	ctx, stop := context.WithCancel(t.Context())
	stopped, l := make(chan error, 1), listen(t, path)
	go func() { stopped <- Serve(ctx, l, HandlerFunc(echo), ServeOptions{}) }()
	c := realClient(t, path, Options{})
	mustAsk(t, c)
	stop()
	if err := within(t, stopped, "the end of Serve"); err != nil {
		t.Error(err)
	}
	within(t, c.Lost(), "the loss")
	_ = os.Remove(path)
	second := listen(t, path)
	isLost(t, c.Request(t.Context(), "list_providers", nil, nil), false)

	// Nobody is before us in the queue of the second host.
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
		t.Errorf("somebody dialled before: %q, %v", first, err)
	}
}

func TestAnotherHostAfterAnIdleCloseIsALoss(t *testing.T) {
	dir := shortDir(t)
	h := newRealHost(t, filepath.Join(dir, "s"))
	other := newRealHost(t, filepath.Join(dir, "other"))
	c := realClient(t, h.path, Options{Idle: 20 * time.Millisecond, Capability: &token{bytes: []byte("canary")}})
	mustAsk(t, c)
	for range c.Info().Handshakes {
		within(t, h.ended, "the idle close")
	}
	if err := os.Rename(other.path, h.path); err != nil {
		t.Fatal(err)
	}
	isLost(t, c.Request(t.Context(), "list_providers", nil, nil), false)
	within(t, c.Lost(), "the loss")
	replaced, ok := errors.AsType[*ConnectError](c.Cause())
	if !ok || replaced.Kind != Replaced {
		t.Errorf("the cause is %v", c.Cause())
	}
	within(t, other.ended, "the end of the connection to the other host")
	if said := other.heard(); len(said) != 1 || said[0] != "" {
		t.Errorf("the other host heard %q", said)
	}
	isLost(t, c.Request(t.Context(), "list_providers", nil, nil), false)
}

func TestManyRequestsOverARealSocket(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	ctx, stop := context.WithCancel(t.Context())
	stopped, l := make(chan error, 1), listen(t, path)
	go func() { stopped <- Serve(ctx, l, HandlerFunc(echo), ServeOptions{Capability: "00ff"}) }()
	defer func() { _ = within(t, stopped, "the end of Serve") }()
	defer stop()
	c := realClient(t, path, Options{Capability: &token{bytes: []byte("00ff")}})
	var asking sync.WaitGroup
	for i := range 20 {
		asking.Go(func() {
			for n := range 25 {
				sent := tokenPayload{Provider: strings.Repeat("x", 1000*i), Bucket: fmt.Sprint(n)}
				var got struct {
					Payload    tokenPayload
					Restricted bool
				}
				if err := c.Request(t.Context(), "echo", sent, &got); err != nil || got.Payload != sent || !got.Restricted {
					t.Errorf("request %d of %d: %v", n, i, err)
					return
				}
			}
		})
	}
	asking.Wait()
	if info := c.Info(); info.Requests["echo"] != 500 || info.Handshakes != 1 {
		t.Errorf("%+v", info)
	}
}
