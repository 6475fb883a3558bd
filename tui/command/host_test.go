package command_test

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

func TestHostSaysWhatItServesAndHowToConnectAndToStop(t *testing.T) {
	t.Parallel()
	path := socketPath(t)
	c := exec.Command(program, "host", "--socket", path, "--scenario", "liar")
	c.Env = []string{"TMPDIR=" + os.TempDir()}
	said, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(c) })
	lines := bufio.NewReader(said)
	for _, want := range []string{"scenario liar until ctrl+c", "LLXPRT_CREDENTIAL_SOCKET=" + path + " credscope"} {
		if line, err := lines.ReadString('\n'); err != nil || !strings.Contains(line, want) {
			t.Errorf("%q, %v, without %q", line, err, want)
		}
	}
}

func TestHostEndsCleanly(t *testing.T) {
	t.Parallel()
	path := socketPath(t)
	c := hostProcess(t, path)
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	if code := c.ProcessState.ExitCode(); code != 128+15 {
		t.Errorf("exit code %d, want 143", code)
	}
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("the socket was left behind: %v", err)
	}
}
