package tui

import "golang.org/x/sys/unix"

// parentOf returns a process's parent, 0 if it is unknown.
func parentOf(pid int) int {
	process, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil {
		return 0
	}
	return int(process.Eproc.Ppid)
}
