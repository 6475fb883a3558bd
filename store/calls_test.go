package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"credscope/socket"
	"credscope/store"
)

func raw(s string) json.RawMessage { return json.RawMessage(s) }

var (
	codex     = store.Key{Provider: "codex"}
	codexWork = store.Key{Provider: "codex", Bucket: "work"}
)

// fullToken has a value in every field.
func fullToken() store.OAuthToken {
	return store.OAuthToken{
		AccessToken: store.NewSecret([]byte("a\"b\\c\n\x00é")), IDToken: store.NewSecret([]byte("identity")),
		Expiry: 1893456000, TokenType: "bearer", Scope: "openid", ResourceURL: "https://a.example", AccountID: "acct",
	}
}

// good is a host that has everything.
func good() map[string]any {
	return map[string]any{
		"get_token":      plainToken,
		"list_providers": `{"providers":["codex"]}`,
		"list_buckets":   `{"buckets":["default","work"]}`,
	}
}

type storeCall struct {
	name string
	do   func(context.Context, *store.ProxyTokenStore) error
	sent string // operation and payload, "" for nothing
}

func readingCalls() []storeCall {
	type (
		c = context.Context
		s = *store.ProxyTokenStore
	)
	return []storeCall{
		{
			"GetToken", func(ctx c, s s) error { _, _, err := s.GetToken(ctx, codexWork); return err },
			`"get_token","payload":{"provider":"codex","bucket":"work"}`,
		},
		{
			"GetToken without a bucket", func(ctx c, s s) error { _, _, err := s.GetToken(ctx, codex); return err },
			`"get_token","payload":{"provider":"codex"}`,
		},
		{
			"Look", func(ctx c, s s) error { _, err := s.Look(ctx, codex); return err },
			`"get_token","payload":{"provider":"codex"}`,
		},
		{
			"ListProviders", func(ctx c, s s) error { _, err := s.ListProviders(ctx); return err },
			`"list_providers","payload":{}`,
		},
		{
			"ListBuckets", func(ctx c, s s) error { _, err := s.ListBuckets(ctx, "a<b>&"); return err },
			`"list_buckets","payload":{"provider":"a<b>&"}`,
		},
		{
			"GetBucketStats", func(ctx c, s s) error { _, _, err := s.GetBucketStats(ctx, codex); return err },
			`"get_token","payload":{"provider":"codex"}`,
		},
		{"AcquireRefreshLock", func(ctx c, s s) error { _, err := s.AcquireRefreshLock(ctx, codex, time.Hour); return err }, ""},
		{"ReleaseRefreshLock", func(ctx c, s s) error { return s.ReleaseRefreshLock(ctx, codex) }, ""},
	}
}

func changingCalls() []storeCall {
	type (
		c = context.Context
		s = *store.ProxyTokenStore
	)
	const wire = `"token":{"expiry":1893456000,"token_type":"bearer","scope":"openid","resource_url":"https://a.example",` +
		`"account_id":"acct","access_token":"a\"b\\c\u000a\u0000é","id_token":"identity"}}`
	const least = `"token":{"expiry":0,"token_type":"","access_token":"t"}}`
	return []storeCall{
		{
			"SaveToken", func(ctx c, s s) error { return s.SaveToken(ctx, codexWork, fullToken()) },
			`"save_token","payload":{"provider":"codex","bucket":"work",` + wire,
		},
		{
			"SaveToken without a bucket", func(ctx c, s s) error { return s.SaveToken(ctx, codex, fullToken()) },
			`"save_token","payload":{"provider":"codex",` + wire,
		},
		{"SaveToken of the least", func(ctx c, s s) error {
			return s.SaveToken(ctx, codex, store.OAuthToken{AccessToken: store.NewSecret([]byte("t"))})
		}, `"save_token","payload":{"provider":"codex",` + least},
		{
			"RemoveToken", func(ctx c, s s) error { return s.RemoveToken(ctx, codexWork) },
			`"remove_token","payload":{"provider":"codex","bucket":"work"}`,
		},
		{
			"RemoveToken without a bucket", func(ctx c, s s) error { return s.RemoveToken(ctx, codex) },
			`"remove_token","payload":{"provider":"codex","bucket":"default"}`,
		},
	}
}

