package store_test

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

// reply is a hook for one operation.
type reply func(answer func() (any, error)) (any, error)

func lists(field string, names ...string) reply {
	return func(func() (any, error)) (any, error) {
		return map[string]any{field: append([]string{}, names...)}, nil
	}
}

func refuses(code store.Code) reply {
	return func(func() (any, error)) (any, error) { return nil, refusal(code, "no") }
}

// actsThen returns a reply that carries the request out and answers err.
func actsThen(err error) reply {
	return func(answer func() (any, error)) (any, error) {
		_, _ = answer()
		return nil, err
	}
}

func hangsUp(func() (any, error)) (any, error) { return nil, socket.ErrHangUp }

func hasToken(func() (any, error)) (any, error) { return raw(plainToken), nil }

// removalCase is one removal and its expected outcome.
type removalCase struct {
	name     string
	scenario string
	replies  map[string]reply // by operation, in place of the scenario's
	removal  store.Removal
	want     store.Verdict
	err      error       // by errors.Is
	missing  []store.Key // others that are no longer shown
	requests string      // operations received; "" for allRequests
}

var (
	stale      = store.Removal{Key: store.Key{Provider: "codex", Bucket: "ci-runner"}, Others: beside}
	gemini     = store.Removal{Key: store.Key{Provider: "gemini"}, Others: keys("gemini/old-laptop", "codex", "qwen")}
	unreadable = store.Removal{Key: store.Key{Provider: "gemini", Bucket: "default"}, Others: keys("gemini/old-laptop", "codex")}
	claude     = store.Removal{Key: store.Key{Provider: "claudecode", Bucket: "default"}, Others: keys("claudecode/jane.doe@example.com", "codex")}

	// beside are the others that the demo host shows besides codex/ci-runner.
	beside = keys("codex/default", "codex/jane.doe@example.com", "codex/shared@example.com", "anthropic", "claudecode", "gemini", "qwen")
)

// keys parses PROVIDER/BUCKET, or PROVIDER for a provider.
func keys(names ...string) (keys []store.Key) {
	for _, name := range names {
		provider, bucket, _ := strings.Cut(name, "/")
		keys = append(keys, store.Key{Provider: provider, Bucket: bucket})
	}
	return keys
}

// withoutOthers returns r for a host that shows nothing else.
func withoutOthers(r store.Removal) store.Removal {
	r.Others = nil
	return r
}

// allRequests are the requests of a removal with a reply that may have acted.
const allRequests = "remove_token list_buckets list_providers get_token"

// emptyLists returns replies with empty lists, and the given ones.
func emptyLists(replies map[string]reply) map[string]reply {
	all := map[string]reply{"list_buckets": lists("buckets"), "list_providers": lists("providers")}
	maps.Copy(all, replies)
	return all
}

