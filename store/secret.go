package store

import (
	"errors"
	"fmt"
	"log/slog"

	"credscope/socket/rawjson"
)

// dots is what a Secret prints as.
const dots = "•••"

// Secret holds bytes that no printing, logging or encoding reveals: each of them
// yields three dots, whatever the length. Copies of a Secret share the bytes, so
// wiping one wipes all. The zero Secret is empty.
//
// There are two pointers because fmt calls no methods on an unexported field, and
// follows one pointer in it when it does not know the verb.
type Secret struct{ ref **secretBytes }

type secretBytes struct{ bytes []byte }

// ownSecret returns a Secret that takes b over.
func ownSecret(b []byte) Secret {
	s := &secretBytes{b}
	return Secret{&s}
}

// NewSecret returns a Secret with a copy of b. The caller wipes b.
func NewSecret(b []byte) Secret {
	own := make([]byte, len(b))
	//lint:ignore S1001 copy would leave the bytes in vector registers
	for i := range b { //nolint:staticcheck // as above
		own[i] = b[i]
	}
	return ownSecret(own)
}

// Bytes returns the secret itself, nil if it is empty or wiped. The caller must not
// keep it, change it or convert it to a string.
func (s Secret) Bytes() []byte {
	if s.ref == nil {
		return nil
	}
	return (*s.ref).bytes
}

// Wipe overwrites the bytes and empties the secret and all its copies.
func (s Secret) Wipe() {
	if s.ref != nil {
		clear((*s.ref).bytes)
		(*s.ref).bytes = nil
	}
}

// Empty reports whether the secret has no bytes.
func (s Secret) Empty() bool { return len(s.Bytes()) == 0 }

// String returns three dots.
func (s Secret) String() string { return dots }

// Format writes three dots for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(dots)) }

// LogValue returns three dots.
func (s Secret) LogValue() slog.Value { return slog.StringValue(dots) }

// MarshalText returns three dots. JSON object keys use it.
func (s Secret) MarshalText() ([]byte, error) { return []byte(dots), nil }

// MarshalJSON returns three dots as a JSON string.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + dots + `"`), nil }

var errNotString = errors.New("not a string")

// UnmarshalJSON wipes s and sets it to a copy of a JSON string; null empties it. Any
// other value is an error, which does not quote the value. The string is unescaped
// here because a Go string would leave a copy in memory that cannot be wiped.
func (s *Secret) UnmarshalJSON(raw []byte) error {
	s.Wipe()
	if string(raw) == "null" {
		return nil
	}
	if raw[0] != '"' {
		return errNotString
	}
	*s = ownSecret(rawjson.Unescape(raw[1 : len(raw)-1]))
	return nil
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

// contains reports whether secret is part of text, by the algorithm of Knuth,
// Morris and Pratt: linear time for any text a host may send. Package bytes is not
// used because it would leave parts of both in vector registers.
func contains(text, secret []byte) bool {
	if len(text) < len(secret) {
		return false
	}
	fallback := make([]int, len(secret)) // length still matched after a mismatch at i+1
	for i, n := 1, 0; i < len(secret); i++ {
		for n > 0 && secret[i] != secret[n] {
			n = fallback[n-1]
		}
		if secret[i] == secret[n] {
			n++
		}
		fallback[i] = n
	}
	matched := 0
	for _, b := range text {
		for matched > 0 && b != secret[matched] {
			matched = fallback[matched-1]
		}
		if b == secret[matched] {
			matched++
		}
		if matched == len(secret) {
			return true
		}
	}
	return false
}
