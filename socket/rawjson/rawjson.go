// Package rawjson reads JSON text in place. encoding/json copies what it decodes,
// and a copy of a secret cannot be wiped. The functions here return slices of
// the text where they can.
//
// All input must be valid JSON, as reported by [encoding/json.Valid] or
// passed to an UnmarshalJSON method. With other input the functions panic or
// return wrong results.
package rawjson

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"unicode/utf16"
	"unicode/utf8"
)

// Members calls visit for each member of an object, in order, with the decoded
// name and the JSON text of the value. name is valid until visit returns, value
// as long as object. The first error of visit ends the walk and is returned.
func Members(object []byte, visit func(name, value []byte) error) error {
	for rest := skip(object[1:], ','); rest[0] != '}'; {
		end := stringEnd(rest)
		name, copied := Decoded(rest[:end])
		rest = skip(rest[end:], ':')
		end = valueEnd(rest)
		err := visit(name, rest[:end])
		if copied {
			clear(name)
		}
		if err != nil {
			return err
		}
		rest = skip(rest[end:], ',')
	}
	return nil
}

// Elements calls visit for each value of an array, like Members.
func Elements(array []byte, visit func(value []byte) error) error {
	for rest := skip(array[1:], ','); rest[0] != ']'; {
		end := valueEnd(rest)
		if err := visit(rest[:end]); err != nil {
			return err
		}
		rest = skip(rest[end:], ',')
	}
	return nil
}

// Text returns the value of a JSON string; ok is false for any other value.
func Text(value []byte) (s string, ok bool) {
	if value[0] != '"' {
		return "", false
	}
	text, _ := Decoded(value)
	return string(text), true
}

// skip returns text without leading blanks and separators.
func skip(text []byte, separator byte) []byte {
	for text[0] == separator || text[0] == ' ' || text[0] == '\t' || text[0] == '\r' || text[0] == '\n' {
		text = text[1:]
	}
	return text
}

func stringEnd(text []byte) int {
	for i := 1; ; i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
}

func valueEnd(text []byte) int {
	switch text[0] {
	case '"':
		return stringEnd(text)
	case '{', '[':
		return nestedEnd(text)
	}
	if end := bytes.IndexAny(text, ",]} \t\r\n"); end >= 0 {
		return end
	}
	return len(text)
}

// nestedEnd returns the end of an object or array. It counts brackets of both kinds
// alike, because valid JSON pairs them.
func nestedEnd(text []byte) int {
	depth := 0
	for i := 0; ; i++ {
		switch text[i] {
		case '"':
			i += stringEnd(text[i:]) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
}

// Decoded returns the value of a JSON string, with U+FFFD for each byte that is
// not valid UTF-8. The text is a slice of quoted if nothing had to be changed.
// Otherwise copied is true and the text is the only copy, which the caller may
// wipe.
func Decoded(quoted []byte) (text []byte, copied bool) {
	text = quoted[1 : len(quoted)-1]
	if escaped(text) {
		text, copied = Unescape(text), true
	}
	if utf8.Valid(text) {
		return text, copied
	}
	valid := make([]byte, 0, len(text)*utf8.RuneLen(utf8.RuneError))
	for rest := text; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		valid = utf8.AppendRune(valid, r)
		rest = rest[size:]
	}
	if copied {
		clear(text)
	}
	return valid, true
}

// escaped reports whether text contains a backslash. Package bytes would leave the
// text in vector registers, which cannot be wiped.
func escaped(text []byte) bool {
	for _, b := range text {
		if b == '\\' {
			return true
		}
	}
	return false
}

// Unescape returns a copy of the text between the quotes of a JSON string, with
// its escapes decoded. The copy never grows, so no other copy is left.
func Unescape(in []byte) []byte {
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

// unescapeRune decodes one \uXXXX or a surrogate pair, and returns the size of its
// text.
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
	_, _ = hex.Decode(unit[:], in[2:6]) // the digits are valid
	return rune(binary.BigEndian.Uint16(unit[:]))
}
