package socket

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"flag"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// withoutRoot runs f subject to file permissions, also if the user is root.
func withoutRoot(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		f()
		return
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		runtime.LockOSThread() // not unlocked: the thread ends with the goroutine
		_ = unix.Setfsuid(4711)
		f()
	}()
	<-done
}

func TestASocketWithoutPermissionIsNotPermitted(t *testing.T) {
	for name, forbid := range map[string]func(dir string) error{
		"socket":    func(dir string) error { return errors.Join(os.Chmod(dir, 0o755), os.Chmod(dir+"/s", 0)) },
		"directory": func(dir string) error { return os.Chmod(dir, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := shortDir(t)
			newRecordingHost(t, dir+"/s")
			if err := forbid(dir); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = os.Chmod(dir, 0o700) }()
			var err error
			withoutRoot(t, func() { _, _, _, err = dialPath(t.Context(), dir+"/s") })
			if failed, ok := errors.AsType[*ConnectError](err); !ok || failed.Kind != NotPermitted {
				t.Errorf("%#v", err)
			}
		})
	}
}

func TestAHostWhoseQueueIsFullIsBusy(t *testing.T) {
	path := shortDir(t) + "/s"
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(fd) }()
	if err := errors.Join(unix.Bind(fd, &unix.SockaddrUnix{Name: path}), unix.Listen(fd, 0)); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		stream, _, _, err := dialPath(t.Context(), path)
		if err == nil {
			defer func() { _ = stream.Close() }()
			continue
		}
		if failed, ok := errors.AsType[*ConnectError](err); !ok || failed.Kind != Busy {
			t.Errorf("%#v", err)
		}
		return
	}
	t.Error("the queue never filled")
}

func TestASocketOfAnotherUserIsAWarning(t *testing.T) {
	path := shortDir(t) + "/s"
	listen(t, path)
	owner, want := os.Geteuid(), ""
	if owner == 0 {
		owner, want = 4711, "socket belongs to uid 4711"
	}
	if err := os.Chown(path, owner, -1); err != nil {
		t.Fatal(err)
	}
	_, warnings, err := stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if want == "" && len(warnings) > 0 || want != "" && (len(warnings) != 1 || warnings[0] != want) {
		t.Errorf("warned of %q", warnings)
	}
}

func TestWithoutProcTheCapabilityIsWithheld(t *testing.T) {
	dir := shortDir(t)
	listen(t, dir+"/s")
	for name, descriptors := range map[string]string{"no /proc": dir + "/none/", "a file": dir + "/s/"} {
		stream, _, warnings, err := dialThrough(t.Context(), descriptors, dir+"/s")
		if err != nil || !slices.Equal(warnings, []string{"without /proc the socket could be exchanged while connecting"}) {
			t.Errorf("%s: warned of %q, %v", name, warnings, err)
			continue
		}
		_ = stream.Close()
	}
}

// marked is a capability that tests search for in what a host received.
const marked = "5ca1ab1ec0ffee00feedfacecafebeef"

// stranger is the uid of an untrusted user.
const stranger = 4711

// listenAs is listen with another peer uid, if this process may change its uid. It
// returns the uid that a client will see.
func listenAs(t *testing.T, uid int, path string) (l *net.UnixListener, seen int) {
	t.Helper()
	seen, done := os.Geteuid(), make(chan bool)
	l = listen(t, path)
	raw, err := l.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(done)
		runtime.LockOSThread() // not unlocked: the thread ends with the goroutine
		const same = ^uintptr(0)
		if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, same, uintptr(uid), same); errno == 0 {
			seen = uid
		}
		_ = raw.Control(func(fd uintptr) { err = unix.Listen(int(fd), 100) })
	}()
	<-done
	if err != nil {
		t.Fatal(err)
	}
	return l, seen
}

// record keeps all bytes that the clients of a listener send.
type record struct {
	net.Listener
	mu  sync.Mutex // guards the field below
	all bytes.Buffer
}

func (r *record) Accept() (net.Conn, error) {
	stream, err := r.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &wiretap{stream, func(p []byte) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.all.Write(p)
	}}, nil
}

