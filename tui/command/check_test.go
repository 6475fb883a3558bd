package command_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"credscope/store/demo"
)

// examplesOf returns the command lines of a command's help.
func examplesOf(t *testing.T, command string) (lines []string) {
	t.Helper()
	help, _, _ := piped(t, nil, "help", command)
	_, examples, _ := strings.Cut(help, "Examples:\n")
	examples, _, _ = strings.Cut(examples, "\n\nFlags:")
	for line := range strings.Lines(examples) {
		if strings.HasPrefix(line, "    ") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

func TestTheExamplesOfCheckRun(t *testing.T) {
	t.Parallel()
	h := host(t, demo.Options{})
	lines := examplesOf(t, "check")
	if len(lines) < 4 {
		t.Fatalf("the help has %q", lines)
	}
	dir := t.TempDir()
	for name, script := range map[string]string{
		"credscope": "#!/bin/sh\nexec " + program + " \"$@\"\n",
		"jq":        "#!/bin/sh\ngrep -c lasts\n",
		"sleep":     "#!/bin/sh\necho slept >&2\nkill $PPID\n", // once is enough
	} {
		executable(t, filepath.Join(dir, name), strings.NewReader(script))
	}
	says := map[string]string{
		"exit 1": "codex/ci-runner: stale", "run credscope": "a login has expired", "sleep 600": "slept", "jq": "13",
	}
	for _, line := range lines {
		c := exec.Command("sh", "-c", line)
		c.Env = append(from(h.Path()), "PATH="+dir+":/usr/bin:/bin", "TMPDIR="+os.TempDir())
		out, err := c.CombinedOutput()
		if strings.Contains(string(out), "not found: credscope") || strings.Contains(string(out), "see credscope") {
			t.Errorf("%s: %v\n%s", line, err, out)
		}
		known := false
		for part, want := range says {
			if strings.Contains(line, part) {
				known = true
				if !strings.Contains(string(out), want) {
					t.Errorf("%s: %v, without %q\n%s", line, err, want, out)
				}
			}
		}
		if !known {
			t.Errorf("nothing is expected of %s", line)
		}
	}
}
