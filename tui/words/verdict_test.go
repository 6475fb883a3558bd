package words

import (
	"errors"
	"strings"
	"testing"

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

func TestEveryVerdictSaysWhatIsKnownAndWhy(t *testing.T) {
	seen := map[store.Verdict]bool{}
	for _, v := range verdicts() {
		v.o.Key = runner
		seen[v.o.Verdict] = true
		if kind, got := Verdict(v.o); kind != v.kind || got != "codex/ci-runner: "+v.want {
			t.Errorf("%s %q\nis not\n%s %q", kind, got, v.kind, v.want)
		}
	}
	if len(seen) != int(store.AlreadyGone)+1 {
		t.Errorf("%d verdicts of %d", len(seen), int(store.AlreadyGone)+1)
	}
}

func TestAVerdictWithoutKeysAdvisesNone(t *testing.T) {
	for _, v := range verdicts() {
		v.o.Key = runner
		got := VerdictWithoutKeys(v.o)
		if _, with := Verdict(v.o); strings.Contains(got, "press ") || !strings.Contains(with, "press ") && got != with {
			t.Errorf("%q", got)
		}
	}
}

func TestAVerdictIsSafeToDraw(t *testing.T) {
	key := store.Key{Provider: hostile, Bucket: hostile}
	for _, v := range verdicts() {
		v.o.Key, v.o.Missing = key, []store.Key{key}
		if v.o.Err != nil {
			v.o.Err = errors.New(hostile)
		}
		if _, got := Verdict(v.o); text.Free(got) != got {
			t.Errorf("%v: %.200q", v.o.Verdict, got)
		}
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