// capability reports whether the bytes contain marked, also as hex or base64.
func (r *record) capability() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	lower := bytes.ToLower(r.all.Bytes())
	return bytes.Contains(lower, []byte(marked)) || bytes.Contains(lower, []byte(hex.EncodeToString([]byte(marked)))) ||
		bytes.Contains(r.all.Bytes(), []byte(base64.StdEncoding.EncodeToString([]byte(marked))[:40]))
}

// recordHost serves l until the end of the test and records what it receives.
func recordHost(t *testing.T, l net.Listener, o ServeOptions) *record {
	t.Helper()
	r := &record{Listener: l}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, r, HandlerFunc(echo), o) }()
	t.Cleanup(func() {
		stop()
		if err := within(t, done, "the end of Serve"); err != nil {
			t.Error(err)
		}
	})
	return r
}

func TestTheCapabilityIsWithheldFromAPeerOfAnotherUser(t *testing.T) {
	path := shortDir(t) + "/s"
	l, uid := listenAs(t, stranger, path)
	received := recordHost(t, l, ServeOptions{MaxVersion: 1})
	c := unixClient(t, path, Options{Capability: &token{bytes: []byte(marked)}})
	mustRequest(t, c)
	if info := c.Info(); info.PeerUID != uid || info.Withheld != (uid == stranger) || info.Presented != (uid != stranger) {
		t.Errorf("uid %d: %+v", uid, info)
	}
	if uid == stranger && received.capability() {
		t.Error("a process of another user received the capability")
	}
}

// waiting reports whether a connection waits to be accepted.
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

// borrower is a context that acts during a dial. Deadline, which the dial calls
// before it connects, moves another socket to the path. Done, which it calls after
// that, moves the first socket back.
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

func TestDialConnectsToTheSocketThatItChecked(t *testing.T) {
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
		t.Error("connected to another socket than the one checked")
	}
}

// rogues returns sockets that each fail one check, and functions that put each at a
// path.
func rogues(t *testing.T, dir string) (received []*record, put []func(path string) error) {
	t.Helper()
	link := func(to string) func(string) error { return func(path string) error { return os.Link(to, path) } }
	open, owned, peer, hidden := dir+"/open", dir+"/owned", dir+"/peer", dir+"/hidden"
	byOther, uid := listenAs(t, stranger, peer)
	listeners := []net.Listener{listen(t, open), listen(t, owned), byOther, listen(t, hidden)}
	spoiled := os.Chmod(open, 0o602)
	if uid == stranger {
		spoiled = errors.Join(spoiled, os.Chown(owned, stranger, -1))
	} else { // without the right to change uid, all are world-writable
		spoiled = errors.Join(spoiled, os.Chmod(owned, 0o602), os.Chmod(peer, 0o602))
	}
	if spoiled != nil {
		t.Fatal(spoiled)
	}
	for _, l := range listeners {
		received = append(received, recordHost(t, l, ServeOptions{MaxVersion: 1}))
	}
	symlink := func(path string) error { return os.Symlink(filepath.Base(hidden), path) }
	return received, []func(string) error{link(open), link(owned), link(peer), symlink}
}

var swaps = flag.Int("swaps", 4_000, "number of connects while the socket is being swapped")

// swapping puts the host's socket and each rogue at the path in turn, until the end
// of the test.
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

func TestSwapsOfTheSocketDoNotLeakTheCapability(t *testing.T) {
	dir := shortDir(t)
	host := recordHost(t, listen(t, dir+"/host"), ServeOptions{Capability: marked})
	received, put := rogues(t, dir)
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
			t.Errorf("not the checked socket has answered: %+v", info)
		}
	}
	t.Logf("of %d connects %d reached the host, %d a rogue that got no capability, %d were refused", *swaps, presented, withheld, refused)
	if presented == 0 || withheld == 0 || refused == 0 || !host.capability() {
		t.Error("the socket was not swapped under the clients")
	}
	for i, rogue := range received {
		if rogue.capability() {
			t.Errorf("rogue %d received the capability", i)
		}
	}
}
