package socket

import (
	"net"

	"golang.org/x/sys/unix"
)

// maxPath is sun_path's size less its NUL.
const maxPath = 107

// peerUID returns the uid of the process that listens at the other end, -1 if
// the system does not tell. It is information, not proof: a relay may listen.
func peerUID(stream net.Conn) int {
	uid := -1
	withDescriptor(stream, func(fd int) {
		if credentials, err := unix.GetsockoptUcred(fd, unix.SOL_SOCKET, unix.SO_PEERCRED); err == nil {
			uid = int(credentials.Uid)
		}
	})
	return uid
}
