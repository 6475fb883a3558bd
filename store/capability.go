package store

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// The environment variables that a sandbox's launcher sets.
const (
	SocketVariable     = "LLXPRT_CREDENTIAL_SOCKET" // path of the proxy's socket
	CapabilityVariable = "LLXPRT_CAPABILITY_FD"     // descriptor of the capability, always 3
)

const capabilityFD = 3

// FromEnvironment returns the store of the host that LLXPRT_CREDENTIAL_SOCKET
// names. The error is [ErrNoProxy] if the variable is unset or empty, and a
// [*CapabilityError] if the capability that LLXPRT_CAPABILITY_FD announces cannot
// be used. o.Capability, if there is one, is sent in place of the announced one.
//
// getenv and unsetenv are usually [os.Getenv] and [os.Unsetenv]. Even on errors,
// the descriptor is consumed and unsetenv removes LLXPRT_CAPABILITY_FD.
func FromEnvironment(getenv func(string) string, unsetenv func(string) error, o Options) (*ProxyTokenStore, error) {
	capability, err := CapabilityFromEnvironment(getenv, unsetenv)
	path := getenv(SocketVariable)
	switch {
	case path == "":
		capability.Wipe()
		return nil, ErrNoProxy
	case err != nil:
		return nil, err
	case o.Capability.Empty():
		o.Capability = capability
	default:
		capability.Wipe()
	}
	return NewProxyTokenStore(path, o), nil
}

// CapabilityError means that a capability was announced and cannot be used.
type CapabilityError struct {
	Reason string // quotes nothing that was read from the descriptor
}

func (e *CapabilityError) Error() string { return "capability: " + e.Reason }

// CapabilityFromEnvironment reads the capability from the descriptor that
// LLXPRT_CAPABILITY_FD names, and removes the variable by unsetenv. It returns the
// empty Secret if the variable is unset or empty. Errors are [*CapabilityError].
func CapabilityFromEnvironment(getenv func(string) string, unsetenv func(string) error) (Secret, error) {
	value := getenv(CapabilityVariable)
	var unsetErr error
	if unsetenv(CapabilityVariable) != nil {
		unsetErr = &CapabilityError{CapabilityVariable + " cannot be removed from the environment"}
	}
	if value == "" {
		return Secret{}, unsetErr
	}
	fd, err := strconv.Atoi(value)
	if err != nil || strconv.Itoa(fd) != value {
		return Secret{}, &CapabilityError{CapabilityVariable + " is not a file descriptor"}
	}
	if fd != capabilityFD {
		return Secret{}, &CapabilityError{fmt.Sprintf("%s must be %d", CapabilityVariable, capabilityFD)}
	}
	capability, err := ReadCapability(fd)
	if err == nil && unsetErr != nil {
		capability.Wipe()
		return Secret{}, unsetErr
	}
	return capability, err
}

const (
	capabilitySize = 64  // hex digits
	maxCapability  = 128 // bytes read at most
)

// ReadCapability reads a capability, 64 lowercase hex digits and a line feed, from
// a descriptor until its end, and closes the descriptor. It reads 129 bytes at
// most. Errors are [*CapabilityError].
//
// Descriptors 0 to 2, and those with the close-on-exec flag, which this process
// opened itself, are an error and stay open.
func ReadCapability(fd int) (Secret, error) {
	if fd <= int(os.Stderr.Fd()) {
		return Secret{}, &CapabilityError{fmt.Sprintf("descriptor %d is not for capabilities", fd)}
	}
	switch flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); {
	case err != nil:
		return Secret{}, &CapabilityError{fmt.Sprintf("descriptor %d is not open", fd)}
	case flags&unix.FD_CLOEXEC != 0:
		return Secret{}, &CapabilityError{fmt.Sprintf("descriptor %d was not inherited", fd)}
	}
	file := os.NewFile(uintptr(fd), "capability")
	defer func() { _ = file.Close() }()
	var content [maxCapability + 1]byte
	defer clear(content[:])
	n, err := io.ReadFull(file, content[:])
	if err != io.EOF && err != io.ErrUnexpectedEOF && err != nil {
		return Secret{}, &CapabilityError{fmt.Sprintf("descriptor %d cannot be read", fd)}
	}
	if !isCapability(content[:n]) {
		return Secret{}, &CapabilityError{fmt.Sprintf("descriptor %d does not hold 64 lowercase hex digits and a line feed", fd)}
	}
	return NewSecret(content[:n-1]), nil
}

func isCapability(content []byte) bool {
	digits, ended := bytes.CutSuffix(content, []byte("\n"))
	for _, c := range digits {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return ended && len(digits) == capabilitySize
}
