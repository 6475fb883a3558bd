package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credscope/store/demo"
	"credscope/tui/terminal"
)

func TestAListHasColoursOnATerminalOnly(t *testing.T) {
	t.Parallel()
	for name, env := range map[string][]string{"": nil, "no colour": {"NO_COLOR=1"}, "dumb": {"TERM=dumb"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, args := range [][]string{{"list"}, {"show", "codex"}, {"doctor"}} {
				term := start(t, terminal.Options{Cols: 200, Rows: 60, Env: env}, append(args, "--demo")...)
				ends(t, term, 0)
				raw := string(term.Raw())
				if (coloured(raw) != "") != (env == nil) || (name == "dumb" && strings.Contains(raw, "\x1b")) {
					t.Errorf("%v: %q", args, raw)
				}
			}
		})
	}
}

func TestDemoListsWithoutATerminal(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--demo"}, {"list", "--demo"}} {
		stdout, stderr, code := piped(t, nil, args...)
		if code != 0 || stderr != "" {
			t.Errorf("%v: exit code %d, %q", args, code, stderr)
		}
		if !hasRow(stdout, "anthropic", "default", "stale") || strings.Contains(stdout, "\x1b") {
			t.Errorf("%v: %q", args, stdout)
		}
	}
}

func TestHostileListDoesNotAct(t *testing.T) {
	t.Parallel()
	stdout, stderr, code := piped(t, from(serveHostile(t)), "list")
	if code != 1 || !strings.Contains(stdout, `\u{1B}[31;5;7mpaint`) {
		t.Errorf("exit code %d, %q", code, stdout)
	}
	for _, output := range []string{stdout, stderr} {
		harmless(t, output)
		if strings.Contains(output, "\x1b") {
			t.Errorf("the output holds an escape: %q", output)
		}
	}
}

func TestNoSecretLeavesThroughAPipe(t *testing.T) {
	t.Parallel()
	h := host(t, demo.Options{Mark: mark})
	log := filepath.Join(t.TempDir(), "log")
	stdout, stderr, code := piped(t, from(h.Path()), "list", "--log", log)
	if code != 0 || stderr != "" {
		t.Errorf("exit code %d, %q", code, stderr)
	}
	for _, key := range h.Keys() {
		if !hasRow(stdout, key.Provider, key.Bucket) {
			t.Errorf("%v is missing in\n%s", key, stdout)
		}
	}
	lines, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	withoutMark(t, "stdout", stdout)
	withoutMark(t, "the log", string(lines))
}
