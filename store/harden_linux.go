package store

import "golang.org/x/sys/unix"

// Harden keeps other processes of the same user and debuggers from reading this
// process's memory, and disables core files. Call it before any token can arrive.
func Harden() error {
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return err
	}
	return unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
}
