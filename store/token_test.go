package store_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"credscope/store"
)

func TestNamesFollowTheHostsRule(t *testing.T) {
	longest := strings.Repeat("a", 64)
	for _, name := range []string{"a", "0", ".", "@", "-", "_", "jane.doe@example.com", "A-Z_a-z.0-9@", "..", longest} {
		if !store.ValidName(name) {
			t.Errorf("%q is refused", name)
		}
	}
	for _, name := range []string{
		"", " ", longest + "a", "old backup", "a ", " a", "a\n", "a\r\n", "a\x00", "a/b", "a:b", "a+b", "é", "ａ", "a\u200b", "a\u202e", "a\xff", "*", "~", "a,b", "\"", "\\",
	} {
		if store.ValidName(name) {
			t.Errorf("%q is accepted", name)
		}
	}
}

func TestAKeySpellsItsBucketOut(t *testing.T) {
	for _, test := range []struct {
		key   store.Key
		full  store.Key
		text  string
		valid bool
	}{
		{codex, store.Key{Provider: "codex", Bucket: "default"}, "codex/default", true},
		{codexWork, codexWork, "codex/work", true},
		{store.Key{Bucket: "b"}, store.Key{Bucket: "b"}, "/b", false},
		{store.Key{Provider: "a b"}, store.Key{Provider: "a b", Bucket: "default"}, "a b/default", false},
		{store.Key{Provider: "a", Bucket: "b c"}, store.Key{Provider: "a", Bucket: "b c"}, "a/b c", false},
	} {
		if test.key.WithDefault() != test.full || test.key.String() != test.text || test.key.Valid() != test.valid {
			t.Errorf("%+v: %+v, %q, %t", test.key, test.key.WithDefault(), test.key.String(), test.key.Valid())
		}
	}
}

func TestAKeyIsReadFromProviderAndBucket(t *testing.T) {
	for text, want := range map[string]store.Key{
		"codex":                   {Provider: "codex", Bucket: "default"},
		"codex:":                  {Provider: "codex", Bucket: "default"},
		"codex:work":              {Provider: "codex", Bucket: "work"},
		"codex/work":              {Provider: "codex", Bucket: "work"},
		"codex:jane@example.com":  {Provider: "codex", Bucket: "jane@example.com"},
		"claude.code:a_b-c@d.e.f": {Provider: "claude.code", Bucket: "a_b-c@d.e.f"},
	} {
		if got, err := store.ParseKey(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", ":", ":work", "a:b:c", "a b", "a:b c", "a\x1b[31m", "a/b/c", "a:\u202e"} {
		got, err := store.ParseKey(text)
		if !errors.Is(err, store.ErrName) || got != (store.Key{}) {
			t.Errorf("%q: %+v, %v", text, got, err)
		} else if strings.ContainsAny(err.Error(), "\x1b\u202e") {
			t.Errorf("%q is quoted raw", text)
		}
	}
}

func TestATokenSavedComesBackTheSame(t *testing.T) {
	all := make([]byte, 0, 400)
	for r := range rune(256) {
		all = append(all, string(r)...)
	}
	saved := store.OAuthToken{
		AccessToken: store.NewSecret(all), IDToken: store.NewSecret([]byte("𝄞</script>\u2028")),
		Expiry: store.NewExpiry(1893456000.5), TokenType: "Bearer", Scope: "a <b> \"c\" \u2028", ResourceURL: "https://é.example", AccountID: "acct",
	}
	_, s := startDemo(t, "empty")
	if err := s.SaveToken(t.Context(), codexWork, saved); err != nil {
		t.Fatal(err)
	}
	got, found, err := s.GetToken(t.Context(), codexWork)
	if err != nil || !found {
		t.Fatalf("%t, %v", found, err)
	}
	if string(got.AccessToken.Bytes()) != string(all) || string(got.IDToken.Bytes()) != "𝄞</script>\u2028" {
		t.Error("the secrets changed on the way")
	}
	if m := got.Metadata(); m.Expiry != saved.Expiry || got.Scope != saved.Scope || got.TokenType != saved.TokenType ||
		m.ResourceHost != "é.example" || got.AccountID != saved.AccountID {
		t.Errorf("saved %v, got %v", saved, got)
	}
}

func TestATokenSavedBackOmitsWhatWasNotKept(t *testing.T) {
	const sent = `{"access_token":"t","refresh_token":"r","expiry":5,"token_type":"Bearer","client_secret":"c","resource_url":"https://a.example/v1"}`
	s, h := startFake(t, store.Options{}, answers(map[string]any{"get_token": sent}))
	token, _, err := s.GetToken(t.Context(), codex)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SaveToken(t.Context(), codex, token); err != nil {
		t.Fatal(err)
	}
	equal(t, "saved", h.payloads("save_token"), []string{`{"provider":"codex","token":{"expiry":5,"token_type":"Bearer","access_token":"t"}}`})
}

func TestATokenMadeHereHasNothingDropped(t *testing.T) {
	token := fullToken()
	if m := token.Metadata(); m.Dropped != nil || m.RefreshTokenSent || m.Scope != "openid" || m.ResourceHost != "a.example" {
		t.Errorf("%+v", m)
	}
}

func TestWipingATokenWipesBothOfItsSecrets(t *testing.T) {
	token := store.OAuthToken{AccessToken: store.NewSecret(longBytes), IDToken: store.NewSecret(longBytes), Scope: "kept"}
	access, identity := token.AccessToken.Bytes(), token.IDToken.Bytes()
	token.Wipe()
	if len(bytes.Trim(access, "\x00"))+len(bytes.Trim(identity, "\x00")) != 0 || token.Scope != "kept" {
		t.Error("not wiped")
	}
}
