// Package socket speaks the wire protocol of LLxprt Code's credential proxy.
//
// A host process listens on a Unix stream socket; a sandboxed process connects
// and sends requests. Both directions carry frames:
//
//	+----------------------+--------------------------+
//	| length N, uint32 BE  | N bytes, one JSON object |
//	+----------------------+--------------------------+
//
// N counts the JSON only. It is at least 1 and at most [MaxFrame]; a host that
// speaks version 1 takes no request over [MaxFrameV1]. The rest of a frame must
// arrive within 5 s of its header.
//
// The first frame in each direction is the handshake and carries no id:
//
//	client  {"v":2,"op":"handshake","payload":{"minVersion":1,"maxVersion":2}}
//	host    {"v":2,"op":"handshake","ok":true,"data":{"version":2}}
//
// A host may demand a capability token in the payload and refuses with
// ok:false, code and error, then closes. After the handshake every frame of the
// client is a request, every frame of the host a reply:
//
//	client  {"v":2,"id":"r1","op":"list_buckets","payload":{"provider":"codex"}}
//	host    {"id":"r1","ok":true,"data":{"buckets":["default"]}}
//	host    {"id":"r2","ok":false,"code":"NOT_FOUND","error":"No token found"}
//
// Replies may come in any order and are matched by id; the first one counts.
// On version 2 the operation "cancel" with a targetId says that nobody waits
// for a request any more. Hosts never speak unasked.
//
// [Client] is the client's end: one shared connection, and no second one after
// an unexpected loss. [Serve] is the host's end, for any [Handler]. The package
// knows frames and operations by name only; what they mean is the business of
// its users.
package socket
