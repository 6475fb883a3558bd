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
			p := serve(t, HandlerFunc(echo), ServeOptions{}).greet(2)
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

func TestARequestNeedsAnIDAndAnOp(t *testing.T) {
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
			p := serve(t, HandlerFunc(echo), ServeOptions{}).greet(2)
			p.send(text)
			if got := p.text(); got != strings.Replace(whoAsks, "unknown", id, 1) {
				t.Errorf("%s: %s", text, got)
			}
		})
	}
}

func TestAPayloadThatIsNoObjectIsAnEmptyOne(t *testing.T) {
	for _, rest := range []string{"", `,"payload":null`, `,"payload":[1]`, `,"payload":"{}"`, `,"payload":7`, `,"v":99,"payload":{}`} {
		synctest.Test(t, func(t *testing.T) {
			p := serve(t, HandlerFunc(echo), ServeOptions{}).greet(2)
			p.send(`{"id":"r1","op":"ask"` + rest + `}`)
			if got := p.text(); got != `{"id":"r1","ok":true,"data":{"op":"ask","payload":{},"restricted":false}}` {
				t.Errorf("%s: %s", rest, got)
			}
		})
	}
}

func TestWhatAHandlerReturnsIsTheAnswer(t *testing.T) {
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
		"no JSON":   {make(chan int), nil, failed},
		"a refusal": {nil, &ResponseError{Code: "NOT_FOUND", Message: "none\n"}, `{"id":"r1","ok":false,"code":"NOT_FOUND","error":"none\n"}`},
		"a delay":   {nil, &ResponseError{Code: "RATE_LIMITED", RetryAfter: 30 * time.Second}, `{"id":"r1","ok":false,"code":"RATE_LIMITED","retryAfter":30}`},
		"wrapped":   {nil, fmt.Errorf("so: %w", &ResponseError{Code: "FORBIDDEN"}), `{"id":"r1","ok":false,"code":"FORBIDDEN"}`},
		"an error":  {tokenPayload{}, errors.New("no keyring"), `{"id":"r1","ok":false,"code":"INTERNAL_ERROR","error":"no keyring"}`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := serve(t, HandlerFunc(func(context.Context, Call) (any, error) { return s.data, s.err }), ServeOptions{}).greet(2)
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

func TestAPanicOfAHandlerIsAnInternalError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := serve(t, HandlerFunc(func(_ context.Context, c Call) (any, error) {
			if c.Op == "panic" {
				panic("canary")
			}
			return nil, nil
		}), ServeOptions{}).greet(2)
		p.send(`{"id":"r1","op":"panic"}`)
		if got := p.text(); got != `{"id":"r1","ok":false,"code":"INTERNAL_ERROR","error":"the handler failed"}` {
			t.Errorf("got %s", got)
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
		p, neighbour := s.greet(2), s.greet(2)
		p.send(`{"id":"r1","op":"mute"}`)
		p.silent()
		p.send(`{"id":"r1","op":"ask"}`)
		if got := p.text(); got != answerTo("r1") {
			t.Errorf("got %s", got)
		}
		p.send(`{"id":"r2","op":"hang up"}`)
		p.hungUp()
		neighbour.silent()
	})
}

func TestRepliesComeInTheOrderOfTheirEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := serve(t, HandlerFunc(func(_ context.Context, c Call) (any, error) {
			var asked struct{ Wait int }
			err := json.Unmarshal(c.Payload, &asked)
			time.Sleep(time.Duration(asked.Wait) * time.Second)
			return nil, err
		}), ServeOptions{}).greet(2)
		p.send(`{"id":"r3","op":"wait","payload":{"wait":3}}`, `{"id":"r1","op":"wait","payload":{"wait":1}}`,
			`{"id":"r2","op":"wait","payload":{"wait":2}}`)
		for _, id := range []string{"r1", "r2", "r3"} {
			if got := p.text(); got != answerTo(id) {
				t.Errorf("got %s, want %s", got, id)
			}
		}
	})
}

// sized answers with as many bytes of data as it is asked for.
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
			p := serve(t, HandlerFunc(sized), ServeOptions{MaxVersion: s.highest}).greet(s.version)
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

func TestRequestsKeepToTheLimitOfTheHost(t *testing.T) {
	for highest, limit := range map[int]int{1: 65536, 2: 4194304} {
		for over := range 2 {
			synctest.Test(t, func(t *testing.T) {
				count := func(_ context.Context, c Call) (any, error) { return map[string]int{"n": len(c.Payload)}, nil }
				p := serve(t, HandlerFunc(count), ServeOptions{MaxVersion: highest}).greet(1)
				around := len(`{"id":"r1","op":"count","payload":}`)
				frame := frameOf(`{"id":"r1","op":"count","payload":` + string(object(limit-around+over)) + `}`)
				if over == 1 {
					p.write(frame[:headerSize])
					p.hungUp() // before the body
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
