package socket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// serverReaction is what Serve does after a vector: a reply, or the end of the
// connection after a time.
type serverReaction struct {
	vector string
	answer string
	after  time.Duration
}

const missingID = `{"id":"unknown","ok":false,"code":"INVALID_REQUEST","error":"Missing request id or op"}`

func answered(id string) string {
	return `{"id":"` + id + `","ok":true,"data":{"op":"list_providers","payload":{},"restricted":false}}`
}

var serverReactions = []serverReaction{
	{vector: "X1"},
	{vector: "X3"},
	{vector: "X4"},
	{vector: "X5"},
	{vector: "X6", answer: missingID},
	{vector: "X7", answer: missingID},
	{vector: "X8", answer: missingID},
	{vector: "X9"},
	{vector: "X10", answer: `{"id":"u","ok":false,"code":"INTERNAL_ERROR","error":"Invalid provider name: \"a` + "\ufffd" + `\""}`},
	{vector: "X11"},
	{vector: "X12", after: frameTimeout},
	{vector: "X14", answer: `{"id":"r1","ok":false,"code":"INVALID_REQUEST","error":"Missing request id or op"}`},
	{vector: "X15", answer: `{"id":"r1","ok":false,"code":"INVALID_REQUEST","error":"Missing request id or op"}`},
	{vector: "X16"},
	{vector: "X17", answer: answered("k2")},
	{vector: "X18", answer: answered("7")},
	{vector: "X19", answer: answered("w")},
	{vector: "X20"},
	{vector: "R3", answer: answered("r3")},
}

// namesOnly refuses invalid provider names like released hosts.
func namesOnly(ctx context.Context, call Call) (any, error) {
	var asked tokenPayload
	if err := json.Unmarshal(call.Payload, &asked); err != nil {
		return nil, err
	}
	if strings.ContainsRune(asked.Provider, '\ufffd') {
		return nil, &ResponseError{Code: "INTERNAL_ERROR", Message: fmt.Sprintf("Invalid provider name: %q", asked.Provider)}
	}
	return echo(ctx, call)
}

func TestServeAnswersRecordedFramesLikeReleasedHosts(t *testing.T) {
	for version, sizes := range map[int]serverReaction{
		1: {vector: "X2"},
		2: {vector: "X2", after: frameTimeout}, // a length that version 2 allows
	} {
		for _, r := range append([]serverReaction{sizes}, serverReactions...) {
			synctest.Test(t, func(t *testing.T) {
				p := serve(t, HandlerFunc(namesOnly), ServeOptions{MaxVersion: version}).handshake(version)
				p.write(vector(t, r.vector))
				if r.answer != "" {
					if got := p.text(); got != r.answer {
						t.Errorf("version %d, %s:\n got %s\nwant %s", version, r.vector, got, r.answer)
					}
					p.expectSilence()
					return
				}
				if took := elapsed(p.expectClose); took != r.after {
					t.Errorf("version %d, %s: dropped after %v, want %v", version, r.vector, took, r.after)
				}
			})
		}
	}
}

func TestThreeBytesOfAHeaderStartNoTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := serve(t, HandlerFunc(echo), ServeOptions{}).handshake(2)
		begun := vector(t, "X13")
		p.write(begun)
		time.Sleep(time.Hour)
		p.write(vector(t, "X18")[len(begun):])
		if got, want := p.text(), answered("7"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestIDsAreReturnedAsText(t *testing.T) {
	for _, s := range []struct {
		id, answered string
		valid        bool
	}{
		{`"r1"`, "r1", true},
		{`"\u0072\n\"1<>&"`, "r\n\"1<>&", true},
		{"7", "7", true},
		{"-1.5", "-1.5", true},
		{"true", "true", true},
		{"0", "0", false},
		{"false", "false", false},
		{`""`, "", false},
		{"null", "unknown", false},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := serve(t, HandlerFunc(echo), ServeOptions{}).handshake(2)
			p.send(`{"op":"ask","id":` + s.id + `}`)
			var a struct {
				ID string
				OK bool
			}
			text := p.text()
			if err := json.Unmarshal([]byte(text), &a); err != nil || a.ID != s.answered || a.OK != s.valid {
				t.Errorf("%s: %s", s.id, text)
			}
		})
	}
}

func TestARequestWithoutIDOrOpIsRefused(t *testing.T) {
	for text, id := range map[string]string{
		`{}`:                       "unknown",
		`{"op":"ask"}`:             "unknown",
		`{"id":"r1"}`:              "r1",
		`{"id":"r1","op":""}`:      "r1",
		`{"id":"r1","op":7}`:       "r1",
		`{"id":"r1","op":null}`:    "r1",
		`{"id":"r1","op":["ask"]}`: "r1",
		`[{"id":"r1","op":"ask"}]`: "unknown",
	} {
		synctest.Test(t, func(t *testing.T) {
			p := serve(t, HandlerFunc(echo), ServeOptions{}).handshake(2)
			p.send(text)
			if got := p.text(); got != strings.Replace(missingID, "unknown", id, 1) {
				t.Errorf("%s: %s", text, got)
			}
		})
	}
}

