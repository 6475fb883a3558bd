package command_test

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credscope/store/demo"
)

// refusal is a start that cannot lead to a host.
type refusal struct {
	name string
	env  []string
	args []string
	says string // on stderr, and on the screen if there is one
}

// unreachable are the starts whose cause the screen explains.
func unreachable(t *testing.T) []refusal {
	t.Helper()
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain")
	if err := os.WriteFile(plain, []byte("no socket"), 0o600); err != nil {
		t.Fatal(err)
	}
	answering := func(answer []byte) []string {
		return from(listen(t, func(client net.Conn) {
			_, _ = client.Write(answer)
			_, _ = io.Copy(io.Discard, client)
		}))
	}
	return []refusal{
		{name: "variable unset", says: "LLXPRT_CREDENTIAL_SOCKET is not set"},
		{name: "variable empty", env: from(""), says: "LLXPRT_CREDENTIAL_SOCKET is not set"},
		{name: "nothing there", env: from(filepath.Join(dir, "absent.sock")), says: "There is no socket at"},
		{name: "nothing there, by flag", args: []string{"--socket", filepath.Join(dir, "absent.sock")}, says: "There is no socket at"},
		{name: "plain file", env: from(plain), says: "is not a socket"},
		{name: "long path", env: from("/tmp/" + strings.Repeat("x", 120)), says: "the system allows"},
		{name: "relative path", env: from("host.sock"), says: "not absolute"},
		{name: "named pipe", env: from(`\\.\pipe\lxcp-1`), says: "Windows named pipe"},
		{name: "hangs up", env: from(listen(t, func(net.Conn) {})), says: "closed the connection during the handshake"},
		{name: "answers garbage", env: answering([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")), says: "malformed"},
		{name: "answers null", env: answering(frame("null")), says: "malformed"},
		{name: "version 9", env: answering(frame(`{"v":9,"op":"handshake","ok":true,"data":{"version":9}}`)), says: "protocol version 9"},
		{name: "unknown version", env: answering(frame(`{"v":1,"op":"handshake","ok":false,"code":"UNKNOWN_VERSION","error":"no"}`)), says: "no protocol version that credscope speaks"},
		{name: "capability demanded", env: from(host(t, demo.Options{Scenario: "refused"}).Path()), says: "answers only LLxprt's own process"},
		{name: "capability announced wrongly", env: append(from(plain), "LLXPRT_CAPABILITY_FD=4"), says: "must be 3"},
	}
}

// oneSentence makes sure that stderr holds a single line that says so.
func oneSentence(t *testing.T, stderr, says string) {
	t.Helper()
	if !strings.HasPrefix(stderr, "credscope: ") || !strings.Contains(stderr, says) || strings.Count(stderr, "\n") != 1 {
		t.Errorf("stderr is %q, want one line with %q", stderr, says)
	}
	noTrace(t, stderr)
}

func TestUnreachableHostWithoutATerminal(t *testing.T) {
	t.Parallel()
	for _, r := range unreachable(t) {
		for _, command := range [][]string{nil, {"list"}} {
			t.Run(strings.Join(append([]string{r.name}, command...), " "), func(t *testing.T) {
				t.Parallel()
				stdout, stderr, code := piped(t, r.env, append(command, r.args...)...)
				if code != 2 || stdout != "" {
					t.Errorf("exit code %d, stdout %q", code, stdout)
				}
				oneSentence(t, stderr, r.says)
			})
		}
	}
}

func TestUnreachableHostOnTheScreen(t *testing.T) {
	t.Parallel()
	for _, r := range unreachable(t) {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			term := start(t, wide(r.env...), r.args...)
			term.See(r.says)
			if !term.Modes().AltScreen || term.Primary() != "" {
				t.Errorf("the sentence is not on the screen:\n%s", term.Primary())
			}
			term.Press("enter", "c", "/", "esc", "?")
			term.See("ctrl+u")
			term.Press("?")
			term.See(r.says)
			leave(t, term, 2)
			if got := term.Primary(); !strings.Contains(strings.ReplaceAll(got, "\n", ""), r.says) {
				t.Errorf("what stays behind is %q", got)
			}
		})
	}
}

func TestSilentHostBlocksNothing(t *testing.T) {
	t.Parallel()
	silent := func(client net.Conn) { _, _ = io.Copy(io.Discard, client) }
	term := start(t, wide(from(listen(t, silent))...))
	term.See("Waiting for the host's list")
	term.Press("?")
	term.See("ctrl+u")
	term.Press("?", "r", "R", "x", "/", "esc")
	term.See("Waiting for the host's list")
	term.Resize(100, 20)
	term.See("Waiting for the host's list")
	leave(t, term, 2)
}

// misuse are command lines that cannot be followed.
func misuse(t *testing.T) []refusal {
	t.Helper()
	existing := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(existing, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return []refusal{
		{name: "scenario", args: []string{"--demo=nope"}, says: `no scenario "nope"`},
		{name: "flag", args: []string{"--frobnicate"}, says: "unknown flag: --frobnicate"},
		{name: "command", args: []string{"frobnicate"}, says: `"frobnicate"`},
		{name: "duration", args: []string{"--stale-after", "often"}, says: "--stale-after"},
		{name: "log exists", args: []string{"--demo", "--log", existing}, says: "file that does not exist yet"},
		{name: "host's scenario", args: []string{"host", "--scenario", "nope"}, says: `no scenario "nope"`},
		{name: "host's place", args: []string{"host", "--socket", existing}, says: "is not a socket"},
	}
}

func TestMisuse(t *testing.T) {
	t.Parallel()
	onTerminal := append(misuse(t), refusal{name: "lookup", args: []string{"--demo", "--lookup", "no good"}, says: "--lookup"})
	for _, r := range onTerminal {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			term := start(t, wide(), r.args...)
			ends(t, term, 2)
			if got := string(term.Raw()); strings.Contains(got, "\x1b") {
				t.Errorf("a screen was shown: %q", got)
			}
			oneSentence(t, string(term.Raw()), r.says)
		})
	}
	for _, r := range misuse(t) {
		t.Run(r.name+", piped", func(t *testing.T) {
			t.Parallel()
			stdout, stderr, code := piped(t, r.env, r.args...)
			if code != 2 || stdout != "" {
				t.Errorf("exit code %d, stdout %q", code, stdout)
			}
			oneSentence(t, stderr, r.says)
		})
	}
}
