package socket

import (
	"context"
	"net"
)

// reach looks at the socket at path and connects to what has this name then.
func reach(ctx context.Context, path string) (net.Conn, identity, []string, error) {
	id, warnings, err := look(path)
	if err != nil {
		return nil, id, nil, err
	}
	stream, err := new(net.Dialer).DialContext(ctx, "unix", path)
	if err != nil {
		return nil, id, nil, systemError(path, err)
	}
	return stream, id, warnings, nil
}
