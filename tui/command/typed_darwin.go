package command

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// forgetTyped drops what a terminal holds of lines typed already.
func forgetTyped(in io.Reader) {
	const reading = 1 // FREAD: the input queue
	if terminal, ok := in.(*os.File); ok {
		_ = unix.IoctlSetPointerInt(int(terminal.Fd()), unix.TIOCFLUSH, reading)
	}
}
