package command

import (
	"os"
	"syscall"
)

// endingsHere are those that only this system has.
var endingsHere = []os.Signal{syscall.SIGEMT}
