package store_test

import (
	"context"
	"errors"
	"testing"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

// reply is what a host does in place of answering.
type reply func(answer func() (any, error)) (any, error)

func lists(field string, names ...string) reply {
	return func(func() (any, error)) (any, error) {
		return map[string]any{field: append([]string{}, names...)}, nil
	}
}

func refuses(code store.Code) reply {
	return func(func() (any, error)) (any, error) { return nil, refusal(code, "no") }
}

// actsThen carries the request out and answers with err.
func actsThen(err error) reply {
	return func(answer func() (any, error)) (any, error) {
		_, _ = answer()
		return nil, err
	}
}

func hangsUp(func() (any, error)) (any, error) { return nil, socket.ErrHangUp }

func hasToken(func() (any, error)) (any, error) { return raw(plainToken), nil }

// removalCase is one removal and what must be known after it.
type removalCase struct {
	name     string
	scenario string
	replies  map[string]reply // in place of the scenario's, by operation
	removal  store.Removal
	want     store.Verdict
	err      error  // errors.Is; nil for none
	asked    string // everything that the host was asked
}

var (
	stale      = store.Removal{Key: store.Key{Provider: "codex", Bucket: "ci-runner"}}
	gemini     = store.Removal{Key: store.Key{Provider: "gemini"}}
	unreadable = store.Removal{Key: store.Key{Provider: "gemini", Bucket: "default"}, Unreadable: true}
	claude     = store.Removal{Key: store.Key{Provider: "claudecode", Bucket: "default"}}
)

// onlyOne is r when nothing else is known of the host.
func onlyOne(r store.Removal) store.Removal {
	r.OnlyOne = true
	return r
}

const (
	askedByName  = "remove_token list_buckets get_token"
	askedLists   = "remove_token list_buckets list_providers"
	askedAll     = "remove_token list_buckets list_providers get_token"
	askedBuckets = "remove_token list_buckets"
)

// empty are the lists of a host that shows nothing.
var empty = map[string]reply{"list_buckets": lists("buckets"), "list_providers": lists("providers")}

func TestTheVerdictAfterOK(t *testing.T) {
	none := lists("buckets")
	run(t, []removalCase{
		{name: "gone while others are visible", removal: stale, want: store.Removed, asked: askedByName},
		{name: "an empty bucket means default", removal: gemini, want: store.Removed, asked: askedByName},
		{name: "still listed", scenario: "liar", removal: stale, want: store.Survived, asked: askedBuckets},
		{
			name: "not listed and yet there", scenario: "liar", removal: stale, want: store.Survived, asked: askedByName,
			replies: map[string]reply{"list_buckets": lists("buckets", "default")},
		},
		{
			name: "every list is empty and yet there", removal: stale, want: store.Survived, asked: askedAll,
			replies: map[string]reply{"list_buckets": none, "list_providers": lists("providers"), "get_token": hasToken},
		},
		{name: "every list is empty", scenario: "blank", removal: stale, want: store.CannotConfirm, asked: askedAll},
		{name: "every list is empty after the only one", scenario: "blank", removal: onlyOne(stale), want: store.Removed, asked: askedAll},
		{name: "the only one still listed", scenario: "liar", removal: onlyOne(stale), want: store.Survived, asked: askedBuckets},
		{
			name: "the provider's last bucket", removal: stale, want: store.Removed, asked: askedAll,
			replies: map[string]reply{"list_buckets": none, "list_providers": lists("providers", "qwen")},
		},
		{
			name: "a provider without buckets is all that is listed", removal: stale, want: store.CannotConfirm, asked: askedAll,
			replies: map[string]reply{"list_buckets": none, "list_providers": lists("providers", "codex")},
		},
		{
			name: "buckets cannot be asked for", removal: stale, want: store.CannotConfirm, err: store.InternalError, asked: askedBuckets,
			replies: map[string]reply{"list_buckets": refuses(store.InternalError)},
		},
		{
			name: "providers cannot be asked for", removal: stale, want: store.CannotConfirm, err: store.InternalError, asked: askedLists,
			replies: map[string]reply{"list_buckets": none, "list_providers": refuses(store.InternalError)},
		},
		{
			name: "the token cannot be asked for", removal: stale, want: store.CannotConfirm, err: store.InternalError, asked: askedByName,
			replies: map[string]reply{"get_token": refuses(store.InternalError)},
		},
		{
			name: "the token is hidden", removal: stale, want: store.CannotConfirm, err: store.Forbidden, asked: askedByName,
			replies: map[string]reply{"get_token": refuses(store.Forbidden)},
		},
		{
			name: "lost while asking", removal: stale, want: store.CannotConfirm, err: store.ErrLost, asked: askedBuckets,
			replies: map[string]reply{"list_buckets": hangsUp},
		},
	})
}

func TestTheVerdictOnWhatWasUnreadableBefore(t *testing.T) {
	none := lists("buckets")
	run(t, []removalCase{
		{name: "gone from the list", removal: unreadable, want: store.Removed, asked: askedBuckets},
		{name: "still listed", scenario: "liar", removal: unreadable, want: store.Survived, asked: askedBuckets},
		{name: "every list is empty", scenario: "blank", removal: unreadable, want: store.CannotConfirm, asked: askedLists},
		{name: "every list is empty after the only one", scenario: "blank", removal: onlyOne(unreadable), want: store.CannotConfirm, asked: askedLists},
		{
			name: "the provider is gone too", removal: unreadable, want: store.Removed, asked: askedLists,
			replies: map[string]reply{"list_buckets": none, "list_providers": lists("providers", "qwen")},
		},
		{
			name: "the provider is still listed", removal: unreadable, want: store.CannotConfirm, asked: askedLists,
			replies: map[string]reply{"list_buckets": none, "list_providers": lists("providers", "gemini", "qwen")},
		},
		{
			name: "the provider of the only one is still listed", removal: onlyOne(unreadable), want: store.CannotConfirm, asked: askedLists,
			replies: map[string]reply{"list_buckets": none, "list_providers": lists("providers", "gemini", "qwen")},
		},
		{
			name: "failed and gone", removal: unreadable, want: store.Vanished, err: store.InternalError, asked: askedBuckets,
			replies: map[string]reply{"remove_token": actsThen(refusal(store.InternalError, "no"))},
		},
		{
			name: "failed and there", removal: unreadable, want: store.StillThere, err: store.InternalError, asked: askedBuckets,
			replies: map[string]reply{"remove_token": refuses(store.InternalError)},
		},
	})
}

func TestTheVerdictAfterARefusal(t *testing.T) {
	run(t, []removalCase{
		{
			name: "NOT_FOUND", removal: claude, want: store.AlreadyGone, asked: askedByName,
			replies: map[string]reply{"remove_token": actsThen(refusal(store.NotFound, "no"))},
		},
		{
			name: "NOT_FOUND and yet listed", removal: claude, want: store.StillThere, err: store.NotFound, asked: askedBuckets,
			replies: map[string]reply{"remove_token": refuses(store.NotFound)},
		},
		{
			name: "NOT_FOUND and yet handed out", removal: claude, want: store.StillThere, err: store.NotFound, asked: askedByName,
			replies: map[string]reply{"remove_token": refuses(store.NotFound), "list_buckets": lists("buckets", "other")},
		},
		{
			name: "NOT_FOUND and nothing to see", removal: claude, want: store.AlreadyGone, asked: askedAll,
			replies: map[string]reply{
				"remove_token": actsThen(refusal(store.NotFound, "no")), "list_buckets": empty["list_buckets"], "list_providers": empty["list_providers"],
			},
		},
		{
			name: "NOT_FOUND and then lost", removal: claude, want: store.AlreadyGone, err: store.ErrLost, asked: askedBuckets,
			replies: map[string]reply{"remove_token": actsThen(refusal(store.NotFound, "no")), "list_buckets": hangsUp},
		},
		{
			name: "FORBIDDEN", removal: claude, want: store.Refused, err: store.Forbidden, asked: "remove_token",
			replies: map[string]reply{"remove_token": refuses(store.Forbidden)},
		},
		{
			name: "UNAUTHORIZED", removal: claude, want: store.Refused, err: store.Unauthorized, asked: "remove_token",
			replies: map[string]reply{"remove_token": refuses(store.Unauthorized)},
		},
		{name: "a sandbox", scenario: "restricted", removal: claude, want: store.Refused, err: store.Forbidden, asked: "remove_token"},
		{name: "a locked keyring", scenario: "locked", removal: claude, want: store.Unknown, err: store.InternalError, asked: askedBuckets},
		{
			name: "INTERNAL_ERROR and gone", removal: claude, want: store.Vanished, err: store.InternalError, asked: askedByName,
			replies: map[string]reply{"remove_token": actsThen(refusal(store.InternalError, "no"))},
		},
		{
			name: "INTERNAL_ERROR and there", removal: claude, want: store.StillThere, err: store.InternalError, asked: askedBuckets,
			replies: map[string]reply{"remove_token": refuses(store.InternalError)},
		},
		{
			name: "a busy host", removal: claude, want: store.StillThere, err: store.ResourceExhausted, asked: askedBuckets,
			replies: map[string]reply{"remove_token": refuses(store.ResourceExhausted)},
		},
		{
			name: "CANCELLED and nothing to see", removal: claude, want: store.Unknown, err: store.Cancelled, asked: askedAll,
			replies: map[string]reply{
				"remove_token": actsThen(refusal(store.Cancelled, "no")), "list_buckets": empty["list_buckets"], "list_providers": empty["list_providers"],
			},
		},
		{
			name: "an unknown code and not listed but there", removal: claude, want: store.StillThere, err: store.Code("NEW"), asked: askedByName,
			replies: map[string]reply{"remove_token": refuses("NEW"), "list_buckets": lists("buckets", "other")},
		},
	})
}

func TestTheVerdictAfterALostConnection(t *testing.T) {
	run(t, []removalCase{
		{
			name: "before acting", removal: claude, want: store.Unknown, err: store.ErrLost, asked: "remove_token",
			replies: map[string]reply{"remove_token": hangsUp},
		},
		{
			name: "after acting", removal: claude, want: store.Unknown, err: store.ErrLost, asked: "remove_token",
			replies: map[string]reply{"remove_token": actsThen(socket.ErrHangUp)},
		},
	})
}

// run removes in each case from a host of its own, with a real socket.
func run(t *testing.T, cases []removalCase) {
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
			if first := h.Calls()[0]; first.Key != c.removal.Key.Full() || h.Count("remove_token") != 1 {
				t.Errorf("sent for %v: %v", c.removal.Key, h.Calls())
			}
		})
	}
}

func (c removalCase) check(t *testing.T, got store.Outcome, asked string) {
	t.Helper()
	if got.Verdict != c.want || got.Key != c.removal.Key.Full() {
		t.Errorf("%v: %s, want %s", got.Key, got.Verdict, c.want)
	}
	if !errors.Is(got.Err, c.err) {
		t.Errorf("ended with %v, want %v", got.Err, c.err)
	}
	if asked != c.asked {
		t.Errorf("asked %q, want %q", asked, c.asked)
	}
}
