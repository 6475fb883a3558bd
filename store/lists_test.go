package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"credscope/socket"
	"credscope/store"
)

// list is one of the two listing methods.
type list struct {
	op, field string
	ask       func(context.Context, *store.ProxyTokenStore) ([]string, error)
}

var listings = []list{
	{"list_providers", "providers", func(ctx context.Context, s *store.ProxyTokenStore) ([]string, error) {
		return s.ListProviders(ctx)
	}},
	{"list_buckets", "buckets", func(ctx context.Context, s *store.ProxyTokenStore) ([]string, error) {
		return s.ListBuckets(ctx, "codex")
	}},
}

// answered asks for the list of a host that answers with data.
func (l list) answered(t *testing.T, data string) ([]string, error) {
	t.Helper()
	s, _ := play(t, socket.Options{}, answers(map[string]any{l.op: data}))
	return l.ask(t.Context(), s)
}

func TestAListIsWhatTheHostListed(t *testing.T) {
	for _, l := range listings {
		for value, want := range map[string][]string{
			`[]`:                              {},
			` [ ] `:                           {},
			`["b","a","b"]`:                   {"b", "a", "b"}, // neither sorted nor cleaned: it could not be asked for again
			`["", "old backup","\u001b[2J"]`:  {"", "old backup", "\x1b[2J"},
			`["\ud834\udd1e\/","\ud834","ü"]`: {"𝄞/", "\ufffd", "ü"},
		} {
			got, err := l.answered(t, fmt.Sprintf(`{"more":1,%q:%s}`, l.field, value))
			if err != nil || got == nil {
				t.Errorf("%s %s: %v, %v", l.op, value, got, err)
			}
			same(t, l.op+" "+value, got, want)
		}
	}
}

func TestAListThatIsMissingIsNotAnEmptyOne(t *testing.T) {
	for _, l := range listings {
		for _, data := range []string{`{}`, `{"keys":[]}`} {
			got, err := l.answered(t, data)
			isMalformed(t, err, l.op, l.field+" is missing")
			if got != nil {
				t.Errorf("%s %s: %v", l.op, data, got)
			}
		}
	}
}

func TestAMistypedListIsRefusedWhole(t *testing.T) {
	const canary = "4815162342"
	kinds := []string{
		"null", "true", "false", canary, "-" + canary, canary + ".5", "1e5", `"` + canary + `"`, `""`, `{}`, `{"` + canary + `":1}`,
	}
	elements := []string{"null", "true", "false", canary, "-" + canary, canary + ".5", "1e999", `[]`, `["` + canary + `"]`, `{}`, `{"` + canary + `":1}`}
	for _, l := range listings {
		refused := func(value, what string) {
			t.Helper()
			got, err := l.answered(t, fmt.Sprintf(`{%q:%s}`, l.field, value))
			isMalformed(t, err, l.op, what)
			if got != nil || strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), canary) {
				t.Errorf("%s %s: %v, %v", l.op, value, got, err)
			}
		}
		for _, value := range kinds {
			refused(value, "the list is not an array")
		}
		for _, element := range elements {
			refused(`["`+canary+`",`+element+`,"b"]`, "the list holds something else than names")
			refused(`[`+element+`]`, "the list holds something else than names")
		}
	}
}

func TestAListMayHoldTwoHundredThousandNames(t *testing.T) {
	const most = 200_000
	full := `"x"` + strings.Repeat(`,"x"`, most-1)
	got, err := listings[0].answered(t, `{"providers":[`+full+`]}`)
	if err != nil || len(got) != most {
		t.Errorf("%d names, %v", len(got), err)
	}
	got, err = listings[1].answered(t, `{"buckets":[`+full+`,"x"]}`)
	isMalformed(t, err, "list_buckets", "the list holds over 200000 names")
	if got != nil {
		t.Errorf("%d names of a list over the limit", len(got))
	}
}

func TestABadListEndsTheRequestAndNotTheConnection(t *testing.T) {
	data := `{"providers":5}`
	s, h := play(t, socket.Options{}, func(asked) (any, error) { return raw(data), nil })
	if _, err := s.ListProviders(t.Context()); err == nil {
		t.Fatal("no error")
	}
	data = `{"providers":["codex"]}`
	got, err := s.ListProviders(t.Context())
	same(t, "the next list", got, []string{"codex"})
	if err != nil || h.dials != 1 {
		t.Errorf("%v, after %d dials", err, h.dials)
	}
}

func TestOfTwoListsUnderOneNameTheLastCounts(t *testing.T) {
	got, err := listings[0].answered(t, `{"providers":["a"],"providers":["b"]}`)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "providers", got, []string{"b"})
}
