package store_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"credscope/store"
)

// tokens are the seeds of FuzzToken.
var tokens = []string{
	`{}`, `[]`, `null`, `{"access_token":"t"}`, `{"access_token":""}`, `{"access_token":7,"access_token":"t"}`, `{"access_token":"t","access_token":null}`,
	`{"access_token":"4815162342","id_token":"4815162342i","refresh_token":"4815162342r","expiry":5,"token_type":"Bearer","scope":"a","resource_url":"https://u:p@h:1/?q","account_id":"x","more":{}}`,
	`{"Expiry":1,"access_token":"t","expiry":2,"EXPIRY":"never","expiry":3}`,
	`{"TOKEN_TYPE":[],"token_type":"Bearer","token\u005ftype":"bearer","access_token":"t"}`,
	`{"scope":"x 48151\u003623\/42","4815162\/342":0,"account_id":"481516234","refresh_token":"4815162\/342","access_token":"t","Refresh_Token":"48151623/42"}`,
	`{"access_token":"t","scope":[],"id_token":{},"account_id":null,"resource_url":"//","token_type":false,"expiry":1e999}`,
	"{\"access_token\":\"\xff2345678\",\"scope\":\"\xff2345678\",\"\xff2345678\":0,\"account_id\":\"\\ufffd2345678\",\"\xfe\":1,\"\xfd\":2}",
	`{"access_token":"12345678","scope":"` + strings.Repeat("1", 8193) + `","` + strings.Repeat("n", 257) + `":1,"resource_url":"12345678"}`,
}

// reference is a token as encoding/json decodes it.
type reference struct {
	last    map[string]json.RawMessage
	strings []string // values under the names of secrets, in any letter case
}

func refer(t *testing.T, data []byte) (r reference) {
	t.Helper()
	if err := json.Unmarshal(data, &r.last); err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	for _, _ = d.Token(); d.More(); {
		name, _ := d.Token()
		var value any
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
		text, isText := value.(string)
		for _, secret := range []string{"access_token", "id_token", "refresh_token"} {
			if word, ok := name.(string); ok && isText && strings.EqualFold(word, secret) {
				r.strings = append(r.strings, text)
			}
		}
	}
	return r
}

// text returns the string under a name, or "" if it is no string.
func (r reference) text(name string) (text string) {
	_ = json.Unmarshal(r.last[name], &text)
	return text
}

func (r reference) containsSecret(text string) bool {
	for _, s := range r.strings {
		if len(s) >= 8 && strings.Contains(text, s) {
			return true
		}
	}
	return false
}

// FuzzToken compares decoded tokens with a map decoded by encoding/json, which also
// compares keys byte for byte and lets the last of two count.
func FuzzToken(f *testing.F) {
	for _, data := range tokens {
		f.Add([]byte(data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var token store.OAuthToken
		err := json.Unmarshal(data, &token)
		if data = bytes.Trim(data, " \t\r\n"); !json.Valid(data) || data[0] != '{' {
			if err == nil && string(data) != "null" {
				t.Errorf("%q is a token", data)
			}
			return
		}
		r := refer(t, data)
		access := r.text("access_token")
		if err != nil && strings.Contains(err.Error(), "the token has over") {
			return
		}
		if (err != nil) != (access == "") {
			t.Fatalf("%q: %v", data, err)
		}
		if err != nil {
			return
		}
		for name, secret := range map[string]store.Secret{"access_token": token.AccessToken, "id_token": token.IDToken} {
			if got := string([]rune(string(secret.Bytes()))); got != r.text(name) {
				t.Errorf("%q: %s is %q", data, name, got)
			}
		}
		m := token.Metadata()
		if want := (store.Expiry{}); r.last["expiry"] != nil && json.Unmarshal(r.last["expiry"], &want) != nil || m.Expiry != want {
			t.Errorf("%q: the expiry is not %s", data, r.last["expiry"])
		}
		r.compare(t, data, m)
	})
}

// compare fails unless every text and every field name is either shown or dropped, and
// no secret is shown.
func (r reference) compare(t *testing.T, data []byte, m store.Metadata) {
	t.Helper()
	dropped := map[string]store.DropReason{}
	for _, d := range m.Dropped {
		if _, twice := dropped[d.Name]; twice || r.last[d.Name] == nil {
			t.Errorf("%q: %q was dropped twice, or did not come", data, d.Name)
		}
		dropped[d.Name] = d.Reason
	}
	for name, got := range map[string]string{"token_type": m.TokenType, "scope": m.Scope, "account_id": m.AccountID} {
		want, why := r.text(name), dropped[name]
		switch value := r.last[name]; {
		case value == nil || string(value) == "null":
		case value[0] != '"':
			want = ""
			if why != store.DroppedWrongType {
				t.Errorf("%q: %s was dropped as %v", data, name, why)
			}
		case len(want) > 8<<10 && why == store.DroppedTooLong, r.containsSecret(want) && why == store.DroppedHeldSecret:
			want = ""
		}
		if got != want {
			t.Errorf("%q: %s is %q, not %q", data, name, got, want)
		}
	}
	for name := range r.last {
		_, gone := dropped[name]
		shown := strings.Contains(" expiry token_type scope account_id resource_url ", " "+name+" ")
		if hide := r.containsSecret(name) || len(name) > 8<<10; !shown && gone == hide || hide && m.NamesLeftOut == 0 {
			t.Errorf("%q: the name %q was dropped: %t", data, name, gone)
		}
	}
	if r.containsSecret(m.ResourceHost) || len(m.ResourceHost) > len(r.text("resource_url")) || !utf8.ValidString(m.ResourceHost) {
		t.Errorf("%q: the resource is %q", data, m.ResourceHost)
	}
}
