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

func TestInspectDescribesAPath(t *testing.T) {
	dir := shortDir(t)
	path := filepath.Join(dir, "s")
	listen(t, path)
	plain, link := filepath.Join(dir, "plain"), filepath.Join(dir, "link")
	if err := errors.Join(os.Chmod(path, 0o602), os.WriteFile(plain, nil, 0o600), os.Symlink(path, link)); err != nil {
		t.Fatal(err)
	}

	p, pathErr, placeErr := Inspect(path)
	if pathErr != nil || placeErr != nil || !p.Found || p.Type != "socket" || p.UID != os.Geteuid() || !p.Trusted() ||
		p.Mode != 0o602 || !p.Open() || p.Directory != dir || !p.DirFound || p.DirMode != 0o700 || p.Unsafe() || p.Bytes != len(path) {
		t.Errorf("%+v, %v, %v", p, pathErr, placeErr)
	}
	for path, want := range map[string]struct {
		kind     ConnectKind
		typeName string
	}{
		plain:                        {NotSocket, "file"},
		link:                         {Symlink, "symbolic link"},
		dir:                          {NotSocket, "directory"},
		"/dev/null":                  {NotSocket, "device"},
		filepath.Join(dir, "absent"): {Missing, ""},
	} {
		p, pathErr, placeErr := Inspect(path)
		e, ok := errors.AsType[*ConnectError](placeErr)
		if pathErr != nil || !ok || e.Kind != want.kind || p.Type != want.typeName || p.Found != (want.typeName != "") {
			t.Errorf("%s: %+v, %v, %v", path, p, pathErr, placeErr)
		}
	}
}

func TestInspectRefusesAnInvalidPath(t *testing.T) {
	for _, path := range []string{"", "relative", `\\.\pipe\x`, "/a\x00"} {
		p, pathErr, placeErr := Inspect(path)
		if _, ok := errors.AsType[*ConnectError](pathErr); !ok || placeErr != nil || p.Found || p.DirFound {
			t.Errorf("%q: %+v, %v, %v", path, p, pathErr, placeErr)
		}
	}
}

// notReached fails unless a request to a host at path ends with a ConnectError of
// this kind. It returns the error.
func notReached(t *testing.T, path string, kind ConnectKind) ConnectError {
	t.Helper()
	c := unixClient(t, path, Options{})
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

func TestAnInvalidPathIsRefused(t *testing.T) {
	t.Chdir(shortDir(t))
	listen(t, "s")
	for path, want := range map[string]string{
		"":              "the path is empty",
		"s":             "the path is not absolute",
		"./s":           "the path is not absolute",
		"@s":            "the path is not absolute", // would be an abstract socket
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
	h := newRecordingHost(t, longest)
	mustRequest(t, unixClient(t, h.path, Options{}))

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

func TestAnythingButAStreamSocketIsRefused(t *testing.T) {
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
	h := newRecordingHost(t, dir+"/s")
	if err := errors.Join(os.Symlink("s", dir+"/link"), os.Symlink("nothing", dir+"/broken")); err != nil {
		t.Fatal(err)
	}
	notReached(t, dir+"/link", Symlink)
	notReached(t, dir+"/broken", Symlink)
	if sent := h.received(); len(sent) != 0 {
		t.Errorf("the host received %q", sent)
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
	listen(t, dir+"/safe/s")
	path := dir + "/safe/link/../s" // the system's name for a/s; cleaned, it would be safe/s
	notReached(t, path, UnsafeDirectory)
	p, pathErr, placeErr := Inspect(path)
	failed, ok := errors.AsType[*ConnectError](placeErr)
	if pathErr != nil || !ok || failed.Kind != UnsafeDirectory || p.Directory != dir+"/safe/link/.." || !p.DirFound || p.DirMode != 0o777 || !p.Unsafe() {
		t.Errorf("%+v, %v, %v", p, pathErr, placeErr)
	}
	if p, _, _ := Inspect("/s"); p.Directory != "/" {
		t.Errorf("/s is in %q", p.Directory)
	}
}

func TestASocketWithoutAListenerIsRefused(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	_ = listen(t, path).Close()
	failed := notReached(t, path, Refused)
	if !errors.Is(failed.Err, syscall.ECONNREFUSED) {
		t.Errorf("the system's error is %v", failed.Err)
	}
}

// hookedContext is a context whose Deadline calls a function. The dial calls Deadline
// between its check of the path and the connect.
type hookedContext struct {
	context.Context
	hook func()
}

func (m *hookedContext) Deadline() (time.Time, bool) {
	if m.hook != nil {
		m.hook()
		m.hook = nil
	}
	return m.Context.Deadline()
}

func TestASocketReplacedWhileConnectingIsRefused(t *testing.T) {
	for name, s := range map[string]struct {
		hook func(dir string) error
		kind ConnectKind
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
			newRecordingHost(t, dir+"/s")
			newRecordingHost(t, dir+"/other")
			called := false
			ctx := &hookedContext{t.Context(), func() {
				called = true
				if err := s.hook(dir); err != nil {
					t.Error(err)
				}
			}}
			stream, _, _, err := dialPath(ctx, dir+"/s")
			failed, ok := errors.AsType[*ConnectError](err)
			if !called || stream != nil || !ok || failed.Kind != s.kind {
				t.Errorf("called %t: %#v", called, err)
			}
		})
	}
}

func TestOnlyOurUIDRootAndUnmappedUIDsAreTrusted(t *testing.T) {
	us := os.Geteuid()
	for uid, want := range map[int]bool{us: true, 0: true, overflowUID: true, us + 4711: us+4711 == overflowUID, -2: false} {
		if trustedUID(uid) != want {
			t.Errorf("uid %d: %t", uid, !want)
		}
	}
}

func TestEachSystemErrorHasItsKind(t *testing.T) {
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
