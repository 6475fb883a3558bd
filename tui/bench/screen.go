package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/creack/pty"
)

const patience = 60 * time.Second

var (
	wideScreen   = pty.Winsize{Cols: 120, Rows: 40}
	narrowScreen = pty.Winsize{Cols: 80, Rows: 45} // two panes of 40 rows
)

// screen is a program on a pseudo-terminal that answers one question only, that
// for synchronised updates, by which frames can be counted. One goroutine reads
// it, blocked in the system so that no other has to wake it.
type screen struct {
	started time.Time
	command *exec.Cmd
	tty     *os.File
	chunks  chan chunk // closed when the program has ended
	all     []byte     // read so far
	last    time.Time  // of the last read
}

// chunk is what one read brought.
type chunk struct {
	at    time.Time
	bytes []byte
}

func open(size pty.Winsize, env []string, name string, args ...string) (*screen, error) {
	s := &screen{command: exec.Command(name, args...), chunks: make(chan chunk, 1<<16)}
	s.command.Env = env
	var err error
	s.started = time.Now()
	if s.tty, err = pty.StartWithSize(s.command, &size); err != nil {
		return nil, err
	}
	go s.read()
	return s, nil
}

func (s *screen) read() {
	defer close(s.chunks)
	for {
		buffer := make([]byte, 16<<10)
		n, err := s.tty.Read(buffer)
		if n > 0 {
			s.chunks <- chunk{time.Now(), buffer[:n]}
		}
		if err != nil {
			return
		}
	}
}

// take counts a chunk in.
func (s *screen) take(c chunk) {
	if bytes.Contains(c.bytes, []byte("\x1b[?2026$p")) {
		_, _ = s.tty.WriteString("\x1b[?2026;2$y")
	}
	s.all, s.last = append(s.all, c.bytes...), c.at
}

// until reads until done says so of all that was read, and returns when the
// bytes came that made it.
func (s *screen) until(what string, done func(all []byte) bool) (time.Time, error) {
	deadline := time.After(patience)
	for {
		select {
		case c, open := <-s.chunks:
			if !open {
				return time.Time{}, fmt.Errorf("%s ended before %s", s.command.Path, what)
			}
			s.take(c)
			if done(s.all) {
				return c.at, nil
			}
		case <-deadline:
			return time.Time{}, fmt.Errorf("%s never showed %s", s.command.Path, what)
		}
	}
}

// see waits for a text that a frame writes in one piece.
func (s *screen) see(text string) (time.Time, error) {
	return s.until(text, func(all []byte) bool { return bytes.Contains(all, []byte(text)) })
}

// rest takes in what comes in d and returns how many bytes that were.
func (s *screen) rest(d time.Duration) (n int, err error) {
	over := time.After(d)
	for {
		select {
		case c, open := <-s.chunks:
			if !open {
				return n, fmt.Errorf("%s ended", s.command.Path)
			}
			s.take(c)
			n += len(c.bytes)
		case <-over:
			return n, nil
		}
	}
}

// key types on a screen that is at rest and returns the time to the first byte
// that it changes.
func (s *screen) key(key string) (time.Duration, error) {
	s.all = s.all[:0]
	pressed := time.Now()
	if _, err := s.tty.WriteString(key); err != nil {
		return 0, err
	}
	at, err := s.until("an answer to "+key, func([]byte) bool { return true })
	return at.Sub(pressed), err
}

func (s *screen) pid() int { return s.command.Process.Pid }

// close ends the program by force: what it would still do is not measured.
func (s *screen) close() {
	_ = s.command.Process.Kill()
	_ = s.command.Wait()
	for range s.chunks {
	}
	_ = s.tty.Close()
}
