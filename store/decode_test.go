package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"credscope/socket"
	"credscope/store"
)

func TestATokenIsReadWithAllItsFields(t *testing.T) {
	token, err := received(t, `{"access_token":"a\"\u00e9\ud834\udd1e","id_token":"i","expiry":1893456000,"token_type":"bearer",
		"scope":"openid profile","resource_url":"https://user:pw@api.example:8443/v1?k=v","account_id":"acct","more":{"deep":[1]},"also":null}`)
	if err != nil {
		t.Fatal(err)
	}
	if string(token.AccessToken.Bytes()) != "a\"é𝄞" || string(token.IDToken.Bytes()) != "i" {
		t.Error("the secrets are not what was sent")
	}
	want := store.Metadata{
		Expiry: store.NewExpiry(1893456000), TokenType: "bearer", Scope: "openid profile", ResourceHost: "api.example:8443", AccountID: "acct",
		Dropped: []store.DroppedField{
			{Name: "access_token", Reason: store.DroppedSecret},
			{Name: "also", Reason: store.DroppedUnknown},
			{Name: "id_token", Reason: store.DroppedSecret},
			{Name: "more", Reason: store.DroppedUnknown},
		},
	}
	if got := token.Metadata(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestARefreshTokenIsDroppedWithAWarning(t *testing.T) {
	for name, warned := range map[string]bool{
		"refresh_token": true, "Refresh_Token": true, "REFRESH_TOKEN": true, `refresh\u005ftoken`: true,
		"refresh": false, "refresh_token2": false, "client_secret": false,
	} {
		for _, value := range []string{`"canary-4815"`, `null`, `{"canary-4815":"canary-4815"}`, `4815`} {
			token, err := received(t, fmt.Sprintf(`{"access_token":"t","expiry":5,%s:%s}`, `"`+name+`"`, value))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			m := token.Metadata()
			if m.RefreshTokenSent != warned || len(m.Dropped) != 2 {
				t.Errorf("%s: %+v", name, m)
			}
			if text := fmt.Sprintf("%+v %#v %+v", token, token, m); strings.Contains(text, "4815") {
				t.Errorf("%s was kept: %s", name, text)
			}
		}
	}
}

// kinds are JSON values of every kind, with the canary 4815162342 where possible.
var kinds = []string{
	`null`, `true`, `false`, `4815162342`, `-4815162342`, `4815162342.25`, `4815162342e3`, `""`, `"4815162342"`,
	`"\u0034815162342"`, `[]`, `["4815162342"]`, `[[4815162342]]`, `{}`, `{"4815162342":"4815162342"}`, `{"a":{"b":4815162342}}`,
}

// accepted reports whether a token with this kind of value in the field can be decoded.
func accepted(field, kind string) bool {
	return field != "access_token" || kind[0] == '"' && kind != `""`
}

func TestOnlyAWrongAccessTokenMakesATokenUnreadable(t *testing.T) {
	fields := []string{"access_token", "id_token", "expiry", "token_type", "scope", "resource_url", "account_id", "unknown_4815162342"}
	for _, field := range fields {
		for _, kind := range kinds {
			values := map[string]string{"access_token": `"4815162342"`, "expiry": `5`}
			values[field] = kind
			data := object(values)
			_, err := received(t, data)
			if (err == nil) != accepted(field, kind) {
				t.Errorf("%s as %s: %v", field, kind, err)
			}
			if err != nil {
				quotesNothing(t, data, err)
			}
			var alone store.OAuthToken
			if direct := json.Unmarshal([]byte(data), &alone); (direct == nil) != (err == nil) || strings.Contains(fmt.Sprint(direct), "4815") {
				t.Errorf("%s read without a host: %v", data, direct)
			}
			if err != nil && !reflect.DeepEqual(alone, store.OAuthToken{}) {
				t.Errorf("%s left %+v", data, alone)
			}
		}
	}
}

// quotesNothing fails unless err is a MalformedDataError of get_token without the canary.
func quotesNothing(t *testing.T, data string, err error) {
	t.Helper()
	wrong, ok := errors.AsType[*socket.MalformedDataError](err)
	if !ok || wrong.Op != "get_token" {
		t.Errorf("%s: %#v", data, err)
	}
	for ; err != nil; err = errors.Unwrap(err) {
		if text := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(text, "4815") {
			t.Errorf("%s is quoted: %s", data, text)
		}
	}
}

func TestATokenThatIsNoObjectIsNotQuoted(t *testing.T) {
	for _, kind := range kinds {
		var token store.OAuthToken
		if err := json.Unmarshal([]byte(kind), &token); kind != "null" && (err == nil || strings.Contains(err.Error(), "4815")) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestATokenWithoutAnAccessTokenIsMalformed(t *testing.T) {
	for _, data := range []string{`{}`, `{"expiry":5,"token_type":"Bearer"}`, `{"access_token":""}`, `{"access_token":null}`, `{"access_token":"t","access_token":""}`} {
		_, err := received(t, data)
		isMalformed(t, err, "get_token", "access_token is missing")
	}
	for _, data := range []string{`{"access_token":7}`, `{"access_token":["t"]}`, `{"access_token":"t","access_token":false}`} {
		_, err := received(t, data)
		isMalformed(t, err, "get_token", "access_token is not a string")
	}
}

func TestAFieldOfAWrongTypeIsNamedAndTheRestIsKept(t *testing.T) {
	for _, field := range append([]string{"id_token"}, textFields...) {
		for _, kind := range kinds {
			values := map[string]string{"access_token": `"t"`, "expiry": `5`}
			for _, other := range textFields {
				values[other] = `"a.example"`
			}
			values[field] = kind
			token, err := received(t, object(values))
			if err != nil {
				t.Fatalf("%s as %s: %v", field, kind, err)
			}
			var want []string
			if kind != "null" && kind[0] != '"' {
				want = []string{field + ": wrong type"}
			}
			m := token.Metadata()
			equal(t, field+" as "+kind, drops(m), want)
			kept := map[string]string{"token_type": m.TokenType, "scope": m.Scope, "resource_url": m.ResourceHost, "account_id": m.AccountID}
			for other, text := range kept {
				if other != field && text != "a.example" || other == field && want != nil && text != "" {
					t.Errorf("%s as %s: %s is %q", field, kind, other, text)
				}
			}
		}
	}
}

// object returns a JSON object with the given members.
func object(values map[string]string) string {
	var members []string
	for name, value := range values {
		members = append(members, fmt.Sprintf("%q:%s", name, value))
	}
	return "{" + strings.Join(members, ",") + "}"
}

func TestOfTwoValuesUnderOneNameTheLastCounts(t *testing.T) {
	token, err := received(t, `{"access_token":"first","access_token":"second","expiry":1,"expiry":2,"scope":"a","scope":null,`+
		`"token_type":[],"token_type":"Bearer","account_id":"a","account_id":7}`)
	if err != nil || string(token.AccessToken.Bytes()) != "second" || token.Expiry != store.NewExpiry(2) || token.Scope != "" || token.TokenType != "Bearer" {
		t.Errorf("%q, %+v, %v", token.AccessToken.Bytes(), token, err)
	}
	equal(t, "dropped", drops(token.Metadata()), []string{"account_id: wrong type"})
}

func TestNamesOfFieldsAreComparedByteForByte(t *testing.T) {
	const exact = `"access_token":"token","id_token":"identity","expiry":1893456000,"token_type":"Bearer","scope":"openid","resource_url":"a.example","account_id":"acct"`
	const stray = `"Access_Token":7,"ID_TOKEN":7,"Expiry":1,"EXPIRY":"never","TOKEN_TYPE":{},"\u017fcope":"x","Resource_URL":[],"accountid":"x","account_Id":"x","expir\u0059":1`
	want := []string{
		"Access_Token", "EXPIRY", "Expiry", "ID_TOKEN", "Resource_URL", "TOKEN_TYPE", "account_Id", "accountid", "expirY", "ſcope",
	}
	for i := range want {
		want[i] += ": unknown field"
	}
	for _, data := range []string{`{` + exact + `,` + stray + `}`, `{` + stray + `,` + exact + `}`} {
		token, err := received(t, data)
		if err != nil {
			t.Fatal(err)
		}
		m := token.Metadata()
		if string(token.AccessToken.Bytes()) != "token" || string(token.IDToken.Bytes()) != "identity" ||
			m.Status(now, store.DefaultStaleAfter) != store.Valid || m.TokenType != "Bearer" || m.Scope != "openid" ||
			m.ResourceHost != "a.example" || m.AccountID != "acct" {
			t.Errorf("%+v", m)
		}
		equal(t, "dropped", drops(m), want)
	}
}

// tokenWithFields returns a token with n unknown fields of different names.
func tokenWithFields(n int) string {
	var b strings.Builder
	b.WriteString(`{"access_token":"t","expiry":5`)
	for i := range n {
		fmt.Fprintf(&b, `,"4815162342 %d":null`, i)
	}
	return b.String() + "}"
}

func TestATokenMayHaveAThousandFields(t *testing.T) {
	token, err := received(t, tokenWithFields(998))
	if err != nil || len(token.Metadata().Dropped) != 999 {
		t.Errorf("%d names, %v", len(token.Metadata().Dropped), err)
	}
	for _, n := range []int{999, 5000, 100_000} {
		data := tokenWithFields(n)
		_, err := received(t, data)
		isMalformed(t, err, "get_token", "the token has over 1000 fields")
		quotesNothing(t, data, err)
	}
}

func TestOneNameManyTimesIsOneField(t *testing.T) {
	token, err := received(t, `{"access_token":"t","expiry":5`+strings.Repeat(`,"more":0`, 900)+`}`)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "dropped", drops(token.Metadata()), []string{"more: unknown field"})
}

func TestALongNameOfAFieldIsLeftOut(t *testing.T) {
	const limit = 8 << 10
	for size, fits := range map[int]bool{0: true, limit: true, limit + 1: false, 100_000: false} {
		for _, unit := range []string{"x", `\u0078`} {
			token, err := received(t, fmt.Sprintf(`{"access_token":"t","expiry":5,"%s":0}`, strings.Repeat(unit, size)))
			if err != nil {
				t.Fatal(err)
			}
			m := token.Metadata()
			if kept := len(drops(m)) == 1; kept != fits || m.NamesLeftOut != map[bool]int{true: 0, false: 1}[fits] {
				t.Errorf("%d bytes: %+v", size, m)
			}
		}
	}
}

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

// answered returns the list of a host that answers with data.
func (l list) answered(t *testing.T, data string) ([]string, error) {
	t.Helper()
	s, _ := startFake(t, store.Options{}, answers(map[string]any{l.op: data}))
	return l.ask(t.Context(), s)
}

func TestAListIsWhatTheHostListed(t *testing.T) {
	for _, l := range listings {
		for value, want := range map[string][]string{
			`[]`:                              {},
			` [ ] `:                           {},
			`["b","a","b"]`:                   {"b", "a", "b"}, // as sent, since the names are sent back
			`["", "old backup","\u001b[2J"]`:  {"", "old backup", "\x1b[2J"},
			`["\ud834\udd1e\/","\ud834","ü"]`: {"𝄞/", "\ufffd", "ü"},
		} {
			got, err := l.answered(t, fmt.Sprintf(`{"more":1,%q:%s}`, l.field, value))
			if err != nil || got == nil {
				t.Errorf("%s %s: %v, %v", l.op, value, got, err)
			}
			equal(t, l.op+" "+value, got, want)
		}
	}
}

func TestAListThatIsMissingIsNotAnEmptyOne(t *testing.T) {
	for _, l := range listings {
		for _, data := range []string{
			`{}`, `{"keys":[]}`, fmt.Sprintf(`{%q:["codex"]}`, strings.ToUpper(l.field[:1])+l.field[1:]), fmt.Sprintf(`{%q:["codex"]}`, strings.ToUpper(l.field)),
		} {
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
	s, h := startFake(t, store.Options{}, func(fakeCall) (any, error) { return raw(data), nil })
	if _, err := s.ListProviders(t.Context()); err == nil {
		t.Fatal("no error")
	}
	data = `{"providers":["codex"]}`
	got, err := s.ListProviders(t.Context())
	equal(t, "the next list", got, []string{"codex"})
	if err != nil || h.dials != 1 {
		t.Errorf("%v, after %d dials", err, h.dials)
	}
}

func TestTheLastListWithExactlyTheNameCounts(t *testing.T) {
	for _, data := range []string{`{"providers":["a"],"providers":["b"]}`, `{"providers":5,"providers":["b"],"Providers":["c"],"PROVIDERS":5}`} {
		got, err := listings[0].answered(t, data)
		if err != nil {
			t.Errorf("%s: %v", data, err)
		}
		equal(t, data, got, []string{"b"})
	}
}
