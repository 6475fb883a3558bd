package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"credscope/socket"
	"credscope/store"
)

func TestARemovalThatTheHostCannotHaveSeenWasNotSent(t *testing.T) {
	failed := func(t *testing.T, s *store.ProxyTokenStore, ctx context.Context, want error) {
		t.Helper()
		got := s.RemoveVerified(ctx, claude)
		if got.Verdict != store.NotSent || got.Err == nil || (want != nil && !errors.Is(got.Err, want)) {
			t.Errorf("%s, %v", got.Verdict, got.Err)
		}
	}
	t.Run("nobody listens", func(t *testing.T) {
		s := store.NewProxyTokenStore(filepath.Join(t.TempDir(), "gone.sock"), socket.Options{})
		defer func() { _ = s.Close() }()
		failed(t, s, t.Context(), nil)
	})
	t.Run("the handshake was refused", func(t *testing.T) {
		h, s := startDemo(t, "refused")
		failed(t, s, t.Context(), nil)
		if len(h.Calls()) != 0 {
			t.Errorf("asked %s", opsOf(h))
		}
	})
	t.Run("given up before", func(t *testing.T) {
		h, s := startDemo(t, "default")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		failed(t, s, ctx, context.Canceled)
		if len(h.Calls()) != 0 {
			t.Errorf("asked %s", opsOf(h))
		}
	})
	t.Run("closed before", func(t *testing.T) {
		_, s := startDemo(t, "default")
		_ = s.Close()
		failed(t, s, t.Context(), store.ErrClosed)
	})
	t.Run("lost before", func(t *testing.T) {
		h, s := startDemo(t, "default")
		if _, err := s.ListProviders(t.Context()); err != nil {
			t.Fatal(err)
		}
		_ = h.Close()
		<-s.Client().Lost()
		failed(t, s, t.Context(), store.ErrLost)
		if opsOf(h) != "list_providers" {
			t.Errorf("asked %s", opsOf(h))
		}
	})
}

func TestARemovalNotWrittenWholeWasNotSent(t *testing.T) {
	s, h := play(t, socket.Options{}, answers(good()))
	h.cut = "remove_token"
	got := s.RemoveVerified(t.Context(), claude)
	if got.Verdict != store.NotSent || !errors.Is(got.Err, store.ErrLost) {
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
		got := s.RemoveVerified(t.Context(), store.Removal{Key: key, Unreadable: true})
		if got.Verdict != store.NotSent || !errors.Is(got.Err, store.ErrName) || got.Key != key.Full() {
			t.Errorf("%+v: %+v", key, got)
		}
	}
	if h.Connections() != 0 {
		t.Error("connected for it")
	}
}

func TestARemovalAlwaysNamesItsBucket(t *testing.T) {
	s, h := play(t, socket.Options{}, answers(good()))
	s.RemoveVerified(t.Context(), store.Removal{Key: codex})
	s.RemoveVerified(t.Context(), store.Removal{Key: codexWork})
	same(t, "sent", h.payloads("remove_token"), []string{`{"provider":"codex","bucket":"default"}`, `{"provider":"codex","bucket":"work"}`})
	same(t, "asked again", h.payloads("get_token"), nil) // both are still listed
}

// silent is a host that does not answer a removal, and then shows what byOp says.
func silent(byOp map[string]any) func(asked) (any, error) {
	others := answers(byOp)
	return func(a asked) (any, error) {
		if _, told := byOp[a.op]; !told {
			return nil, socket.ErrNoReply
		}
		return others(a)
	}
}

func TestTheVerdictAfterATimeout(t *testing.T) {
	absent := refusal(store.NotFound, "no")
	for _, test := range []struct {
		name    string
		removal store.Removal
		shows   map[string]any
		want    store.Verdict
		took    time.Duration
		asked   string
	}{
		{"gone", claude, map[string]any{"list_buckets": `{"buckets":["work"]}`, "get_token": absent}, store.Vanished, 30, askedByName},
		{"gone and unreadable before", unreadable, map[string]any{"list_buckets": `{"buckets":["work"]}`}, store.Vanished, 30, askedBuckets},
		{"still listed", claude, map[string]any{"list_buckets": `{"buckets":["default"]}`}, store.StillThere, 30, askedBuckets},
		{"not listed and there", claude, map[string]any{"list_buckets": `{"buckets":["work"]}`, "get_token": plainToken}, store.StillThere, 30, askedByName},
		{"nothing to see", claude, map[string]any{"list_buckets": `{"buckets":[]}`, "list_providers": `{"providers":[]}`, "get_token": absent}, store.Unknown, 30, askedAll},
		{"the only one gone", onlyOne(claude), map[string]any{"list_buckets": `{"buckets":[]}`, "list_providers": `{"providers":[]}`, "get_token": absent}, store.Vanished, 30, askedAll},
		{"the list cannot be read", claude, map[string]any{"list_buckets": `{}`}, store.Unknown, 30, askedBuckets},
		{"silent for ever", claude, nil, store.Unknown, 60, askedBuckets},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, h := play(t, socket.Options{}, silent(test.shows))
				started := time.Now()
				got := s.RemoveVerified(t.Context(), test.removal)
				took := time.Since(started)
				c := removalCase{removal: test.removal, want: test.want, err: store.ErrTimeout, asked: test.asked}
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
		s, h := play(t, socket.Options{}, silent(nil))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan store.Outcome)
		go func() { done <- s.RemoveVerified(ctx, claude) }()
		synctest.Wait() // it has arrived
		cancel()
		if got := <-done; got.Verdict != store.Unknown || !errors.Is(got.Err, context.Canceled) {
			t.Errorf("%s, %v", got.Verdict, got.Err)
		}
		synctest.Wait()
		if got := h.ops(); got != "remove_token" {
			t.Errorf("asked %s", got)
		}
	})
}

func TestVerdictsAreWordedAndJudged(t *testing.T) {
	for verdict, want := range map[store.Verdict]struct {
		words           string
		gone, uncertain bool
	}{
		store.NotStarted:    {"not started", false, false},
		store.Removed:       {"removed", true, false},
		store.Survived:      {"host said OK but it is still there", false, false},
		store.CannotConfirm: {"cannot confirm", false, true},
		store.Vanished:      {"no longer there (the reply was lost)", true, false},
		store.StillThere:    {"still there", false, false},
		store.Unknown:       {"unknown", false, true},
		store.AlreadyGone:   {"was already gone", true, false},
		store.Refused:       {"refused by the host", false, false},
		store.NotSent:       {"not sent", false, false},
		store.Verdict(99):   {"not started", false, false},
	} {
		if verdict.String() != want.words || verdict.Gone() != want.gone || verdict.Uncertain() != want.uncertain {
			t.Errorf("%d: %q, %t, %t", verdict, verdict, verdict.Gone(), verdict.Uncertain())
		}
	}
}
