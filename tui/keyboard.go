package tui

import "os"

// keyboard is the terminal's input. The framework stops reading at its end and
// says nothing; but nobody can press a key any more, so ended is told. Without
// a controlling terminal no SIGHUP does that.
type keyboard struct {
	*os.File
	ended func()
}

func (k keyboard) Read(b []byte) (int, error) {
	n, err := k.File.Read(b)
	if err != nil {
		k.ended()
	}
	return n, err
}
