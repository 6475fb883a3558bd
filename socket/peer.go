package socket

import "net"

// withDescriptor lends the descriptor of a Unix stream to use.
func withDescriptor(stream net.Conn, use func(fd int)) {
	unixStream, ok := stream.(*net.UnixConn)
	if !ok {
		return
	}
	raw, err := unixStream.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { use(int(fd)) })
}