func TestTheVerdictAfterOK(t *testing.T) {
	kept := lists("buckets", "default", "jane.doe@example.com", "shared@example.com")
	runRemovals(t, []removalCase{
		{name: "gone, and every other is still shown", removal: stale, want: store.Removed},
		{name: "an empty bucket means default", removal: gemini, want: store.Removed},
		{name: "what was unreadable, and every other is still shown", removal: unreadable, want: store.Removed},
		{name: "gone, and there was no other", scenario: "blank", removal: withoutOthers(stale), want: store.NoLongerShown},
		{name: "gone, and every list is empty", scenario: "blank", removal: stale, want: store.CannotConfirm, missing: beside},
		{
			name: "the keyring failed and a fallback is shown", scenario: "fallback", removal: stale, want: store.CannotConfirm,
			missing: keys("codex/default", "codex/jane.doe@example.com", "codex/shared@example.com", "anthropic", "gemini", "qwen"),
		},
		{name: "a neighbour is missing too", scenario: "neighbour", removal: stale, want: store.CannotConfirm, missing: keys("codex/default")},
		{
			name: "another provider is missing too", removal: stale, want: store.CannotConfirm, missing: keys("anthropic"),
			replies: map[string]reply{"list_providers": lists("providers", "claudecode", "codex", "gemini", "qwen")},
		},
		{
			name: "the provider is listed without any bucket", removal: withoutOthers(stale), want: store.CannotConfirm,
			replies: map[string]reply{"list_buckets": lists("buckets"), "list_providers": lists("providers", "codex")},
		},
		{name: "still listed", scenario: "liar", removal: stale, want: store.StillListed},
		{name: "not listed and yet handed out", scenario: "liar", removal: stale, want: store.StillListed, replies: map[string]reply{"list_buckets": kept}},
		{
			name: "handed out by a host that lists nothing", removal: stale, want: store.StillListed, missing: beside,
			replies: emptyLists(map[string]reply{"get_token": hasToken}),
		},
		{
			name: "listed by a host whose other list failed", scenario: "liar", removal: stale, want: store.StillListed, err: store.InternalError,
			replies: map[string]reply{"list_providers": refuses(store.InternalError)},
		},
		{
			name: "buckets cannot be asked for", removal: stale, want: store.CannotConfirm, err: store.InternalError,
			replies: map[string]reply{"list_buckets": refuses(store.InternalError)},
		},
		{
			name: "providers cannot be asked for", removal: stale, want: store.CannotConfirm, err: store.InternalError,
			replies: map[string]reply{"list_providers": refuses(store.InternalError)},
		},
		{
			name: "the token cannot be asked for", removal: stale, want: store.CannotConfirm, err: store.InternalError,
			replies: map[string]reply{"get_token": refuses(store.InternalError)},
		},
		{
			name: "the token is denied", removal: stale, want: store.CannotConfirm, err: store.Forbidden,
			replies: map[string]reply{"get_token": refuses(store.Forbidden)},
		},
		{
			name: "lost while asking", removal: stale, want: store.CannotConfirm, err: socket.ErrLost, requests: "remove_token list_buckets",
			replies: map[string]reply{"list_buckets": hangsUp},
		},
	})
}

func TestTheVerdictAfterNotFound(t *testing.T) {
	absent := func(more map[string]reply) map[string]reply {
		all := map[string]reply{"remove_token": actsThen(refusal(store.NotFound, "no"))}
		maps.Copy(all, more)
		return all
	}
	runRemovals(t, []removalCase{
		{name: "gone, and every other is still shown", removal: claude, want: store.AlreadyGone, replies: absent(nil)},
		{name: "gone, and there was no other", removal: withoutOthers(claude), want: store.AlreadyGone, replies: absent(emptyLists(nil))},
		{name: "gone, and another is missing", removal: claude, want: store.CannotConfirm, missing: claude.Others, replies: absent(emptyLists(nil))},
		{
			name: "still listed", removal: claude, want: store.StillThere, err: store.NotFound,
			replies: map[string]reply{"remove_token": refuses(store.NotFound)},
		},
		{
			name: "still handed out", removal: claude, want: store.StillThere, err: store.NotFound,
			replies: map[string]reply{"remove_token": refuses(store.NotFound), "list_buckets": lists("buckets", "jane.doe@example.com")},
		},
		{
			name: "then lost", removal: claude, want: store.CannotConfirm, err: socket.ErrLost, requests: "remove_token list_buckets",
			replies: absent(map[string]reply{"list_buckets": hangsUp}),
		},
	})
}

func TestTheVerdictAfterAnError(t *testing.T) {
	failed := func(code store.Code, more map[string]reply) map[string]reply {
		all := map[string]reply{"remove_token": actsThen(refusal(code, "no"))}
		maps.Copy(all, more)
		return all
	}
	runRemovals(t, []removalCase{
		{name: "gone, and every other is still shown", removal: claude, want: store.NoLongerShown, err: store.InternalError, replies: failed(store.InternalError, nil)},
		{name: "gone, and there was no other", removal: withoutOthers(claude), want: store.Unknown, err: store.InternalError, replies: failed(store.InternalError, emptyLists(nil))},
		{
			name: "gone, and another is missing", removal: claude, want: store.Unknown, err: store.Cancelled, missing: claude.Others,
			replies: failed(store.Cancelled, emptyLists(nil)),
		},
		{name: "still listed", removal: claude, want: store.StillThere, err: store.InternalError, replies: map[string]reply{"remove_token": refuses(store.InternalError)}},
		{name: "a busy host", removal: claude, want: store.StillThere, err: store.ResourceExhausted, replies: map[string]reply{"remove_token": refuses(store.ResourceExhausted)}},
		{
			name: "not listed and yet handed out", removal: claude, want: store.StillThere, err: store.Code("NEW"),
			replies: map[string]reply{"remove_token": refuses("NEW"), "list_buckets": lists("buckets", "jane.doe@example.com")},
		},
		{name: "a locked keyring", scenario: "locked", removal: claude, want: store.Unknown, err: store.InternalError},
	})
}

