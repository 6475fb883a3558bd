package socket

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// overflowUID stands for every uid that a container's uid map leaves out.
const overflowUID = 65534

// identity tells one host's socket from another at the same path.
type identity struct {
	device, inode uint64
	bound         int64 // modification time in nanoseconds: when the host bound it
	peer          int   // uid of the process that listens, -1 if the system does not tell
}

// checkPath refuses what cannot name a host's socket, before anything is touched.
func checkPath(path string) error {
	invalid := func(kind ConnectKind, detail string) error {
		return &ConnectError{Kind: kind, Path: path, Detail: detail}
	}
	switch {
	case path == "":
		return invalid(PathInvalid, "the path is empty")
	case strings.HasPrefix(path, `\\.\pipe\`):
		return invalid(PathPipe, "Windows named pipes are not supported here")
	case strings.ContainsFunc(path, func(r rune) bool { return r < 0x20 || r == 0x7f }):
		return invalid(PathInvalid, "the path holds control characters")
	case !filepath.IsAbs(path):
		return invalid(PathInvalid, "the path is not absolute")
	case len(path) > maxPath:
		return invalid(PathTooLong, fmt.Sprintf("the path has %d bytes, the system allows %d", len(path), maxPath))
	}
	return nil
}

// look finds out what stands at the path. The result has no peer yet. Warnings
// are facts that are ordinary in containers but forbid sending a capability.
func look(path string) (id identity, warnings []string, err error) {
	var st, dir unix.Stat_t
	if err := unix.Lstat(path, &st); err != nil {
		return id, nil, systemError(path, err)
	}
	folder, _ := split(path)
	if err := unix.Stat(folder, &dir); err != nil {
		return id, nil, systemError(path, err)
	}
	return assess(path, &st, &dir)
}

// split parts a path where the system does. Cleaning it first would take a ".."
// after a symbolic link for another directory than the system's.
func split(path string) (dir, name string) {
	at := strings.LastIndexByte(path, '/') + 1
	if name = path[at:]; name == "" {
		name = "."
	}
	return path[:at], name
}

// assess refuses what is no host's socket, by what the system says of it and of
// the directory that holds it.
func assess(path string, st, dir *unix.Stat_t) (id identity, warnings []string, err error) {
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFSOCK:
	case unix.S_IFLNK:
		return id, nil, &ConnectError{Kind: Symlink, Path: path, Detail: "a symbolic link, not the socket itself"}
	default:
		return id, nil, &ConnectError{Kind: NotSocket, Path: path, Detail: "not a socket"}
	}
	if dir.Mode&unix.S_IWOTH != 0 && dir.Mode&unix.S_ISVTX == 0 {
		return id, nil, &ConnectError{Kind: UnsafeDirectory, Path: path, Detail: "everybody may replace files in its directory"}
	}
	if !trustedUID(int(st.Uid)) {
		warnings = append(warnings, fmt.Sprintf("socket belongs to uid %d", st.Uid))
	}
	if st.Mode&unix.S_IWOTH != 0 {
		warnings = append(warnings, "socket is writable by everybody")
	}
	id = identity{device: uint64(st.Dev), inode: st.Ino, bound: st.Mtim.Nano(), peer: -1}
	return id, warnings, nil
}

func trustedUID(uid int) bool {
	return uid == os.Geteuid() || uid == 0 || uid == overflowUID
}

// dialPath connects to the socket at path and makes sure that what it looked at
// is what it reached.
func dialPath(ctx context.Context, path string) (net.Conn, identity, []string, error) {
	if err := checkPath(path); err != nil {
		return nil, identity{}, nil, err
	}
	stream, before, warnings, err := reach(ctx, path)
	if err != nil {
		return nil, identity{}, nil, err
	}
	if err := stillThere(path, before); err != nil {
		_ = stream.Close()
		return nil, identity{}, nil, err
	}
	before.peer = peerUID(stream)
	if before.peer >= 0 && !trustedUID(before.peer) {
		warnings = append(warnings, fmt.Sprintf("the answering process has uid %d", before.peer))
	}
	return stream, before, warnings, nil
}

// stillThere looks once more: a socket that left its path while we connected has
// been given up by its host, or taken away from it.
func stillThere(path string, before identity) error {
	after, _, err := look(path)
	if gone, ok := errors.AsType[*ConnectError](err); ok && gone.Kind == Missing {
		return err
	}
	if err != nil || after != before {
		return &ConnectError{Kind: Replaced, Path: path, Detail: "the socket was replaced while connecting"}
	}
	return nil
}

// systemError gives the system's refusal a kind.
func systemError(path string, err error) error {
	e := &ConnectError{Kind: ConnectFailed, Path: path, Detail: "cannot connect"}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		e.Err = errno // not err itself, which repeats the path unquoted
	}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		e.Kind, e.Detail = Missing, "nothing there"
	case errors.Is(err, fs.ErrPermission):
		e.Kind, e.Detail = NotPermitted, "not permitted"
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Kind, e.Detail = Refused, "nobody listens"
	case errors.Is(err, syscall.EAGAIN):
		e.Kind, e.Detail = Busy, "the host's queue is full"
	case errors.Is(err, syscall.EPROTOTYPE):
		e.Kind, e.Detail = NotSocket, "a socket, but not a stream socket"
	case errors.Is(err, context.Canceled):
		e.Err = context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		e.Err = context.DeadlineExceeded
	}
	return e
}
