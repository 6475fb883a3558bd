// Package socket implements the wire protocol of LLxprt Code's credential proxy.
//
// A host process listens on a Unix stream socket. A sandboxed process connects
// and sends requests. Both directions carry frames:
//
//	+----------------------+--------------------------+
//	| length N, uint32 BE  | N bytes, one JSON object |
//	+----------------------+--------------------------+
//
// N counts the JSON only, from 1 to [MaxFrame]. A host that speaks version 1
// accepts requests up to [MaxFrameV1]. A frame must be complete 5 s after its
// header.
//
// The first frame in each direction is the handshake. It has no id:
//
//	client  {"v":2,"op":"handshake","payload":{"minVersion":1,"maxVersion":2}}
//	host    {"v":2,"op":"handshake","ok":true,"data":{"version":2}}
//
// A host may require a capability token in the payload. A host that refuses the
// handshake sends ok:false with code and error and closes the connection. After
// the handshake the client sends requests and the host sends replies:
//
//	client  {"v":2,"id":"r1","op":"list_buckets","payload":{"provider":"codex"}}
//	host    {"id":"r1","ok":true,"data":{"buckets":["default"]}}
//	host    {"id":"r2","ok":false,"code":"NOT_FOUND","error":"No token found"}
//
// Replies arrive in any order and are matched by id. Only the first reply to an
// id counts. In version 2 the operation "cancel" with a targetId cancels an
// earlier request. Hosts send nothing but replies.
//
// [Client] is the client's end: one shared connection, which is not reopened
// after an unexpected loss. [Serve] is the host's end, for any [Handler]. The
// package does not interpret operations or their data.
package socket
