package command_test

import (
	"bufio"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"credscope/store"
	"credscope/store/demo"
	"credscope/tui/terminal"
)

func TestDemoRemovesAStaleBucket(t *testing.T) {
	t.Parallel()
	term := start(t, wide(), "--demo")
	term.SeeAll("Providers", "anthropic", "claudecode", "codex", "gemini", "qwen")
	seeStale(term)
	removeStale(term)
	term.See("anthropic/default: removed")
	term.SeeFunc("the row gone", func(screen string) bool { return !hasRow(screen, "anthropic", "default", "stale") })
	term.See("work@example.com")
	leave(t, term, 0)
	if got := term.Primary(); !strings.Contains(got, "anthropic/default: removed") {
		t.Errorf("the ledger says %q", got)
	}
}

// hostProcess runs the program as a host at path until it is stopped.
func hostProcess(t *testing.T, path string) *exec.Cmd {
	t.Helper()
	c := exec.Command(program, "host", "--socket", path)
	c.Env = []string{"TMPDIR=" + t.TempDir()}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(c) })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != path+"\n" {
		t.Fatalf("the host says %q, %v, want its path %q", line, err, path)
	}
	return c
}

func kill(c *exec.Cmd) {
	_ = c.Process.Kill()
	_ = c.Wait() // also a second time
}

// client asks the host at path beside the program.
func client(t *testing.T, path string) *store.ProxyTokenStore {
	t.Helper()
	s := store.NewProxyTokenStore(path, store.Options{})
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestTwoProcessesShowTheSameRows(t *testing.T) {
	t.Parallel()
	path := socketPath(t)
	hostProcess(t, path)
	other := client(t, path)
	term := open(t, path)
	providers, err := other.ListProviders(t.Context())
	if err != nil || len(providers) < 5 {
		t.Fatal(providers, err)
	}
	term.SeeAll(providers...)
	term.Press("1")
	for _, provider := range providers {
		buckets, err := other.ListBuckets(t.Context(), provider)
		if err != nil || len(buckets) == 0 {
			t.Fatal(provider, buckets, err)
		}
		term.Press("j")
		term.SeeAll(append(buckets, "Buckets of "+provider)...)
	}
	term.Press("g", "enter", "j")
	term.SeeFunc("the detail of anthropic/default", aboutStale.MatchString)
	removeStale(term)
	term.See("anthropic/default: removed")
	buckets, err := other.ListBuckets(t.Context(), "anthropic")
	if err != nil || slices.Contains(buckets, "default") {
		t.Errorf("the host still lists %q, %v", buckets, err)
	}
	if _, found, err := other.GetToken(t.Context(), store.Key{Provider: "anthropic", Bucket: "default"}); err != nil || found {
		t.Errorf("the host still has it: %v, %v", found, err)
	}
	leave(t, term, 0)
}

func TestKilledHostIsALossAndNoOtherIsAsked(t *testing.T) {
	t.Parallel()
	path := socketPath(t)
	first := hostProcess(t, path)
	term := open(t, path)
	kill(first)
	term.SeeAll("Credential proxy connection lost. Restart the session.", "anthropic", "claudecode", "work@example.com")

	second := host(t, demo.Options{Socket: path})
	pressOn(term)
	seeLoss(term)
	term.See("work@example.com")
	leave(t, term, 0)
	// Whoever had come before would have been counted before this client.
	if _, err := client(t, path).ListProviders(t.Context()); err != nil {
		t.Error(err)
	}
	if n := second.Connections(); n != 1 {
		t.Errorf("the new host saw %d connections of the program", n-1)
	}
}

// seeLoss waits until the loss is shown, in whatever place.
func seeLoss(term *terminal.Terminal) {
	term.SeeFunc("the loss", func(screen string) bool { return strings.Contains(strings.ToLower(screen), "connection lost") })
}

// pressOn presses what asks the host, in every pane, and comes back to the top.
func pressOn(term *terminal.Terminal) {
	for _, pane := range []string{"1", "2", "3"} {
		term.Press(pane, "r", "R", "enter", "c", "x", "y", "enter", "j", "k", "ctrl+l")
	}
	term.Press("1", "?")
	term.See("ctrl+u")
	term.Press("?")
	term.SeeNot("ctrl+u")
}
