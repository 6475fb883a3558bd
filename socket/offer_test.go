package socket

import (
	"bytes"
	"testing"
	"time"
)

// keeper is a stream that keeps what its user passes to Write, against the rules.
type keeper struct {
	chunks
	kept [][]byte
}

func (k *keeper) Write(p []byte) (int, error) {
	k.kept = append(k.kept, p)
	return len(p), nil
}

func (k *keeper) SetWriteDeadline(time.Time) error { return nil }

func TestTheOfferOfACapabilityLeavesNoCopy(t *testing.T) {
	k := &keeper{chunks: chunks{left: [][]byte{vector(t, "H5")}}}
	if version, err := offerHandshake(newConn(k, MaxFrame), []byte("canary")); version != 2 || err != nil {
		t.Fatal(version, err)
	}
	if len(k.kept) != 1 || len(bytes.Trim(k.kept[0], "\x00")) > 0 {
		t.Errorf("left: %q", k.kept)
	}
}
