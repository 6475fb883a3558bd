package socket

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// notReached fails unless no connection to path is made, for the reason given,
// by a client that could have tried.
func notReached(t *testing.T, path string, kind ConnectKind) ConnectError {
	t.Helper()
	c := realClient(t, path, Options{})
	err := c.Request(t.Context(), "list_providers", nil, nil)
	failed, ok := errors.AsType[*ConnectError](err)
	if !ok || failed.Kind != kind || failed.Path != path {
		t.Fatalf("%q: %#v", path, err)
	}
	if !isOpen(c.Lost()) || c.Info().Handshakes != 0 {
		t.Errorf("%q counts as a loss", path)
	}
	return *failed
}

func TestAPathThatCannotNameASocketIsRefusedUntouched(t *testing.T) {
	t.Chdir(shortDir(t))
	listen(t, "s")
	for path, want := range map[string]string{
		"":              "the path is empty",
		"s":             "the path is not absolute",
		"./s":           "the path is not absolute",
		"@s":            "the path is not absolute", // would be abstract: anybody's
		"/tmp/a\x00b":   "the path holds control characters",
		"/tmp/a\nb":     "the path holds control characters",
		"/tmp/\x1b[31m": "the path holds control characters",
		"/tmp/\x7f":     "the path holds control characters",
		"\x00s":         "the path holds control characters",
	} {
		if failed := notReached(t, path, PathInvalid); failed.Detail != want {
			t.Errorf("%q: %s", path, failed.Detail)
		}
	}
	notReached(t, `\\.\pipe\lxcp-1-abc`, PathPipe)
}

func TestAPathMayBeAsLongAsTheSystemAllows(t *testing.T) {
	dir := shortDir(t)
	longest := filepath.Join(dir, strings.Repeat("x", maxPath-len(dir)-1))
	h := newRealHost(t, longest)
	mustAsk(t, realClient(t, h.path, Options{}))

	failed := notReached(t, longest+"x", PathTooLong)
	if want := fmt.Sprintf("the path has %d bytes, the system allows %d", maxPath+1, maxPath); failed.Detail != want {
		t.Errorf("the detail is %q", failed.Detail)
	}
}

func TestNothingAtThePathIsMissing(t *testing.T) {
	dir := shortDir(t)
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir + "/s", dir + "/no/s", dir + "/file/s"} {
		if failed := notReached(t, path, Missing); failed.Err == nil || strings.Contains(failed.Err.Error(), dir) {
			t.Errorf("%s: the system's error is %v", path, failed.Err)
		}
	}
}

