package words

import (
	"testing"

	"credscope/socket"
	"credscope/store"
	"credscope/tui/theme"
)

// removals returns every outcome of a removal.
func removals() []saidOf {
	const check = " Check on the host: /auth codex status."
	const others = " The host no longer shows it, and still shows the others."
	const failed = ` Host-side operation failed (host says: "no"): check on the host, then press r.`
	return []saidOf{
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
			"unknown whether it was removed. The request is not sent again." + check + " Credential proxy connection lost. Restart the session.",
		},
		{
			store.Outcome{Verdict: store.Unknown, Err: refusal, Missing: []store.Key{codex}},
			theme.Failure,
			"unknown whether it was removed. The request is not sent again. The host no longer shows codex/default." + check + failed,
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
