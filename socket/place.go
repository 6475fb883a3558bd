package socket

import (
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Place is what stands at a socket's path, as far as it could be looked at.
type Place struct {
	Path      string
	Bytes     int // of the path
	MaxBytes  int // that the system allows
	Found     bool
	Type      string      // "socket", "symbolic link", "directory", "file" or "device"
	UID       int         // of the owner
	Mode      fs.FileMode // permissions
	Directory string      // that holds it
	DirFound  bool
	DirUID    int
	DirMode   fs.FileMode // permissions and the sticky bit
}

// Survey looks at a path without connecting to it. PathErr refuses the path as
// it is written, PlaceErr what stands there; both are a *[ConnectError], the one
// that a Client would end with.
func Survey(path string) (p Place, pathErr, placeErr error) {
	p = Place{Path: path, Bytes: len(path), MaxBytes: maxPath, Directory: filepath.Dir(path)}
	if err := checkPath(path); err != nil {
		return p, err, nil
	}
	var st unix.Stat_t
	if info, err := os.Lstat(path); err == nil && unix.Lstat(path, &st) == nil {
		p.Found, p.Type, p.UID, p.Mode = true, typeName(info.Mode()), int(st.Uid), info.Mode().Perm()
	}
	if info, err := os.Stat(p.Directory); err == nil && unix.Stat(p.Directory, &st) == nil {
		p.DirFound, p.DirUID, p.DirMode = true, int(st.Uid), info.Mode()&(fs.ModePerm|fs.ModeSticky)
	}
	_, _, err := look(path)
	return p, nil, err
}

// Unsafe reports a directory in which everybody may replace the socket.
func (p Place) Unsafe() bool { return p.DirMode&0o002 != 0 && p.DirMode&fs.ModeSticky == 0 }

// Open reports a socket that everybody may write to.
func (p Place) Open() bool { return p.Mode&0o002 != 0 }

// Trusted reports an owner from whom a host is expected: oneself, root, or a
// uid that the container does not map.
func (p Place) Trusted() bool { return trustedUID(p.UID) }

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
