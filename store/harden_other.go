//go:build !linux

package store

import "golang.org/x/sys/unix"

// Harden disables core files. Only Linux has non-dumpable processes.
func Harden() error {
	return unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
}
