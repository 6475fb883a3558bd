package socket

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// judge returns what a reply with these fields after the id comes to.
func judge(fields string, result any) error {
	var r reply
	if err := decodeObject([]byte(`{"id":"r1",`+fields+`}`), r.members()); err != nil {
		return err
	}
	return r.outcome("get_token", result)
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
				if _, ok := errors.AsType[*ProtocolError](judge(fields, nil)); !ok {
					t.Errorf("%s: %v", fields, judge(fields, nil))
				}
			}
		}
	}
}

// outcomes are the ways to put together what a reply may hold, and whether it
// contradicts itself.
func outcomes() map[string]bool {
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
	for fields, contradicts := range outcomes() {
		err := judge(fields, nil)
		if broken, malformed := errors.AsType[*ProtocolError](err); malformed != contradicts || malformed && broken.What != "both a success and a refusal" {
			t.Errorf("%s: %v", fields, err)
		}
	}
}

func TestAMalformedReplyIsALossForEverybody(t *testing.T) {
	for _, rest := range []string{
		`"ok":1,"data":{}`, `"ok":true,"data":null`, `"ok":true,"data":{},"code":"X"`, `"ok":false,"data":{}`,
		`"ok":false,"retryAfter":"1"`, `"data":{}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := meet(t, 2, Options{})
			other := ask(t.Context(), c, "remove_token")
			p.receive()
			done := ask(t.Context(), c, "get_token")
			p.send(`{"id":"` + p.receive().ID + `",` + rest + `}`)
			isLost(t, <-done, true)
			isLost(t, <-other, true)
			isLost(t, c.Request(t.Context(), "get_token", nil, nil), false)
			if broken, ok := errors.AsType[*ProtocolError](c.Cause()); !ok || broken.Op != "get_token" {
				t.Errorf("%s: the cause is %v", rest, c.Cause())
			}
			p.hungUp()
		})
	}
}

func TestARefusalCarriesTheHostsWords(t *testing.T) {
	for fields, want := range map[string]ResponseError{
		`"ok":false`:                                        {},
		`"ok":false,"code":"NOT_FOUND"`:                     {Code: "NOT_FOUND"},
		`"ok":false,"error":"two\nlines"`:                   {Message: "two\nlines"},
		`"ok":false,"code":"\u001b[31m","error":"a\ud800b"`: {Code: "\x1b[31m", Message: "a\ufffdb"},
		`"ok":false,"code":"X","error":"y","more":null`:     {Code: "X", Message: "y"},
		`"ok":true,"code":"X","ok":false`:                   {Code: "X"}, // the last duplicate counts
	} {
		want.Op = "get_token"
		if got, ok := errors.AsType[*ResponseError](judge(fields, nil)); !ok || *got != want {
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
		got, ok := errors.AsType[*ResponseError](judge(`"ok":false,"retryAfter":`+seconds, nil))
		if !ok || got.RetryAfter != want {
			t.Errorf("%s: %+v", seconds, got)
		}
	}
	if got, ok := errors.AsType[*ResponseError](judge(`"ok":false`, nil)); !ok || got.RetryAfter != 0 {
		t.Errorf("none: %+v", got)
	}
}

// choosy refuses in its own words.
type choosy struct{}

func (*choosy) UnmarshalJSON([]byte) error {
	return &MalformedDataError{What: "expiry is missing"}
}

// loose refuses with an error that quotes.
type loose struct{}

func (*loose) UnmarshalJSON(raw []byte) error { return errors.New("cannot read " + string(raw)) }

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
		{`{"canary":1}`, &choosy{}, "malformed answer to get_token: expiry is missing"},
		{`{"a":"canary"}`, &loose{}, "malformed answer to get_token: data cannot be read"},
		{`{"canary":"canary"}`, &map[string]int{}, "malformed answer to get_token: "},
	} {
		err := judge(`"ok":true,"data":`+s.data, s.result)
		malformed, ok := errors.AsType[*MalformedDataError](err)
		if !ok || malformed.Op != "get_token" || !strings.HasPrefix(err.Error(), s.want) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", s.data, err)
		}
	}
	if _, ok := errors.AsType[*MalformedDataError](judge(`"ok":true`, &shape{})); !ok {
		t.Error("missing data was taken")
	}
	if err := judge(`"ok":true`, nil); err != nil {
		t.Errorf("missing data that nobody wants: %v", err)
	}
}

func TestErrorTextsQuoteForeignWords(t *testing.T) {
	for _, s := range []struct {
		err  error
		want string
	}{
		{&ResponseError{Op: "get_token", Code: "\x1b", Message: "\x07"}, `get_token refused with code "\x1b": "\a"`},
		{&ConnectError{Path: "/a\n", Detail: "nothing there"}, `socket "/a\n": nothing there`},
		{&ConnectError{Path: "/a", Detail: "cannot connect", Err: io.EOF}, `socket "/a": cannot connect: EOF`},
		{&HandshakeError{Kind: HandshakeUnsupported, Version: "\u009b9"}, `the host answered the handshake with version "\u009b9"; this program speaks 1 and 2`},
		{&FrameError{Size: 7, Limit: 5}, "frame of 7 bytes, limit 5"},
		{&FrameError{Limit: 5}, "empty frame"},
		{&ProtocolError{What: "broken JSON"}, "malformed answer: broken JSON"},
		{&ProtocolError{Op: "get_token", What: "broken JSON"}, "malformed answer to get_token: broken JSON"},
	} {
		if got := s.err.Error(); got != s.want {
			t.Errorf("got %s, want %s", got, s.want)
		}
	}
}
