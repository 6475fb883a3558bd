package command_test

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"credscope/store/demo"
)

// atPath are things that may stand where a host's socket is expected, with what
// the program says of each.
var atPath = map[string]struct {
	says string
	make func(t *testing.T, path string) error
}{
	"nothing":   {"There is no socket at", func(*testing.T, string) error { return nil }},
	"file":      {"is not a socket of a credential proxy", func(_ *testing.T, path string) error { return os.WriteFile(path, nil, 0o600) }},
	"directory": {"is not a socket of a credential proxy", func(_ *testing.T, path string) error { return os.Mkdir(path, 0o700) }},
	"fifo":      {"is not a socket of a credential proxy", func(_ *testing.T, path string) error { return unix.Mkfifo(path, 0o600) }},
	"datagram socket": {"is not a socket of a credential proxy", func(t *testing.T, path string) error {
		t.Helper()
		return bound(t, path, unix.SOCK_DGRAM)
	}},
	"socket without a process": {"No process listens at", func(t *testing.T, path string) error {
		t.Helper()
		return bound(t, path, unix.SOCK_STREAM)
	}},
	"busy socket": {"The host is too busy to answer at", busy},
	"symbolic link": {"is a symbolic link, which could be pointed elsewhere", func(t *testing.T, path string) error {
		t.Helper()
		return os.Symlink(listen(t, func(net.Conn) {}), path)
	}},
	"socket in a world-writable directory": {"Any user may replace the socket", func(t *testing.T, path string) error {
		t.Helper()
		return errors.Join(bound(t, path, unix.SOCK_STREAM), os.Chmod(filepath.Dir(path), 0o777))
	}},
}

// bound leaves a socket at the path that is closed at the test's end.
func bound(t *testing.T, path string, kind int) error {
	t.Helper()
	fd, err := unix.Socket(unix.AF_UNIX, kind, 0)
	if err != nil {
		return err
	}
	unix.CloseOnExec(fd)
	t.Cleanup(func() { _ = unix.Close(fd) })
	return unix.Bind(fd, &unix.SockaddrUnix{Name: path})
}

// busy is a socket whose queue is full.
func busy(t *testing.T, path string) error {
	t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return err
	}
	t.Cleanup(func() { _ = l.Close() })
	raw, err := l.SyscallConn()
	if err != nil {
		return err
	}
	if err := raw.Control(func(fd uintptr) { err = unix.Listen(int(fd), 0) }); err != nil {
		return err
	}
	for err == nil {
		var waiting net.Conn
		if waiting, err = net.Dial("unix", path); err == nil {
			t.Cleanup(func() { _ = waiting.Close() })
		}
	}
	return nil
}

func TestWhatStandsAtTheSocketsPathIsNamed(t *testing.T) {
	t.Parallel()
	for name, s := range atPath {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := socketPath(t)
			if err := s.make(t, path); err != nil {
				t.Fatal(err)
			}
			stdout, stderr, code := piped(t, from(path), "list")
			if code != 2 || stdout != "" {
				t.Errorf("exit code %d, stdout %q", code, stdout)
			}
			oneSentence(t, stderr, s.says)
		})
	}
}

func TestASocketThatPermissionsForbidIsNamed(t *testing.T) {
	t.Parallel()
	path := listen(t, func(net.Conn) {})
	if err := errors.Join(os.Chmod(path, 0), os.Chmod(filepath.Dir(path), 0o755), os.Chmod(program, 0o755)); err != nil {
		t.Fatal(err)
	}
	// The program lies in a directory that another user may not enter.
	binary, err := os.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = binary.Close() }()
	var stderr strings.Builder
	c := exec.Command(program, "list")
	c.Stderr, c.Env, c.Dir = &stderr, from(path), "/"
	if os.Geteuid() == 0 { // whom permissions do not hold
		c.Path, c.ExtraFiles = "/proc/self/fd/3", []*os.File{binary}
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65533, Gid: 65533}}
	}
	_ = c.Run()
	if code := c.ProcessState.ExitCode(); code != 2 {
		t.Errorf("exit code %d", code)
	}
	oneSentence(t, stderr.String(), "Permission denied for the socket")
}

func TestAPathThatCannotNameASocketIsNamed(t *testing.T) {
	t.Parallel()
	for path, says := range map[string]string{
		"host.sock": "not absolute", "@host": "not absolute", "./host.sock": "not absolute",
		"/tmp/a\nb": "holds control characters", "/tmp/\x1b[31m": "holds control characters", "/tmp/\x7f": "holds control characters",
		"/" + strings.Repeat("x", 107): "the path has 108 bytes, the system allows",
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, code := piped(t, from(path), "list")
			if code != 2 || stdout != "" {
				t.Errorf("exit code %d, stdout %q", code, stdout)
			}
			oneSentence(t, stderr, says)
		})
	}
}

func TestASocketBehindALinkIsTheOneThatTheSystemFinds(t *testing.T) {
	t.Parallel()
	root, err := os.MkdirTemp("", "cs") // short enough for a socket
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(root) }()
	for _, dir := range []string{"real/below", "a"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(root, "real", "below"), filepath.Join(root, "a", "link")); err != nil {
		t.Fatal(err)
	}
	h := host(t, demo.Options{Socket: filepath.Join(root, "real", "s")})
	path := filepath.Join(root, "a") + "/link/../s"
	for name, args := range map[string][]string{"by flag": {"list", "--socket", path}, "doctor": {"doctor", "--socket", path}} {
		if _, stderr, code := piped(t, nil, args...); code != 0 {
			t.Errorf("%s: exit code %d, %q", name, code, stderr)
		}
	}
	if _, stderr, code := piped(t, from(path), "list"); code != 0 {
		t.Errorf("by variable: exit code %d, %q", code, stderr)
	}
	if h.Connections() != 3 {
		t.Errorf("%d connections", h.Connections())
	}
}
