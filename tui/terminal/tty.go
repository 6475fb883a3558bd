package terminal

import (
	"fmt"
	"os"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// tty is a pseudo-terminal: the side the terminal has, and the program's side.
type tty struct {
	// master never blocks its reader for good: closing it ends a read.
	master *os.File
	// slave is held open beyond the program's end, so that the settings can
	// still be read and the end of the output can be marked.
	slave *os.File
}

// openTTY makes a pseudo-terminal. The program gets inherit, which the caller
// closes after the start: it has to block, as a program expects of its terminal.
func openTTY(cols, rows int) (t *tty, inherit *os.File, err error) {
	opened, inherit, err := pty.Open()
	if err != nil {
		return nil, nil, fmt.Errorf("open a pseudo-terminal: %w", err)
	}
	defer func() { _ = opened.Close() }()
	t = &tty{}
	if t.master, err = unblocked(opened); err == nil {
		t.slave, err = os.OpenFile(inherit.Name(), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err == nil {
		err = t.resize(cols, rows)
	}
	if err != nil {
		t.close()
		_ = inherit.Close()
		return nil, nil, err
	}
	return t, inherit, nil
}

// unblocked returns a second file for an open one, which the runtime polls. The
// pty package asks for the descriptor, and that has made the first one block.
func unblocked(f *os.File) (*os.File, error) {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("duplicate the pseudo-terminal: %w", err)
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		_ = unix.Close(fd)
		return nil, fmt.Errorf("unblock the pseudo-terminal: %w", err)
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

// control runs f on a file's descriptor without making the file block.
func control(file *os.File, f func(fd int) error) error {
	raw, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = f(int(fd)) }); err != nil {
		return err
	}
	return failed
}

// resize tells the kernel, which sends SIGWINCH to the program.
func (t *tty) resize(cols, rows int) error {
	size := unix.Winsize{Col: uint16(cols), Row: uint16(rows)}
	return control(t.master, func(fd int) error {
		return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &size)
	})
}

// settings returns the line settings, those stty changes.
func (t *tty) settings() (settings unix.Termios, err error) {
	err = control(t.slave, func(fd int) error {
		got, err := unix.IoctlGetTermios(fd, getTermios)
		if err == nil {
			settings = *got
		}
		return err
	})
	return settings, err
}

// deliver waits until what was written is in the program's input: the kernel
// hands it over in its own time, but does so for whoever asks for input.
func (t *tty) deliver() {
	_ = control(t.slave, func(fd int) error {
		_, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 0)
		return err
	})
}

// unread returns how many bytes of input the program has not taken yet.
func (t *tty) unread() (n int) {
	_ = control(t.slave, func(fd int) (err error) {
		n, err = unix.IoctlGetInt(fd, getUnread)
		return err
	})
	return n
}

// foreground returns the process group the keyboard's signals go to.
func (t *tty) foreground() (group int) {
	_ = control(t.master, func(fd int) (err error) {
		group, err = unix.IoctlGetInt(fd, unix.TIOCGPGRP)
		return err
	})
	return group
}

// close hangs up. What still runs on the terminal is sent SIGHUP.
func (t *tty) close() {
	if t.master != nil {
		_ = t.master.Close()
	}
	if t.slave != nil {
		_ = t.slave.Close()
	}
}
