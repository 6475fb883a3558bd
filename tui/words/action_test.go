package words

import (
	"slices"
	"strings"
	"testing"
	"time"

	"credscope/store"
	"credscope/store/inventory"
)

func TestAQuestionSaysWhatIsDoneToHowMany(t *testing.T) {
	one := []inventory.Target{{Key: runner}}
	two := append(one, inventory.Target{Key: codex})
	got := Question(inventory.NewRemoval(one, false)) + Question(inventory.NewRemoval(two, false)) + Question(inventory.NewRenewal(one, nil)) + Question(inventory.NewRenewal(two, nil))
	if got != "Remove 1 bucket?Remove 2 buckets?Renew 1 bucket?Renew 2 buckets?" {
		t.Error(got)
	}
}

func TestATargetIsSaidAsItWasChecked(t *testing.T) {
	past, now := testNow.Add(-41*24*time.Hour), testNow
	check := &store.Check{Found: true, Metadata: store.Metadata{Expiry: store.NewExpiry(float64(past.Unix()))}}
	for want, target := range map[string]inventory.Target{
		"stale, expired 41d ago": {Status: store.Stale, Check: check},
		"unreadable":             {Status: store.Unreadable, Check: &store.Check{}},
		"unchecked":              {Status: store.Unchecked},
	} {
		if got := TargetState(target, now); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func TestAQuestionSaysWhatARemovalDoesNotDo(t *testing.T) {
	ask := func(targets ...inventory.Target) string {
		return strings.Join(Consequences(inventory.NewRemoval(targets, false), 2, "Esc, then n,"), "\n")
	}
	one, several := ask(inventory.Target{Key: runner}), ask(inventory.Target{Key: runner}, inventory.Target{Key: codex})
	for _, want := range []string{
		"Does not revoke it at the provider", "running sessions keep using it", "Its refresh token, if any, goes too", "Cannot be undone: log in again",
	} {
		if !strings.Contains(one, want) || !strings.Contains(several, want) {
			t.Errorf("no %q in\n%s\nor\n%s", want, one, several)
		}
	}
	if !strings.HasSuffix(one, ": /auth codex login ci-runner") || !strings.HasSuffix(several, ": /auth PROVIDER login BUCKET") {
		t.Errorf("the commands are\n%s\n%s", one, several)
	}
	if strings.Contains(one+several, "Not tried") || strings.Contains(one+several, "not tried") {
		t.Errorf("a renewal is advised where none can tell\n%s\n%s", one, several)
	}
}

func TestARemovalOfWhatWasNotTriedSaysHowToTry(t *testing.T) {
	untried := inventory.Target{Key: runner, Status: store.Stale, Untried: true}
	for want, targets := range map[string][]inventory.Target{
		"Not tried: Esc, then n, asks the host to renew it.":     {untried},
		"1 not tried: Esc, then n, asks the host to renew it.":   {untried, {Key: codex}},
		"2 not tried: Esc, then n, asks the host to renew them.": {untried, untried, {Key: codex}},
	} {
		if got := Consequences(inventory.NewRemoval(targets, false), 2, "Esc, then n,"); !slices.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
}

func TestARenewalSaysWhatItDoesAndRisks(t *testing.T) {
	p := inventory.NewRenewal([]inventory.Target{{Key: runner}}, nil)
	said := strings.Join(Consequences(p, 2, ""), "\n")
	for _, want := range []string{"asks the provider for new tokens", "in place of the old ones", "cannot store them", "at the same moment", "can end", "until they read again"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
}
