package tui

import (
	"io"
	"os"
	"os/signal"
	"time"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/sys/unix"

	"credscope/tui/theme"
)

// suspend gives the terminal back to the shell until the program is continued.
func (m *Model) suspend() tea.Cmd {
	if orphaned() {
		m.say(theme.Warning, "There is no shell to return to, so credscope stays")
		return nil
	}
	return tea.Exec(selfStop{stopGroup}, func(err error) tea.Msg {
		if err != nil {
			return leaveMsg{} // nothing is drawn or read any more
		}
		return tea.ResumeMsg{}
	})
}

// selfStop stops this process and its group with stop. The framework sends SIGTSTP,
// which does nothing any more once Go has caught it.
type selfStop struct{ stop func() error }

func stopGroup() error { return unix.Kill(0, unix.SIGSTOP) }

const (
	// stopping is longer than a stop takes to reach every thread.
	stopping = 2 * time.Second
	// tickerStops is longer than the framework takes to stop its ticker of frames.
	tickerStops = 50 * time.Millisecond
)

// Run returns when the process has been continued. The stop may take a moment to
// reach this thread, so it waits for SIGCONT. A thread that runs again after the time
// limit has been stopped and continued.
//
// The framework stops its ticker in a goroutine that it does not wait for. If that
// comes after the restart, no frame is ever drawn again, so Run lets it come first.
func (s selfStop) Run() error {
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, unix.SIGCONT)
	defer signal.Stop(continued)
	<-time.After(tickerStops)
	if err := s.stop(); err != nil {
		return err
	}
	select {
	case <-continued:
	case <-time.After(stopping):
	}
	return nil
}

func (selfStop) SetStdin(io.Reader)  {}
func (selfStop) SetStdout(io.Writer) {}
func (selfStop) SetStderr(io.Writer) {}

// waitForStop waits for a SIGTSTP from outside.
func (m *Model) waitForStop() tea.Cmd {
	if m.o.Stops == nil {
		return nil
	}
	stops, done := m.o.Stops, m.requests.ctx.Done()
	return func() tea.Msg {
		select {
		case <-stops:
			return suspendMsg{}
		case <-done:
			return nil
		}
	}
}

// orphaned reports that no shell in the session could continue this process group, as
// under docker exec. The kernel does not stop such a group.
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
