package demo_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

// checkAll checks all credentials that a host lists.
func checkAll(t *testing.T, s *store.ProxyTokenStore) map[store.Key]store.Check {
	t.Helper()
	providers, err := s.ListProviders(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	checks := map[store.Key]store.Check{}
	for _, provider := range providers {
		buckets, err := s.ListBuckets(t.Context(), provider)
		if err != nil {
			t.Fatal(err)
		}
		for _, bucket := range buckets {
			key := store.Key{Provider: provider, Bucket: bucket}
			check, err := s.Check(t.Context(), key)
			if err != nil && !errors.Is(err, store.InternalError) {
				t.Errorf("%v: %v", key, err)
			}
			checks[key] = check
		}
	}
	return checks
}

func TestTheDefaultHasEveryStatus(t *testing.T) {
	h := start(t, demo.Options{})
	checks := checkAll(t, visit(t, h))
	if len(checks) != 13 || !slices.Equal(slices.SortedFunc(maps.Keys(checks), byName), h.Keys()) {
		t.Errorf("%d credentials: %v", len(checks), h.Keys())
	}
	seen := map[store.Status]int{}
	for _, check := range checks {
		seen[check.Status(now, store.DefaultStaleAfter)]++
	}
	want := map[store.Status]int{
		store.Valid: 2, store.Expiring: 1, store.Expired: 2, store.Stale: 3,
		store.NoExpiry: 1, store.InvalidExpiry: 1, store.Unreadable: 2, store.Denied: 1,
	}
	if !maps.Equal(seen, want) {
		t.Errorf("%v", seen)
	}
}

func byName(a, b store.Key) int { return strings.Compare(a.String(), b.String()) }

func TestEveryScenarioButTheEmptyOnesHasTheSameCredentials(t *testing.T) {
	for _, name := range demo.Scenarios() {
		h := start(t, demo.Options{Scenario: name})
		want := map[string]int{"large": 200 * 50, "empty": 0}
		n, special := want[name]
		if !special {
			n = 13
		}
		if got := len(h.Keys()); got != n {
			t.Errorf("%s holds %d credentials", name, got)
		}
	}
}

func TestTheOldProtocolIsNumberOne(t *testing.T) {
	for scenario, version := range map[string]int{"v1": 1, "default": 2} {
		s := visit(t, start(t, demo.Options{Scenario: scenario}))
		if checks := checkAll(t, s); len(checks) != 13 {
			t.Errorf("%s: %d credentials", scenario, len(checks))
		}
		if got := s.Client().Info().Version; got != version {
			t.Errorf("%s speaks version %d", scenario, got)
		}
	}
}

func TestTheRefusedAreRefusedInTheHandshake(t *testing.T) {
	h := start(t, demo.Options{Scenario: "refused"})
	if capability, given := h.Capability(); given || capability.Empty() {
		t.Error("the capability is not kept back")
	}
	_, err := visit(t, h).ListProviders(t.Context())
	wrong, ok := errors.AsType[*socket.HandshakeError](err)
	if !ok || wrong.Kind != socket.HandshakeRefused || wrong.Code != "UNAUTHORIZED" || len(h.Calls()) != 0 {
		t.Errorf("%v, asked %v", err, h.Calls())
	}
}

func TestTheRestrictedSeeNothingListedAndChangeNothing(t *testing.T) {
	h := start(t, demo.Options{Scenario: "restricted"})
	s := visit(t, h)
	if checks := checkAll(t, s); len(checks) != 0 {
		t.Errorf("listed %v", checks)
	}
	if buckets, err := s.ListBuckets(t.Context(), "codex"); err != nil || len(buckets) != 0 {
		t.Errorf("listed %v, %v", buckets, err)
	}
	if check, err := s.Check(t.Context(), codex); err != nil || !check.Found {
		t.Errorf("by name: %+v, %v", check, err)
	}
	for _, key := range []store.Key{{Provider: "codex", Bucket: "absent"}, {Provider: "gemini", Bucket: "default"}} {
		if check, err := s.Check(t.Context(), key); err != nil || !check.Hidden || check.Refusal.Error() != `Proxy error [FORBIDDEN]: "Access denied"` {
			t.Errorf("%v: %+v, %v", key, check, err)
		}
	}
	token := store.OAuthToken{AccessToken: store.NewSecret([]byte("t"))}
	for want, err := range map[string]error{
		"Sandbox connections cannot remove tokens": s.RemoveToken(t.Context(), codex),
		"Sandbox connections cannot modify tokens": s.SaveToken(t.Context(), codex, token),
	} {
		if err == nil || err.Error() != fmt.Sprintf("Proxy error [FORBIDDEN]: %q", want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if len(h.Keys()) != 13 {
		t.Error("something changed")
	}
}

func TestTheLockedAnswerEverythingWithAnError(t *testing.T) {
	h := start(t, demo.Options{Scenario: "locked"})
	s := visit(t, h)
	_, providers := s.ListProviders(t.Context())
	_, buckets := s.ListBuckets(t.Context(), "codex")
	_, _, token := s.GetToken(t.Context(), codex)
	removal := s.RemoveToken(t.Context(), codex)
	unknown := s.Client().Request(t.Context(), "get_api_key", nil, nil)
	for _, err := range []error{providers, buckets, token, removal} {
		if !errors.Is(err, store.InternalError) || err.Error() != `"The keychain is locked"` {
			t.Error(err)
		}
	}
	if unknown == nil || len(h.Keys()) != 13 {
		t.Errorf("%v, %d left", unknown, len(h.Keys()))
	}
}

func TestTheLiarSaysOKAndRemovesNothing(t *testing.T) {
	h := start(t, demo.Options{Scenario: "liar"})
	if err := visit(t, h).RemoveToken(t.Context(), runner); err != nil || !slices.Contains(h.Keys(), runner) {
		t.Errorf("%v, left %v", err, h.Keys())
	}
}

func TestTheBlankListNothingAfterARemoval(t *testing.T) {
	h := start(t, demo.Options{Scenario: "blank"})
	s := visit(t, h)
	if checks := checkAll(t, s); len(checks) != 13 {
		t.Errorf("before: %d credentials", len(checks))
	}
	if err := s.RemoveToken(t.Context(), runner); err != nil || slices.Contains(h.Keys(), runner) {
		t.Errorf("%v, left %v", err, h.Keys())
	}
	buckets, err := s.ListBuckets(t.Context(), "codex")
	if checks := checkAll(t, s); len(checks) != 0 || len(buckets) != 0 || err != nil {
		t.Errorf("after: %v, %v, %v", checks, buckets, err)
	}
	if _, found, err := s.GetToken(t.Context(), codex); found || err != nil {
		t.Errorf("after, by name: %t, %v", found, err)
	}
}

func TestTheFlakyHangUpAtTheThirdRemoval(t *testing.T) {
	h := start(t, demo.Options{Scenario: "flaky"})
	s := visit(t, h)
	for i, key := range h.Keys()[:3] {
		err := s.RemoveToken(t.Context(), key)
		if lost := errors.Is(err, socket.ErrLost); lost != (i == 2) || (err != nil && !lost) {
			t.Errorf("removal %d: %v", i+1, err)
		}
	}
	if len(h.Keys()) != 10 {
		t.Errorf("%d left", len(h.Keys()))
	}
	if _, err := visit(t, h).ListProviders(t.Context()); err != nil {
		t.Errorf("the next client: %v", err)
	}
	if err := visit(t, h).RemoveToken(t.Context(), h.Keys()[0]); err != nil {
		t.Errorf("the fourth removal: %v", err)
	}
}

func TestTheLargeHasTenThousand(t *testing.T) {
	h := start(t, demo.Options{Scenario: "large"})
	s := visit(t, h)
	providers, err := s.ListProviders(t.Context())
	if err != nil || len(providers) != 200 || providers[0] != "provider-000" || providers[199] != "provider-199" {
		t.Errorf("%d providers, %v", len(providers), err)
	}
	buckets, err := s.ListBuckets(t.Context(), "provider-117")
	if err != nil || len(buckets) != 50 || buckets[0] != "account00@example.com" || buckets[49] != "account49@example.com" {
		t.Errorf("%v, %v", buckets, err)
	}
	for bucket, want := range map[string]store.Status{"account00@example.com": store.Expired, "account01@example.com": store.Valid, "account44@example.com": store.Valid} {
		check, err := s.Check(t.Context(), store.Key{Provider: "provider-100", Bucket: bucket})
		if got := check.Status(now, store.DefaultStaleAfter); err != nil || got != want {
			t.Errorf("%s: %v, %v", bucket, got, err)
		}
	}
}

func TestTheEmptyHaveNothing(t *testing.T) {
	s := visit(t, start(t, demo.Options{Scenario: "empty"}))
	if checks := checkAll(t, s); len(checks) != 0 {
		t.Errorf("%v", checks)
	}
	if _, found, err := s.GetToken(t.Context(), codex); found || err != nil {
		t.Errorf("%t, %v", found, err)
	}
	err := s.Client().Request(t.Context(), "get_token", map[string]string{"provider": "codex"}, nil)
	if refusal, ok := errors.AsType[*socket.ResponseError](err); !ok || refusal.Code != "NOT_FOUND" || refusal.Message != "No token found for provider: codex" {
		t.Error(err)
	}
}
