package command

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// endingsHere are those that only this system has.
var endingsHere = []os.Signal{syscall.SIGEMT}

// replaceDescriptor makes to another name of from.
func replaceDescriptor(from, to int) error { return unix.Dup2(from, to) }
