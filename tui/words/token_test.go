package words

import (
	"fmt"
	"strings"
	"testing"

	"credscope/store"
	"credscope/tui/text"
)

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
