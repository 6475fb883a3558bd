package socket

import (
	"io"
	"testing"
)

func TestErrorTextsQuoteForeignWords(t *testing.T) {
	for _, s := range []struct {
		err  error
		want string
	}{
		{&ResponseError{Op: "get_token", Code: "\x1b", Message: "\x07"}, `get_token refused with code "\x1b": "\a"`},
		{&ConnectError{Path: "/a\n", Detail: "nothing there"}, `socket "/a\n": nothing there`},
		{&ConnectError{Path: "/a", Detail: "cannot connect", Err: io.EOF}, `socket "/a": cannot connect: EOF`},
		{&HandshakeError{Kind: HandshakeUnsupported, Version: "\u009b9"}, `the host answered the handshake with version "\u009b9"; this program speaks 1 and 2`},
		{&FrameError{Size: 7, Limit: 5}, "frame of 7 bytes, limit 5"},
		{&FrameError{Limit: 5}, "empty frame"},
		{&ProtocolError{What: "broken JSON"}, "malformed answer: broken JSON"},
		{&ProtocolError{Op: "get_token", What: "broken JSON"}, "malformed answer to get_token: broken JSON"},
	} {
		if got := s.err.Error(); got != s.want {
			t.Errorf("got %s, want %s", got, s.want)
		}
	}
}
