package demo_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

// directory returns an empty directory whose path is short enough for a socket in it.
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
	if err := <-done; !errors.Is(err, socket.ErrLost) {
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
		t.Errorf("the first host failed: %v, %v", providers, err)
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
	const want = `no scenario "such"; there are blank, default, denied, empty, fallback, flaky, large, liar, locked, neighbour, refused, restricted, slow, unstored, v1`
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

// holding runs a host whose answers wait. It sends each request to held; a value sent
// to release lets one answer go.
func holding(t *testing.T) (h *demo.Host, held chan demo.Call, release chan struct{}) {
	t.Helper()
	held, release = make(chan demo.Call, 16), make(chan struct{})
	h = start(t, demo.Options{Hook: func(ctx context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		held <- call
		select {
		case <-release:
			return answer()
		case <-ctx.Done():
			return nil, socket.ErrNoReply
		}
	}})
	return h, held, release
}

// instead returns a hook that answers every request with data and err.
func instead(data any, err error) demo.Hook {
	return func(context.Context, demo.Call, func() (any, error)) (any, error) { return data, err }
}

func TestAHookHoldsAnAnswer(t *testing.T) {
	h, held, release := holding(t)
	s := visit(t, h)
	done := make(chan error, 1)
	go func() { done <- s.RemoveToken(t.Context(), runner) }()
	if call := <-held; call != (demo.Call{Op: "remove_token", Key: runner}) {
		t.Errorf("held %v", call)
	}
	if len(h.Keys()) != 13 || h.Count("remove_token") != 1 {
		t.Error("the removal was carried out while it was held")
	}
	select {
	case err := <-done:
		t.Fatalf("answered while held: %v", err)
	default:
	}
	release <- struct{}{}
	if err := <-done; err != nil || len(h.Keys()) != 12 {
		t.Errorf("%v, %d left", err, len(h.Keys()))
	}
}

func TestAHookChangesAnAnswer(t *testing.T) {
	h := start(t, demo.Options{Hook: instead(map[string]any{"providers": []string{"invented"}}, nil)})
	s := visit(t, h)
	if got, err := s.ListProviders(t.Context()); err != nil || len(got) != 1 || got[0] != "invented" {
		t.Errorf("%v, %v", got, err)
	}
	h.SetHook(instead(nil, &socket.ResponseError{Code: "RATE_LIMITED", Message: "m", RetryAfter: 30 * time.Second}))
	if _, err := s.ListProviders(t.Context()); !errors.Is(err, store.RateLimited) || err.Error() != "Rate limited. Retry after 30s" {
		t.Error(err)
	}
	h.SetHook(instead(nil, errors.New("the host's own failure")))
	if _, err := s.ListProviders(t.Context()); !errors.Is(err, store.InternalError) {
		t.Error(err)
	}
	h.SetHook(nil)
	if got, err := s.ListProviders(t.Context()); err != nil || len(got) != 5 {
		t.Errorf("without a hook: %v, %v", got, err)
	}
	if h.Connections() != 1 {
		t.Errorf("%d connections", h.Connections())
	}
}

func TestAHookDropsAnAnswer(t *testing.T) {
	arrived := make(chan struct{})
	h := start(t, demo.Options{Hook: func(_ context.Context, _ demo.Call, answer func() (any, error)) (any, error) {
		_, _ = answer()
		close(arrived)
		return nil, socket.ErrNoReply
	}})
	s := visit(t, h)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.RemoveToken(ctx, runner) }()
	<-arrived
	h.SetHook(nil)
	if _, err := s.ListProviders(t.Context()); err != nil {
		t.Errorf("the connection failed: %v", err)
	}
	select {
	case err := <-done:
		t.Fatalf("answered: %v", err)
	default:
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) || len(h.Keys()) != 12 {
		t.Errorf("%v, %d left", err, len(h.Keys()))
	}
}

func TestAHookHangsUp(t *testing.T) {
	h := start(t, demo.Options{Hook: instead(nil, socket.ErrHangUp)})
	s := visit(t, h)
	if err := s.RemoveToken(t.Context(), runner); !errors.Is(err, socket.ErrLost) {
		t.Error(err)
	}
	<-s.Client().Lost()
	if len(h.Keys()) != 13 {
		t.Error("removed all the same")
	}
	h.SetHook(nil)
	if _, err := visit(t, h).ListProviders(t.Context()); err != nil || h.Connections() != 2 {
		t.Errorf("the next client: %v, %d connections", err, h.Connections())
	}
}

func TestAHooksContextEndsWithTheRequest(t *testing.T) {
	entered, ended := make(chan struct{}, 1), make(chan error, 1)
	h := start(t, demo.Options{Hook: func(ctx context.Context, _ demo.Call, _ func() (any, error)) (any, error) {
		entered <- struct{}{}
		<-ctx.Done()
		ended <- ctx.Err()
		return nil, nil
	}})
	ctx, cancel := context.WithCancel(t.Context())
	s := visit(t, h)
	go func() {
		<-entered
		cancel()
	}()
	if _, err := s.ListProviders(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	go func() {
		<-entered
		_ = s.Close()
	}()
	if _, err := s.ListProviders(t.Context()); !errors.Is(err, socket.ErrClosed) {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("with the connection: %v", err)
	}
}

func TestAHookMayUseItsHost(t *testing.T) {
	var h *demo.Host
	ready := make(chan struct{})
	h = start(t, demo.Options{Hook: func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		<-ready
		h.Drop(call.Key)
		h.Put(store.Key{Provider: "new", Bucket: "b"}, now)
		if len(h.Calls()) != 1 || h.Count(call.Op) != 1 {
			return nil, errors.New("the request was not recorded")
		}
		return answer()
	}})
	close(ready)
	if _, found, err := visit(t, h).GetToken(t.Context(), codex); found || err != nil {
		t.Errorf("%t, %v", found, err)
	}
}
