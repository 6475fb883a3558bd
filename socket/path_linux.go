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

// ownDescriptors is where the system lists what this process holds open.
const ownDescriptors = "/proc/self/fd/"

// reach looks at the socket at path and connects to the very socket that it
// looked at, whatever has its name by then.
func reach(ctx context.Context, path string) (net.Conn, identity, []string, error) {
	return reachThrough(ctx, ownDescriptors, path)
}

// reachThrough connects by way of a descriptor: looking, connecting by name and
// looking again would not notice a name that was given to another socket and
// given back in between. Without /proc there is only the name, so no capability
// may be sent.
func reachThrough(ctx context.Context, descriptors, path string) (net.Conn, identity, []string, error) {
	fd, id, warnings, err := hold(path)
	if err != nil {
		return nil, id, nil, err
	}
	defer func() { _ = unix.Close(fd) }()
	stream, err := new(net.Dialer).DialContext(ctx, "unix", descriptors+strconv.Itoa(fd))
	if unresolved(err) {
		warnings = append(warnings, "without /proc the socket could be exchanged while connecting")
		stream, err = new(net.Dialer).DialContext(ctx, "unix", path)
	}
	if err != nil {
		return nil, id, nil, systemError(path, err)
	}
	return stream, id, warnings, nil
}

// unresolved reports that the descriptor's name may have led nowhere. A refusal
// of the socket itself looks the same and comes again when it is asked by name.
func unresolved(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) ||
		errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ELOOP)
}

// hold opens what stands at the path, without connecting to it, in a directory
// that is held as well: the two that are assessed belong together.
func hold(path string) (fd int, id identity, warnings []string, err error) {
	folder, name := split(path)
	var st, dir unix.Stat_t
	held, err := unix.Open(folder, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, id, nil, systemError(path, err)
	}
	defer func() { _ = unix.Close(held) }()
	fd, err = unix.Openat(held, name, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, id, nil, systemError(path, err)
	}
	if err = errors.Join(unix.Fstat(held, &dir), unix.Fstat(fd, &st)); err != nil {
		err = systemError(path, err)
	} else {
		id, warnings, err = assess(path, &st, &dir)
	}
	if err != nil {
		_ = unix.Close(fd)
		return -1, id, nil, err
	}
	return fd, id, warnings, nil
}
