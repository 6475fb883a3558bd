package command_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"credscope/socket/leaktest"
	"credscope/tui"
)

// unread is a program on a terminal that nobody reads once a frame has begun.
type unread struct {
	*exec.Cmd
	master, slave *os.File
	before        *unix.Termios
}

func onUnread(t *testing.T, args ...string) *unread {
	t.Helper()
	leaktest.Name(t)
	ofThisSource(t)
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = master.Close(), slave.Close() })
	// A frame of this size is more than a terminal holds.
	if err := pty.Setsize(master, &pty.Winsize{Cols: 400, Rows: 400}); err != nil {
		t.Fatal(err)
	}
	u := &unread{master: master, slave: slave, before: settingsOf(t, slave)}
	u.Cmd = exec.Command(program, args...)
	u.Env = []string{"TERM=xterm-256color", "LANG=C.UTF-8", "TMPDIR=" + os.TempDir()}
	u.Stdin, u.Stdout, u.Stderr = slave, slave, slave
	u.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := u.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(u.Cmd) })
	for shown, buffer := "", make([]byte, 256); !strings.Contains(shown, "Providers"); {
		n, err := master.Read(buffer)
		if err != nil {
			t.Fatalf("%v after %q", err, shown)
		}
		shown += string(buffer[:n])
	}
	return u
}

func settingsOf(t *testing.T, f *os.File) *unix.Termios {
	t.Helper()
	termios, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return termios
}

// ends waits for the program's end and returns what the terminal still holds.
func (u *unread) ends(t *testing.T, code int) (output string) {
	t.Helper()
	ended := make(chan struct{})
	go func() { defer close(ended); _ = u.Wait() }()
	await(t, ended, "the program's end")
	if got := u.ProcessState.ExitCode(); got != code {
		t.Errorf("exit code %d, want %d", got, code)
	}
	if now := settingsOf(t, u.slave); *now != *u.before {
		t.Errorf("settings left behind: %+v, want %+v", now, u.before)
	}
	if err := u.slave.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := io.ReadAll(u.master)
	if err != nil && !errors.Is(err, syscall.EIO) { // the end of a terminal
		t.Fatal(err)
	}
	return string(left)
}

func TestSignalsEndAProgramOnATerminalThatNobodyReads(t *testing.T) {
	t.Parallel()
	for how, follow := range followed {
		for _, stopped := range []bool{true, false} {
			name := map[bool]string{true: "stopped, ", false: "full, "}[stopped] + how
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				u := onUnread(t, "--demo")
				if stopped {
					if err := unix.IoctlSetInt(int(u.slave.Fd()), unix.TCXONC, unix.TCOOFF); err != nil {
						t.Fatal(err)
					}
				}
				_ = u.Process.Signal(syscall.SIGINT)
				follow(func(s syscall.Signal) { _ = u.Process.Signal(s) })
				output := u.ends(t, 128+2)
				if !stopped && !strings.HasSuffix(output, tui.LeaveScreen) {
					t.Errorf("the screen was not left: ... %q", output[max(0, len(output)-200):])
				}
			})
		}
	}
}
