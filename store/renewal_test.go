package store_test

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

// renewedUntil is when a token that the demo host has renewed expires.
var renewedUntil = now.Add(8 * time.Hour)

// tokenUntil returns a reply with a token that expires at a time.
func tokenUntil(at time.Time) reply {
	return func(func() (any, error)) (any, error) {
		return map[string]any{"access_token": "made-up-secret", "token_type": "Bearer", "expiry": at.Unix()}, nil
	}
}

// renewalCase is one renewal and its expected outcome.
type renewalCase struct {
	name     string
	scenario string
	replies  map[string]reply // by operation, in place of the scenario's
	key      string           // PROVIDER/BUCKET; "" for anthropic/default, which is renewed
	want     store.Verdict
	err      error                   // by errors.Is
	shows    func(*store.Check) bool // the Outcome's Now; nil if there is to be none
	requests string                  // received; "" for both
}

func isRenewed(c *store.Check) bool { at, _ := c.Metadata.Expiry.Time(); return at.Equal(renewedUntil) }

func isOld(c *store.Check) bool    { at, _ := c.Metadata.Expiry.Time(); return c.Found && at.Before(now) }
func hasNone(c *store.Check) bool  { return !c.Found && !c.Hidden }
func isHidden(c *store.Check) bool { return c.Hidden }

const (
	bothRequests = "refresh_token get_token"
	oneRequest   = "refresh_token"
)

func TestOnlyALaterExpiryProvesARenewal(t *testing.T) {
	old := now.Add(-41 * 24 * time.Hour)
	runRenewals(t, []renewalCase{
		{name: "renewed", want: store.Renewed, shows: isRenewed},
		{name: "the old expiry", want: store.StillExpired, shows: isOld, replies: map[string]reply{"get_token": tokenUntil(old)}},
		{name: "a later expiry in the past", want: store.StillExpired, shows: isOld, replies: map[string]reply{"get_token": tokenUntil(now.Add(-time.Minute))}},
		{name: "no expiry", want: store.Unknown, shows: func(c *store.Check) bool { return c.Metadata.Expiry.None() }, replies: map[string]reply{
			"get_token": func(func() (any, error)) (any, error) {
				return map[string]any{"access_token": "made-up-secret", "token_type": "Bearer", "expiry": nil}, nil
			},
		}},
		{name: "no token any more", want: store.Unknown, shows: hasNone, replies: map[string]reply{"get_token": refuses(store.NotFound)}},
		{name: "the token is refused", want: store.Unknown, shows: isHidden, replies: map[string]reply{"get_token": refuses(store.Forbidden)}},
		{name: "no answer", want: store.Unknown, err: store.InternalError, replies: map[string]reply{"get_token": refuses(store.InternalError)}},
		{name: "lost afterwards", want: store.Unknown, err: socket.ErrLost, replies: map[string]reply{"get_token": hangsUp}},
	})
}

func TestAnOKWithoutATokenProvesNothing(t *testing.T) {
	h, s := startDemo(t, "default")
	n := renewal(t, s, "anthropic/default")
	h.SetHook(func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op == "refresh_token" {
			return map[string]any{}, nil
		}
		return answer()
	})
	got := store.NewRenewer(s).Renew(t.Context(), n)
	if got.Verdict != store.Unknown || got.Reply != nil || !isOld(got.Now) {
		t.Errorf("%+v", got)
	}
	isMalformed(t, got.Err, "refresh_token", "access_token is missing")
}

