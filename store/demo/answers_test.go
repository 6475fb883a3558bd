package demo_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

func TestMadeUpSecretsBeginWithTheMark(t *testing.T) {
	for _, mark := range []string{"", "K9-mark"} {
		s := visit(t, start(t, demo.Options{Mark: mark}))
		if mark == "" {
			mark = "made-up-secret"
		}
		for _, key := range []store.Key{codex, claude} {
			token, found, err := s.GetToken(t.Context(), key)
			if !found || err != nil || !strings.HasPrefix(string(token.AccessToken.Bytes()), mark+"-") {
				t.Errorf("%v: %q, %v", key, token.AccessToken.Bytes(), err)
			}
			if has := strings.HasPrefix(string(token.IDToken.Bytes()), mark+"-"); has != (key == codex) {
				t.Errorf("%v: id_token %q", key, token.IDToken.Bytes())
			}
		}
	}
}

// request sends op with payload and returns the data or the refusal.
func request(t *testing.T, h *demo.Host, op, payload string) string {
	t.Helper()
	var data json.RawMessage
	err := visit(t, h).Client().Request(t.Context(), op, json.RawMessage(payload), &data)
	if refusal, ok := errors.AsType[*socket.ResponseError](err); ok {
		return refusal.Code + ": " + refusal.Message
	}
	if err != nil {
		t.Errorf("%s %s: %v", op, payload, err)
	}
	return string(data)
}

const rule = "Allowed: letters, numbers, dashes, underscores, dots, @ (1-64 chars)."

func TestRequestsAreAnsweredAsReleasedHostsDo(t *testing.T) {
	h := start(t, demo.Options{})
	for _, test := range []struct{ op, payload, want string }{
		{"list_providers", `{}`, `{"providers":["anthropic","claudecode","codex","gemini","qwen"]}`},
		{"list_providers", `{"provider":5}`, `{"providers":["anthropic","claudecode","codex","gemini","qwen"]}`},
		{"list_buckets", `{"provider":"qwen"}`, `{"buckets":["default","old backup","trial"]}`},
		{"list_buckets", `{"provider":"unknown"}`, `{"buckets":[]}`},
		{"list_buckets", `{}`, `INVALID_REQUEST: Missing provider`},
		{"list_buckets", `{"provider":5}`, `INVALID_REQUEST: Missing provider`},
		{"list_buckets", `{"provider":"a b"}`, `INTERNAL_ERROR: Invalid provider name: "a b". ` + rule},
		{"get_token", `{}`, `INVALID_REQUEST: Missing provider`},
		{"get_token", `{"provider":"unknown"}`, `NOT_FOUND: No token found for provider: unknown`},
		{"get_token", `{"provider":"gemini"}`, `NOT_FOUND: No token found for provider: gemini`},
		{"get_token", `{"provider":"gemini","bucket":null}`, `NOT_FOUND: No token found for provider: gemini`},
		{"get_token", `{"provider":"Codex"}`, `NOT_FOUND: No token found for provider: Codex`},
		{"get_token", `{"provider":"codex","bucket":"shared@example.com"}`, `FORBIDDEN: Access denied`},
		{"get_token", `{"provider":"a/b"}`, `INTERNAL_ERROR: Invalid provider name: "a/b". ` + rule},
		{"get_token", `{"provider":"qwen","bucket":"old backup"}`, `INTERNAL_ERROR: Invalid bucket name: "old backup". ` + rule},
		{"remove_token", `{}`, `INVALID_REQUEST: Missing provider`},
		{"remove_token", `{"provider":"qwen","bucket":"old backup"}`, `INTERNAL_ERROR: Invalid bucket name: "old backup". ` + rule},
		{"remove_token", `{"provider":"unknown"}`, `{}`},
		{"save_token", `{"provider":"codex"}`, `INVALID_REQUEST: Missing provider or token`},
		{"save_token", `{"token":{}}`, `INVALID_REQUEST: Missing provider or token`},
		{"save_token", `{"provider":"codex","token":5}`, `INVALID_REQUEST: Missing provider or token`},
		{"save_token", `{"provider":"a b","token":{}}`, `INTERNAL_ERROR: Invalid provider name: "a b". ` + rule},
		{"get_bucket_stats", `{"provider":"codex","bucket":"default"}`, `NOT_FOUND: No stats found for codex/default`},
		{"refresh_token", `{}`, `INVALID_REQUEST: Missing provider`},
		{"refresh_token", `{"provider":"gemini","bucket":"old-laptop"}`, `PROVIDER_NOT_FOUND: No OAuth provider configured for: gemini`},
		{"refresh_token", `{"provider":"codex","bucket":"nobody"}`, `NOT_FOUND: No token found for provider: codex`},
		{"refresh_token", `{"provider":"codex","bucket":"ci-runner"}`, `REAUTH_REQUIRED: Token refresh failed: 400 invalid_grant`},
		{"refresh_token", `{"provider":"codex","bucket":"jane.doe@example.com"}`, `REFRESH_NOT_AVAILABLE: Token for codex does not have a refresh_token`},
		{"refresh_token", `{"provider":"codex","bucket":"shared@example.com"}`, `FORBIDDEN: Access denied`},
		{"refresh_token", `{"provider":"anthropic","bucket":"work@example.com"}`, `REFRESH_FAILED: Token refresh failed: 503 Service Unavailable`},
		{"constructor", `{}`, `INVALID_REQUEST: Unknown operation: constructor`},
		{"list_buckets", `{"Provider":"codex"}`, `INVALID_REQUEST: Missing provider`},
		{"list_buckets", `{"provider":"codex","provider":"gemini","PROVIDER":"qwen"}`, `{"buckets":["default","old-laptop"]}`},
		{"list_buckets", `{"provider":"codex","provider":5}`, `INVALID_REQUEST: Missing provider`},
		{"get_token", `{"provider":"gemini","bucket":"default","Bucket":"old-laptop"}`, `NOT_FOUND: No token found for provider: gemini`},
		{"save_token", `{"provider":"codex","Token":{}}`, `INVALID_REQUEST: Missing provider or token`},
	} {
		if got := request(t, h, test.op, test.payload); got != test.want {
			t.Errorf("%s %s\ngot  %s\nwant %s", test.op, test.payload, got, test.want)
		}
	}
	if len(h.Keys()) != 13 {
		t.Errorf("left %v", h.Keys())
	}
}

