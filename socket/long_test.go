package socket

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTheBeginningOfATextIsThatOfTheWhole(t *testing.T) {
	elements := []string{"a", "é", "\xff", "𝄞", `\n`, `\"`, `\\`, `\u0001`, `\u00e9`, `\ud834\udd1e`, `\ud834`, `\udd1e`}
	for range 20_000 {
		kinds := elements[rand.IntN(len(elements)):]
		var b strings.Builder
		for range rand.IntN(40) {
			b.WriteString(kinds[rand.IntN(len(kinds))])
		}
		text := field(`"` + b.String() + `"`)
		for _, limit := range []int{0, 1, 3, 5, 16} {
			want, _ := text.text()
			if got, ok := text.beginning(limit); !ok || got != shorten(want, limit) {
				t.Fatalf("%s up to %d is %q, want %q", text, limit, got, shorten(want, limit))
			}
		}
	}
	for _, none := range []string{"", "7", "null", `{"a":"b"}`, "[" + strings.Repeat(`"",`, 100) + `""]`} {
		if got, ok := field(none).beginning(3); ok || got != "" {
			t.Errorf("%s has the text %q", none, got)
		}
	}
}

func TestALongFrameIsUTF8(t *testing.T) {
	for size, fits := range map[int]bool{MaxFrameV1: true, MaxFrameV1 + 1: false} {
		frame := []byte(`{"ok":true,"data":{}}` + strings.Repeat(" ", size))[:size]
		if err := decodeObject(frame, new(reply).members()); err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
		frame[2] = 0xff
		err := decodeObject(frame, new(reply).members())
		if _, refused := errors.AsType[*ProtocolError](err); refused == fits || utf8.Valid(frame) {
			t.Errorf("%d bytes that are no UTF-8: %v", size, err)
		}
	}
}
