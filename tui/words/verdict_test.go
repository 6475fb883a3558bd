package words

import (
	"errors"
	"strings"
	"testing"
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/tui/text"
	"credscope/tui/theme"
)

var (
	runner  = store.Key{Provider: "codex", Bucket: "ci-runner"}
	codex   = store.Key{Provider: "codex", Bucket: "default"}
	refusal = &store.Error{Op: "remove_token", Code: store.InternalError, Message: "no"}
)

// verdicts returns an outcome of every sort with its sentence.
func verdicts() []struct {
	o    store.Outcome
	kind theme.Kind
	want string
} {
	const check = " Check on the host: /auth codex status."
	const others = " The host no longer shows it, and still shows the others."
	const failed = ` Host-side operation failed (host says: "no"): check on the host, then press r.`
	return []struct {
		o    store.Outcome
		kind theme.Kind
		want string
	}{
		{store.Outcome{Verdict: store.Removed}, theme.Success, "removed." + others},
		{store.Outcome{Verdict: store.NoLongerShown}, theme.Success, "no longer shown. There was nothing else to compare with; " +
			"a host that cannot read its keyring would look the same."},
		{
			store.Outcome{Verdict: store.NoLongerShown, Err: socket.ErrTimeout},
			theme.Success,
			"no longer shown (the reply was lost)." + others + " The host did not answer in time: press r to refresh.",
		},
		{store.Outcome{Verdict: store.NoLongerShown, Err: refusal}, theme.Success, "no longer shown (the host reported an error)." + others + failed},
		{store.Outcome{Verdict: store.AlreadyGone}, theme.Info, "was already gone."},
		{store.Outcome{Verdict: store.StillListed}, theme.Failure, "still there (host said OK)." + check},
		{
			store.Outcome{Verdict: store.CannotConfirm, Missing: []store.Key{codex, {Provider: "qwen"}}},
			theme.Warning,
			"cannot confirm. The host no longer shows codex/default either; its keyring may be locked." + check,
		},
		{
			store.Outcome{Verdict: store.CannotConfirm, Missing: []store.Key{{Provider: "qwen"}}},
			theme.Warning,
			"cannot confirm. The host no longer shows qwen either; its keyring may be locked." + check,
		},
		{store.Outcome{Verdict: store.CannotConfirm, Err: refusal}, theme.Warning, "cannot confirm. The host could not be asked again." + check + failed},
		{store.Outcome{Verdict: store.CannotConfirm}, theme.Warning, "cannot confirm. The host lists the provider, but none of its buckets." + check},
		{store.Outcome{Verdict: store.StillThere, Err: refusal}, theme.Failure, "still there." + failed},
		{
			store.Outcome{Verdict: store.StillThere, Err: socket.ErrTimeout},
			theme.Failure,
			"still there. The host did not answer in time and may still remove it.",
		},
		{
			store.Outcome{Verdict: store.Unknown, Err: &socket.LostError{}},
			theme.Failure,
			"unknown whether it was removed. It is not sent again." + check + " Credential proxy connection lost. Restart the session.",
		},
		{
			store.Outcome{Verdict: store.Unknown, Err: refusal, Missing: []store.Key{codex}},
			theme.Failure,
			"unknown whether it was removed. It is not sent again. The host no longer shows codex/default." + check + failed,
		},
		{
			store.Outcome{Verdict: store.Refused, Err: &store.Error{Code: store.Forbidden}},
			theme.Failure,
			"refused by the host. The host's policy forbids this: do it on the host itself.",
		},
		{
			store.Outcome{Verdict: store.Refused, Err: &store.Error{Code: store.Unauthorized}},
			theme.Failure,
			"refused by the host. Provider not available for this profile: choose another row.",
		},
		{
			store.Outcome{Verdict: store.NotSent, Err: socket.ErrTooLarge},
			theme.Failure,
			"not sent, so nothing was removed. The request is too large for this host, so it was not sent: shorten the name.",
		},
		{store.Outcome{Verdict: store.NotStarted}, theme.Warning, "not started."},
	}
}

// tokenUntil is a token that was handed out and expires at a time.
func tokenUntil(at time.Time) *store.Check {
	return &store.Check{Found: true, Metadata: store.Metadata{Expiry: store.NewExpiry(float64(at.Unix()))}}
}

