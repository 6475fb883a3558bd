package command

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

const (
	getTermios = unix.TCGETS
	setTermios = unix.TCSETS // at once: nothing waits until all output is read
)

// forgetTyped drops what a terminal holds of lines typed already.
func forgetTyped(in io.Reader) {
	if terminal, ok := in.(*os.File); ok {
		_ = unix.IoctlSetInt(int(terminal.Fd()), unix.TCFLSH, unix.TCIFLUSH)
	}
}

// discardOutput drops what a terminal holds of output that was not read yet.
func discardOutput(fd int) { _ = unix.IoctlSetInt(fd, unix.TCFLSH, unix.TCOFLUSH) }
