package socket

import (
	"errors"
	"net"
	"os"
)

const (
	minVersion = 1
	maxVersion = 2

	opHandshake = "handshake"
	opCancel    = "cancel"
)

// handshakeReply is the host's first frame, its values unread.
type handshakeReply struct{ Op, OK, Code, Message, Data field }

func (r *handshakeReply) members() members {
	return members{{"op", &r.Op}, {"ok", &r.OK}, {"code", &r.Code}, {"error", &r.Message}, {"data", &r.Data}}
}

// encodeOffer builds the client's first frame: versions 1..2, which every
// released host accepts, and the capability if there is one.
func encodeOffer(capability []byte) []byte {
	frame := newFrame(160)
	frame = append(frame, `{"v":2,"op":"handshake","payload":{"minVersion":1,"maxVersion":2`...)
	if len(capability) > 0 {
		frame = append(frame, `,"capabilityToken":"`...)
		//lint:ignore S1011 byte by byte, see move
		for _, b := range capability { //nolint:staticcheck // as above
			frame = append(frame, b)
		}
		frame = append(frame, '"')
	}
	return seal(append(frame, "}}"...))
}

// offerHandshake speaks first on a new connection and returns the version that
// the host chose. The connection's deadline must be set.
func offerHandshake(c *conn, capability []byte) (version int, err error) {
	offer := encodeOffer(capability)
	_, err = c.send(offer)
	clear(offer)
	if err != nil {
		return 0, handshakeLoss(c, err)
	}
	frame, err := c.receive()
	if err != nil {
		return 0, handshakeLoss(c, err)
	}
	var answer handshakeReply
	if err := decodeObject(frame, answer.members()); err != nil {
		return 0, &HandshakeError{Kind: HandshakeMalformed, Err: err}
	}
	return answer.version()
}

// handshakeLoss tells a host that hung up from one that is silent and one that
// sends what is no frame.
func handshakeLoss(c *conn, err error) error {
	if oversize, ok := errors.AsType[*FrameError](err); ok {
		return &HandshakeError{Kind: HandshakeMalformed, Err: oversize}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		if c.partial() {
			return &HandshakeError{Kind: HandshakeMalformed, Err: &ProtocolError{What: "the frame did not arrive whole"}}
		}
		return &HandshakeError{Kind: HandshakeTimedOut, Err: ErrTimeout}
	}
	if errors.Is(err, net.ErrClosed) {
		return err
	}
	return &HandshakeError{Kind: HandshakeClosed, Err: err}
}

func (r *handshakeReply) version() (int, error) {
	malformed := func(what string) (int, error) {
		return 0, &HandshakeError{Kind: HandshakeMalformed, Err: &ProtocolError{Op: opHandshake, What: what}}
	}
	if op, ok := r.Op.beginning(maxWord); !ok || op != opHandshake {
		return malformed("op is not handshake")
	}
	var data struct {
		Version field `json:"version"`
	}
	var result any = &data
	if r.Data.absent() {
		result = nil // a missing version is 1
	}
	envelope := reply{OK: r.OK, Code: r.Code, Message: r.Message, Data: r.Data}
	err := envelope.outcome(opHandshake, result)
	if refusal, ok := errors.AsType[*ResponseError](err); ok {
		return 0, &HandshakeError{Kind: HandshakeRefused, Code: refusal.Code, Message: refusal.Message}
	}
	if err != nil {
		return 0, &HandshakeError{Kind: HandshakeMalformed, Err: err}
	}
	switch string(data.Version) {
	case "", "1":
		return 1, nil
	case "2":
		return 2, nil
	}
	if _, ok := data.Version.number(); !ok {
		return malformed("version is not a number")
	}
	return 0, &HandshakeError{Kind: HandshakeUnsupported, Version: string(data.Version[:min(len(data.Version), 32)])}
}

func shorten(s string, limit int) string { return s[:min(len(s), limit)] }