// renewals returns an outcome of every sort of renewal with its sentence.
func renewals() []struct {
	o    store.Outcome
	kind theme.Kind
	want string
} {
	const check = " Check on the host: /auth codex status."
	old, fresh := tokenUntil(testNow.Add(-time.Hour)), tokenUntil(testNow.Add(8*time.Hour))
	refused := func(code store.Code, message string) error {
		return &store.Error{Op: "refresh_token", Code: code, Message: message, RetryAfter: 12 * time.Second}
	}
	const isNow = " It now expires at 2026-11-23 21:05 +00."
	return []struct {
		o    store.Outcome
		kind theme.Kind
		want string
	}{
		{store.Outcome{Verdict: store.Renewed, Now: fresh}, theme.Success, "renewed." + isNow},
		{store.Outcome{Verdict: store.Renewed, Now: fresh, Err: refused(store.RefreshFailed, "no")}, theme.Success, "renewed (the host had reported an error)." + isNow},
		{store.Outcome{Verdict: store.Renewed, Now: fresh, Err: socket.ErrTimeout}, theme.Success, "renewed (the reply was lost)." + isNow},
		{store.Outcome{Verdict: store.StillExpired, Now: old, Reply: &old.Metadata}, theme.Failure, "still expired (host said OK)." + check},
		{
			store.Outcome{Verdict: store.StillExpired, Now: old, Reply: &fresh.Metadata},
			theme.Failure,
			"still expired (host said OK). Its reply had a token that expires at 2026-11-23 21:05 +00, which it may not have stored." + check,
		},
		{
			store.Outcome{Verdict: store.CannotRenew, Now: old, Err: refused(store.ReauthRequired, "invalid_grant")},
			theme.Warning,
			`dead. The host says that it must be logged in again (host says: "invalid_grant").`,
		},
		{
			store.Outcome{Verdict: store.CannotRenew, Err: refused(store.RefreshNotAvailable, "no refresh_token")},
			theme.Warning,
			"dead. It cannot be renewed: the host has no refresh token for it.",
		},
		{store.Outcome{Verdict: store.RenewedBefore, Err: refused(store.RateLimited, "")}, theme.Warning, "rate limited. It was renewed a moment ago; the host can be asked again in 12s."},
		{
			store.Outcome{Verdict: store.RenewedBefore, Err: &store.Error{Code: store.RateLimited}},
			theme.Warning,
			"rate limited. It was renewed a moment ago; the host can be asked again in half a minute.",
		},
		{store.Outcome{Verdict: store.NotRenewable, Err: refused(store.ProviderNotFound, "")}, theme.Failure, "not renewed here. This host does not renew codex."},
		{store.Outcome{Verdict: store.NoToken, Err: refused(store.NotFound, "no")}, theme.Failure, `no token. The host finds no readable token (host says: "no"): press R to refresh all.`},
		{
			store.Outcome{Verdict: store.Unknown, Now: old, Err: refused(store.RefreshFailed, "503")},
			theme.Failure,
			"unknown whether it can be renewed. What the host hands out has expired. It is not sent again." + check + ` The host could not renew it (host says: "503").`,
		},
		{
			store.Outcome{Verdict: store.Unknown, Now: &store.Check{Found: true}},
			theme.Failure,
			"unknown whether it was renewed. What the host hands out has no plausible expiry. It is not sent again." + check,
		},
		{
			store.Outcome{Verdict: store.Unknown, Now: &store.Check{}},
			theme.Failure,
			"unknown whether it was renewed. The host hands out no token of it any more. It is not sent again." + check,
		},
		{
			store.Outcome{Verdict: store.Unknown, Now: &store.Check{Hidden: true}},
			theme.Failure,
			"unknown whether it was renewed. The host refuses to hand it out now. It is not sent again." + check,
		},
		{
			store.Outcome{Verdict: store.Unknown, Now: old, Err: socket.ErrTimeout},
			theme.Failure,
			"unknown whether it was renewed. The host did not answer in time and may still renew it. It is not sent again." + check,
		},
		{
			store.Outcome{Verdict: store.Unknown, Err: &store.Error{Code: store.InternalError}},
			theme.Failure,
			"unknown whether it was renewed. It is not sent again." + check + " Host-side operation failed: check on the host, then press r.",
		},
		{
			store.Outcome{Verdict: store.Unknown, Err: &socket.LostError{}},
			theme.Failure,
			"unknown whether it was renewed. It is not sent again." + check + " Credential proxy connection lost. Restart the session.",
		},
		{
			store.Outcome{Verdict: store.Refused, Err: &store.Error{Code: store.Forbidden}},
			theme.Failure,
			"refused by the host. This host renews nothing for sandboxes. The host's policy forbids this: do it on the host itself.",
		},
		{
			store.Outcome{Verdict: store.Refused, Err: &store.Error{Code: store.Unauthorized}},
			theme.Failure,
			"refused by the host. Provider not available for this profile: choose another row.",
		},
		{
			store.Outcome{Verdict: store.NotSent, Err: socket.ErrTooLarge},
			theme.Failure,
			"not sent, so nothing was renewed. The request is too large for this host, so it was not sent: shorten the name.",
		},
		{store.Outcome{Verdict: store.NotStarted}, theme.Warning, "not started."},
	}
}

// all returns every outcome of removals and renewals, of codex/ci-runner.
func all() (all []struct {
	o    store.Outcome
	kind theme.Kind
	want string
},
) {
	all = verdicts()
	for _, v := range renewals() {
		v.o.Action = store.ActionRenew
		all = append(all, v)
	}
	for i := range all {
		all[i].o.Key = runner
	}
	return all
}