func TestARenewedTokenIsStoredAndNotRenewedAgainForHalfAMinute(t *testing.T) {
	clock := now
	h := start(t, demo.Options{Now: func() time.Time { return clock }})
	const payload = `{"provider":"anthropic","bucket":"default"}`
	for _, step := range []struct {
		after time.Duration
		want  string
	}{
		{0, fmt.Sprintf(`"expiry":%d`, now.Add(8*time.Hour).Unix())},
		{12 * time.Second, "RATE_LIMITED: Refresh rate limited"},
		{18 * time.Second, fmt.Sprintf(`"expiry":%d`, now.Add(8*time.Hour+30*time.Second).Unix())},
	} {
		clock = clock.Add(step.after)
		if got := request(t, h, "refresh_token", payload); !strings.Contains(got, step.want) || strings.Contains(got, "refresh_token") {
			t.Errorf("after %v: %s", step.after, got)
		}
	}
	if got := request(t, h, "get_token", payload); !strings.Contains(got, "renewed") {
		t.Errorf("stored %s", got)
	}
}

func TestAHostThatCannotStoreARenewedTokenEndsTheLogin(t *testing.T) {
	h := start(t, demo.Options{Scenario: "unstored"})
	const payload = `{"provider":"anthropic","bucket":"default"}`
	before := request(t, h, "get_token", payload)
	if got := request(t, h, "refresh_token", payload); !strings.HasPrefix(got, "REAUTH_REQUIRED") {
		t.Error(got)
	}
	if after := request(t, h, "get_token", payload); after != before {
		t.Errorf("%s, before %s", after, before)
	}
}

func TestATokenNeverCarriesWhatTheHostKeepsToItself(t *testing.T) {
	h := start(t, demo.Options{})
	for _, key := range h.Keys() {
		got := request(t, h, "get_token", fmt.Sprintf(`{"provider":%q,"bucket":%q}`, key.Provider, key.Bucket))
		if strings.Contains(got, "refresh_token") || strings.Contains(got, "forbidden") || strings.Contains(got, "null") {
			t.Errorf("%v: %s", key, got)
		}
	}
}

func TestSavingLaysTheFieldsOverTheStoredOnes(t *testing.T) {
	h := start(t, demo.Options{Scenario: "empty"})
	for _, test := range []struct{ token, want string }{
		{`{"access_token":"a","expiry":5,"refresh_token":"r"}`, `{"access_token":"a","expiry":5}`},
		{`{"expiry":6,"scope":"s"}`, `{"access_token":"a","expiry":6,"scope":"s"}`},
		{`{"refresh_token":"r"}`, `{"access_token":"a","expiry":6,"scope":"s"}`},
	} {
		if got := request(t, h, "save_token", `{"provider":"codex","token":`+test.token+`}`); got != `{}` {
			t.Error(got)
		}
		if got := request(t, h, "get_token", `{"provider":"codex","bucket":"default"}`); got != test.want {
			t.Errorf("%s: stored %s", test.token, got)
		}
	}
}

func TestPutAndDropChangeWhatIsStored(t *testing.T) {
	h := start(t, demo.Options{})
	s := visit(t, h)
	added := store.Key{Provider: "added", Bucket: "b"}
	h.Put(added, now)
	h.Put(runner, now)
	for _, key := range []store.Key{added, runner} {
		if check, err := s.Check(t.Context(), key); err != nil || check.Metadata.Expiry != store.NewExpiry(float64(now.Unix())) {
			t.Errorf("%v: %+v, %v", key, check, err)
		}
	}
	h.Drop(added)
	h.Drop(added)
	if check, err := s.Check(t.Context(), added); err != nil || check.Found || slices.Contains(h.Keys(), added) {
		t.Errorf("dropped: %+v, %v", check, err)
	}
}

func TestEveryRequestIsRecordedInOrder(t *testing.T) {
	h := start(t, demo.Options{})
	s := visit(t, h)
	_, _ = s.ListProviders(t.Context())
	_, _ = s.ListBuckets(t.Context(), "codex")
	_, _, _ = s.GetToken(t.Context(), store.Key{Provider: "codex"})
	_ = s.RemoveToken(t.Context(), runner)
	want := []demo.Call{
		{Op: "list_providers", Key: store.Key{Bucket: "default"}},
		{Op: "list_buckets", Key: codex},
		{Op: "get_token", Key: codex},
		{Op: "remove_token", Key: runner},
	}
	got := h.Calls()
	if !slices.Equal(got, want) || h.Count("get_token") != 1 || h.Count("never") != 0 || h.Connections() != 1 {
		t.Errorf("%v", got)
	}
	got[0].Op = "changed"
	if h.Calls()[0].Op != "list_providers" {
		t.Error("the record can be changed from outside")
	}
}
