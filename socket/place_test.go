package socket_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"

	"credscope/socket"
)

func TestASurveyTellsWhatStandsAtAPath(t *testing.T) {
	dir, err := os.MkdirTemp("", "place-") // short enough for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, "s")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	plain, link := filepath.Join(dir, "plain"), filepath.Join(dir, "link")
	if err := errors.Join(os.Chmod(path, 0o602), os.WriteFile(plain, nil, 0o600), os.Symlink(path, link)); err != nil {
		t.Fatal(err)
	}

	p, pathErr, placeErr := socket.Survey(path)
	if pathErr != nil || placeErr != nil || !p.Found || p.Type != "socket" || p.UID != os.Geteuid() || !p.Trusted() ||
		p.Mode != 0o602 || !p.Open() || p.Directory != dir || !p.DirFound || p.DirMode != 0o700 || p.Unsafe() || p.Bytes != len(path) {
		t.Errorf("%+v, %v, %v", p, pathErr, placeErr)
	}
	for path, want := range map[string]struct {
		kind     socket.ConnectKind
		typeName string
	}{
		plain:                        {socket.NotSocket, "file"},
		link:                         {socket.Symlink, "symbolic link"},
		dir:                          {socket.NotSocket, "directory"},
		"/dev/null":                  {socket.NotSocket, "device"},
		filepath.Join(dir, "absent"): {socket.Missing, ""},
	} {
		p, pathErr, placeErr := socket.Survey(path)
		e, ok := errors.AsType[*socket.ConnectError](placeErr)
		if pathErr != nil || !ok || e.Kind != want.kind || p.Type != want.typeName || p.Found != (want.typeName != "") {
			t.Errorf("%s: %+v, %v, %v", path, p, pathErr, placeErr)
		}
	}
}

func TestASurveyRefusesAPathAsItIsWritten(t *testing.T) {
	for _, path := range []string{"", "relative", `\\.\pipe\x`, "/a\x00"} {
		p, pathErr, placeErr := socket.Survey(path)
		if _, ok := errors.AsType[*socket.ConnectError](pathErr); !ok || placeErr != nil || p.Found || p.DirFound {
			t.Errorf("%q: %+v, %v, %v", path, p, pathErr, placeErr)
		}
	}
}