func TestNothingIsSentAfterARefusal(t *testing.T) {
	runRemovals(t, []removalCase{
		{
			name: "FORBIDDEN", removal: claude, want: store.Refused, err: store.Forbidden, requests: "remove_token",
			replies: map[string]reply{"remove_token": refuses(store.Forbidden)},
		},
		{
			name: "UNAUTHORIZED", removal: claude, want: store.Refused, err: store.Unauthorized, requests: "remove_token",
			replies: map[string]reply{"remove_token": refuses(store.Unauthorized)},
		},
		{name: "a sandbox", scenario: "restricted", removal: claude, want: store.Refused, err: store.Forbidden, requests: "remove_token"},
	})
}

func TestTheVerdictAfterALostConnection(t *testing.T) {
	runRemovals(t, []removalCase{
		{
			name: "before acting", removal: claude, want: store.Unknown, err: socket.ErrLost, requests: "remove_token",
			replies: map[string]reply{"remove_token": hangsUp},
		},
		{
			name: "after acting", removal: claude, want: store.Unknown, err: socket.ErrLost, requests: "remove_token",
			replies: map[string]reply{"remove_token": actsThen(socket.ErrHangUp)},
		},
	})
}

// runRemovals runs each case against its own demo host on a real socket.
func runRemovals(t *testing.T, cases []removalCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h, s := startDemo(t, c.scenario)
			h.SetHook(func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
				if does := c.replies[call.Op]; does != nil {
					return does(answer)
				}
				return answer()
			})
			got := s.RemoveVerified(t.Context(), c.removal)
			c.check(t, got, opsOf(h))
			if first := h.Calls()[0]; first.Key != c.removal.Key.WithDefault() || h.Count("remove_token") != 1 {
				t.Errorf("sent for %v: %v", c.removal.Key, h.Calls())
			}
		})
	}
}

func (c removalCase) check(t *testing.T, got store.Outcome, asked string) {
	t.Helper()
	if got.Verdict != c.want || got.Key != c.removal.Key.WithDefault() {
		t.Errorf("%v: %s, want %s", got.Key, got.Verdict, c.want)
	}
	if !errors.Is(got.Err, c.err) {
		t.Errorf("ended with %v, want %v", got.Err, c.err)
	}
	if !slices.Equal(got.Missing, c.missing) {
		t.Errorf("missing %v, want %v", got.Missing, c.missing)
	}
	if want := cmp.Or(c.requests, allRequests); asked != want {
		t.Errorf("received %q, want %q", asked, want)
	}
}

func TestARemovalThatTheHostCannotHaveReceivedWasNotSent(t *testing.T) {
	failed := func(t *testing.T, s *store.ProxyTokenStore, ctx context.Context, want error) {
		t.Helper()
		got := s.RemoveVerified(ctx, claude)
		if got.Verdict != store.NotSent || got.Err == nil || (want != nil && !errors.Is(got.Err, want)) {
			t.Errorf("%s, %v", got.Verdict, got.Err)
		}
	}
	t.Run("no process listens", func(t *testing.T) {
		s := store.NewProxyTokenStore(filepath.Join(t.TempDir(), "gone.sock"), store.Options{})
		defer func() { _ = s.Close() }()
		failed(t, s, t.Context(), nil)
	})
	t.Run("the handshake was refused", func(t *testing.T) {
		h, s := startDemo(t, "refused")
		failed(t, s, t.Context(), nil)
		if len(h.Calls()) != 0 {
			t.Errorf("received %s", opsOf(h))
		}
	})
	t.Run("given up before", func(t *testing.T) {
		h, s := startDemo(t, "default")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		failed(t, s, ctx, context.Canceled)
		if len(h.Calls()) != 0 {
			t.Errorf("received %s", opsOf(h))
		}
	})
	t.Run("closed before", func(t *testing.T) {
		_, s := startDemo(t, "default")
		_ = s.Close()
		failed(t, s, t.Context(), socket.ErrClosed)
	})
	t.Run("lost before", func(t *testing.T) {
		h, s := startDemo(t, "default")
		if _, err := s.ListProviders(t.Context()); err != nil {
			t.Fatal(err)
		}
		_ = h.Close()
		<-s.Client().Lost()
		failed(t, s, t.Context(), socket.ErrLost)
		if opsOf(h) != "list_providers" {
			t.Errorf("received %s", opsOf(h))
		}
	})
}

