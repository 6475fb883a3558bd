package tui

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/sys/unix"
)

// suspend gives the terminal back to the shell until the program is continued.
func (m *Model) suspend() tea.Cmd {
	if orphaned() {
		m.status.note("There is no shell to return to, so credscope stays")
		return nil
	}
	return tea.Exec(itself{}, func(err error) tea.Msg {
		if err != nil {
			return leaveMsg{} // nothing is drawn or read any more
		}
		return tea.ResumeMsg{}
	})
}

// itself stops this process and its group. The framework's own way sends
// SIGTSTP, which does nothing any more once Go has caught it.
type itself struct{}

// stopping is longer than a stop takes to reach every thread.
const stopping = 2 * time.Second

// Run returns when the process has been continued. The stop may take a moment
// to reach this thread, so it waits to be told, but not for ever: once this
// thread runs so late, it has been stopped and continued.
func (itself) Run() error {
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, unix.SIGCONT)
	defer signal.Stop(continued)
	if err := unix.Kill(0, unix.SIGSTOP); err != nil {
		return err
	}
	select {
	case <-continued:
	case <-time.After(stopping):
	}
	return nil
}

func (itself) SetStdin(io.Reader)  {}
func (itself) SetStdout(io.Writer) {}
func (itself) SetStderr(io.Writer) {}

// stopped waits to be told of a stop from outside.
func (m *Model) stopped() tea.Cmd {
	if m.o.Stops == nil {
		return nil
	}
	stops, done := m.o.Stops, m.load.ctx.Done()
	return func() tea.Msg {
		select {
		case <-stops:
			return suspendMsg{}
		case <-done:
			return nil
		}
	}
}

// orphaned reports a process group without a shell in its session that could
// continue it, as under docker exec: the kernel lets such a group not stop.
func orphaned() bool {
	session, err := unix.Getsid(0)
	if err != nil {
		return true
	}
	for pid := os.Getppid(); pid > 0; pid = parentOf(pid) {
		group, err := unix.Getpgid(pid)
		theirs, sidErr := unix.Getsid(pid)
		if err != nil || sidErr != nil || theirs != session {
			return true
		}
		if group != unix.Getpgrp() {
			return false
		}
	}
	return true
}

// parentOf returns a process's parent, 0 where the system does not tell.
func parentOf(pid int) int {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// The name in brackets may hold anything; what follows it is plain.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 2 {
		return 0
	}
	parent, _ := strconv.Atoi(fields[1])
	return parent
}