func TestARenewalThatFailedSaysWhatIsKnown(t *testing.T) {
	const stillOld = "codex/ci-runner"
	runRenewals(t, []renewalCase{
		{name: "the provider refused", key: stillOld, want: store.CannotRenew, err: store.ReauthRequired, shows: isOld},
		{name: "the host could not store it", scenario: "unstored", want: store.CannotRenew, err: store.ReauthRequired, shows: isOld},
		{
			name: "refused, and renewed all the same", want: store.Renewed, err: store.ReauthRequired, shows: isRenewed,
			replies: map[string]reply{"refresh_token": actsThen(refusal(store.ReauthRequired, "no"))},
		},
		{
			name: "refused, and another past expiry", key: stillOld, want: store.Unknown, err: store.ReauthRequired, shows: isOld,
			replies: map[string]reply{"get_token": tokenUntil(now.Add(-time.Hour))},
		},
		{name: "refused, and no token", key: stillOld, want: store.Unknown, err: store.ReauthRequired, shows: hasNone, replies: map[string]reply{"get_token": refuses(store.NotFound)}},
		{name: "refused, and no answer", key: stillOld, want: store.Unknown, err: store.ReauthRequired, replies: map[string]reply{"get_token": refuses(store.InternalError)}},
		{name: "no refresh token", key: "codex/jane.doe@example.com", want: store.CannotRenew, err: store.RefreshNotAvailable, requests: oneRequest},
		{name: "failed", key: "anthropic/work@example.com", want: store.Unknown, err: store.RefreshFailed, shows: isOld},
		{
			name: "failed, and renewed all the same", want: store.Renewed, err: store.RefreshFailed, shows: isRenewed,
			replies: map[string]reply{"refresh_token": actsThen(refusal(store.RefreshFailed, "no"))},
		},
		{name: "another error", want: store.Unknown, err: store.InternalError, shows: isOld, replies: map[string]reply{"refresh_token": refuses(store.InternalError)}},
		{name: "an unknown code", want: store.Unknown, err: store.Code("NEW"), shows: isOld, replies: map[string]reply{"refresh_token": refuses("NEW")}},
		{name: "a busy host", want: store.Unknown, err: store.ResourceExhausted, shows: isOld, replies: map[string]reply{"refresh_token": refuses(store.ResourceExhausted)}},
		{name: "renewed a moment ago", want: store.RenewedBefore, err: store.RateLimited, requests: oneRequest, replies: map[string]reply{"refresh_token": refuses(store.RateLimited)}},
		{name: "another provider", key: "gemini/old-laptop", want: store.NotRenewable, err: store.ProviderNotFound, requests: oneRequest},
		{name: "no token", key: "codex/nobody", want: store.NoToken, err: store.NotFound, shows: hasNone, requests: oneRequest},
		{name: "a sandbox", scenario: "restricted", want: store.Refused, err: store.Forbidden, requests: oneRequest},
		{name: "UNAUTHORIZED", want: store.Refused, err: store.Unauthorized, requests: oneRequest, replies: map[string]reply{"refresh_token": refuses(store.Unauthorized)}},
		{name: "lost before acting", want: store.Unknown, err: socket.ErrLost, requests: oneRequest, replies: map[string]reply{"refresh_token": hangsUp}},
		{name: "lost after acting", want: store.Unknown, err: socket.ErrLost, requests: oneRequest, replies: map[string]reply{"refresh_token": actsThen(socket.ErrHangUp)}},
	})
}

// runRenewals runs each case against its own demo host on a real socket.
func runRenewals(t *testing.T, cases []renewalCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h, s := startDemo(t, c.scenario)
			n := renewal(t, s, cmp.Or(c.key, "anthropic/default"))
			before := len(h.Calls())
			h.SetHook(func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
				if does := c.replies[call.Op]; does != nil {
					return does(answer)
				}
				return answer()
			})
			got := store.NewRenewer(s).Renew(t.Context(), n)
			if got.Action != store.ActionRenew || got.Key != n.Key || got.Verdict != c.want || !errors.Is(got.Err, c.err) {
				t.Errorf("%+v, want %s, %v", got, c.want, c.err)
			}
			if (got.Now == nil) != (c.shows == nil) || got.Now != nil && !c.shows(got.Now) {
				t.Errorf("then handed out %+v", got.Now)
			}
			sent := strings.TrimPrefix(opsOf(h), "get_token ") // of the check before
			if want := cmp.Or(c.requests, bothRequests); sent != want {
				t.Errorf("received %q, want %q", sent, want)
			}
			if call := h.Calls()[before]; call.Key != n.Key {
				t.Errorf("sent for %v", call.Key)
			}
		})
	}
}

