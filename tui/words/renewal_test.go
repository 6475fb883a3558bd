package words

import (
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/tui/theme"
)

// tokenUntil is a token that was handed out and expires at a time.
func tokenUntil(at time.Time) *store.Check {
	return &store.Check{Found: true, Metadata: store.Metadata{Expiry: store.NewExpiry(float64(at.Unix()))}}
}

// renewals returns every outcome of a renewal.
func renewals() []saidOf {
	const check = " Check on the host: /auth codex status."
	old, fresh := tokenUntil(testNow.Add(-time.Hour)), tokenUntil(testNow.Add(8*time.Hour))
	refused := func(code store.Code, message string) error {
		return &store.Error{Op: "refresh_token", Code: code, Message: message, RetryAfter: 12 * time.Second}
	}
	const isNow = " It now expires at 2026-11-23 21:05 +00."
	return []saidOf{
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
		{store.Outcome{Verdict: store.RenewedBefore, Err: refused(store.RateLimited, "")}, theme.Warning, "rate limited. The host says that it was renewed a moment ago; it can be asked again in 12s."},
		{
			store.Outcome{Verdict: store.RenewedBefore, Err: &store.Error{Code: store.RateLimited}},
			theme.Warning,
			"rate limited. The host says that it was renewed a moment ago; it can be asked again in half a minute.",
		},
		{store.Outcome{Verdict: store.NotRenewable, Err: refused(store.ProviderNotFound, "")}, theme.Failure, "not renewed here. This host does not renew codex."},
		{store.Outcome{Verdict: store.NoToken, Err: refused(store.NotFound, "no")}, theme.Failure, `no token. The host finds no readable token (host says: "no"): press R to refresh all.`},
		{
			store.Outcome{Verdict: store.Unknown, Now: old, Err: refused(store.RefreshFailed, "503")},
			theme.Failure,
			"unknown whether it can be renewed. What the host hands out has expired. The request is not sent again." + check + ` The host could not renew it (host says: "503").`,
		},
		{
			store.Outcome{Verdict: store.Unknown, Now: &store.Check{Found: true}},
			theme.Failure,
			"unknown whether it was renewed. What the host hands out has no plausible expiry. The request is not sent again." + check,
		},
		{
			store.Outcome{Verdict: store.Unknown, Now: &store.Check{}},
			theme.Failure,
			"unknown whether it was renewed. The host hands out no token of it any more. The request is not sent again." + check,
		},
		{
			store.Outcome{Verdict: store.Unknown, Now: &store.Check{Hidden: true}},
			theme.Failure,
			"unknown whether it was renewed. The host refuses to hand it out now. The request is not sent again." + check,
		},
		{
			store.Outcome{Verdict: store.Unknown, Now: old, Err: socket.ErrTimeout},
			theme.Failure,
			"unknown whether it was renewed. The host did not answer in time and may still renew it. The request is not sent again." + check,
		},
		{
			store.Outcome{Verdict: store.Unknown, Err: &store.Error{Code: store.InternalError}},
			theme.Failure,
			"unknown whether it was renewed. The request is not sent again." + check + " Host-side operation failed: check on the host, then press r.",
		},
		{
			store.Outcome{Verdict: store.Unknown, Err: &socket.LostError{}},
			theme.Failure,
			"unknown whether it was renewed. The request is not sent again." + check + " Credential proxy connection lost. Restart the session.",
		},
		{
			store.Outcome{Verdict: store.Refused, Err: &store.Error{Code: store.Forbidden}},
			theme.Failure,
			"refused by the host. This host renews nothing for sandboxes: log in on the host itself.",
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