func TestAPayloadThatIsNoObjectIsAnEmptyOne(t *testing.T) {
	for _, rest := range []string{"", `,"payload":null`, `,"payload":[1]`, `,"payload":"{}"`, `,"payload":7`, `,"v":99,"payload":{}`} {
		synctest.Test(t, func(t *testing.T) {
			p := serve(t, HandlerFunc(echo), ServeOptions{}).handshake(2)
			p.send(`{"id":"r1","op":"ask"` + rest + `}`)
			if got := p.text(); got != `{"id":"r1","ok":true,"data":{"op":"ask","payload":{},"restricted":false}}` {
				t.Errorf("%s: %s", rest, got)
			}
		})
	}
}

func TestARequestsMembersHaveExactNames(t *testing.T) {
	const echoed = `{"id":"r1","ok":true,"data":{"op":"ask","payload":{"a":1},"restricted":false}}`
	synctest.Test(t, func(t *testing.T) {
		p := serve(t, HandlerFunc(echo), ServeOptions{}).handshake(2)
		for _, s := range []struct{ sent, want string }{
			{`{"id":"r1","ID":"r2","op":"ask","Op":"remove_token","payload":{"a":1},"PAYLOAD":{}}`, echoed},
			{`{"id":"r2","id":"r1","op":"remove_token","op":"ask","payload":{},"payload":{"a":1}}`, echoed},
			{` {"ID":"r1","op":"ask"}`, missingID},
			{`{"id":"unknown","OP":"ask"}`, missingID},
			{
				`{"id":"c1","op":"cancel","payload":{"targetID":"r1"}}`,
				`{"id":"c1","ok":false,"code":"INVALID_REQUEST","error":"Missing targetId"}`,
			},
			{`{"id":"c1","op":"cancel","payload":{"targetId":"r1","TargetId":7}}`, `{"id":"c1","ok":true,"data":{"cancelled":false}}`},
			{`{"id":"c1","op":"cancel","payload":{"targetId":7,"targetId":"r1"}}`, `{"id":"c1","ok":true,"data":{"cancelled":false}}`},
		} {
			p.send(s.sent)
			if got := p.text(); got != s.want {
				t.Errorf("%s: %s", s.sent, got)
			}
			synctest.Wait()
		}
	})
}

func TestTheHandlersResultIsTheReply(t *testing.T) {
	failed := `{"id":"r1","ok":false,"code":"INTERNAL_ERROR","error":"the answer could not be encoded"}`
	for name, s := range map[string]struct {
		data any
		err  error
		want string
	}{
		"nothing":   {nil, nil, answerTo("r1")},
		"an object": {tokenPayload{Provider: "<&>"}, nil, `{"id":"r1","ok":true,"data":{"provider":"<&>"}}`},
		"raw":       {json.RawMessage(`{"a":1}`), nil, `{"id":"r1","ok":true,"data":{"a":1}}`},
		"a list":    {[]int{1}, nil, failed},
		"a null":    {map[string]int(nil), nil, failed},
		"bad JSON":  {json.RawMessage(`{bad`), nil, failed},
		"no JSON":   {make(chan int), nil, failed},
		"a refusal": {nil, &ResponseError{Code: "NOT_FOUND", Message: "none\n"}, `{"id":"r1","ok":false,"code":"NOT_FOUND","error":"none\n"}`},
		"a delay":   {nil, &ResponseError{Code: "RATE_LIMITED", RetryAfter: 30 * time.Second}, `{"id":"r1","ok":false,"code":"RATE_LIMITED","retryAfter":30}`},
		"wrapped":   {nil, fmt.Errorf("so: %w", &ResponseError{Code: "FORBIDDEN"}), `{"id":"r1","ok":false,"code":"FORBIDDEN"}`},
		"an error":  {tokenPayload{}, errors.New("no keyring"), `{"id":"r1","ok":false,"code":"INTERNAL_ERROR","error":"no keyring"}`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := serve(t, HandlerFunc(func(context.Context, Call) (any, error) { return s.data, s.err }), ServeOptions{}).handshake(2)
				p.send(`{"id":"r1","op":"ask"}`)
				got := p.text()
				if got != s.want {
					t.Errorf("got %s, want %s", got, s.want)
				}
				if strings.Contains(got, "null") {
					t.Errorf("released clients take a null for a malformed reply: %s", got)
				}
			})
		})
	}
}

// panickingData panics while it is encoded.
type panickingData struct{}

func (panickingData) MarshalJSON() ([]byte, error) { panic("canary") }

func TestAPanicOfAHandlerIsAnInternalError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := serve(t, HandlerFunc(func(_ context.Context, c Call) (any, error) {
			switch c.Op {
			case "panic":
				panic("canary")
			case "panic_in_encoding":
				return panickingData{}, nil
			}
			return nil, nil
		}), ServeOptions{}).handshake(2)
		for _, op := range []string{"panic", "panic_in_encoding"} {
			p.send(`{"id":"r1","op":"` + op + `"}`)
			if got := p.text(); got != `{"id":"r1","ok":false,"code":"INTERNAL_ERROR","error":"the handler failed"}` {
				t.Errorf("%s: got %s", op, got)
			}
		}
		p.send(`{"id":"r2","op":"ask"}`)
		if got := p.text(); got != answerTo("r2") {
			t.Errorf("afterwards %s", got)
		}
	})
}