func TestEveryVerdictSaysWhatIsKnownAndWhy(t *testing.T) {
	seen := map[store.Verdict]bool{}
	for _, v := range all() {
		seen[v.o.Verdict] = true
		if kind, got := Verdict(v.o, time.UTC); kind != v.kind || got != "codex/ci-runner: "+v.want {
			t.Errorf("%s %q\nis not\n%s %q", kind, got, v.kind, v.want)
		}
	}
	if len(seen) != int(store.NoToken)+1 {
		t.Errorf("%d verdicts of %d", len(seen), int(store.NoToken)+1)
	}
}

func TestAVerdictWithoutKeysAdvisesNone(t *testing.T) {
	for _, v := range all() {
		got := VerdictWithoutKeys(v.o)
		if _, with := Verdict(v.o, time.UTC); strings.Contains(got, "press ") || !strings.Contains(with, "press ") && got != with {
			t.Errorf("%q", got)
		}
	}
}

func TestTimesInAVerdictAreInTheZoneOfTheScreen(t *testing.T) {
	o := store.Outcome{Action: store.ActionRenew, Key: runner, Verdict: store.Renewed, Now: tokenUntil(testNow)}
	if _, got := Verdict(o, time.FixedZone("", 3600)); got != "codex/ci-runner: renewed. It now expires at 2026-11-23 14:05 +01." {
		t.Error(got)
	}
}

func TestAVerdictIsSafeToDraw(t *testing.T) {
	key := store.Key{Provider: hostile, Bucket: hostile}
	for _, v := range all() {
		v.o.Key, v.o.Missing = key, []store.Key{key}
		if v.o.Err != nil {
			v.o.Err = errors.New(hostile)
		}
		if _, got := Verdict(v.o, time.UTC); text.Free(got) != got {
			t.Errorf("%v: %.200q", v.o.Verdict, got)
		}
	}
}

func TestRenewalsOfARunAreCounted(t *testing.T) {
	var outcomes []store.Outcome
	for v := range store.NoToken + 1 {
		if !v.Gone() && v != store.StillListed && v != store.StillThere && v != store.CannotConfirm {
			outcomes = append(outcomes, store.Outcome{Action: store.ActionRenew, Key: runner, Verdict: v})
		}
	}
	const want = "1 renewed, 1 rate limited, 1 dead, 5 not renewed, 1 unknown, 3 not started"
	if kind, got := Summary(outcomes, len(outcomes)+2); kind != theme.Failure || got != want {
		t.Errorf("%s %q", kind, got)
	}
	if kind, got := Summary([]store.Outcome{{Action: store.ActionRenew, Verdict: store.CannotRenew}}, 1); kind != theme.Warning || got != "1 dead" {
		t.Errorf("%s %q", kind, got)
	}
}

func TestTheOutcomesOfARunAreCounted(t *testing.T) {
	for _, c := range []struct {
		verdicts []store.Verdict
		targets  int
		kind     theme.Kind
		want     string
	}{
		{[]store.Verdict{store.Removed, store.Removed}, 2, theme.Success, "2 removed"},
		{[]store.Verdict{store.Removed, store.NoLongerShown, store.AlreadyGone}, 3, theme.Success, "1 removed, 1 no longer shown, 1 already gone"},
		{[]store.Verdict{store.Removed, store.Removed, store.Unknown}, 4, theme.Failure, "2 removed, 1 unknown, 1 not started"},
		{[]store.Verdict{store.CannotConfirm}, 3, theme.Failure, "1 unknown, 2 not started"},
		{[]store.Verdict{store.StillListed, store.StillThere, store.NotSent, store.Refused}, 4, theme.Failure, "4 not removed"},
		{[]store.Verdict{store.Removed}, 2, theme.Warning, "1 removed, 1 not started"},
		{nil, 2, theme.Warning, "2 not started"},
	} {
		var outcomes []store.Outcome
		for _, v := range c.verdicts {
			outcomes = append(outcomes, store.Outcome{Key: runner, Verdict: v})
		}
		if kind, got := Summary(outcomes, c.targets); kind != c.kind || got != c.want {
			t.Errorf("%v of %d: %s %q, not %s %q", c.verdicts, c.targets, kind, got, c.kind, c.want)
		}
	}
}

func TestARowSaysWhatARemovalHasLeftOpen(t *testing.T) {
	for verdict, want := range map[store.Verdict]string{
		store.Unknown: "unconfirmed", store.CannotConfirm: "unconfirmed", store.StillListed: "still there", store.StillThere: "still there",
		store.Refused: "", store.NotSent: "",
	} {
		if got := RowVerdict(&store.Outcome{Verdict: verdict}, false); got != want {
			t.Errorf("%v: %q", verdict, got)
		}
	}
	if got := RowVerdict(nil, true); got != "not shown" {
		t.Errorf("missing after another's removal: %q", got)
	}
	if got := RowVerdict(nil, false); got != "" {
		t.Errorf("without a removal: %q", got)
	}
}
