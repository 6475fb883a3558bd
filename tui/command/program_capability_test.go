package command_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credscope/store"
	"credscope/store/demo"
)

func TestACapabilityThatWasNotSentIsSaidEverywhereWithWhatWouldAllowIt(t *testing.T) {
	t.Parallel()
	h := host(t, demo.Options{Scenario: "refused"})
	if err := os.Chmod(h.Path(), 0o666); err != nil {
		t.Fatal(err)
	}
	secret, _ := h.Capability()
	env := append(from(h.Path()), store.CapabilityVariable+"=3")
	const why, how = "yours was not sent: socket is world-writable", "take others' write permission from the socket"
	for _, args := range [][]string{{"list"}, {"show", "codex"}, {"remove", "codex", "default", "--yes"}, {"doctor"}} {
		stdout, stderr, code := pipedWith(t, given(t, string(secret.Bytes())+"\n"), env, args...)
		if said := stdout + stderr; code != 2 || !strings.Contains(said, why) || !strings.Contains(said, how) {
			t.Errorf("%v: exit code %d, %q", args, code, said)
		}
	}
	o := wide(env...)
	o.ExtraFiles = given(t, string(secret.Bytes())+"\n")
	term := start(t, o)
	term.SeeAll(why, how)
	leave(t, term, 2)
}

// given is an open descriptor with a launcher's content.
func given(t *testing.T, content string) []*os.File {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = read.Close() })
	if _, err := write.WriteString(content); err != nil {
		t.Fatal(err)
	}
	if err := write.Close(); err != nil {
		t.Fatal(err)
	}
	return []*os.File{read}
}

func TestCapabilityIsPresentedOnce(t *testing.T) {
	t.Parallel()
	for name, way := range map[string]refusal{
		"announced": {env: []string{"LLXPRT_CAPABILITY_FD=3"}},
		"by flag":   {args: []string{"--capability-fd", "3"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := host(t, demo.Options{Scenario: "restricted"})
			secret, _ := h.Capability()
			capability := string(secret.Bytes())
			path, sent := relay(t, h.Path())
			o := wide(append(from(path), way.env...)...)
			o.ExtraFiles = given(t, capability+"\n")
			term := start(t, o, way.args...)
			// The host hides its lists, so the names known are looked up.
			term.SeeAll("claudecode", "anthropic", "codex", "gemini", "qwen")
			seeChecked(term)
			term.Press("x")
			term.See("/auth anthropic logout default")
			leave(t, term, 0)
			requests := sent.requests(t)
			if got := requests[0].Payload["capabilityToken"]; got != capability {
				t.Errorf("the handshake presented %v", got)
			}
			if n := bytes.Count(sent.bytes(t), []byte(capability)); n != 1 {
				t.Errorf("the capability was sent %d times", n)
			}
			if strings.Contains(string(term.Raw()), capability) {
				t.Error("the capability was shown")
			}
			if n := len(sent.of(t, "remove_token")); n != 0 {
				t.Errorf("%d removals were sent", n)
			}
		})
	}
}

func TestUnusableCapabilityIsRefused(t *testing.T) {
	t.Parallel()
	const digits = "c0ffee00112233445566778899aabbccddeeff00112233445566778899aabbcc"
	for name, content := range map[string]string{
		"empty": "", "no line feed": digits, "short": digits[:63] + "\n", "upper case": strings.ToUpper(digits) + "\n",
		"two lines": digits + "\n" + digits + "\n", "long": strings.Repeat(digits, 1000) + "\n",
	} {
		for _, way := range []refusal{{env: []string{"LLXPRT_CAPABILITY_FD=3"}}, {args: []string{"--capability-fd", "3"}}} {
			t.Run(name+strings.Join(way.args, " "), func(t *testing.T) {
				t.Parallel()
				h := host(t, demo.Options{Scenario: "restricted"})
				env := append(from(h.Path()), way.env...)
				stdout, stderr, code := pipedWith(t, given(t, content), env, way.args...)
				if code != 2 || stdout != "" {
					t.Errorf("exit code %d, stdout %q", code, stdout)
				}
				oneSentence(t, stderr, "64 lowercase hex digits")

				o := wide(env...)
				o.ExtraFiles = given(t, content)
				term := start(t, o, way.args...)
				term.See("64 lowercase hex digits")
				leave(t, term, 2)
				if strings.Contains(strings.ToLower(stderr+string(term.Raw())), digits[:16]) {
					t.Error("the content was shown")
				}
				if n := h.Connections(); n != 0 {
					t.Errorf("the host saw %d connections", n)
				}
			})
		}
	}
}

func TestADescriptorThatFlagAndVariableNameIsReadOnce(t *testing.T) {
	t.Parallel()
	h := host(t, demo.Options{Scenario: "restricted"})
	secret, _ := h.Capability()
	env := append(from(h.Path()), store.CapabilityVariable+"=3")
	_, stderr, code := pipedWith(t, given(t, string(secret.Bytes())+"\n"), env, "show", "codex", "ci-runner", "--capability-fd", "3")
	if code != 0 || stderr != "" || h.Count("get_token") != 1 {
		t.Errorf("exit code %d, %q, %d tokens asked for", code, stderr, h.Count("get_token"))
	}
}

func TestADescriptorThatWasNotInheritedIsRefused(t *testing.T) {
	t.Parallel()
	h := host(t, demo.Options{})
	for _, fd := range []string{"3", "4", "5", "6", "7", "8", "9"} {
		_, stderr, code := piped(t, from(h.Path()), "list", "--log", filepath.Join(t.TempDir(), "log"), "--capability-fd", fd)
		if code != 2 || !strings.Contains(stderr, "descriptor "+fd+" ") || strings.Contains(stderr, "goroutine") {
			t.Errorf("%s: exit code %d, %q", fd, code, stderr)
		}
	}
	if h.Connections() != 0 {
		t.Errorf("%d connections", h.Connections())
	}
}
