package tui

import (
	"io"
	"time"
)

const (
	maxTyped = 1000 // bytes of a line; a longer one is no word of ours
	maxAhead = 1000 // lines kept that were typed while the host was asked
)

// typed is one line of input.
type typed struct {
	text  string
	begun time.Time // when its first byte was read
}

// readLines reads lines until the end of input or until done is closed, and
// closes its channel then. RunPlain owns its goroutine. It reads on without
// being asked, so that the time of a line says when it was typed. What it cannot
// tell: when the first byte was typed of a line that a terminal or another
// program held back until its end, and when anything was typed while maxAhead
// lines wait. Such a line can only be taken for newer than it is. A last
// line without its Enter is dropped.
func readLines(in io.Reader, now func() time.Time, done <-chan struct{}) <-chan typed {
	lines := make(chan typed, maxAhead)
	go func() {
		defer close(lines)
		defer func() { _ = recover() }() // a reader that panics is at its end
		var text []byte
		var begun time.Time
		buffer := make([]byte, 4096)
		for {
			n, err := in.Read(buffer)
			at := now()
			for _, c := range buffer[:n] {
				if len(text) == 0 {
					begun = at
				}
				if c != '\n' {
					text = append(text, c)[:min(len(text)+1, maxTyped+1)]
					continue
				}
				select {
				case lines <- typed{string(text), begun}:
				case <-done:
					return
				}
				text = text[:0]
			}
			if err != nil {
				return
			}
		}
	}()
	return lines
}
