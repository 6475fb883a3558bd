package socket

import (
	"bytes"
	"crypto/subtle"
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"time"
)

const (
	minVersion = 1
	maxVersion = 2

	refusalGrace = 3 * time.Second // for a refused client to read why
)

// The client's end.

// offerHandshake sends the first frame of a connection, reads the host's reply
// and returns the version that the host chose. The framer's deadline must be set.
func offerHandshake(f *framer, capability []byte) (version int, err error) {
	offer := encodeOffer(capability)
	_, err = f.send(offer)
	clear(offer)
	if err != nil {
		return 0, handshakeError(f, err)
	}
	frame, err := f.receive()
	if err != nil {
		return 0, handshakeError(f, err)
	}
	m, err := parseMessage(frame)
	if err != nil {
		return 0, &HandshakeError{Kind: HandshakeMalformed, Err: err}
	}
	return m.acceptedVersion()
}

// encodeOffer returns the sealed first frame: versions 1 to 2, which every
// released host accepts, and the capability unless it is empty.
func encodeOffer(capability []byte) []byte {
	frame := newFrame(160)
	frame = append(frame, `{"v":2,"op":"handshake","payload":{"minVersion":1,"maxVersion":2`...)
	if len(capability) > 0 {
		frame = append(frame, `,"capabilityToken":"`...)
		//lint:ignore S1011 append of a slice would use vector registers, see move
		for _, b := range capability { //nolint:staticcheck // as above
			frame = append(frame, b)
		}
		frame = append(frame, '"')
	}
	return seal(append(frame, "}}"...))
}

// handshakeError gives a failure of the stream the kind that fits the host's
// behavior: closed, silent, or not a valid frame.
func handshakeError(f *framer, err error) error {
	if size, ok := errors.AsType[*FrameError](err); ok {
		return &HandshakeError{Kind: HandshakeMalformed, Err: size}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		if f.partial() {
			return &HandshakeError{Kind: HandshakeMalformed, Err: &ProtocolError{What: "the frame did not arrive whole"}}
		}
		return &HandshakeError{Kind: HandshakeTimedOut, Err: ErrTimeout}
	}
	if errors.Is(err, net.ErrClosed) {
		return err
	}
	return &HandshakeError{Kind: HandshakeClosed, Err: err}
}

// acceptedVersion returns the version that an accepting host's reply names, 1 if it names none.
func (m *message) acceptedVersion() (int, error) {
	malformed := func(what string) (int, error) {
		return 0, &HandshakeError{Kind: HandshakeMalformed, Err: &ProtocolError{Op: opHandshake, What: what}}
	}
	if op, ok := m.Op.prefix(maxWord); !ok || op != opHandshake {
		return malformed("op is not handshake")
	}
	m.RetryAfter = nil // has no meaning here, so its type is not checked
	err := m.decodeReply(opHandshake, nil)
	if refusal, ok := errors.AsType[*ResponseError](err); ok {
		return 0, &HandshakeError{Kind: HandshakeRefused, Code: refusal.Code, Message: refusal.Message}
	}
	if err != nil {
		return 0, &HandshakeError{Kind: HandshakeMalformed, Err: err}
	}
	version := m.Data.member("version")
	switch string(version) {
	case "", "1":
		return 1, nil
	case "2":
		return 2, nil
	}
	if _, ok := version.number(); !ok {
		return malformed("version is not a number")
	}
	return 0, &HandshakeError{Kind: HandshakeUnsupported, Version: string(version[:min(len(version), 32)])}
}

// The host's end.

// negotiate returns the version to speak with a client whose first frame is m, 0
// for none. highest is the host's.
func (m *message) negotiate(highest int) int {
	v, hasV := m.V.number()
	low, hasLow := m.Payload.member("minVersion").number()
	high, hasHigh := m.Payload.member("maxVersion").number()
	bounded := hasLow && hasHigh
	within := bounded && low <= high && high >= minVersion && low <= float64(highest)
	switch {
	case highest == 1 && hasV && v == 1:
		return 1
	case bounded && (low != math.Trunc(low) || high != math.Trunc(high)):
		return 0
	case within:
		return int(min(high, float64(highest)))
	case !bounded && hasV && v == math.Trunc(v) && v >= minVersion && v <= float64(highest):
		return int(v)
	}
	return 0
}

// acceptHandshake answers the first frame and reports whether the connection may
// go on. Like released hosts it treats any first frame as a handshake.
func (s *serverConn) acceptHandshake(first []byte) bool {
	if isNull(first) {
		return false
	}
	offer := readMessage(first)
	s.version = offer.negotiate(s.o.MaxVersion)
	if s.version == 0 {
		s.refuseHandshake(CodeUnknownVersion, "Unsupported protocol version")
		return false
	}
	if s.o.Capability != "" {
		token, _ := offer.Payload.member("capabilityToken").text()
		if subtle.ConstantTimeCompare([]byte(token), []byte(s.o.Capability)) != 1 {
			s.refuseHandshake(CodeUnauthorized, "Invalid or missing capability token")
			return false
		}
		s.restricted = true
	}
	return s.send(fmt.Appendf(nil, `{"v":%d,"op":"handshake","ok":true,"data":{"version":%[1]d}}`, s.version)) == nil
}

// refuseHandshake sends a refusal, half-closes the stream and waits up to
// refusalGrace for the client to close it.
func (s *serverConn) refuseHandshake(code, message string) {
	const refusal = `{"v":%d,"op":"handshake","ok":false,"code":%q,"error":%q}`
	if s.send(fmt.Appendf(nil, refusal, s.o.MaxVersion, code, message)) != nil {
		return
	}
	if half, ok := s.framer.stream.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	s.framer.deadline = time.Now().Add(refusalGrace)
	for {
		if _, err := s.framer.receive(); err != nil {
			return
		}
	}
}

func isNull(frame []byte) bool { return string(bytes.TrimSpace(frame)) == "null" }
