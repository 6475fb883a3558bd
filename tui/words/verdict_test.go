package words

import (
	"errors"
	"strings"
	"testing"
	"time"

	"credscope/store"
	"credscope/tui/text"
	"credscope/tui/theme"
)

var (
	runner  = store.Key{Provider: "codex", Bucket: "ci-runner"}
	codex   = store.Key{Provider: "codex", Bucket: "default"}
	refusal = &store.Error{Op: "remove_token", Code: store.InternalError, Message: "no"}
)

// saidOf is an outcome, and the sentence about it without its name.
type saidOf struct {
	o    store.Outcome
	kind theme.Kind
	want string
}

// all returns every outcome of removals and renewals, of codex/ci-runner.
func all() (all []saidOf) {
	all = removals()
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
