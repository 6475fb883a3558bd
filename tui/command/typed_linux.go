package command

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// forgetTyped drops what a terminal holds of lines typed already.
func forgetTyped(in io.Reader) {
	if terminal, ok := in.(*os.File); ok {
		_ = unix.IoctlSetInt(int(terminal.Fd()), unix.TCFLSH, unix.TCIFLUSH)
	}
}
