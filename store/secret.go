package store

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"unicode/utf16"
	"unicode/utf8"
)

const dots = "•••"

// Secret holds bytes that no printing, logging or encoding shows: every way out
// gives three dots, whatever the length. The bytes sit behind two pointers: fmt
// cannot call methods on an unexported field, and prints through the first
// pointer of one when it does not know the verb. Copies share the bytes, and
// wiping one wipes all. The zero Secret is empty.
type Secret struct{ held **held }

type held struct{ bytes []byte }

func hold(b []byte) Secret {
	h := &held{b}
	return Secret{&h}
}

// NewSecret copies b into a Secret. Wiping b is the caller's part.
func NewSecret(b []byte) Secret {
	own := make([]byte, len(b))
	//lint:ignore S1001 a copy at once would leave the bytes in vector registers
	for i := range b { //nolint:staticcheck // as above
		own[i] = b[i]
	}
	return hold(own)
}

// Bytes lends the secret out. It may not be kept, changed or converted to a string.
func (s Secret) Bytes() []byte {
	if s.held == nil {
		return nil
	}
	return (*s.held).bytes
}

// Wipe overwrites the secret and leaves it empty.
func (s Secret) Wipe() {
	if s.held != nil {
		clear((*s.held).bytes)
		(*s.held).bytes = nil
	}
}

// Empty reports whether there is nothing to hide.
func (s Secret) Empty() bool { return len(s.Bytes()) == 0 }

func (s Secret) String() string { return dots }

// Format prints dots for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(dots)) }

// LogValue logs dots.
func (s Secret) LogValue() slog.Value { return slog.StringValue(dots) }

// MarshalText gives dots, also for JSON keys.
func (s Secret) MarshalText() ([]byte, error) { return []byte(dots), nil }

// MarshalJSON gives dots.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + dots + `"`), nil }

var errNotString = errors.New("not a string")

// UnmarshalJSON copies a JSON string, null as empty, and unescapes it here: the
// way through a Go string would leave a copy in memory that cannot be wiped.
func (s *Secret) UnmarshalJSON(raw []byte) error {
	s.Wipe() // of two values under one name the last one counts
	if string(raw) == "null" {
		return nil
	}
	if raw[0] != '"' {
		return errNotString
	}
	*s = hold(unescape(raw[1 : len(raw)-1]))
	return nil
}

// unescape returns a copy of a valid JSON string's inside with its escapes
// resolved. Nothing grows on the way, so there is one copy only.
func unescape(in []byte) []byte {
	out := make([]byte, 0, len(in))
	for len(in) > 0 {
		if in[0] != '\\' || len(in) < 2 {
			out = append(out, in[0])
			in = in[1:]
			continue
		}
		if in[1] == 'u' && len(in) >= 6 {
			r, size := unescapeRune(in)
			out = utf8.AppendRune(out, r)
			in = in[size:]
			continue
		}
		out = append(out, unescapeByte(in[1]))
		in = in[2:]
	}
	return out
}

func unescapeByte(b byte) byte {
	switch b {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return b
}

// unescapeRune reads one \uXXXX or a surrogate pair of them.
func unescapeRune(in []byte) (r rune, size int) {
	r = hexRune(in)
	if utf16.IsSurrogate(r) && len(in) >= 12 && in[6] == '\\' && in[7] == 'u' {
		if pair := utf16.DecodeRune(r, hexRune(in[6:])); pair != utf8.RuneError {
			return pair, 12
		}
	}
	if utf16.IsSurrogate(r) {
		r = utf8.RuneError
	}
	return r, 6
}

func hexRune(in []byte) rune {
	var unit [2]byte
	_, _ = hex.Decode(unit[:], in[2:6]) // encoding/json has checked the digits
	return rune(binary.BigEndian.Uint16(unit[:]))
}

// appendJSON appends the secret as a JSON string.
func (s Secret) appendJSON(out []byte) []byte {
	out = append(out, '"')
	for _, b := range s.Bytes() {
		switch {
		case b == '"' || b == '\\':
			out = append(out, '\\', b)
		case b < 0x20:
			out = fmt.Appendf(out, `\u%04x`, b)
		default:
			out = append(out, b)
		}
	}
	return append(out, '"')
}
