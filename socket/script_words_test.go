package socket

import (
	"encoding/binary"
	"fmt"
)

// shakes are the answers of hosts to the handshake, and the version each means.
var shakes = []struct {
	text    string
	version int
}{
	{`{"v":2,"op":"handshake","ok":true,"data":{"version":2}}`, 2},
	{`{"v":1,"op":"handshake","ok":true,"data":{"version":1}}`, 1},
	{`{"op":"handshake","ok":true}`, 1},
	{`{"op":"handshake","ok":false,"code":"UNAUTHORIZED"}`, 0},
	{`{"id":"handshake"}`, 0},
	{``, 0},
}

// replies are what a host can send with an id, and what that comes to: nothing
// for the end of the connection.
var replies = []struct {
	text string
	want func(a *asking) string
}{
	{`{"id":%q,"ok":true,"data":{"n":%d}}`, func(a *asking) string { return fmt.Sprint("answer ", a.n) }},
	{`{"id":%q,"ok":false,"code":"NO","error":"%d"}`, func(a *asking) string { return fmt.Sprint("NO ", a.n) }},
	{`{"id":%q,"ok":true,"data":{"n":"%d"}}`, func(*asking) string { return "malformed" }},
	{`{"id":%q,"ok":true,"data":[%d]}`, func(*asking) string { return "" }},
	{`{"id":%q,"ok":false,"data":{"n":%d}}`, func(*asking) string { return "" }},
}

// broken are the bytes that no connection survives.
var broken = [][]byte{
	{0, 0, 0, 0},
	{0xff, 0xff, 0xff, 0xff},
	binary.BigEndian.AppendUint32(nil, MaxFrame+1),
	frameOf("{"), frameOf("null"), frameOf("[]"), frameOf("{}{}"), frameOf("\xef\xbb\xbf{}"),
}