func TestEveryMethodSendsExactlyOneFrameOrNone(t *testing.T) {
	for _, call := range append(readingCalls(), changingCalls()...) {
		t.Run(call.name, func(t *testing.T) {
			s, h := play(t, socket.Options{}, answers(good()))
			if err := call.do(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			var want []string
			if call.sent != "" {
				want = []string{`{"v":2,"op":"handshake","payload":{"minVersion":1,"maxVersion":2}}`, `{"v":2,"id":"ID","op":` + call.sent + `}`}
			}
			same(t, "on the wire", h.frames(), want)
		})
	}
}

func TestLocksAreGrantedWithoutAHost(t *testing.T) {
	s := store.NewProxyTokenStore("/nowhere/at/all.sock", socket.Options{})
	defer func() { _ = s.Close() }()
	if held, err := s.AcquireRefreshLock(t.Context(), codex, 0); !held || err != nil {
		t.Errorf("acquired: %t, %v", held, err)
	}
	if err := s.ReleaseRefreshLock(t.Context(), codex); err != nil {
		t.Error(err)
	}
}

func TestNotFoundIsAbsenceAndNoError(t *testing.T) {
	absent := refusal(store.NotFound, "No token found for provider: codex")
	s, h := play(t, socket.Options{}, answers(map[string]any{"get_token": absent, "remove_token": absent}))
	if token, found, err := s.GetToken(t.Context(), codex); found || err != nil || !reflect.DeepEqual(token, store.OAuthToken{}) {
		t.Errorf("GetToken: %v, %t, %v", token, found, err)
	}
	if stats, found, err := s.GetBucketStats(t.Context(), codex); found || err != nil || stats != (store.BucketStats{}) {
		t.Errorf("GetBucketStats: %v, %t, %v", stats, found, err)
	}
	if look, err := s.Look(t.Context(), codex); err != nil || !reflect.DeepEqual(look, store.Look{}) {
		t.Errorf("Look: %+v, %v", look, err)
	}
	if err := s.RemoveToken(t.Context(), codex); err != nil {
		t.Errorf("RemoveToken: %v", err)
	}
	if got := h.ops(); got != "get_token get_token get_token remove_token" {
		t.Errorf("asked %s", got)
	}
}

func TestOtherRefusalsAreErrors(t *testing.T) {
	denied := refusal(store.Forbidden, "Access denied")
	s, _ := play(t, socket.Options{}, func(asked) (any, error) { return nil, denied })
	for _, call := range append(readingCalls(), changingCalls()...) {
		if err := call.do(t.Context(), s); call.sent != "" && call.name != "Look" {
			if err == nil || err.Error() != `Proxy error [FORBIDDEN]: "Access denied"` {
				t.Errorf("%s: %v", call.name, err)
			}
		}
	}
	if _, found, err := s.GetBucketStats(t.Context(), codex); found || err == nil {
		t.Errorf("usage of a token that could not be asked for: %t, %v", found, err)
	}
}

func TestAForbiddenLookIsAResult(t *testing.T) {
	for _, code := range []store.Code{store.Forbidden, store.Unauthorized} {
		s, _ := play(t, socket.Options{}, answers(map[string]any{"get_token": refusal(code, "no")}))
		look, err := s.Look(t.Context(), codex)
		if err != nil || !look.Hidden || look.Found || look.Health(now, 0) != store.Hidden {
			t.Errorf("%s: %+v, %v", code, look, err)
		}
		if refused, ok := errors.AsType[*store.Error](look.Refusal); !ok || refused.Code != code || refused.Message != "no" {
			t.Errorf("%s: the host's words became %#v", code, look.Refusal)
		}
	}
}

func TestUsageIsZerosForATokenThatExists(t *testing.T) {
	s, h := play(t, socket.Options{}, answers(good()))
	for _, test := range []struct {
		key    store.Key
		bucket string
	}{{codexWork, "work"}, {codex, "default"}} {
		stats, found, err := s.GetBucketStats(t.Context(), test.key)
		if !found || err != nil || stats != (store.BucketStats{Bucket: test.bucket}) || !stats.LastUsed.IsZero() {
			t.Errorf("%v: %+v, %t, %v", test.key, stats, found, err)
		}
	}
	if got := h.ops(); strings.Contains(got, "get_bucket_stats") {
		t.Errorf("asked %s", got)
	}
}

func TestATokenSavedComesBackTheSame(t *testing.T) {
	all := make([]byte, 0, 400)
	for r := range rune(256) {
		all = append(all, string(r)...)
	}
	saved := store.OAuthToken{
		AccessToken: store.NewSecret(all), IDToken: store.NewSecret([]byte("𝄞</script>\u2028")),
		Expiry: 1893456000.5, TokenType: "Bearer", Scope: "a <b> \"c\" \u2028", ResourceURL: "https://é.example", AccountID: "acct",
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
	if got.Metadata().Expiry != saved.Expiry || got.Scope != saved.Scope || got.TokenType != saved.TokenType ||
		got.ResourceURL != saved.ResourceURL || got.AccountID != saved.AccountID {
		t.Errorf("saved %v, got %v", saved, got)
	}
}

func TestARefreshTokenIsNeverSavedBack(t *testing.T) {
	const sent = `{"access_token":"t","refresh_token":"r","expiry":5,"token_type":"Bearer","client_secret":"c"}`
	s, h := play(t, socket.Options{}, answers(map[string]any{"get_token": sent}))
	token, _, err := s.GetToken(t.Context(), codex)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SaveToken(t.Context(), codex, token); err != nil {
		t.Fatal(err)
	}
	same(t, "saved", h.payloads("save_token"), []string{`{"provider":"codex","token":{"expiry":5,"token_type":"Bearer","access_token":"t"}}`})
}

func TestEverythingSharesOneConnection(t *testing.T) {
	h, s := startDemo(t, "default")
	if h.Connections() != 0 {
		t.Fatal("connected before the first request")
	}
	var calls sync.WaitGroup
	for range 4 {
		for _, call := range append(readingCalls(), changingCalls()...) {
			calls.Go(func() {
				err := call.do(t.Context(), s)
				if err != nil && !strings.Contains(err.Error(), "Invalid provider name") {
					t.Errorf("%s: %v", call.name, err)
				}
			})
		}
	}
	calls.Wait()
	if n := h.Connections(); n != 1 || s.Client().Info().Handshakes != 1 {
		t.Errorf("%d connections", n)
	}
	if h.Count("get_bucket_stats") != 0 {
		t.Error("get_bucket_stats was sent")
	}
}

func TestAClosedStoreSaysSo(t *testing.T) {
	h, s := startDemo(t, "default")
	if _, err := s.ListProviders(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, call := range append(readingCalls(), changingCalls()...) {
		if err := call.do(t.Context(), s); call.sent != "" && (err == nil || err.Error() != store.ErrClosed.Error()) {
			t.Errorf("%s: %v", call.name, err)
		}
	}
	if h.Connections() != 1 || opsOf(h) != "list_providers" {
		t.Errorf("a closed store asked %s", opsOf(h))
	}
}
