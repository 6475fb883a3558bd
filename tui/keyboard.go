package tui

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
)

// ErrHangUp is the end of [Run] when the terminal has gone away, as it does when
// its window is closed. Where it controls the session, SIGHUP comes too, but not
// at a fixed moment: a read can end before it.
var ErrHangUp = errors.New("the terminal has hung up")

// keyboard is the terminal's input. Its end calls ended, because the
// framework stops reading and goes on. Errors are an end as well: which of the
// two a read gets depends on the moment of the hangup, and the framework quits
// at an error without giving the model time to finish.
type keyboard struct {
	*os.File
	hungUp *atomic.Bool
	ended  func()
}

func (k keyboard) Read(b []byte) (int, error) {
	n, err := k.File.Read(b)
	if err != nil {
		k.hungUp.Store(true)
		k.ended()
		err = io.EOF
	}
	return n, err
}
