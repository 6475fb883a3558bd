package command_test

import (
	"os"
	"syscall"
	"testing"
)

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
