package tui

import (
	"os"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/sys/unix"
)

// suspend gives the terminal back to the shell until the program is continued.
func (m *Model) suspend() tea.Cmd {
	if orphaned() {
		m.status.note("There is no shell to return to, so credscope stays")
		return nil
	}
	if m.o.Suspending != nil {
		m.o.Suspending()
	}
	return tea.Suspend
}

// resumed takes the terminal back.
func (m *Model) resumed() tea.Cmd {
	if m.o.Resumed != nil {
		m.o.Resumed()
	}
	return tea.ClearScreen
}

// orphaned reports a process group without a shell in its session that could
// continue it, as under docker exec: the kernel lets such a group not stop.
func orphaned() bool {
	parent := os.Getppid()
	if parent <= 0 {
		return true
	}
	parentGroup, err := unix.Getpgid(parent)
	if err != nil {
		return true
	}
	parentSession, err := unix.Getsid(parent)
	if err != nil {
		return true
	}
	session, err := unix.Getsid(0)
	return err != nil || parentSession != session || parentGroup == unix.Getpgrp()
}