func TestWhatIsNoStreamSocketIsNamed(t *testing.T) {
	dir := shortDir(t)
	if err := os.WriteFile(dir+"/file", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mkfifo(dir+"/fifo", 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: dir + "/datagram", Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for _, name := range []string{"file", "fifo", "datagram"} {
		notReached(t, filepath.Join(dir, name), NotSocket)
	}
	notReached(t, dir, NotSocket)
}

func TestASymbolicLinkIsRefused(t *testing.T) {
	dir := shortDir(t)
	h := newRealHost(t, dir+"/s")
	if err := errors.Join(os.Symlink("s", dir+"/link"), os.Symlink("nothing", dir+"/broken")); err != nil {
		t.Fatal(err)
	}
	notReached(t, dir+"/link", Symlink)
	notReached(t, dir+"/broken", Symlink)
	if said := h.heard(); len(said) != 0 {
		t.Errorf("the host heard %q", said)
	}
}

func TestADirectoryWhereEverybodyMayReplaceTheSocketIsRefused(t *testing.T) {
	dir := shortDir(t)
	listen(t, dir+"/s")
	for mode := fs.FileMode(0o700); mode <= 0o777; mode++ {
		for _, sticky := range []fs.FileMode{0, fs.ModeSticky} {
			if err := os.Chmod(dir, mode|sticky); err != nil {
				t.Fatal(err)
			}
			others := mode & 0o007
			writable := others == 2 || others == 3 || others == 6 || others == 7
			stream, _, warnings, err := dialPath(t.Context(), dir+"/s")
			if err == nil {
				_ = stream.Close()
			}
			failed, _ := errors.AsType[*ConnectError](err)
			refused := failed != nil && failed.Kind == UnsafeDirectory
			if refused != (writable && sticky == 0) || !refused && err != nil || len(warnings) > 0 {
				t.Errorf("mode %v: warned of %q, %v", mode|sticky, warnings, err)
			}
		}
	}
}

func TestTheDirectoryIsTheOneThatHoldsTheSocket(t *testing.T) {
	dir := shortDir(t)
	if err := errors.Join(
		os.MkdirAll(dir+"/a/deep", 0o700), os.MkdirAll(dir+"/safe", 0o700), os.Symlink("../a/deep", dir+"/safe/link"), os.Chmod(dir+"/a", 0o777),
	); err != nil {
		t.Fatal(err)
	}
	listen(t, dir+"/a/s")
	// For the system this is a/s; cleaned, it would be safe/s.
	notReached(t, dir+"/safe/link/../s", UnsafeDirectory)
	if _, _, err := look(dir + "/safe/link/../s"); err == nil {
		t.Error("a look finds it safe")
	}
}

func TestASocketThatNobodyListensToIsRefused(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	_ = listen(t, path).Close()
	failed := notReached(t, path, Refused)
	if !errors.Is(failed.Err, syscall.ECONNREFUSED) {
		t.Errorf("the system's error is %v", failed.Err)
	}
}

// meddler is a context that does something between the first look at a path and
// the connect, which asks it for its deadline.
type meddler struct {
	context.Context
	meddle func()
}

func (m *meddler) Deadline() (time.Time, bool) {
	if m.meddle != nil {
		m.meddle()
		m.meddle = nil
	}
	return m.Context.Deadline()
}

func TestASocketReplacedWhileConnectingIsRefused(t *testing.T) {
	for name, s := range map[string]struct {
		meddle func(dir string) error
		kind   ConnectKind
	}{
		"another socket": {func(dir string) error { return os.Rename(dir+"/other", dir+"/s") }, Replaced},
		"a link to another": {func(dir string) error {
			return errors.Join(os.Remove(dir+"/s"), os.Symlink("other", dir+"/s"))
		}, Replaced},
		"a link to itself": {func(dir string) error {
			return errors.Join(os.Rename(dir+"/s", dir+"/moved"), os.Symlink("moved", dir+"/s"))
		}, Replaced},
		"nothing": {func(dir string) error { return os.Remove(dir + "/s") }, Missing},
	} {
		t.Run(name, func(t *testing.T) {
			dir := shortDir(t)
			newRealHost(t, dir+"/s")
			newRealHost(t, dir+"/other")
			meddled := false
			ctx := &meddler{t.Context(), func() {
				meddled = true
				if err := s.meddle(dir); err != nil {
					t.Error(err)
				}
			}}
			stream, _, _, err := dialPath(ctx, dir+"/s")
			failed, ok := errors.AsType[*ConnectError](err)
			if !meddled || stream != nil || !ok || failed.Kind != s.kind {
				t.Errorf("meddled %t: %#v", meddled, err)
			}
		})
	}
}

func TestOnlyOurOwnUIDAndRootAreTrusted(t *testing.T) {
	us := os.Geteuid()
	for uid, want := range map[int]bool{us: true, 0: true, overflowUID: true, us + 4711: us+4711 == overflowUID, -2: false} {
		if trustedUID(uid) != want {
			t.Errorf("uid %d: %t", uid, !want)
		}
	}
}

func TestTheSystemsRefusalsHaveAKindEach(t *testing.T) {
	for errno, kind := range map[error]ConnectKind{
		syscall.ENOENT: Missing, syscall.ENOTDIR: Missing, syscall.EACCES: NotPermitted, syscall.EPERM: NotPermitted,
		syscall.ECONNREFUSED: Refused, syscall.EAGAIN: Busy, syscall.EPROTOTYPE: NotSocket,
		syscall.ELOOP: ConnectFailed, syscall.EMFILE: ConnectFailed, context.DeadlineExceeded: ConnectFailed, context.Canceled: ConnectFailed,
	} {
		wrapped := &net.OpError{Op: "dial", Net: "unix", Addr: &net.UnixAddr{Name: "/s"}, Err: os.NewSyscallError("connect", errno)}
		failed, ok := errors.AsType[*ConnectError](systemError("/s", wrapped))
		if !ok || failed.Kind != kind || !errors.Is(failed, errno) || failed.Path != "/s" {
			t.Errorf("%v: %#v", errno, failed)
		}
	}
}

func TestAStreamWithoutADescriptorHasNoPeer(t *testing.T) {
	ours, theirs := net.Pipe()
	defer func() { _ = errors.Join(ours.Close(), theirs.Close()) }()
	if uid := peerUID(ours); uid != -1 {
		t.Errorf("uid %d", uid)
	}
}
