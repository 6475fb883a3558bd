package demo_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"credscope/socket"
	"credscope/socket/leaktest"
	"credscope/store"
	"credscope/store/demo"
)

// now is when the hosts of the tests start.
var now = time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC)

var (
	codex  = store.Key{Provider: "codex", Bucket: "default"}
	runner = store.Key{Provider: "codex", Bucket: "ci-runner"}
	claude = store.Key{Provider: "claudecode", Bucket: "default"}
)

// start runs a host until the test's end.
func start(t *testing.T, o demo.Options) *demo.Host {
	t.Helper()
	leaktest.Name(t)
	o.Now = func() time.Time { return now }
	h, err := demo.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// visit returns a store of the host, with the capability if there is one.
func visit(t *testing.T, h *demo.Host) *store.ProxyTokenStore {
	t.Helper()
	var o socket.Options
	if capability, given := h.Capability(); given {
		o.Capability = capability
	}
	s := store.NewProxyTokenStore(h.Path(), o)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// directory returns an empty one with a path that leaves room for a socket's name.
func directory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "cs")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func TestTheSocketIsForItsOwnerOnly(t *testing.T) {
	h := start(t, demo.Options{})
	file, err := os.Lstat(h.Path())
	if err != nil {
		t.Fatal(err)
	}
	parent, err := os.Lstat(filepath.Dir(h.Path()))
	if err != nil {
		t.Fatal(err)
	}
	if file.Mode() != os.ModeSocket|0o600 || parent.Mode() != os.ModeDir|0o700 {
		t.Errorf("%v in %v", file.Mode(), parent.Mode())
	}
	given := filepath.Join(directory(t), "given.sock")
	start(t, demo.Options{Socket: given})
	if file, err := os.Lstat(given); err != nil || file.Mode() != os.ModeSocket|0o600 {
		t.Errorf("%v, %v", file, err)
	}
}

func TestNothingRemainsAfterClose(t *testing.T) {
	given := filepath.Join(directory(t), "given.sock")
	t.Setenv("TMPDIR", directory(t))
	for _, o := range []demo.Options{{}, {Socket: given}} {
		h, err := demo.Start(o)
		if err != nil {
			t.Fatal(err)
		}
		s := visit(t, h)
		if _, err := s.ListProviders(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(h.Close(), h.Close()); err != nil {
			t.Error(err)
		}
		<-s.Client().Lost()
		for _, path := range []string{h.Path(), os.Getenv("TMPDIR")} {
			left, _ := filepath.Glob(path + "/*")
			if _, err := os.Lstat(h.Path()); len(left) > 0 || !errors.Is(err, os.ErrNotExist) {
				t.Errorf("left behind: %q, %v", left, err)
			}
		}
	}
	if _, err := os.Lstat(filepath.Dir(given)); err != nil {
		t.Errorf("the given directory is gone: %v", err)
	}
}

func TestClosingDoesNotWaitForAHeldAnswer(t *testing.T) {
	h, held, _ := holding(t)
	s := visit(t, h)
	done := make(chan error, 1)
	go func() {
		_, err := s.ListProviders(t.Context())
		done <- err
	}()
	<-held
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; !errors.Is(err, store.ErrLost) {
		t.Errorf("the held request ended with %v", err)
	}
}

func TestALiveSocketIsNotTakenOver(t *testing.T) {
	h := start(t, demo.Options{})
	if again, err := demo.Start(demo.Options{Socket: h.Path()}); err == nil {
		_ = again.Close()
		t.Fatal("started at a live socket")
	} else if !strings.Contains(err.Error(), "a host already listens at") {
		t.Error(err)
	}
	if providers, err := visit(t, h).ListProviders(t.Context()); err != nil || len(providers) == 0 {
		t.Errorf("the first host suffered: %v, %v", providers, err)
	}
}

func TestAStaleSocketIsReplaced(t *testing.T) {
	path := filepath.Join(directory(t), "stale.sock")
	crashed, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	crashed.SetUnlinkOnClose(false)
	_ = crashed.Close()
	h := start(t, demo.Options{Socket: path})
	if _, err := visit(t, h).ListProviders(t.Context()); err != nil || h.Path() != path {
		t.Errorf("%q: %v", h.Path(), err)
	}
}

func TestWhatIsNoSocketIsLeftAlone(t *testing.T) {
	dir := directory(t)
	file, folder, link, dangling := filepath.Join(dir, "file"), filepath.Join(dir, "dir"), filepath.Join(dir, "link"), filepath.Join(dir, "dangling")
	err := errors.Join(
		os.WriteFile(file, []byte("precious"), 0o600), os.Mkdir(folder, 0o700), os.Symlink(file, link), os.Symlink("nowhere", dangling),
	)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, folder, link, dangling} {
		before, _ := os.Lstat(path)
		h, err := demo.Start(demo.Options{Socket: path})
		if err == nil {
			_ = h.Close()
		}
		after, _ := os.Lstat(path)
		if err == nil || !strings.Contains(err.Error(), "is not a socket; it was left alone") || !os.SameFile(before, after) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if content, err := os.ReadFile(file); err != nil || string(content) != "precious" {
		t.Errorf("%q, %v", content, err)
	}
}

func TestAHostThatCannotListenLeavesNothing(t *testing.T) {
	long := filepath.Join(t.TempDir(), strings.Repeat("x", 100))
	if err := os.Mkdir(long, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", long)
	for _, o := range []demo.Options{{}, {Socket: filepath.Join(long, "host.sock")}, {Socket: filepath.Join(t.TempDir(), "no", "such", "directory")}} {
		if h, err := demo.Start(o); err == nil {
			_ = h.Close()
			t.Errorf("%+v: listens at %s", o, h.Path())
		}
	}
	if left, err := os.ReadDir(long); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	t.Setenv("TMPDIR", filepath.Join(long, "missing"))
	if h, err := demo.Start(demo.Options{}); err == nil {
		_ = h.Close()
		t.Error("started without a directory")
	}
}

func TestAnUnknownScenarioIsNamedWithTheKnownOnes(t *testing.T) {
	_, err := demo.Start(demo.Options{Scenario: "such"})
	const want = `no scenario "such"; there are [blank default empty flaky large liar locked refused restricted slow v1]`
	if err == nil || err.Error() != want {
		t.Error(err)
	}
	for i, described := range demo.Described() {
		name, about, _ := strings.Cut(described, "\t")
		if name != demo.Scenarios()[i] || about == "" {
			t.Errorf("%q is not described", described)
		}
	}
}