func TestARemovalNotWrittenWholeWasNotSent(t *testing.T) {
	s, h := startFake(t, store.Options{}, answers(good()))
	h.breakAt = "remove_token"
	got := s.RemoveVerified(t.Context(), claude)
	if got.Verdict != store.NotSent || !errors.Is(got.Err, socket.ErrLost) {
		t.Errorf("%s, %v", got.Verdict, got.Err)
	}
	if again := s.RemoveVerified(t.Context(), claude); again.Verdict != store.NotSent || h.ops() != "" || h.dials != 1 {
		t.Errorf("then %s, asked %q over %d connections", again.Verdict, h.ops(), h.dials)
	}
}

func TestANameAgainstTheRuleIsNotSent(t *testing.T) {
	h, s := startDemo(t, "default")
	for _, key := range []store.Key{
		{},
		{Bucket: "b"},
		{Provider: "old backup"},
		{Provider: "qwen", Bucket: "old backup"},
		{Provider: "a/b"},
		{Provider: "a", Bucket: "b:c"},
		{Provider: "a\x00"},
		{Provider: "a", Bucket: strings.Repeat("b", 65)},
	} {
		got := s.RemoveVerified(t.Context(), store.Removal{Key: key})
		if got.Verdict != store.NotSent || !errors.Is(got.Err, store.ErrName) || got.Key != key.WithDefault() {
			t.Errorf("%+v: %+v", key, got)
		}
	}
	if h.Connections() != 0 {
		t.Error("connected for it")
	}
}

func TestARemovalAlwaysNamesItsBucket(t *testing.T) {
	s, h := startFake(t, store.Options{}, answers(good()))
	s.RemoveVerified(t.Context(), store.Removal{Key: codex})
	s.RemoveVerified(t.Context(), store.Removal{Key: codexWork})
	equal(t, "sent", h.payloads("remove_token"), []string{`{"provider":"codex","bucket":"default"}`, `{"provider":"codex","bucket":"work"}`})
	equal(t, "asked again", h.payloads("get_token"), []string{`{"provider":"codex","bucket":"default"}`, `{"provider":"codex","bucket":"work"}`})
}

// silent answers by byOp, and sends no reply to other operations.
func silent(byOp map[string]any) func(fakeCall) (any, error) {
	others := answers(byOp)
	return func(c fakeCall) (any, error) {
		if _, answered := byOp[c.op]; !answered {
			return nil, socket.ErrNoReply
		}
		return others(c)
	}
}

func TestTheVerdictAfterATimeout(t *testing.T) {
	absent := refusal(store.NotFound, "no")
	r := store.Removal{Key: claude.Key, Others: keys("claudecode/work", "codex")}
	const both, untilList = `{"providers":["claudecode","codex"]}`, "remove_token list_buckets"
	for _, test := range []struct {
		name     string
		removal  store.Removal
		shows    map[string]any
		want     store.Verdict
		missing  []store.Key
		took     time.Duration
		requests string
	}{
		{"gone, and every other is still shown", r, map[string]any{"list_buckets": `{"buckets":["work"]}`, "list_providers": both, "get_token": absent}, store.NoLongerShown, nil, 30, ""},
		{"still listed", r, map[string]any{"list_buckets": `{"buckets":["default","work"]}`, "list_providers": both, "get_token": plainToken}, store.StillThere, nil, 30, ""},
		{"not listed and handed out", r, map[string]any{"list_buckets": `{"buckets":["work"]}`, "list_providers": both, "get_token": plainToken}, store.StillThere, nil, 30, ""},
		{"nothing to see", r, map[string]any{"list_buckets": `{"buckets":[]}`, "list_providers": `{"providers":[]}`, "get_token": absent}, store.Unknown, r.Others, 30, ""},
		{"nothing to compare with", withoutOthers(r), map[string]any{"list_buckets": `{"buckets":[]}`, "list_providers": `{"providers":[]}`, "get_token": absent}, store.Unknown, nil, 30, ""},
		{"the list cannot be read", r, map[string]any{"list_buckets": `{}`, "list_providers": both, "get_token": absent}, store.Unknown, nil, 30, ""},
		{"silent for ever", r, nil, store.Unknown, nil, 60, untilList},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, h := startFake(t, store.Options{}, silent(test.shows))
				started := time.Now()
				got := s.RemoveVerified(t.Context(), test.removal)
				took := time.Since(started)
				c := removalCase{removal: test.removal, want: test.want, err: socket.ErrTimeout, missing: test.missing, requests: test.requests}
				c.check(t, got, h.ops())
				if took != test.took*time.Second || len(h.payloads("remove_token")) != 1 {
					t.Errorf("after %v, sent %q", took, h.payloads("remove_token"))
				}
			})
		})
	}
}

func TestARemovalGivenUpAfterItLeftIsUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, h := startFake(t, store.Options{}, silent(nil))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan store.Outcome)
		go func() { done <- s.RemoveVerified(ctx, claude) }()
		synctest.Wait() // until the request has arrived
		cancel()
		if got := <-done; got.Verdict != store.Unknown || !errors.Is(got.Err, context.Canceled) {
			t.Errorf("%s, %v", got.Verdict, got.Err)
		}
		synctest.Wait()
		if got := h.ops(); got != "remove_token" {
			t.Errorf("received %s", got)
		}
	})
}

func TestEveryVerdictHasItsWordsAndItsCertainty(t *testing.T) {
	for verdict, want := range map[store.Verdict]struct {
		words           string
		gone, uncertain bool
	}{
		store.NotStarted:    {"not started", false, false},
		store.Removed:       {"removed", true, false},
		store.NoLongerShown: {"no longer shown", true, false},
		store.StillListed:   {"still there (host said OK)", false, false},
		store.CannotConfirm: {"cannot confirm", false, true},
		store.StillThere:    {"still there", false, false},
		store.Unknown:       {"unknown", false, true},
		store.AlreadyGone:   {"was already gone", true, false},
		store.Refused:       {"refused by the host", false, false},
		store.NotSent:       {"not sent", false, false},
		store.Renewed:       {"renewed", false, false},
		store.StillExpired:  {"still expired (host said OK)", false, false},
		store.CannotRenew:   {"dead", false, false},
		store.RenewedBefore: {"rate limited", false, false},
		store.NotRenewable:  {"not renewed here", false, false},
		store.NoToken:       {"no token", false, false},
		store.Verdict(99):   {"not started", false, false},
	} {
		if verdict.String() != want.words || verdict.Gone() != want.gone || verdict.Uncertain() != want.uncertain {
			t.Errorf("%d: %q, %t, %t", verdict, verdict, verdict.Gone(), verdict.Uncertain())
		}
	}
}

func TestAnOutcomeNamesWhatCameInPlaceOfAnOK(t *testing.T) {
	for _, test := range []struct {
		outcome store.Outcome
		want    string
	}{
		{store.Outcome{Verdict: store.NoLongerShown}, "no longer shown"},
		{store.Outcome{Verdict: store.NoLongerShown, Err: socket.ErrTimeout}, "no longer shown (the reply was lost)"},
		{store.Outcome{Verdict: store.NoLongerShown, Err: &store.Error{Code: store.InternalError}}, "no longer shown (the host reported an error)"},
		{store.Outcome{Verdict: store.Renewed}, "renewed"},
		{store.Outcome{Verdict: store.Renewed, Err: &socket.MalformedDataError{Op: "refresh_token"}}, "renewed (the reply was malformed)"},
		{store.Outcome{Verdict: store.Renewed, Err: socket.ErrTimeout}, "renewed (the reply was lost)"},
		{store.Outcome{Action: store.ActionRenew, Verdict: store.Renewed, Err: &store.Error{Code: store.RefreshFailed}}, "renewed (the host had reported an error)"},
		{store.Outcome{Verdict: store.Unknown, Err: socket.ErrTimeout}, "unknown"},
	} {
		if got := test.outcome.String(); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}
