package words

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/text"
)

func TestCommandsForTheHostFitItsReleaseAndNameTheBucket(t *testing.T) {
	for _, c := range []struct {
		key                   store.Key
		protocol              int
		login, advice, logout string
	}{
		{codex, 2, "/auth codex login default", "/auth codex login default", "/auth codex logout default"},
		{store.Key{Provider: "codex"}, 2, "/auth codex login default", "/auth codex login default", "/auth codex logout default"},
		{store.Key{Provider: "anthropic", Bucket: "work"}, 1, "/auth anthropic login work", "/auth anthropic login work", "/auth anthropic logout work"},
		{store.Key{Provider: "anthropic", Bucket: "work"}, 2, "/auth claudecode login work", "/auth claudecode login work", "/auth anthropic logout work"},
		{store.Key{Provider: "gemini", Bucket: "work"}, 2, "/auth gemini login work", "/auth gemini login work (LLxprt 0.9 only)", "/auth gemini logout work"},
		{store.Key{Provider: "qwen", Bucket: "work"}, 1, "/auth qwen login work", "/auth qwen login work (LLxprt 0.9 only)", "/auth qwen logout work"},
		{store.Key{Provider: "codex", Bucket: "--all"}, 2, "", "with /auth, by hand", ""},
		{store.Key{Provider: "-codex", Bucket: "work"}, 2, "", "with /auth, by hand", ""},
		{store.Key{Provider: "codex", Bucket: "a b"}, 2, "", "with /auth, by hand", ""},
		{store.Key{Provider: "codex\n", Bucket: "work"}, 2, "", "with /auth, by hand", ""},
	} {
		if got := LoginCommand(c.key, c.protocol); got != c.login {
			t.Errorf("%q, protocol %d: login is %q, not %q", c.key, c.protocol, got, c.login)
		}
		if got := LoginAdvice(c.key, c.protocol); got != c.advice {
			t.Errorf("%q, protocol %d: the advice is %q, not %q", c.key, c.protocol, got, c.advice)
		}
		if got := LogoutCommand(c.key); got != c.logout {
			t.Errorf("%q: logout is %q, not %q", c.key, got, c.logout)
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

func TestAFieldThatWasNotKeptSaysWhy(t *testing.T) {
	m := store.Metadata{Dropped: []store.DroppedField{
		{Name: "access_token", Reason: store.DroppedSecret},
		{Name: "account_id", Reason: store.DroppedTooLong},
		{Name: "resource_url", Reason: store.DroppedNoHost},
		{Name: "scope", Reason: store.DroppedHeldSecret},
		{Name: "token_type", Reason: store.DroppedWrongType},
	}}
	for field, want := range map[string]string{
		"account_id": "over 8 KiB, not kept", "resource_url": "no host in it, not kept", "scope": "contained a secret, not kept",
		"token_type": "wrong type, not kept", "id_token": "as it came", "access_token": "as it came",
	} {
		if got := KeptText(&m, field, "as it came"); got != want {
			t.Errorf("%s: %q, not %q", field, got, want)
		}
	}
}

func TestOfManyUnknownFieldsSomeAreNamed(t *testing.T) {
	asIs := func(s string) string { return s }
	var m store.Metadata
	for i := range 14 {
		m.Dropped = append(m.Dropped, store.DroppedField{Name: fmt.Sprintf("field-%02d", i), Reason: store.DroppedUnknown})
	}
	got := Dropped(&m, store.DroppedUnknown, asIs, "…")
	if !strings.HasSuffix(got, "field-11, 2 more fields (received, not kept)") || !strings.HasPrefix(got, "field-00, ") {
		t.Error(got)
	}
	m.NamesLeftOut = 1
	if got := Dropped(&m, store.DroppedUnknown, asIs, "…"); !strings.HasSuffix(got, ", 2 more fields, 1 field name left out (received, not kept)") {
		t.Error(got)
	}
	if got := Dropped(&m, store.DroppedSecret, asIs, "…"); got != "" {
		t.Error(got)
	}
}

func TestTheNameOfAFieldIsSafeHiddenAndShort(t *testing.T) {
	m := store.Metadata{Dropped: []store.DroppedField{
		{Name: "\x1b[2J", Reason: store.DroppedUnknown}, {Name: strings.Repeat("jane", 20), Reason: store.DroppedUnknown},
	}}
	got := Dropped(&m, store.DroppedUnknown, func(s string) string { return strings.ReplaceAll(s, "jane", "j…") }, "…")
	if text.Free(got) != got || strings.Contains(got, "jane") || text.Width(got) > 80 {
		t.Errorf("%q", got)
	}
}
