package command_test

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"credscope/store/demo"
	"credscope/tui/terminal"
)

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
			seeRow(term, "default", "stale")
			term.Press("enter", "x")
			term.See("such hosts forbid")
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

func TestStormOfSizes(t *testing.T) {
	t.Parallel()
	sizes := [][2]int{
		{1, 1},
		{2, 1},
		{1, 60},
		{200, 1},
		{3, 3},
		{19, 4},
		{20, 5},
		{20, 60},
		{200, 5},
		{21, 8},
		{40, 9},
		{69, 12},
		{70, 11},
		{99, 24},
		{100, 23},
		{132, 50},
		{200, 60},
		{5, 2},
		{120, 6},
		{80, 24},
	}
	for name, reach := range map[string][]string{
		"main screen": nil, "dialog": {"enter", "x"}, "help": {"?"}, "filter": {"/", "n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term := open(t, host(t, demo.Options{}).Path())
			term.Press(reach...)
			for range 3 {
				for _, size := range sizes { // as fast as they come
					term.Resize(size[0], size[1])
				}
			}
			for _, size := range sizes { // and each one drawn
				before := len(term.Raw())
				term.Resize(size[0], size[1])
				term.SeeFunc("a frame", func(string) bool { return len(term.Raw()) > before })
			}
			term.Resize(200, 40)
			back := map[string]string{"dialog": "Cancel", "help": "ctrl+u"}[name]
			if back == "" {
				back = "anthropic"
			}
			term.See(back)
			term.Press("ctrl+c")
			ends(t, term, 0)
		})
	}
}

var sgr = regexp.MustCompile(`\x1b\[([0-9;:]*)m`)

// coloured returns the first sequence of an output that sets a colour.
func coloured(output string) string {
	for _, m := range sgr.FindAllStringSubmatch(output, -1) {
		for field := range strings.FieldsFuncSeq(m[1], func(r rune) bool { return r == ';' || r == ':' }) {
			n, _ := strconv.Atoi(field)
			if n >= 30 && n <= 49 || n >= 90 && n <= 107 {
				return m[0]
			}
		}
	}
	return ""
}

// tour shows rows, details, the dialog and a verdict, and leaves.
func tour(t *testing.T, term *terminal.Terminal) {
	t.Helper()
	seeRow(term, "default", "stale")
	term.Press("enter")
	removeStale(term)
	term.See("anthropic/default: removed")
	term.Press("j", "1", "j")
	seeRow(term, "default", "valid")
	leave(t, term, 0)
}

func TestNoColour(t *testing.T) {
	t.Parallel()
	for _, env := range [][]string{{"NO_COLOR=yes"}, {"NO_COLOR=1", "COLORTERM=truecolor"}} {
		t.Run(strings.Join(env, " "), func(t *testing.T) {
			t.Parallel()
			term := start(t, wide(env...), "--demo")
			term.Press("/", "a", "enter", "esc", "?")
			term.See("ctrl+u")
			term.Press("?")
			tour(t, term)
			if found := coloured(string(term.Raw())); found != "" {
				t.Errorf("a colour was set by %q", found)
			}
		})
	}
}

func TestColourWithoutBeingTold(t *testing.T) {
	t.Parallel()
	term := start(t, wide(), "--demo")
	seeRow(term, "default", "stale")
	leave(t, term, 0)
	if coloured(string(term.Raw())) == "" {
		t.Error("no colour was set")
	}
}

func TestASCIIWhereTheLocaleIsNotUTF8(t *testing.T) {
	t.Parallel()
	for _, env := range [][]string{{"LANG=C"}, {"LC_ALL=POSIX"}, {"LANG=", "LC_CTYPE=de_DE.ISO-8859-1"}, {"TERM=linux"}} {
		t.Run(strings.Join(env, " "), func(t *testing.T) {
			t.Parallel()
			term := start(t, wide(env...), "--demo")
			tour(t, term)
			raw := term.Raw()
			if i := slices.IndexFunc(raw, func(b byte) bool { return b >= 0x80 }); i >= 0 {
				t.Errorf("the output holds %q", raw[max(0, i-40):min(len(raw), i+40)])
			}
		})
	}
}

func TestADumbTerminalGetsLinesOfText(t *testing.T) {
	t.Parallel()
	term := start(t, wide("TERM=dumb"), "--demo")
	term.See("1. anthropic: 2 buckets")
	term.Type("codex\n")
	term.See("1. ci-runner: stale")
	term.Type("1\n")
	term.See("Status: stale")
	term.Type("quit\n")
	ends(t, term, 0)
	if got := string(term.Raw()); strings.Contains(got, "\x1b") {
		t.Errorf("the output holds an escape: %q", got)
	}
}