func TestAHandlerCanMisbehave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, HandlerFunc(func(_ context.Context, c Call) (any, error) {
			return nil, map[string]error{"mute": fmt.Errorf("so: %w", ErrNoReply), "hang up": ErrHangUp}[c.Op]
		}), ServeOptions{})
		p, neighbour := s.handshake(2), s.handshake(2)
		p.send(`{"id":"r1","op":"mute"}`)
		p.expectSilence()
		p.send(`{"id":"r1","op":"ask"}`)
		if got := p.text(); got != answerTo("r1") {
			t.Errorf("got %s", got)
		}
		p.send(`{"id":"r2","op":"hang up"}`)
		p.expectClose()
		neighbour.expectSilence()
	})
}

func TestRepliesComeInTheOrderOfTheirEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := serve(t, HandlerFunc(func(_ context.Context, c Call) (any, error) {
			var asked struct{ Wait int }
			err := json.Unmarshal(c.Payload, &asked)
			time.Sleep(time.Duration(asked.Wait) * time.Second)
			return nil, err
		}), ServeOptions{}).handshake(2)
		p.send(`{"id":"r3","op":"wait","payload":{"wait":3}}`, `{"id":"r1","op":"wait","payload":{"wait":1}}`,
			`{"id":"r2","op":"wait","payload":{"wait":2}}`)
		for _, id := range []string{"r1", "r2", "r3"} {
			if got := p.text(); got != answerTo(id) {
				t.Errorf("got %s, want %s", got, id)
			}
		}
	})
}

// sized answers with the requested number of bytes of data.
func sized(_ context.Context, c Call) (any, error) {
	var asked struct{ N int }
	err := json.Unmarshal(c.Payload, &asked)
	return object(asked.N), err
}

func TestRepliesKeepToTheLimitOfTheVersion(t *testing.T) {
	const (
		tooLarge = `{"id":"r1","ok":false,"code":"RESPONSE_TOO_LARGE","error":"Response exceeds maximum frame size for protocol version 1"}`
		failed   = `{"id":"r1","ok":false,"code":"INTERNAL_ERROR","error":"Frame exceeds maximum size"}`
	)
	for _, s := range []struct {
		highest, version, limit int
		over                    string
	}{
		{1, 1, 65536, failed},
		{2, 1, 65532, tooLarge},
		{2, 2, 4194304, failed},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := serve(t, HandlerFunc(sized), ServeOptions{MaxVersion: s.highest}).handshake(s.version)
			around := len(answerTo("r1")) - len(`{}`)
			p.send(fmt.Sprintf(`{"id":"r1","op":"size","payload":{"n":%d}}`, s.limit-around))
			if got := p.text(); len(got) != s.limit {
				t.Errorf("%+v: got %d bytes", s, len(got))
			}
			synctest.Wait()
			p.send(fmt.Sprintf(`{"id":"r1","op":"size","payload":{"n":%d}}`, s.limit-around+1))
			if got := p.text(); got != s.over {
				t.Errorf("%+v: got %.200s", s, got)
			}
		})
	}
}

func TestLongTextsKeepToTheFrameLimit(t *testing.T) {
	for name, s := range map[string]struct {
		id   string
		data any
		err  error
	}{
		"an error's text": {`"r1"`, nil, errors.New(strings.Repeat("x", 5<<20))},
		"an escaped id":   {`"` + strings.Repeat(`\u0001`, 1000) + `"`, object(MaxFrame - 2000), nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := serve(t, HandlerFunc(func(context.Context, Call) (any, error) { return s.data, s.err }), ServeOptions{}).handshake(2)
				p.send(`{"id":` + s.id + `,"op":"ask"}`)
				if text := p.text(); len(text) > MaxFrame {
					t.Errorf("%d bytes", len(text))
				}
			})
		})
	}
}

func TestRequestsKeepToTheLimitOfTheHost(t *testing.T) {
	for highest, limit := range map[int]int{1: 65536, 2: 4194304} {
		for over := range 2 {
			synctest.Test(t, func(t *testing.T) {
				count := func(_ context.Context, c Call) (any, error) { return map[string]int{"n": len(c.Payload)}, nil }
				p := serve(t, HandlerFunc(count), ServeOptions{MaxVersion: highest}).handshake(1)
				around := len(`{"id":"r1","op":"count","payload":}`)
				frame := frameOf(`{"id":"r1","op":"count","payload":` + string(object(limit-around+over)) + `}`)
				if over == 1 {
					p.write(frame[:headerSize])
					p.expectClose() // before the body
					return
				}
				p.write(frame)
				if got := p.text(); got != fmt.Sprintf(`{"id":"r1","ok":true,"data":{"n":%d}}`, limit-around) {
					t.Errorf("got %s", got)
				}
			})
		}
	}
}
