package socket

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// marked is a capability that is recognised in what somebody has heard.
const marked = "5ca1ab1ec0ffee00feedfacecafebeef"

// stranger is the uid of a process of nobody we know.
const stranger = 4711

// listenAs is listen by a process of another user, as far as the system can
// tell, if we may change users. It returns the uid that a client will see.
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
		runtime.LockOSThread() // for good: the thread ends with the goroutine
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

// record is everything that the clients of a host have said.
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

// capability reports the marked, however it is written.
func (r *record) capability() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	lower := bytes.ToLower(r.all.Bytes())
	return bytes.Contains(lower, []byte(marked)) || bytes.Contains(lower, []byte(hex.EncodeToString([]byte(marked)))) ||
		bytes.Contains(r.all.Bytes(), []byte(base64.StdEncoding.EncodeToString([]byte(marked))[:40]))
}

// overhear runs a host until the test's end.
func overhear(t *testing.T, l net.Listener, o ServeOptions) *record {
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

// rogues are sockets that fail a check each, named for what is put at the path.
func rogues(t *testing.T, dir string) (heard []*record, put []func(path string) error) {
	t.Helper()
	link := func(to string) func(string) error { return func(path string) error { return os.Link(to, path) } }
	open, owned, peer, hidden := dir+"/open", dir+"/owned", dir+"/peer", dir+"/hidden"
	byOther, uid := listenAs(t, stranger, peer)
	listeners := []net.Listener{listen(t, open), listen(t, owned), byOther, listen(t, hidden)}
	spoiled := os.Chmod(open, 0o602)
	if uid == stranger {
		spoiled = errors.Join(spoiled, os.Chown(owned, stranger, -1))
	} else { // whoever may not become another user has other rogues of the first kind
		spoiled = errors.Join(spoiled, os.Chmod(owned, 0o602), os.Chmod(peer, 0o602))
	}
	if spoiled != nil {
		t.Fatal(spoiled)
	}
	for _, l := range listeners {
		heard = append(heard, overhear(t, l, ServeOptions{MaxVersion: 1}))
	}
	symlink := func(path string) error { return os.Symlink(filepath.Base(hidden), path) }
	return heard, []func(string) error{link(open), link(owned), link(peer), symlink}
}
