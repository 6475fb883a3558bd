package demo_test

import (
	"os"
	"testing"
	"time"

	"credscope/socket/leaktest"
	"credscope/store"
	"credscope/store/demo"
)

// now is the time at which the hosts of the tests start.
var now = time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC)

var (
	codex  = store.Key{Provider: "codex", Bucket: "default"}
	runner = store.Key{Provider: "codex", Bucket: "ci-runner"}
	claude = store.Key{Provider: "claudecode", Bucket: "default"}
)

// TestMain fails if the tests leave anything behind.
func TestMain(m *testing.M) { os.Exit(leaktest.Main(m)) }

// start runs a host until the test ends.
func start(t *testing.T, o demo.Options) *demo.Host {
	t.Helper()
	leaktest.Name(t)
	if o.Now == nil {
		o.Now = func() time.Time { return now }
	}
	return demo.ForTest(t, o)
}

// visit returns a store of the host that is closed when the test ends.
func visit(t *testing.T, h *demo.Host) *store.ProxyTokenStore {
	t.Helper()
	s := h.NewStore(store.Options{})
	t.Cleanup(func() { _ = s.Close() })
	return s
}
