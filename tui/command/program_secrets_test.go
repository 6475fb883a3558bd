package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credscope/store"
	"credscope/store/demo"
	"credscope/tui/terminal"
)

const mark = "CANARY-7f3a"

func withoutMark(t *testing.T, where, text string) {
	t.Helper()
	if i := strings.Index(text, mark); i >= 0 {
		t.Errorf("a secret is in %s: %q", where, text[max(0, i-60):min(len(text), i+80)])
	}
}

func TestNoSecretIsShownAnywhere(t *testing.T) {
	t.Parallel()
	h := host(t, demo.Options{Mark: mark})
	log := filepath.Join(t.TempDir(), "log")
	term := open(t, h.Path(), "--log", log)
	for _, step := range walk() {
		step(term)
		withoutMark(t, "the screen", term.Screen())
	}
	leave(t, term, 0)
	withoutMark(t, "the output", string(term.Raw()))
	withoutMark(t, "what stays behind", term.Primary())
	withoutMark(t, "the title", term.Title())
	withoutMark(t, "the clipboard", strings.Join(term.Clipboard(), "\n"))

	lines, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(lines), "get_token") || !strings.Contains(string(lines), "remove_token") || !strings.Contains(string(lines), "refresh_token") {
		t.Errorf("the log tells too little:\n%s", lines)
	}
	withoutMark(t, "the log", string(lines))
	for _, name := range []string{"anthropic", "jane.doe"} {
		if strings.Contains(string(lines), name) {
			t.Errorf("the log names %q", name)
		}
	}
	info, err := os.Stat(log)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the log's mode is %v, %v", info.Mode(), err)
	}
	if h.Count("get_token") < len(h.Keys()) {
		t.Errorf("only %d tokens were asked for", h.Count("get_token"))
	}
}

// walk goes through everything that shows something of a token.
func walk() []func(term *terminal.Terminal) {
	press := func(keys ...string) func(term *terminal.Terminal) {
		return func(term *terminal.Terminal) { term.Press(keys...) }
	}
	see := func(texts ...string) func(term *terminal.Terminal) {
		return func(term *terminal.Terminal) { term.SeeAll(texts...) }
	}
	resize := func(cols, rows int) func(term *terminal.Terminal) {
		return func(term *terminal.Terminal) { term.Resize(cols, rows) }
	}
	return []func(term *terminal.Terminal){
		see("work@example.com", "org:create_api_key"), press("enter", "r"), see("anthropic/default: stale"),
		press("esc"), renewStale, see("anthropic/default: renewed"), removeRenewed, see("anthropic/default: removed"),
		press("1", "j", "j"), see("Buckets of claudecode", "valid"), press("enter", "enter"), see("▸ claudecode/"),
		press("esc", "G"), question, see(`Type "default"`), press("esc", "1"),
		press("j"), see("Buckets of codex", "denied", "ci-runner"), press("2"), see("codex/ci-runner ─"), press("s", "G", "k", "k"), see("acct-"),
		press("y", "Y", "s", "t", "p", "p", "3", "j", "k", "G", "g", "1", "r"), see("codex refreshed"), press("R"), see("All refreshed"), press("c"),
		press("j"), see("Buckets of gemini", "unreadable"), press("j"), see("Buckets of qwen", "invalid expiry"),
		press("2", "/", "t", "r", "i", "a", "l", "enter"), see("portal.qwen.example"),
		resize(60, 15), see("trial"), resize(20, 5), resize(200, 40), see("portal.qwen.example"),
		press("esc", "1", "/", "c", "o", "d", "e", "x"), see("/ codex"), press("enter", "esc"), see("qwen"),
		press("S"), see("Worth removing 3"), press("esc"), see("All buckets 12"),
		press("?"), see("ctrl+u"), press("?"), press("!"), see("Sent to the host"), press("esc"), see("qwen"),
	}
}

func TestFrameworkWritesNoTrace(t *testing.T) {
	t.Parallel()
	// What the environment asks of the framework would write every message to a file.
	dir := t.TempDir()
	trace := filepath.Join(dir, "trace")
	h := host(t, demo.Options{Mark: mark})
	term := start(t, wide(store.SocketVariable+"="+h.Path(), "TEA_TRACE="+trace, "TEA_DEBUG=true"))
	seeRow(term, "default", "stale")
	leave(t, term, 0)
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("the framework wrote %v, %v", left, err)
	}
}
