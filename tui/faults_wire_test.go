package tui

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"

	"golang.org/x/sys/unix"

	"credscope/store"
)

// asking is one request as it came; op is "handshake" for the first.
type asking struct {
	ID      string `json:"id"`
	Op      string `json:"op"`
	Payload struct {
		Provider string `json:"provider"`
		Bucket   string `json:"bucket"`
	} `json:"payload"`
}

func (a *asking) key() store.Key {
	return store.Key{Provider: a.Payload.Provider, Bucket: a.Payload.Bucket}.Full()
}

func listOf(field string, names []string) string {
	list, _ := json.Marshal(append([]string{}, names...))
	return fmt.Sprintf(`{%q:%s}`, field, list)
}

func good(id, data string) string { return fmt.Sprintf(`{"id":%q,"ok":true,"data":%s}`, id, data) }

// refusing is a refusal, with more fields as JSON.
func refusing(id, code, more string) string {
	return fmt.Sprintf(`{"id":%q,"ok":false,"code":%q,"error":"no"%s}`, id, code, more)
}

func framed(body string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...)
}

func receive(stream io.Reader) ([]byte, error) {
	var header [4]byte
	if _, err := io.ReadFull(stream, header[:]); err != nil {
		return nil, err
	}
	body := make([]byte, binary.BigEndian.Uint32(header[:]))
	_, err := io.ReadFull(stream, body)
	return body, err
}

// peek waits for a request and leaves it where it is. Clients write each with
// one system call, so that it arrives whole.
func peek(stream *net.UnixConn) (*asking, error) {
	raw, err := stream.SyscallConn()
	if err != nil {
		return nil, err
	}
	buffer := make([]byte, 64<<10)
	n := 0
	var failed error
	err = raw.Read(func(fd uintptr) bool {
		n, _, failed = unix.Recvfrom(int(fd), buffer, unix.MSG_PEEK)
		return !errors.Is(failed, unix.EAGAIN)
	})
	if err = errors.Join(err, failed); err != nil {
		return nil, err
	}
	if n < 4 {
		return nil, io.EOF
	}
	size := 4 + int(binary.BigEndian.Uint32(buffer))
	var a asking
	return &a, json.Unmarshal(buffer[4:min(n, size)], &a)
}
