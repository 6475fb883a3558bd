package socket

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"
)

func TestOurFramesAreTheRecordedOnes(t *testing.T) {
	request := func(version int, id, op string, payload any) []byte {
		body, err := encodeObject(payload)
		if err != nil {
			t.Fatal(err)
		}
		return encodeRequest(version, id, op, body)
	}
	for name, got := range map[string][]byte{
		"H2": encodeOffer(nil),
		"H3": encodeOffer([]byte("00ff")),
		"R1": request(1, "r1", "get_token", tokenPayload{Provider: "codex"}),
		"R2": request(2, "r2", "get_token", tokenPayload{Provider: "codex", Bucket: "work"}),
		"R3": request(2, "r3", "list_providers", nil),
		"R4": request(2, "r4", "remove_token", tokenPayload{Provider: "codex", Bucket: "old"}),
	} {
		if want := vector(t, name); string(got) != string(want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, want)
		}
	}
}

// decodeFields returns the outcome of a reply with these members after the id.
func decodeFields(fields string, result any) error {
	m, err := parseMessage([]byte(`{"id":"r1",` + fields + `}`))
	if err != nil {
		return err
	}
	return m.decodeReply("get_token", result)
}

func TestAReplysMembersHaveExactNames(t *testing.T) {
	var got number
	const misspelt = `,"OK":false,"Data":{"n":2},"CODE":"X","Error":7,"retryafter":"soon","o\u212a":false`
	if err := decodeFields(`"ok":true,"data":{"n":1,"N":3}`+misspelt, &got); err != nil || got.N != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	if err := decodeFields(`"ok":true,"data":{"N":3}`, &got); err != nil || got.N != 1 {
		t.Errorf("filled by another name: %+v, %v", got, err)
	}
	if err := decodeFields(`"Ok":true,"data":{}`, nil); err == nil {
		t.Error("Ok was taken for ok")
	}
	want := ResponseError{Op: "get_token", Code: "NOT_FOUND", Message: "no"}
	if err, ok := errors.AsType[*ResponseError](decodeFields(`"ok":false,"code":"NOT_FOUND","error":"no","Code":"X","ERROR":"x","RetryAfter":9`, nil)); !ok || *err != want {
		t.Errorf("refused with %+v", err)
	}
	if err := decodeFields(`"ok":false,"ok":true,"data":5,"data":{"n":9,"n":4}`, &got); err != nil || got.N != 4 {
		t.Errorf("the last of equal names: %+v, %v", got, err)
	}

	synctest.Test(t, func(t *testing.T) {
		c, _, p := connectedClient(t, 2, Options{})
		done := ask(t.Context(), c, "get_token")
		p.send(`{"id":"` + p.receive().ID + `","ID":"nobody","ok":true,"data":{}}`)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestAReplyOfTheWrongKindIsMalformed(t *testing.T) {
	kinds := map[string][]string{
		"ok":         {"", `"true"`, "1", "0", "null", "{}", "[]", `""`},
		"data":       {"null", "[]", `"{}"`, "7", "true"},
		"code":       {"null", "7", "true", "{}", "[]"},
		"error":      {"null", "7", "false", "{}", `["no"]`},
		"retryAfter": {"null", `"30"`, "true", "{}", "[]", "1e400"},
	}
	for name, values := range kinds {
		for _, value := range values {
			for _, rest := range []string{`"ok":true`, `"ok":false`, `"ok":false,"code":"X","error":"x"`} {
				fields := rest + `,"` + name + `":` + value
				if value == "" {
					fields = `"data":{}`
				}
				if _, ok := errors.AsType[*ProtocolError](decodeFields(fields, nil)); !ok {
					t.Errorf("%s: %v", fields, decodeFields(fields, nil))
				}
			}
		}
	}
}

// contradictions returns all combinations of members, and whether each contradicts
// itself.
func contradictions() map[string]bool {
	found := map[string]bool{}
	for _, ok := range []bool{true, false} {
		for _, data := range []string{"", `,"data":{}`, `,"data":{"access_token":"t"}`} {
			for _, code := range []string{"", `,"code":""`, `,"code":"NOT_FOUND"`} {
				for _, message := range []string{"", `,"error":""`, `,"error":"no"`} {
					found[fmt.Sprintf(`"ok":%v`, ok)+data+code+message] = ok && code+message != "" || !ok && data != ""
				}
			}
		}
	}
	return found
}

func TestAReplyThatContradictsItselfIsMalformed(t *testing.T) {
	for fields, contradicts := range contradictions() {
		err := decodeFields(fields, nil)
		if broken, malformed := errors.AsType[*ProtocolError](err); malformed != contradicts || malformed && broken.What != "both a success and a refusal" {
			t.Errorf("%s: %v", fields, err)
		}
	}
}

func TestARefusalCarriesTheHostsText(t *testing.T) {
	for fields, want := range map[string]ResponseError{
		`"ok":false`:                                        {},
		`"ok":false,"code":"NOT_FOUND"`:                     {Code: "NOT_FOUND"},
		`"ok":false,"error":"two\nlines"`:                   {Message: "two\nlines"},
		`"ok":false,"code":"\u001b[31m","error":"a\ud800b"`: {Code: "\x1b[31m", Message: "a\ufffdb"},
		`"ok":false,"code":"X","error":"y","more":null`:     {Code: "X", Message: "y"},
		`"ok":true,"code":"X","ok":false`:                   {Code: "X"}, // the last duplicate counts
	} {
		want.Op = "get_token"
		if got, ok := errors.AsType[*ResponseError](decodeFields(fields, nil)); !ok || *got != want {
			t.Errorf("%s: %#v", fields, got)
		}
	}
}

func TestRetryAfterIsBetweenASecondAndFiveMinutes(t *testing.T) {
	for seconds, want := range map[string]time.Duration{
		"30": 30 * time.Second, "1": time.Second, "0.001": time.Second, "1.5": 2 * time.Second, "29.0": 29 * time.Second,
		"299.5": 5 * time.Minute, "300": 5 * time.Minute, "301": 5 * time.Minute, "1e300": 5 * time.Minute,
		"9223372036854775808": 5 * time.Minute, "1e-300": time.Second, "0": 0, "-0": 0, "-1": 0, "-1e300": 0,
	} {
		got, ok := errors.AsType[*ResponseError](decodeFields(`"ok":false,"retryAfter":`+seconds, nil))
		if !ok || got.RetryAfter != want {
			t.Errorf("%s: %+v", seconds, got)
		}
	}
	if got, ok := errors.AsType[*ResponseError](decodeFields(`"ok":false`, nil)); !ok || got.RetryAfter != 0 {
		t.Errorf("none: %+v", got)
	}
}

// malformedResult returns a MalformedDataError.
type malformedResult struct{}

func (*malformedResult) UnmarshalJSON([]byte) error {
	return &MalformedDataError{What: "expiry is missing"}
}

// quotingResult returns an error that quotes the data.
type quotingResult struct{}

func (*quotingResult) UnmarshalJSON(raw []byte) error {
	return errors.New("cannot read " + string(raw))
}

func TestMalformedDataIsNamedAndNeverQuoted(t *testing.T) {
	type shape struct {
		N    int             `json:"n"`
		List []string        `json:"list"`
		Raw  json.RawMessage `json:"raw"`
	}
	for _, s := range []struct {
		data   string
		result any
		want   string
	}{
		{`{"n":"canary"}`, &shape{}, "malformed answer to get_token: n has the wrong type"},
		{`{"list":["a",{"canary":1}]}`, &shape{}, "malformed answer to get_token: list has the wrong type"},
		{`{"canary":1}`, &malformedResult{}, "malformed answer to get_token: expiry is missing"},
		{`{"a":"canary"}`, &quotingResult{}, "malformed answer to get_token: data cannot be read"},
		{`{"canary":"canary"}`, &map[string]int{}, "malformed answer to get_token: "},
	} {
		err := decodeFields(`"ok":true,"data":`+s.data, s.result)
		malformed, ok := errors.AsType[*MalformedDataError](err)
		if !ok || malformed.Op != "get_token" || !strings.HasPrefix(err.Error(), s.want) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", s.data, err)
		}
	}
	if _, ok := errors.AsType[*MalformedDataError](decodeFields(`"ok":true`, &shape{})); !ok {
		t.Error("missing data was taken")
	}
	if err := decodeFields(`"ok":true`, nil); err != nil {
		t.Errorf("missing data that nobody wants: %v", err)
	}
}

func TestAPrefixEqualsThatOfTheWholeText(t *testing.T) {
	elements := []string{"a", "é", "\xff", "𝄞", `\n`, `\"`, `\\`, `\u0001`, `\u00e9`, `\ud834\udd1e`, `\ud834`, `\udd1e`}
	for range 20_000 {
		kinds := elements[rand.IntN(len(elements)):]
		var b strings.Builder
		for range rand.IntN(40) {
			b.WriteString(kinds[rand.IntN(len(kinds))])
		}
		text := field(`"` + b.String() + `"`)
		for _, limit := range []int{0, 1, 3, 5, 16} {
			want, _ := text.text()
			if got, ok := text.prefix(limit); !ok || got != shorten(want, limit) {
				t.Fatalf("%s up to %d is %q, want %q", text, limit, got, shorten(want, limit))
			}
		}
	}
	for _, none := range []string{"", "7", "null", `{"a":"b"}`, "[" + strings.Repeat(`"",`, 100) + `""]`} {
		if got, ok := field(none).prefix(3); ok || got != "" {
			t.Errorf("%s has the text %q", none, got)
		}
	}
}

func TestATextIsShortenedBetweenTwoRunes(t *testing.T) {
	for _, s := range []struct {
		text  string
		limit int
		want  string
	}{
		{"", 3, ""},
		{"abc", 3, "abc"},
		{"abcd", 3, "abc"},
		{"aé", 2, "a"},
		{"aéb", 3, "aé"},
		{"𝄞", 3, ""},
		{"a𝄞b", 4, "a"},
		{"a𝄞b", 5, "a𝄞"},
		{"\ufffd\ufffd", 5, "\ufffd"},
		{"abc", 0, ""},
	} {
		if got := shorten(s.text, s.limit); got != s.want {
			t.Errorf("%q up to %d is %q, want %q", s.text, s.limit, got, s.want)
		}
	}
}

func TestALongFrameIsUTF8(t *testing.T) {
	for size, fits := range map[int]bool{MaxFrameV1: true, MaxFrameV1 + 1: false} {
		frame := []byte(`{"ok":true,"data":{}}` + strings.Repeat(" ", size))[:size]
		if _, err := parseMessage(frame); err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
		frame[2] = 0xff
		_, err := parseMessage(frame)
		if _, refused := errors.AsType[*ProtocolError](err); refused == fits || utf8.Valid(frame) {
			t.Errorf("%d bytes that are no UTF-8: %v", size, err)
		}
	}
}

// readFields reads the members of a JSON object by tokens. It returns nil for
// anything else.
func readFields(text []byte) map[string]json.RawMessage {
	var whole json.RawMessage
	if json.Unmarshal(text, &whole) != nil || whole[0] != '{' {
		return nil
	}
	fields := map[string]json.RawMessage{}
	d := json.NewDecoder(bytes.NewReader(whole))
	for _, _ = d.Token(); d.More(); {
		key, err := d.Token()
		if err != nil {
			return nil
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return nil
		}
		for _, name := range []string{"id", "ok", "data", "code", "error", "retryAfter"} {
			if key == name {
				fields[name] = value
			}
		}
	}
	return fields
}

// verdict returns the expected outcome of a reply.
func verdict(fields map[string]json.RawMessage) string {
	has := func(name string) bool { return fields[name] != nil }
	is := func(name string, value any) bool {
		return !has(name) || (string(fields[name]) != "null" && json.Unmarshal(fields[name], value) == nil)
	}
	ok := string(fields["ok"])
	wellFormed := is("code", new(string)) && is("error", new(string)) && is("retryAfter", new(float64)) &&
		is("data", &map[string]json.RawMessage{})
	switch {
	case fields == nil || !wellFormed:
		return "malformed"
	case ok == "true" && !has("code") && !has("error"):
		return "accepted"
	case ok == "false" && !has("data"):
		return "refused"
	}
	return "malformed"
}

func FuzzReply(f *testing.F) {
	for name := range vectors {
		f.Add(vector(f, name)[min(headerSize, len(vectors[name])/2):])
	}
	f.Add([]byte(`{"OK":true,"data":{},"Data":{"a":1}}`))
	f.Add([]byte(`{"ok":false,"code":"RATE_LIMITED","error":"wait","retryAfter":1e9}`))
	f.Add([]byte(`{"ok":false,"code":null}`))
	f.Fuzz(func(t *testing.T, frame []byte) {
		m, err := parseMessage(frame)
		if err == nil {
			err = m.decodeReply("get_token", nil)
		}
		got := "accepted"
		if refused, ok := errors.AsType[*ResponseError](err); ok {
			got = "refused"
			if s := refused.RetryAfter.Seconds(); s < 0 || s > 300 || s != float64(int(s)) {
				t.Errorf("retry after %v", refused.RetryAfter)
			}
		} else if broken, ok := errors.AsType[*ProtocolError](err); ok {
			got = "malformed"
			if strings.ContainsAny(broken.Error(), "{}\"\\\x1b\n") {
				t.Errorf("the error quotes: %q", broken)
			}
		} else if err != nil {
			t.Fatalf("an error of type %T", err)
		}
		if want := verdict(readFields(frame)); got != want {
			t.Errorf("%q was %s, want %s", frame, got, want)
		}
	})
}

const canary = "4815162342"

// kinds are JSON values of every kind, with the canary where possible. "" stands for a
// missing member.
var kinds = []string{
	"", "null", "true", "false", "0", "-1", "1.5", "1e400", canary, "-" + canary, canary + "e-3", `""`, `"` + canary + `"`,
	`"\u0034815162342"`, "[]", `["` + canary + `"]`, "{}", `{"` + canary + `":[` + canary + `]}`, `[[[{"a":"` + canary + `"}]]]`,
	`"\x` + canary + `"`, `"` + canary, canary + canary + "x", "{" + canary + "}",
}

// member returns the JSON text of a member, "" for a missing one.
func member(name, kind string) string {
	if kind == "" {
		return ""
	}
	return fmt.Sprintf(`,%q:%s`, name, kind)
}

// quotesNothing fails if err, or an error that it wraps, contains the canary.
func quotesNothing(t *testing.T, sent string, err error) {
	t.Helper()
	for ; err != nil; err = errors.Unwrap(err) {
		if text := fmt.Sprintf("%v %+v %q", err, err, err); strings.Contains(text, canary) {
			t.Errorf("%s is quoted: %s", sent, text)
		}
		if several, ok := err.(interface{ Unwrap() []error }); ok {
			for _, below := range several.Unwrap() {
				quotesNothing(t, sent, below)
			}
		}
	}
}

// isQuoted reports whether an error quotes a member of that kind on purpose: the
// code or text of a refusal, or an unsupported version.
func isQuoted(field, kind string) bool {
	return (field == "code" || field == "error") && strings.HasPrefix(kind, `"`) || field == "version" && kind != "" && strings.Contains("-0123456789", kind[:1])
}
