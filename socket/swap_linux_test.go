package socket

import (
	"context"
	"errors"
	"flag"
	"net"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

var swaps = flag.Int("swaps", 10_000, "connects while the socket is being swapped")

// waiting reports that somebody has connected and was not yet accepted.
func waiting(t *testing.T, l *net.UnixListener) (ready bool) {
	t.Helper()
	raw, err := l.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	_ = raw.Control(func(fd uintptr) {
		n, _ := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 0)
		ready = n > 0
	})
	return ready
}

// borrower is a context that gives the path to another socket between the look
// and the connect, which asks it for its deadline, and gives it back once
// anybody has been connected to, after which the connect asks whether it ended.
type borrower struct {
	context.Context
	lent, back bool
	lend, give func()
	connected  func() bool
}

func (b *borrower) Deadline() (time.Time, bool) {
	if !b.lent {
		b.lent = true
		b.lend()
	}
	return b.Context.Deadline()
}

func (b *borrower) Done() <-chan struct{} {
	if b.lent && !b.back && b.connected() {
		b.back = true
		b.give()
	}
	return b.Context.Done()
}

func TestASocketThatBorrowsThePathIsNotConnectedTo(t *testing.T) {
	dir := shortDir(t)
	host, rogue := listen(t, dir+"/s"), listen(t, dir+"/rogue")
	move := func(from, to string) {
		if err := os.Rename(dir+from, dir+to); err != nil {
			t.Error(err)
		}
	}
	b := &borrower{
		Context:   t.Context(),
		lend:      func() { move("/s", "/kept"); move("/rogue", "/s") },
		give:      func() { move("/s", "/rogue"); move("/kept", "/s") },
		connected: func() bool { return waiting(t, host) || waiting(t, rogue) },
	}
	stream, _, warnings, err := dialPath(b, dir+"/s")
	if err != nil || !b.back || len(warnings) > 0 {
		t.Fatalf("given back %t, warned of %q: %v", b.back, warnings, err)
	}
	defer func() { _ = stream.Close() }()
	if waiting(t, rogue) || !waiting(t, host) {
		t.Error("the socket that was looked at is not the one that was connected to")
	}
}

func TestWithoutProcTheCapabilityIsWithheld(t *testing.T) {
	dir := shortDir(t)
	listen(t, dir+"/s")
	for name, descriptors := range map[string]string{"no /proc": dir + "/none/", "a file": dir + "/s/"} {
		stream, _, warnings, err := reachThrough(t.Context(), descriptors, dir+"/s")
		if err != nil || !slices.Equal(warnings, []string{"without /proc the socket could be exchanged while connecting"}) {
			t.Errorf("%s: warned of %q, %v", name, warnings, err)
			continue
		}
		_ = stream.Close()
	}
}

func TestTheCapabilityIsWithheldFromAPeerOfAnotherUser(t *testing.T) {
	path := shortDir(t) + "/s"
	l, uid := listenAs(t, stranger, path)
	heard := overhear(t, l, ServeOptions{MaxVersion: 1})
	c := realClient(t, path, Options{Capability: &token{bytes: []byte(marked)}})
	mustAsk(t, c)
	if info := c.Info(); info.PeerUID != uid || info.Withheld != (uid == stranger) || info.Presented != (uid != stranger) {
		t.Errorf("uid %d: %+v", uid, info)
	}
	if uid == stranger && heard.capability() {
		t.Error("a process of another user was sent the capability")
	}
}

func TestAnotherUsersHostAfterAnIdleCloseIsALoss(t *testing.T) {
	dir := shortDir(t)
	h := newRealHost(t, dir+"/s")
	l, _ := listenAs(t, stranger, dir+"/other")
	heard := overhear(t, l, ServeOptions{})
	c := realClient(t, h.path, Options{Idle: 20 * time.Millisecond, Capability: &token{bytes: []byte(marked)}})
	mustAsk(t, c)
	for range c.Info().Handshakes {
		within(t, h.ended, "the idle close")
	}
	if err := os.Rename(dir+"/other", h.path); err != nil {
		t.Fatal(err)
	}
	isLost(t, c.Request(t.Context(), "list_providers", nil, nil), false)
	heard.mu.Lock()
	defer heard.mu.Unlock()
	if heard.all.Len() > 0 {
		t.Errorf("the other host heard %q", heard.all.Bytes())
	}
}

// swapping puts the host's socket and each rogue's at the path in turn.
func swapping(t *testing.T, dir string, put []func(path string) error) {
	t.Helper()
	var over atomic.Bool
	done := make(chan error, 1)
	place := func(make func(path string) error) error {
		err := make(dir + "/next")
		return errors.Join(err, os.Rename(dir+"/next", dir+"/s"))
	}
	go func() {
		var err error
		for i := 0; err == nil && !over.Load(); i++ {
			err = errors.Join(place(put[i%len(put)]), place(func(path string) error { return os.Link(dir+"/host", path) }))
		}
		done <- err
	}()
	t.Cleanup(func() {
		over.Store(true)
		if err := within(t, done, "the end of the swapping"); err != nil {
			t.Error(err)
		}
	})
}

func TestWhoeverSwapsTheSocketHearsNoCapability(t *testing.T) {
	dir := shortDir(t)
	host := overhear(t, listen(t, dir+"/host"), ServeOptions{Capability: marked})
	heard, put := rogues(t, dir)
	if err := os.Link(dir+"/host", dir+"/s"); err != nil {
		t.Fatal(err)
	}
	swapping(t, dir, put)
	var presented, withheld, refused int
	for range *swaps {
		c := NewClient(dir+"/s", Options{Capability: &token{bytes: []byte(marked)}})
		err := c.Request(t.Context(), "list_providers", nil, nil)
		info := c.Info()
		_ = c.Close()
		failed, isRefusal := errors.AsType[*ConnectError](err)
		switch {
		case isRefusal && (failed.Kind == Replaced || failed.Kind == Symlink):
			refused++
		case err != nil:
			t.Fatalf("%#v", err)
		case info.Presented && info.Version == 2:
			presented++
		case info.Withheld && info.Version == 1:
			withheld++
		default:
			t.Errorf("somebody else than looked at has answered: %+v", info)
		}
	}
	t.Logf("of %d connects %d reached the host, %d a rogue that got no capability, %d were refused", *swaps, presented, withheld, refused)
	if presented == 0 || withheld == 0 || refused == 0 || !host.capability() {
		t.Error("the socket was not swapped under the clients")
	}
	for i, rogue := range heard {
		if rogue.capability() {
			t.Errorf("rogue %d heard the capability", i)
		}
	}
}
