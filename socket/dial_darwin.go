package socket

import (
	"context"
	"net"

	"golang.org/x/sys/unix"
)

// maxPath is the size of sun_path without its NUL.
const maxPath = 103

// dial checks the socket at path and connects to the one that the path names
// then.
func dial(ctx context.Context, path string) (net.Conn, identity, []string, error) {
	id, warnings, err := stat(path)
	if err != nil {
		return nil, id, nil, err
	}
	stream, err := new(net.Dialer).DialContext(ctx, "unix", path)
	if err != nil {
		return nil, id, nil, systemError(path, err)
	}
	return stream, id, warnings, nil
}

// socketPeer is peerUID for a descriptor.
func socketPeer(fd int) int {
	credentials, err := unix.GetsockoptXucred(fd, unix.SOL_LOCAL, unix.LOCAL_PEERCRED)
	if err != nil {
		return -1
	}
	return int(credentials.Uid)
}
