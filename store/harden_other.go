//go:build !linux

package store

import "golang.org/x/sys/unix"

// Harden lets no core file be written. Other systems have no counterpart to
// Linux' non-dumpable processes.
func Harden() error {
	return unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
}
