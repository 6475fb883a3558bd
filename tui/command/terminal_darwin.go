package command

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

const (
	getTermios = unix.TIOCGETA
	setTermios = unix.TIOCSETA // at once: nothing waits until all output is read
)

// The queues of a terminal, as TIOCFLUSH takes them.
const (
	reading = 1 // FREAD
	writing = 2 // FWRITE
)

// forgetTyped drops what a terminal holds of lines typed already.
func forgetTyped(in io.Reader) {
	if terminal, ok := in.(*os.File); ok {
		_ = unix.IoctlSetPointerInt(int(terminal.Fd()), unix.TIOCFLUSH, reading)
	}
}

// discardOutput drops what a terminal holds of output that was not read yet.
func discardOutput(fd int) { _ = unix.IoctlSetPointerInt(fd, unix.TIOCFLUSH, writing) }
