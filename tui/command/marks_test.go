package command_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// marks are what every secret of one run holds, random so that nothing else does.
type marks struct {
	word       string // in strings
	number     string // in numbers
	capability string // the handshake's
}

const capabilitySize = 64

func newMarks() marks {
	return marks{
		word:       random("BCDFGHJKLMNPQRSTVWXZ", 24),
		number:     "9" + random("0123456789", 23),
		capability: random("0123456789abcdef", capabilitySize),
	}
}

func random(alphabet string, length int) string {
	drawn := make([]byte, length)
	_, _ = rand.Read(drawn) // crypto/rand does not fail
	for i, b := range drawn {
		drawn[i] = alphabet[int(b)%len(alphabet)]
	}
	return string(drawn)
}

// needle is a mark in one of its encodings.
type needle struct {
	name  string
	bytes []byte
}

// scanner searches bytes for marks in every encoding they may leave in.
type scanner []needle

// searching returns a scanner for whole marks.
func searching(marks ...string) (s scanner) {
	for _, mark := range marks {
		for _, needle := range encodings(mark) {
			if len(mark) == capabilitySize {
				needle.name += " of the capability"
			}
			s = append(s, needle)
		}
	}
	return s
}

// closely returns a scanner that finds a part of a mark too, as prefixes and
// suffixes of tokens are shown by others.
func closely(marks ...string) scanner {
	const part = 8
	s := searching(marks...)
	for _, mark := range marks {
		for i := range len(mark) - part + 1 {
			s = append(s, needle{"part", []byte(mark[i : i+part])})
		}
	}
	return s
}

// encodings are the ways in which a mark may be written down.
func encodings(mark string) []needle {
	raw := []byte(mark)
	var utf16LE, utf16BE, escaped []byte
	for _, b := range raw {
		utf16LE = append(utf16LE, b, 0)
		utf16BE = append(utf16BE, 0, b)
		escaped = fmt.Appendf(escaped, `\u%04x`, b)
	}
	found := []needle{
		{"raw", raw},
		{"hex", []byte(hex.EncodeToString(raw))},
		{"HEX", []byte(strings.ToUpper(hex.EncodeToString(raw)))},
		{"JSON", escaped},
		{"JSON, upper case", []byte(strings.ReplaceAll(strings.ToUpper(string(escaped)), "U", "u"))},
		{"UTF-16LE", utf16LE},
		{"UTF-16BE", utf16BE},
	}
	for before := range 3 {
		for name, encoding := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
			text := encoding.EncodeToString(append(make([]byte, before), raw...))
			own := text[(before*8+5)/6 : (before+len(raw))*8/6] // what no neighbour has a part in
			found = append(found, needle{fmt.Sprintf("%s+%d", name, before), []byte(own)})
		}
	}
	return slices.CompactFunc(found, func(a, b needle) bool { return bytes.Equal(a.bytes, b.bytes) })
}

// longest is the length of the longest needle.
func (s scanner) longest() (n int) {
	for _, needle := range s {
		n = max(n, len(needle.bytes))
	}
	return n
}

// hits counts what data holds, by encoding.
func (s scanner) hits(data []byte) map[string]int {
	found := map[string]int{}
	for _, needle := range s {
		if n := bytes.Count(data, needle.bytes); n > 0 {
			found[needle.name] += n
		}
	}
	return found
}

func TestTheScannerFindsEveryEncoding(t *testing.T) {
	t.Parallel()
	mark := newMarks().word
	s := searching(mark)
	if len(s) < 10 {
		t.Errorf("%d encodings only", len(s))
	}
	for _, before := range []string{"", "x", "xy", "xyz"} {
		text := before + mark + "z"
		upper := strings.ToUpper(hex.EncodeToString([]byte(text)))
		for name, data := range map[string]string{
			"raw": text, "base64": base64.StdEncoding.EncodeToString([]byte(text)), "base64url": base64.URLEncoding.EncodeToString([]byte(text)),
			"hex": hex.EncodeToString([]byte(text)), "HEX": upper,
		} {
			if len(s.hits([]byte(data))) == 0 {
				t.Errorf("%s of %q was not found", name, text)
			}
		}
	}
	for name, data := range map[string][]byte{
		"JSON": []byte(`\u00` + strings.Join(strings.Fields(fmt.Sprintf("% x", mark)), `\u00`)),
		"LE":   append([]byte(strings.Join(strings.Split(mark, ""), "\x00")), 0), "BE": []byte("\x00" + strings.Join(strings.Split(mark, ""), "\x00")),
	} {
		if len(s.hits(data)) == 0 {
			t.Errorf("%s was not found", name)
		}
	}
	if found := s.hits([]byte(mark[1:])); len(found) > 0 {
		t.Errorf("a part counts as %v", found)
	}
	if len(closely(mark).hits([]byte(mark[3:11]))) == 0 {
		t.Error("a part was not found")
	}
}
