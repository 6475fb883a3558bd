package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"credscope/socket"
	"credscope/store"
)

// received asks for a token of a host that answers with data.
func received(t *testing.T, data string) (store.OAuthToken, error) {
	t.Helper()
	s, _ := play(t, socket.Options{}, answers(map[string]any{"get_token": data}))
	token, found, err := s.GetToken(t.Context(), codex)
	if found != (err == nil) {
		t.Errorf("%s: found is %t with %v", data, found, err)
	}
	return token, err
}

func TestATokenIsReadWithAllItsFields(t *testing.T) {
	token, err := received(t, `{"access_token":"a\"\u00e9\ud834\udd1e","id_token":"i","expiry":1893456000,"token_type":"bearer",
		"scope":"openid profile","resource_url":"https://user:pw@api.example:8443/v1?k=v","account_id":"acct","more":{"deep":[1]},"also":null}`)
	if err != nil {
		t.Fatal(err)
	}
	if string(token.AccessToken.Bytes()) != "a\"é𝄞" || string(token.IDToken.Bytes()) != "i" {
		t.Error("the secrets are not what was sent")
	}
	want := store.Metadata{
		Expiry: 1893456000, TokenType: "bearer", Scope: "openid profile", ResourceHost: "api.example:8443", AccountID: "acct",
		Dropped: []string{"access_token", "also", "id_token", "more"},
	}
	if got := token.Metadata(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestALookKeepsMetadataAndNothingElse(t *testing.T) {
	s, _ := play(t, socket.Options{}, answers(good()))
	look, err := s.Look(t.Context(), codex)
	want := store.Look{
		Found:    true,
		Metadata: store.Metadata{Expiry: 1893456000, TokenType: "Bearer", Dropped: []string{"access_token"}},
		Stats:    store.BucketStats{Bucket: "default"},
	}
	if err != nil || !reflect.DeepEqual(look, want) {
		t.Errorf("%+v, %v", look, err)
	}
}

func TestARefreshTokenIsDroppedWithAWarning(t *testing.T) {
	for name, warned := range map[string]bool{
		"refresh_token": true, "Refresh_Token": true, "REFRESH_TOKEN": true, `refresh\u005ftoken`: true,
		"refresh": false, "refresh_token2": false, "client_secret": false,
	} {
		for _, value := range []string{`"canary-4815"`, `null`, `{"canary-4815":"canary-4815"}`, `4815`} {
			token, err := received(t, fmt.Sprintf(`{"access_token":"t","expiry":5,%s:%s}`, `"`+name+`"`, value))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			m := token.Metadata()
			if m.RefreshTokenSent != warned || len(m.Dropped) != 2 {
				t.Errorf("%s: %+v", name, m)
			}
			if text := fmt.Sprintf("%+v %#v %+v", token, token, m); strings.Contains(text, "4815") {
				t.Errorf("%s was kept: %s", name, text)
			}
		}
	}
}

// The kinds of JSON, each with a canary where it can have one.
var kinds = []string{
	`null`, `true`, `false`, `4815162342`, `-4815162342`, `4815162342.25`, `4815162342e3`, `""`, `"4815162342"`,
	`"\u0034815162342"`, `[]`, `["4815162342"]`, `[[4815162342]]`, `{}`, `{"4815162342":"4815162342"}`, `{"a":{"b":4815162342}}`,
}

// accepted tells which kinds a field may be.
func accepted(field, kind string) bool {
	switch {
	case field == "access_token":
		return kind[0] == '"' && kind != `""`
	case field == "expiry":
		return kind == "null" || strings.ContainsRune("-0123456789", rune(kind[0]))
	case strings.HasPrefix(field, "unknown"):
		return true
	}
	return kind == "null" || kind[0] == '"'
}

func TestAWrongKindInAFieldIsNamedAndNotQuoted(t *testing.T) {
	fields := []string{"access_token", "id_token", "expiry", "token_type", "scope", "resource_url", "account_id", "unknown_4815162342"}
	for _, field := range fields {
		for _, kind := range kinds {
			values := map[string]string{"access_token": `"4815162342"`, "expiry": `5`}
			values[field] = kind
			var members []string
			for name, value := range values {
				members = append(members, fmt.Sprintf("%q:%s", name, value))
			}
			data := "{" + strings.Join(members, ",") + "}"
			_, err := received(t, data)
			if (err == nil) != accepted(field, kind) {
				t.Errorf("%s as %s: %v", field, kind, err)
			}
			if err != nil {
				quotesNothing(t, data, err)
			}
			var alone store.OAuthToken
			if direct := json.Unmarshal([]byte(data), &alone); (direct == nil) != (err == nil) || strings.Contains(fmt.Sprint(direct), "4815") {
				t.Errorf("%s read without a host: %v", data, direct)
			}
			if err != nil && !reflect.DeepEqual(alone, store.OAuthToken{}) {
				t.Errorf("%s left %+v", data, alone)
			}
		}
	}
}

// quotesNothing fails unless err is typed, knows its operation and holds no canary.
func quotesNothing(t *testing.T, data string, err error) {
	t.Helper()
	wrong, ok := errors.AsType[*store.MalformedDataError](err)
	if !ok || wrong.Op != "get_token" {
		t.Errorf("%s: %#v", data, err)
	}
	for ; err != nil; err = errors.Unwrap(err) {
		if text := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(text, "4815") {
			t.Errorf("%s is quoted: %s", data, text)
		}
	}
}

func TestATokenThatIsNoObjectIsNotQuoted(t *testing.T) {
	for _, kind := range kinds {
		var token store.OAuthToken
		if err := json.Unmarshal([]byte(kind), &token); kind != "null" && (err == nil || strings.Contains(err.Error(), "4815")) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestATokenWithoutAnAccessTokenIsMalformed(t *testing.T) {
	for _, data := range []string{`{}`, `{"expiry":5,"token_type":"Bearer"}`, `{"access_token":""}`, `{"access_token":null}`, `{"access_token":"t","access_token":""}`} {
		_, err := received(t, data)
		isMalformed(t, err, "get_token", "access_token is missing")
	}
}

func TestOfTwoValuesUnderOneNameTheLastCounts(t *testing.T) {
	token, err := received(t, `{"access_token":"first","Access_Token":"second","expiry":1,"expiry":2,"scope":"a","scope":null}`)
	if err != nil || string(token.AccessToken.Bytes()) != "second" || token.Expiry != 2 || token.Scope != "" {
		t.Errorf("%q, %+v, %v", token.AccessToken.Bytes(), token, err)
	}
}

func TestFreeTextHasALimit(t *testing.T) {
	const limit = 8 << 10
	for _, field := range []string{"token_type", "scope", "resource_url", "account_id"} {
		for size, fits := range map[int]bool{0: true, 1: true, limit - 3: true, limit - 2: true, limit + 1: false, 3 * limit: false} {
			data := fmt.Sprintf(`{"access_token":"t","expiry":5,%q:%q}`, field, strings.Repeat("x", size))
			_, err := received(t, data)
			if fits && err != nil {
				t.Errorf("%s of %d bytes: %v", field, size, err)
			}
			if !fits {
				isMalformed(t, err, "get_token", "a text field is over 8 KiB")
			}
		}
	}
}

func TestSecretsAndDroppedFieldsHaveNone(t *testing.T) {
	long := strings.Repeat("x", 100<<10)
	token, err := received(t, fmt.Sprintf(`{"access_token":%q,"id_token":%q,"expiry":5,"more":%q}`, long, long, long))
	if err != nil || len(token.AccessToken.Bytes()) != len(long) || len(token.IDToken.Bytes()) != len(long) {
		t.Error(err)
	}
}

func TestOnlyTheHostOfAResourceIsShown(t *testing.T) {
	for resource, want := range map[string]string{
		"":                                     "",
		"portal.qwen.example":                  "portal.qwen.example",
		"portal.qwen.example/v1":               "portal.qwen.example",
		"portal.qwen.example:8443/v1":          "portal.qwen.example:8443",
		"https://portal.qwen.example/v1?k=s#f": "portal.qwen.example",
		"https://user:secret@a.example/":       "a.example",
		"user:secret@a.example":                "a.example",
		"//a.example/x":                        "",
		"http://[::1]:80/x":                    "[::1]:80",
		"https:///path/only":                   "",
		"https://a b/":                         "",
		"https://a.example:port/":              "",
		"x?next=https://a.example":             "",
		"\x00":                                 "",
		"%zz":                                  "",
	} {
		token := store.OAuthToken{ResourceURL: resource}
		if got := token.Metadata().ResourceHost; got != want {
			t.Errorf("%q: %q, want %q", resource, got, want)
		}
	}
}

func TestATokenMadeHereHasNothingDropped(t *testing.T) {
	token := fullToken()
	if m := token.Metadata(); m.Dropped != nil || m.RefreshTokenSent || m.Scope != "openid" || m.ResourceHost != "a.example" {
		t.Errorf("%+v", m)
	}
}
