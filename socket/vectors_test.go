package socket

import (
	"encoding/binary"
	"encoding/hex"
	"testing"
)

// vectors are frames recorded from released hosts and clients (H, R, S) and broken
// ones (X).
var vectors = map[string]string{
	"H1":  "000000427b2276223a312c226f70223a2268616e647368616b65222c227061796c6f6164223a7b226d696e56657273696f6e223a312c226d617856657273696f6e223a317d7d",                                                                           // handshake 1..1
	"H2":  "000000427b2276223a322c226f70223a2268616e647368616b65222c227061796c6f6164223a7b226d696e56657273696f6e223a312c226d617856657273696f6e223a327d7d",                                                                           // handshake 1..2
	"H3":  "0000005b7b2276223a322c226f70223a2268616e647368616b65222c227061796c6f6164223a7b226d696e56657273696f6e223a312c226d617856657273696f6e223a322c226361706162696c697479546f6b656e223a2230306666227d7d",                         // H2 + token "00ff"
	"H4":  "000000377b2276223a312c226f70223a2268616e647368616b65222c226f6b223a747275652c2264617461223a7b2276657273696f6e223a317d7d",                                                                                                 // ack version 1
	"H5":  "000000377b2276223a322c226f70223a2268616e647368616b65222c226f6b223a747275652c2264617461223a7b2276657273696f6e223a327d7d",                                                                                                 // ack version 2
	"H6":  "000000637b2276223a312c226f70223a2268616e647368616b65222c226f6b223a66616c73652c22636f6465223a22554e4b4e4f574e5f56455253494f4e222c226572726f72223a22556e737570706f727465642070726f746f636f6c2076657273696f6e227d",         // UNKNOWN_VERSION (v1)
	"H7":  "000000677b2276223a322c226f70223a2268616e647368616b65222c226f6b223a66616c73652c22636f6465223a22554e415554484f52495a4544222c226572726f72223a22496e76616c6964206f72206d697373696e67206361706162696c69747920746f6b656e227d", // UNAUTHORIZED (v2)
	"R1":  "000000417b2276223a312c226964223a227231222c226f70223a226765745f746f6b656e222c227061796c6f6164223a7b2270726f7669646572223a22636f646578227d7d",                                                                             // get_token codex
	"R2":  "000000517b2276223a322c226964223a227232222c226f70223a226765745f746f6b656e222c227061796c6f6164223a7b2270726f7669646572223a22636f646578222c226275636b6574223a22776f726b227d7d",                                             // get_token codex/work
	"R3":  "000000347b2276223a322c226964223a227233222c226f70223a226c6973745f70726f766964657273222c227061796c6f6164223a7b7d7d",                                                                                                       // list_providers
	"R4":  "000000537b2276223a322c226964223a227234222c226f70223a2272656d6f76655f746f6b656e222c227061796c6f6164223a7b2270726f7669646572223a22636f646578222c226275636b6574223a226f6c64227d7d",                                         // remove_token codex/old
	"S1":  "0000005b7b226964223a227231222c226f6b223a747275652c2264617461223a7b226163636573735f746f6b656e223a2274222c22657870697279223a313839333435363030302c22746f6b656e5f74797065223a22426561726572227d7d",                         // ok token for r1
	"S2":  "000000567b226964223a227231222c226f6b223a66616c73652c22636f6465223a224e4f545f464f554e44222c226572726f72223a224e6f20746f6b656e20666f756e6420666f722070726f76696465723a20636f646578227d",                                   // NOT_FOUND for r1
	"S3":  "0000005b7b226964223a227235222c226f6b223a66616c73652c22636f6465223a22524154455f4c494d49544544222c226572726f72223a22526566726573682072617465206c696d69746564222c2272657472794166746572223a33307d",                         // RATE_LIMITED for r5
	"S4":  "0000001f7b226964223a227234222c226f6b223a747275652c2264617461223a7b7d7d",                                                                                                                                                 // ok {} for r4
	"X1":  "00000000",                                                                                                                                                                                                               // zero length
	"X2":  "00010001",                                                                                                                                                                                                               // length 65537, no body
	"X3":  "00400001",                                                                                                                                                                                                               // length 4194305, no body
	"X4":  "ffffffff",                                                                                                                                                                                                               // length 4294967295
	"X5":  "000000046e756c6c",                                                                                                                                                                                                       // null
	"X6":  "000000025b5d",                                                                                                                                                                                                           // []
	"X7":  "00000003227822",                                                                                                                                                                                                         // "x"
	"X8":  "0000000135",                                                                                                                                                                                                             // 5
	"X9":  "000000047b226122",                                                                                                                                                                                                       // broken JSON
	"X10": "0000003d7b2276223a312c226964223a2275222c226f70223a226765745f746f6b656e222c227061796c6f6164223a7b2270726f7669646572223a2261ff227d7d",                                                                                     // request, 0xff inside provider
	"X11": "00000005efbbbf7b7d",                                                                                                                                                                                                     // BOM + {}
	"X12": "0000001041",                                                                                                                                                                                                             // header 16, one byte, silence
	"X13": "000000",                                                                                                                                                                                                                 // three header bytes, silence
	"X14": "000000287b226964223a227231222c226f6b223a747275652c2264617461223a7b2273223a2261ff62227d7d",                                                                                                                               // response r1 with 0xff in data
	"X15": "000000217b226964223a227231222c226f6b223a747275652c2264617461223a6e756c6c7d",                                                                                                                                             // response r1, data null
	"X16": "0000001f7b226964223a227231222c226f6b223a747275652c2264617461223a7b7d7d000000047b626164",                                                                                                                                 // good response + broken frame
	"X17": "0000003e7b2276223a312c226964223a226b31222c226964223a226b32222c226f70223a226c6973745f70726f766964657273222c227061796c6f6164223a7b7d7d",                                                                                   // duplicate key id (k1, k2)
	"X18": "000000317b2276223a312c226964223a372c226f70223a226c6973745f70726f766964657273222c227061796c6f6164223a7b7d7d",                                                                                                             // numeric id 7
	"X19": "000000357b2276223a312c226964223a2277222c226f70223a226c6973745f70726f766964657273222c227061796c6f6164223a7b7d7d200a",                                                                                                     // trailing " \n" inside frame
	"X20": "000000287b2276223a312c226964223a2277222c226f70223a226c6973745f70726f766964657273227d7b7d",                                                                                                                               // two JSON values in one frame
}

// vector returns the bytes of a recorded frame.
func vector(t testing.TB, name string) []byte {
	t.Helper()
	b, err := hex.DecodeString(vectors[name])
	if err != nil || len(b) == 0 {
		t.Fatalf("no vector %s: %v", name, err)
	}
	return b
}

func TestHeadersOfTheVectorsAreCorrect(t *testing.T) {
	if len(vectors) != 35 {
		t.Errorf("%d vectors, want 35", len(vectors))
	}
	for name := range vectors {
		switch name {
		case "X1", "X2", "X3", "X4", "X12", "X13", "X16":
			continue // broken on purpose, or two frames
		}
		b := vector(t, name)
		if size := binary.BigEndian.Uint32(b); int(size) != len(b)-headerSize {
			t.Errorf("%s: header says %d bytes, there are %d", name, size, len(b)-headerSize)
		}
	}
}
