package command_test

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"credscope/store/demo"
)

var (
	readmeLine  = regexp.MustCompile(`(?m)^    (credscope(?: .*)?)$`)
	explanation = regexp.MustCompile(` {2,}.*`)
	optional    = regexp.MustCompile(`\[[^][]*\]`)
	changes     = regexp.MustCompile(`^credscope (remove|renew) `)
	either      = regexp.MustCompile(` \| [^][]*\]`)
)

// readmeCommands returns the commands of the README: each as it is, and where it has
// optional parts once without and once with all of them, of two the first.
func readmeCommands(t *testing.T) (commands []string) {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range readmeLine.FindAllStringSubmatch(string(readme), -1) {
		whole := either.ReplaceAllString(explanation.ReplaceAllString(line[1], ""), "]")
		short := whole
		for optional.MatchString(short) {
			short = optional.ReplaceAllString(short, "")
		}
		commands = append(commands, short)
		if short != whole {
			commands = append(commands, strings.NewReplacer("[", "", "]", "").Replace(whole))
		}
	}
	return commands
}

func TestEveryCommandOfTheREADMERuns(t *testing.T) {
	t.Parallel()
	commands := readmeCommands(t)
	if len(commands) < 20 {
		t.Fatalf("the README has %q", commands)
	}
	capability, _ := host(t, demo.Options{Scenario: "restricted"}).Capability()
	const given = " 3<<<"
	dir := t.TempDir()
	if err := os.Symlink(program, filepath.Join(dir, "credscope")); err != nil {
		t.Fatal(err)
	}
	for _, command := range commands {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			o := demo.Options{}
			if strings.Contains(command, "--capability-fd") {
				o.Scenario = "restricted"
			}
			path := host(t, o).Path()
			line := strings.NewReplacer("PATH", path, "PROVIDER", "codex", "BUCKET...", "ci-runner", "BUCKET", "ci-runner").Replace(command)
			if strings.Contains(line, "--capability-fd") && !strings.Contains(line, given) {
				line += given + string(capability.Bytes())
			}
			c := exec.Command("bash", "-c", "exec "+line)
			c.Dir = t.TempDir()
			c.Env = append(from(path), "PATH="+dir+":/usr/bin:/bin", "TMPDIR="+c.Dir)
			if line == "credscope host" {
				saysWhatItServes(t, c)
				return
			}
			out, err := c.CombinedOutput()
			status := 0
			if ended, ok := errors.AsType[*exec.ExitError](err); ok {
				status = ended.ExitCode()
			} else if err != nil {
				t.Fatal(err)
			}
			asks := changes.MatchString(line) && !strings.Contains(line, "--yes")
			if asks && (status != 2 || !strings.Contains(string(out), "no terminal to answer on")) || !asks && status != 0 && status != 1 {
				t.Errorf("exit status %d\n%s", status, out)
			}
			if silent := strings.Contains(line, "--quiet") || strings.Contains(line, ">"); silent == (len(out) > 0) && !strings.Contains(line, "<<<") {
				t.Errorf("it wrote %q", out)
			}
		})
	}
}

// saysWhatItServes runs a command until it says what it serves, and ends it.
func saysWhatItServes(t *testing.T, c *exec.Cmd) {
	t.Helper()
	errs, err := c.StderrPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	said, _ := bufio.NewReader(errs).ReadString('\n')
	_ = c.Process.Signal(syscall.SIGTERM)
	if err := c.Wait(); !strings.Contains(said, "scenario") || c.ProcessState.ExitCode() != 128+int(syscall.SIGTERM) {
		t.Errorf("%q, %v", said, err)
	}
}
