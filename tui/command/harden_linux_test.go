package command_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// mostCore is a script that runs its arguments with as much room for a core file
// as a shell may give: not to leave one is the program's own doing.
const mostCore = `ulimit -S -c "$(ulimit -H -c)"; exec "$0" "$@"`

// noCore is a line of /proc/PID/limits.
var noCore = regexp.MustCompile(`(?m)^Max core file size +0 +0 `)

// readBy tries to read another process's memory, environment and mappings as
// some user, and returns what was read and what refused.
func readBy(t *testing.T, pid int, uid uint32) (read, refused []string) {
	t.Helper()
	for _, name := range []string{"mem", "environ", "maps"} {
		c := exec.Command("head", "-c", "1", fmt.Sprintf("/proc/%d/%s", pid, name))
		if os.Getuid() == 0 {
			c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
		}
		var says strings.Builder
		c.Stderr = &says
		err := c.Run()
		switch {
		case err != nil && strings.Contains(says.String(), "ermission denied"):
			refused = append(refused, name)
		default:
			read = append(read, name)
		}
	}
	return read, refused
}

// another is a user that the tests change to where they may; elsewhere the
// tests stay who they are, which is the user that the program runs as.
const another = 65534

// as makes the program another user's, so that whoever reads is that same user.
func as(t *testing.T, path string) (program string, attributes *syscall.SysProcAttr) {
	t.Helper()
	if os.Getuid() != 0 {
		return path, &syscall.SysProcAttr{}
	}
	dir, err := os.MkdirTemp("", "credscope-other-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	program = filepath.Join(dir, "credscope")
	original, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = original.Close() }()
	executable(t, program, original)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return program, &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: another, Gid: another}}
}

// serving runs a host of the program's own and returns its process once it runs.
func serving(t *testing.T, path string) (pid int) {
	t.Helper()
	return serves(t, path).Process.Pid
}

// serves is serving with more for the environment. The process may leave as large
// a core file in its directory as the system lets it.
func serves(t *testing.T, path string, env ...string) *exec.Cmd {
	t.Helper()
	program, attributes := as(t, path)
	dir, err := os.MkdirTemp("", "credscope-host-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("sh", "-c", mostCore, program, "host", "--socket", filepath.Join(dir, "host.sock"))
	c.SysProcAttr, c.Dir, c.Env = attributes, dir, append(os.Environ(), env...)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	if _, err := out.Read(make([]byte, 1)); err != nil { // it says where it listens
		t.Fatal(err)
	}
	return c
}

func TestTheSameUserCannotReadTheProcess(t *testing.T) {
	t.Parallel()
	pid := serving(t, program)
	if read, refused := readBy(t, pid, another); len(read) > 0 || len(refused) != 3 {
		t.Errorf("%v were read", read)
	}
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", pid))
	if err != nil || !noCore.Match(limits) {
		t.Errorf("the limits are %s, %v", limits, err)
	}
	// The same readings succeed where the program is not hardened.
	if read, refused := readBy(t, serving(t, bare(t)), another); len(refused) > 0 || len(read) != 3 {
		t.Errorf("%v were refused even so", refused)
	}
}
