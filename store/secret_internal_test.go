package store

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"
)

// compareUnescaped fails unless Secret decodes the content of a JSON string as
// encoding/json does, and keeps it when it is encoded and decoded again.
func compareUnescaped(t *testing.T, inside string) {
	t.Helper()
	quoted := []byte(`"` + inside + `"`)
	var want string
	if json.Unmarshal(quoted, &want) != nil {
		return // no JSON string
	}
	var s Secret
	if err := json.Unmarshal(quoted, &s); err != nil {
		t.Fatalf("%s: %v", quoted, err)
	}
	// encoding/json replaces invalid UTF-8, Secret keeps it.
	if got := string([]rune(string(s.Bytes()))); got != want {
		t.Errorf("%s gives %q, want %q", quoted, got, want)
	}
	if cap(s.Bytes()) > len(inside) {
		t.Errorf("%s has grown to %d bytes", quoted, cap(s.Bytes()))
	}
	sent := s.appendJSON(nil)
	var again Secret
	if err := json.Unmarshal(sent, &again); err != nil || !bytes.Equal(again.Bytes(), s.Bytes()) {
		t.Errorf("%q was sent as %s and comes back as %q, %v", s.Bytes(), sent, again.Bytes(), err)
	}
	if whole := len(sent); whole > 6*len(s.Bytes())+2 {
		t.Errorf("%q needs %d bytes on the wire", s.Bytes(), whole)
	}
}

var escapes = []string{
	"", "plain", `\"`, `\\`, `\/`, `\b\f\n\r\t`, `\u0000`, `\u001F`, `\u0041`, `\u00e9`, `\u20AC`, `\uFFFD`, `\uffff`,
	`\ud834\udd1e`, `\uD834\uDD1E`, `x\ud834\udd1ey`, `\udbff\udfff`, `\ud800\udc00`,
	`\ud834`, `\udd1e`, `\udd1e\ud834`, `\ud834\ud834\udd1e`, `\ud834x`, `\ud834\n`, `\ud834\u0041`, `\ud834\ud834`, `\ud83`, `\ud834\u`,
	`\\u0041`, `\\\u0041`, `\\\\`, `é€𝄞`, "\xff", "a\xc3", "\xc3\\u00a9", "\xed\xa0\xb4\\udd1e", "\xe2\x82", `\u00`, `\x41`, `\`, "\n", "\x7f", `a"b`,
}

func TestASecretIsUnescapedAsByEncodingJSON(t *testing.T) {
	for _, inside := range escapes {
		compareUnescaped(t, inside)
	}
	for unit := range 0x10000 { // every \uXXXX alone and in a pair
		hex := []byte("0123456789abcdef")
		u := `\u` + string([]byte{hex[unit>>12], hex[unit>>8&15], hex[unit>>4&15], hex[unit&15]})
		if unit%7 == 0 || unit>>11 == 0x1b {
			compareUnescaped(t, u)
			compareUnescaped(t, `\ud834`+u+`\udd1e`)
		}
	}
}

func FuzzSecretUnescape(f *testing.F) {
	for _, inside := range escapes {
		f.Add(inside)
	}
	f.Fuzz(compareUnescaped)
}

func TestOnlyAStringIsASecret(t *testing.T) {
	for _, raw := range []string{`true`, `false`, `4815162342`, `-1`, `[]`, `["x"]`, `{}`, `{"x":1}`} {
		s := NewSecret([]byte("old"))
		if err := json.Unmarshal([]byte(raw), &s); err == nil || err.Error() != "not a string" {
			t.Errorf("%s: %v", raw, err)
		}
		if !s.Empty() {
			t.Errorf("%s left %q", raw, s.Bytes())
		}
	}
}

func TestContainsAgreesWithPackageBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	random := func(n int) []byte { // of two letters, for many partial matches
		b := make([]byte, n)
		for i := range b {
			b[i] = "ab"[r.IntN(2)]
		}
		return b
	}
	found := 0
	for range 100_000 {
		text, secret := random(r.IntN(20)), random(1+r.IntN(6))
		got := contains(text, secret)
		if got != bytes.Contains(text, secret) {
			t.Fatalf("%s in %s: %t", secret, text, got)
		}
		if got {
			found++
		}
	}
	if found < 1000 {
		t.Errorf("only %d were found", found)
	}
}