// renewal is that of a bucket as a check shows it.
func renewal(t *testing.T, s *store.ProxyTokenStore, name string) store.Renewal {
	t.Helper()
	key := keys(name)[0]
	check, err := s.Check(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return store.Renewal{Key: key, Expiry: check.Metadata.Expiry, Now: func() time.Time { return now }}
}

func TestARenewalKeepsOnlyWhatMayBeShownOfTheReply(t *testing.T) {
	_, s := startDemo(t, "default")
	got := store.NewRenewer(s).Renew(t.Context(), renewal(t, s, "anthropic/default"))
	if got.Reply == nil || got.Reply.Expiry != got.Now.Metadata.Expiry || got.Reply.Scope == "" {
		t.Errorf("%+v", got.Reply)
	}
}

func TestARenewalThatTheHostCannotHaveReceivedWasNotSent(t *testing.T) {
	failed := func(t *testing.T, s *store.ProxyTokenStore, ctx context.Context, key store.Key, want error) {
		t.Helper()
		got := store.NewRenewer(s).Renew(ctx, store.Renewal{Key: key, Now: time.Now})
		if got.Verdict != store.NotSent || got.Err == nil || (want != nil && !errors.Is(got.Err, want)) {
			t.Errorf("%s, %v", got.Verdict, got.Err)
		}
	}
	t.Run("no process listens", func(t *testing.T) {
		s := store.NewProxyTokenStore(filepath.Join(t.TempDir(), "gone.sock"), store.Options{})
		defer func() { _ = s.Close() }()
		failed(t, s, t.Context(), codex, nil)
	})
	t.Run("an invalid name", func(t *testing.T) {
		h, s := startDemo(t, "default")
		failed(t, s, t.Context(), store.Key{Provider: "co dex"}, store.ErrName)
		if len(h.Calls()) != 0 {
			t.Errorf("received %s", opsOf(h))
		}
	})
	t.Run("given up before", func(t *testing.T) {
		h, s := startDemo(t, "default")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		failed(t, s, ctx, codex, context.Canceled)
		if len(h.Calls()) != 0 {
			t.Errorf("received %s", opsOf(h))
		}
	})
	t.Run("lost before", func(t *testing.T) {
		h, s := startDemo(t, "default")
		if _, err := s.ListProviders(t.Context()); err != nil {
			t.Fatal(err)
		}
		_ = h.Close()
		<-s.Client().Lost()
		failed(t, s, t.Context(), codex, socket.ErrLost)
	})
}

func TestARenewalWithoutAReplyIsJudgedByTheToken(t *testing.T) {
	const seconds = 1764000000
	old, later := store.NewExpiry(seconds), func() time.Time { return time.Unix(seconds+3600, 0) }
	for _, test := range []struct {
		name  string
		shows map[string]any
		want  store.Verdict
		took  time.Duration
	}{
		{"renewed", map[string]any{"get_token": `{"access_token":"t","token_type":"Bearer","expiry":1764090000}`}, store.Renewed, 30 * time.Second},
		{"the old expiry", map[string]any{"get_token": `{"access_token":"t","token_type":"Bearer","expiry":1764000000}`}, store.Unknown, 30 * time.Second},
		{"silent for ever", nil, store.Unknown, 60 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, h := startFake(t, store.Options{}, silent(test.shows))
				started := time.Now()
				got := store.NewRenewer(s).Renew(t.Context(), store.Renewal{Key: codex, Expiry: old, Now: later})
				if got.Verdict != test.want || !errors.Is(got.Err, socket.ErrTimeout) || time.Since(started) != test.took {
					t.Errorf("%s, %v after %v", got.Verdict, got.Err, time.Since(started))
				}
				if sent := h.payloads("refresh_token"); len(sent) != 1 || sent[0] != `{"provider":"codex","bucket":"default"}` || h.ops() != bothRequests {
					t.Errorf("received %s, %q", h.ops(), sent)
				}
			})
		})
	}
}

func TestAHostThatHasRenewedIsNotAskedTwice(t *testing.T) {
	h, s := startDemo(t, "default")
	n := renewal(t, s, "anthropic/default")
	renewer := store.NewRenewer(s)
	if got := renewer.Renew(t.Context(), n); got.Verdict != store.Renewed {
		t.Fatal(got)
	}
	got := renewer.Renew(t.Context(), n)
	if refused, ok := errors.AsType[*store.Error](got.Err); got.Verdict != store.RenewedBefore || !ok || refused.RetryAfter != 30*time.Second {
		t.Errorf("%+v", got)
	}
	if h.Count("refresh_token") != 2 {
		t.Errorf("received %s", opsOf(h))
	}
}

func TestATokenStoreNeverRefreshes(t *testing.T) {
	s, h := startFake(t, store.Options{}, answers(good()))
	for _, call := range append(readingCalls(), changingCalls()...) {
		_ = call.do(t.Context(), s)
	}
	s.RemoveVerified(t.Context(), store.Removal{Key: codex})
	if sent := h.payloads("refresh_token"); len(sent) != 0 || len(h.frames()) < 5 {
		t.Errorf("sent %q of %d", sent, len(h.frames()))
	}
}
