package socket

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// maxPath is the size of sun_path without its NUL.
const maxPath = 107

// ownDescriptors is the directory of this process's open file descriptors.
const ownDescriptors = "/proc/self/fd/"

// dial checks the socket at path and connects to that same socket, even if the
// path names another one by then.
func dial(ctx context.Context, path string) (net.Conn, identity, []string, error) {
	return dialThrough(ctx, ownDescriptors, path)
}

// dialThrough connects through a descriptor of the socket. Connecting by name
// between two checks would miss a name that another socket had in between. A
// system without /proc leaves only the name, which is a warning, so that no
// capability is sent.
func dialThrough(ctx context.Context, descriptors, path string) (net.Conn, identity, []string, error) {
	fd, id, warnings, err := openPath(path)
	if err != nil {
		return nil, id, nil, err
	}
	defer func() { _ = unix.Close(fd) }()
	stream, err := new(net.Dialer).DialContext(ctx, "unix", descriptors+strconv.Itoa(fd))
	if isUnresolved(err) {
		warnings = append(warnings, "without /proc the socket could be exchanged while connecting")
		stream, err = new(net.Dialer).DialContext(ctx, "unix", path)
	}
	if err != nil {
		return nil, id, nil, systemError(path, err)
	}
	return stream, id, warnings, nil
}

// isUnresolved reports an error that may mean that the descriptor's name does not
// exist. The socket itself may cause the same errors; then the dial by name
// repeats them.
func isUnresolved(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) ||
		errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ELOOP)
}

// openPath opens what is at the path, without connecting to it, and checks it. It
// opens the directory first, so that the socket and the directory checked belong
// together. The caller closes fd.
func openPath(path string) (fd int, id identity, warnings []string, err error) {
	dir, name := split(path)
	var st, dirStat unix.Stat_t
	dirFD, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, id, nil, systemError(path, err)
	}
	defer func() { _ = unix.Close(dirFD) }()
	fd, err = unix.Openat(dirFD, name, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, id, nil, systemError(path, err)
	}
	if err = errors.Join(unix.Fstat(dirFD, &dirStat), unix.Fstat(fd, &st)); err != nil {
		err = systemError(path, err)
	} else {
		id, warnings, err = check(path, &st, &dirStat)
	}
	if err != nil {
		_ = unix.Close(fd)
		return -1, id, nil, err
	}
	return fd, id, warnings, nil
}

// socketPeer is peerUID for a descriptor.
func socketPeer(fd int) int {
	credentials, err := unix.GetsockoptUcred(fd, unix.SOL_SOCKET, unix.SO_PEERCRED)
	if err != nil {
		return -1
	}
	return int(credentials.Uid)
}
