package terminal

import "golang.org/x/sys/unix"

const (
	getTermios = unix.TIOCGETA
	getUnread  = 0x4004667f // FIONREAD, which x/sys/unix leaves out
)
