package store

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"

	"credscope/socket"
)

// The variables by which a sandbox's launcher tells of the proxy.
const (
	SocketVariable     = "LLXPRT_CREDENTIAL_SOCKET"
	CapabilityVariable = "LLXPRT_CAPABILITY_FD"

	// capabilityFD is the only descriptor that launchers use.
	capabilityFD = 3
)

// FromEnvironment returns the store of the host that the environment names:
// [ErrNoProxy] if LLXPRT_CREDENTIAL_SOCKET is unset or empty. If
// LLXPRT_CAPABILITY_FD names a descriptor and o has no capability, it is read
// from there; forget, such as os.Unsetenv, then removes the variable. The
// descriptor is consumed and the variable removed in any case, also on errors.
func FromEnvironment(getenv func(string) string, forget func(string) error, o socket.Options) (*ProxyTokenStore, error) {
	capability, err := CapabilityFromEnvironment(getenv, forget)
	path := getenv(SocketVariable)
	switch {
	case path == "":
		capability.Wipe()
		return nil, ErrNoProxy
	case err != nil:
		return nil, err
	case o.Capability == nil && !capability.Empty():
		o.Capability = capability
	default:
		capability.Wipe()
	}
	return NewProxyTokenStore(path, o), nil
}

// CapabilityError is a capability that was announced and cannot be used.
// Reason is in our own words and holds nothing of what the descriptor gave.
type CapabilityError struct{ Reason string }

func (e *CapabilityError) Error() string { return "capability: " + e.Reason }

// CapabilityFromEnvironment takes the capability that LLXPRT_CAPABILITY_FD
// announces; the empty Secret if there is none. The variable is removed.
func CapabilityFromEnvironment(getenv func(string) string, forget func(string) error) (Secret, error) {
	marker := getenv(CapabilityVariable)
	var stuck error
	if forget(CapabilityVariable) != nil {
		stuck = &CapabilityError{CapabilityVariable + " cannot be removed from the environment"}
	}
	if marker == "" {
		return Secret{}, stuck
	}
	fd, err := strconv.Atoi(marker)
	if err != nil || strconv.Itoa(fd) != marker {
		return Secret{}, &CapabilityError{CapabilityVariable + " is not a file descriptor"}
	}
	if fd != capabilityFD {
		return Secret{}, &CapabilityError{fmt.Sprintf("%s must be %d", CapabilityVariable, capabilityFD)}
	}
	capability, err := ReadCapability(fd)
	if err == nil && stuck != nil {
		capability.Wipe()
		return Secret{}, stuck
	}
	return capability, err
}

const (
	capabilitySize = 64  // hex digits
	maxCapability  = 128 // bytes read at most
)

// ReadCapability reads a capability, 64 lowercase hex digits and a line feed,
// from a descriptor to its end, and closes the descriptor.
func ReadCapability(fd int) (Secret, error) {
	if fd <= int(os.Stderr.Fd()) {
		return Secret{}, &CapabilityError{fmt.Sprintf("descriptor %d is not for capabilities", fd)}
	}
	file := os.NewFile(uintptr(fd), "capability")
	if file == nil {
		return Secret{}, &CapabilityError{fmt.Sprintf("descriptor %d is not open", fd)}
	}
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
