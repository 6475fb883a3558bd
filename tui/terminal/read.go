package terminal

import (
	"bytes"
	"syscall"
	"time"
)

// endMark is written to the terminal after the program's end. Everything the
// program wrote has been read once this has, also if a child of the program
// still holds the terminal open. It is a string no terminal shows.
var endMark = []byte("\x1b_credscope: end of output\x1b\\")

// drainTime bounds the wait for the end mark: a system that revokes a terminal
// with its session takes none.
const drainTime = 2 * time.Second

// read feeds the screen until the terminal is closed.
func (t *Terminal) read() {
	buffer := make([]byte, 32<<10)
	for {
		n, err := t.tty.master.Read(buffer)
		t.mu.Lock()
		t.receive(buffer[:n])
		if err != nil {
			t.show(t.held)
			t.held = nil
			t.drain()
		}
		t.announce()
		t.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// receive takes output, holding back what may turn out to be the end mark.
func (t *Terminal) receive(output []byte) {
	if !t.marked {
		t.show(output)
		return
	}
	t.held = append(t.held, output...)
	if before, after, found := bytes.Cut(t.held, endMark); found {
		t.marked = false
		t.show(before)
		t.held = nil
		t.drain()
		t.show(after)
		return
	}
	if safe := len(t.held) - len(endMark) + 1; safe > 0 {
		t.show(t.held[:safe])
		t.held = t.held[safe:]
	}
}

func (t *Terminal) show(output []byte) {
	t.raw = append(t.raw, output...)
	t.emulator.write(output)
}

func (t *Terminal) drain() {
	if !t.closed {
		t.closed = true
		close(t.drained)
	}
}

// announce wakes whoever waits for a change.
func (t *Terminal) announce() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// reap waits for the program, then for the last of its output.
func (t *Terminal) reap() {
	_ = t.command.Wait() // the state tells
	t.mu.Lock()
	t.exitCode = exitCode(t.command.ProcessState.Sys().(syscall.WaitStatus))
	t.marked = true
	t.mu.Unlock()
	close(t.reaped)

	_ = t.tty.slave.SetWriteDeadline(time.Now().Add(drainTime))
	_, _ = t.tty.slave.Write(endMark)
	select {
	case <-t.drained:
	case <-t.closing:
	case <-time.After(drainTime):
	}
	close(t.ended)
}

func exitCode(status syscall.WaitStatus) int {
	if status.Signaled() {
		return 128 + int(status.Signal())
	}
	return status.ExitStatus()
}
