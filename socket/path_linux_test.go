package socket

import (
	"errors"
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// powerless runs f without the right to pass over file permissions, which root has.
func powerless(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		f()
		return
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		runtime.LockOSThread() // for good: the thread ends with the goroutine
		_ = unix.Setfsuid(4711)
		f()
	}()
	<-done
}

func TestASocketThatPermissionsForbidIsNamed(t *testing.T) {
	for name, forbid := range map[string]func(dir string) error{
		"socket":    func(dir string) error { return errors.Join(os.Chmod(dir, 0o755), os.Chmod(dir+"/s", 0)) },
		"directory": func(dir string) error { return os.Chmod(dir, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := shortDir(t)
			newRealHost(t, dir+"/s")
			if err := forbid(dir); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = os.Chmod(dir, 0o700) }()
			var err error
			powerless(t, func() { _, _, _, err = dialPath(t.Context(), dir+"/s") })
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
	_, warnings, err := look(path)
	if err != nil {
		t.Fatal(err)
	}
	if want == "" && len(warnings) > 0 || want != "" && (len(warnings) != 1 || warnings[0] != want) {
		t.Errorf("warned of %q", warnings)
	}
}
