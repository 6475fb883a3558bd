package command

import (
	"os"
	"syscall"
)

// Endings are the signals that end the program in good order. Those that the
// processor raises are among them: sent from outside, the runtime would answer
// them by writing a trace over the screen and leaving it so. A fault of our own
// is no signal to us but a panic, whatever this list holds.
var Endings = append([]os.Signal{
	syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGABRT,
	syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL, syscall.SIGTRAP, syscall.SIGSYS,
}, endingsHere...)
