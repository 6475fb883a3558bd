package store

import "credscope/socket"

// What a user of the store may have to know of the connection under it, so that
// only the store imports the wire.
type (
	// Info is what is known of the host and the connection.
	Info = socket.Info
	// ConnectError is a connection that was not made.
	ConnectError = socket.ConnectError
	// HandshakeError is a connection that never got an accepted handshake.
	HandshakeError = socket.HandshakeError
	// LostError is the sticky end of the connection, with its cause.
	LostError = socket.LostError
	// ProtocolError is a host that broke the protocol.
	ProtocolError = socket.ProtocolError
	// FrameError is a frame of a length that the protocol does not allow.
	FrameError = socket.FrameError
	// MalformedDataError is an answer that is not what the operation returns.
	MalformedDataError = socket.MalformedDataError
	// Place is what stands at a socket's path.
	Place = socket.Place
)

// Survey looks at a socket's path without connecting to it. The first error
// refuses the path as it is written, the second what stands there.
func Survey(path string) (place Place, pathErr, placeErr error) { return socket.Survey(path) }

// The errors of the connection that are asked for with errors.Is.
var (
	ErrLost     = socket.ErrLost
	ErrTimeout  = socket.ErrTimeout
	ErrClosed   = socket.ErrClosed
	ErrTooLarge = socket.ErrTooLarge
)

// MaxInFlight is how many requests are worth making at once.
const MaxInFlight = socket.MaxInFlight

// The reasons of a [ConnectError].
const (
	PathInvalid     = socket.PathInvalid
	PathTooLong     = socket.PathTooLong
	PathPipe        = socket.PathPipe
	Missing         = socket.Missing
	NotPermitted    = socket.NotPermitted
	NotSocket       = socket.NotSocket
	Symlink         = socket.Symlink
	UnsafeDirectory = socket.UnsafeDirectory
	NobodyListens   = socket.Refused
	Busy            = socket.Busy
	Replaced        = socket.Replaced
)

// The ways of a [HandshakeError].
const (
	HandshakeClosed      = socket.HandshakeClosed
	HandshakeRefused     = socket.HandshakeRefused
	HandshakeMalformed   = socket.HandshakeMalformed
	HandshakeTimedOut    = socket.HandshakeTimedOut
	HandshakeUnsupported = socket.HandshakeUnsupported
)
