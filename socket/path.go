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

// WorldWritable is the warning about a socket with permissions that let any user
// connect.
const WorldWritable = "socket is world-writable"

// overflowUID is the uid that the system shows in a container for every uid
// outside the container's uid map.
const overflowUID = 65534

// identity distinguishes one host's socket from another at the same path.
type identity struct {
	device, inode uint64
	bound         int64 // modification time in nanoseconds: when the host bound it
	peer          int   // uid of the listening process, -1 if unknown
}

// PathInfo describes a socket's path and what is there.
type PathInfo struct {
	Path      string
	Bytes     int // length of the path
	MaxBytes  int // length that the system allows
	Found     bool
	Type      string      // "socket", "symbolic link", "directory", "file" or "device"
	UID       int         // of the owner
	Mode      fs.FileMode // permissions
	Directory string      // of the socket, not cleaned: a ".." stays as in the path
	DirFound  bool
	DirUID    int
	DirMode   fs.FileMode // permissions and the sticky bit
}

// Inspect describes path without connecting to it. pathErr is the error of an
// invalid path, placeErr that of what is at the path. Both are the
// *[ConnectError] with which a Client would fail.
func Inspect(path string) (p PathInfo, pathErr, placeErr error) {
	dir, _ := split(path)
	p = PathInfo{Path: path, Bytes: len(path), MaxBytes: maxPath, Directory: dir}
	if len(dir) > 1 {
		p.Directory = strings.TrimSuffix(dir, "/")
	}
	if err := validatePath(path); err != nil {
		return p, err, nil
	}
	var st unix.Stat_t
	if info, err := os.Lstat(path); err == nil && unix.Lstat(path, &st) == nil {
		p.Found, p.Type, p.UID, p.Mode = true, typeName(info.Mode()), int(st.Uid), info.Mode().Perm()
	}
	if info, err := os.Stat(dir); err == nil && unix.Stat(dir, &st) == nil {
		p.DirFound, p.DirUID, p.DirMode = true, int(st.Uid), info.Mode()&(fs.ModePerm|fs.ModeSticky)
	}
	_, _, err := stat(path)
	return p, nil, err
}

// Unsafe reports a directory in which any user may replace the socket.
func (p PathInfo) Unsafe() bool { return p.DirMode&0o002 != 0 && p.DirMode&fs.ModeSticky == 0 }

// Open reports a socket that any user may connect to.
func (p PathInfo) Open() bool { return p.Mode&0o002 != 0 }

// Trusted reports whether the owner is the current user, root, or a uid outside
// the container's uid map.
func (p PathInfo) Trusted() bool { return trustedUID(p.UID) }

func typeName(mode fs.FileMode) string {
	switch mode.Type() {
	case fs.ModeSocket:
		return "socket"
	case fs.ModeSymlink:
		return "symbolic link"
	case fs.ModeDir:
		return "directory"
	case 0:
		return "file"
	default:
		return "device"
	}
}

// validatePath refuses a path that cannot name a host's socket, without access to
// the file system.
func validatePath(path string) error {
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

// split returns the directory and the name within it. It does not clean the
// path: for the system, ".." after a symbolic link is the parent of the link's
// target.
func split(path string) (dir, name string) {
	at := strings.LastIndexByte(path, '/') + 1
	if name = path[at:]; name == "" {
		name = "."
	}
	return path[:at], name
}

// stat checks what is at the path. The identity has no peer.
func stat(path string) (id identity, warnings []string, err error) {
	var st, dirStat unix.Stat_t
	dir, _ := split(path)
	if err := unix.Lstat(path, &st); err != nil {
		return id, nil, systemError(path, err)
	}
	if err := unix.Stat(dir, &dirStat); err != nil {
		return id, nil, systemError(path, err)
	}
	return check(path, &st, &dirStat)
}

// check refuses what cannot be a host's socket, by its attributes and those of
// its directory. Warnings are facts that are common in containers; a capability
// is not sent if there are any.
func check(path string, st, dir *unix.Stat_t) (id identity, warnings []string, err error) {
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFSOCK:
	case unix.S_IFLNK:
		return id, nil, &ConnectError{Kind: Symlink, Path: path, Detail: "a symbolic link, not the socket itself"}
	default:
		return id, nil, &ConnectError{Kind: NotSocket, Path: path, Detail: "not a socket"}
	}
	if dir.Mode&unix.S_IWOTH != 0 && dir.Mode&unix.S_ISVTX == 0 {
		return id, nil, &ConnectError{Kind: UnsafeDirectory, Path: path, Detail: "any user may replace files in its directory"}
	}
	if !trustedUID(int(st.Uid)) {
		warnings = append(warnings, fmt.Sprintf("socket belongs to uid %d", st.Uid))
	}
	if st.Mode&unix.S_IWOTH != 0 {
		warnings = append(warnings, WorldWritable)
	}
	id = identity{device: uint64(st.Dev), inode: st.Ino, bound: st.Mtim.Nano(), peer: -1}
	return id, warnings, nil
}

func trustedUID(uid int) bool {
	return uid == os.Geteuid() || uid == 0 || uid == overflowUID
}

// dialPath checks path, connects to the socket there, and checks that the path
// still names that socket.
func dialPath(ctx context.Context, path string) (net.Conn, *identity, []string, error) {
	if err := validatePath(path); err != nil {
		return nil, nil, nil, err
	}
	stream, id, warnings, err := dial(ctx, path)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := stillThere(path, id); err != nil {
		_ = stream.Close()
		return nil, nil, nil, err
	}
	id.peer = peerUID(stream)
	if id.peer >= 0 && !trustedUID(id.peer) {
		warnings = append(warnings, fmt.Sprintf("the answering process has uid %d", id.peer))
	}
	return stream, &id, warnings, nil
}

// stillThere stats the path again. A change means that the host removed its
// socket or that it was replaced.
func stillThere(path string, before identity) error {
	after, _, err := stat(path)
	if gone, ok := errors.AsType[*ConnectError](err); ok && gone.Kind == Missing {
		return err
	}
	if err != nil || after != before {
		return &ConnectError{Kind: Replaced, Path: path, Detail: "the socket was replaced while connecting"}
	}
	return nil
}

// peerUID returns the uid of the process that listens at the other end, -1 if
// unknown. That process may be a relay, so the uid proves nothing about the host.
func peerUID(stream net.Conn) int {
	uid := -1
	if unixStream, ok := stream.(*net.UnixConn); ok {
		if raw, err := unixStream.SyscallConn(); err == nil {
			_ = raw.Control(func(fd uintptr) { uid = socketPeer(int(fd)) })
		}
	}
	return uid
}

// systemError returns the system's error as a *ConnectError. It keeps the errno
// only, because the error's own text repeats the path unquoted.
func systemError(path string, err error) error {
	e := &ConnectError{Kind: ConnectFailed, Path: path, Detail: "cannot connect"}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		e.Err = errno
	}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		e.Kind, e.Detail = Missing, "nothing there"
	case errors.Is(err, fs.ErrPermission):
		e.Kind, e.Detail = NotPermitted, "not permitted"
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Kind, e.Detail = Refused, "no process listens"
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
