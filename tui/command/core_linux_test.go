package command_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"credscope/store/demo"
	"credscope/tui/terminal"
)

// faulty are the signals that the processor raises, here sent from outside.
var faulty = []syscall.Signal{
	syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL, syscall.SIGTRAP, syscall.SIGSYS, syscall.SIGSTKFLT,
}

func TestNoSignalLeavesACoreOrATrace(t *testing.T) {
	t.Parallel()
	for _, signal := range append(faulty, signals["ABRT"], signals["QUIT"]) {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			h := host(t, demo.Options{Mark: mark})
			o := wide(append(from(h.Path()), "GOTRACEBACK=crash")...)
			o.Dir = t.TempDir()
			term := terminal.Start(t, o, "sh", "-c", mostCore, program)
			seeRow(term, "default", "stale")
			stop(t, term, signal)
			withoutMark(t, "the output", string(term.Raw()))
			if left, err := os.ReadDir(o.Dir); err != nil || len(left) > 0 {
				t.Errorf("it left %v behind, %v", left, err)
			}
		})
	}
}

// TestACrashLeavesNoCore crashes a program that does not catch the signal. The
// same crash without Harden is the control: where the system puts core files
// into the directory there is one, and everywhere the process may be dumped.
func TestACrashLeavesNoCore(t *testing.T) {
	t.Parallel()
	path := variant(
		t,
		change{"tui/command/signals.go", "syscall.SIGQUIT, syscall.SIGABRT", "syscall.SIGQUIT"},
		change{"main.go", "	harden := store.Harden()\n", "	var harden error\n	if os.Getenv(\"SOFT\") == \"\" {\n		harden = store.Harden()\n	}\n"},
	)
	if limits, dumped, left := crash(t, path); !noCore.MatchString(limits) || dumped || len(left) > 0 {
		t.Errorf("dumped: %v; it left %q; its limits were\n%s", dumped, left, limits)
	}
	limits, dumped, left := crash(t, path, "SOFT=1")
	room, pattern := coreFiles(t)
	if !strings.Contains(strings.Join(strings.Fields(limits), " "), fmt.Sprintf("Max core file size %s %[1]s bytes", room)) {
		t.Errorf("the control may dump otherwise than %s:\n%s", room, limits)
	}
	here := room == "unlimited" && !strings.ContainsAny(pattern, "|/")
	if here && (!dumped || len(left) != 1) {
		t.Errorf("the control dumped: %v, and left %q", dumped, left)
	}
}

// crash aborts a host of the program's own that can be read if and only if it is
// not hardened, and returns its limits, whether the system says that a core was
// dumped, and what is in its directory beside the socket.
func crash(t *testing.T, path string, env ...string) (limits string, dumped bool, left []string) {
	t.Helper()
	c := serves(t, path, append(env, "GOTRACEBACK=crash")...)
	if read, _ := readBy(t, c.Process.Pid, another); (len(read) == 3) != (len(env) > 0) {
		t.Errorf("with %v, %v could be read", env, read)
	}
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", c.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Process.Signal(syscall.SIGABRT)
	_ = c.Wait() // which says that the signal ended it
	status, ok := c.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() || status.Signal() != syscall.SIGABRT {
		t.Fatalf("it ended with %v", c.ProcessState)
	}
	entries, err := filepath.Glob(filepath.Join(c.Dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := filepath.Base(entry); name != "host.sock" {
			left = append(left, name)
		}
	}
	return string(content), status.CoreDump(), left
}

// coreFiles returns how large a core file may be, as /proc words it, and how the
// system names one.
func coreFiles(t *testing.T) (room, pattern string) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &limit); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile("/proc/sys/kernel/core_pattern")
	if err != nil {
		t.Fatal(err)
	}
	if room = fmt.Sprint(limit.Max); limit.Max == ^uint64(0) {
		room = "unlimited"
	}
	return room, strings.TrimSpace(string(content))
}
