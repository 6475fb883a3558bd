// Package rawjson walks JSON text in place. encoding/json copies what it decodes,
// and a copy of a secret cannot be wiped; what is borrowed here has no copy.
//
// Everything must be given valid JSON, as encoding/json.Valid finds it and as an
// UnmarshalJSON method gets it, and panics or returns nonsense otherwise.
package rawjson

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// Members calls visit for each member of an object in order, with its decoded
// name and its value as it stands. Both are valid until visit returns. The first
// error ends the walk and is returned.
func Members(object []byte, visit func(name, value []byte) error) error {
	for rest := skip(object[1:], ','); rest[0] != '}'; {
		end := stringEnd(rest)
		name := decoded(rest[:end])
		rest = skip(rest[end:], ':')
		end = valueEnd(rest)
		if err := visit(name, rest[:end]); err != nil {
			return err
		}
		rest = skip(rest[end:], ',')
	}
	return nil
}

// Elements is Members for the values of an array.
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
	return string(decoded(value)), true
}

// decoded returns a string's inside with its escapes resolved and what is no
// UTF-8 replaced. It is a copy only where something was.
func decoded(quoted []byte) []byte {
	inside := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inside, '\\') < 0 && utf8.Valid(inside) {
		return inside
	}
	var s string
	_ = json.Unmarshal(quoted, &s) // it is a valid string
	return []byte(s)
}

// skip leaves out blanks and separators.
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

// nestedEnd counts brackets of either kind: in valid JSON they pair up.
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
