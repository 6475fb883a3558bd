package socket

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
)

const canary = "4815162342"

// kinds are the kinds of JSON, each with a canary where it can have one. The
// empty one stands for a field that is missing.
var kinds = []string{
	"", "null", "true", "false", "0", "-1", "1.5", "1e400", canary, "-" + canary, canary + "e-3", `""`, `"` + canary + `"`,
	`"\u0034815162342"`, "[]", `["` + canary + `"]`, "{}", `{"` + canary + `":[` + canary + `]}`, `[[[{"a":"` + canary + `"}]]]`,
	`"\x` + canary + `"`, `"` + canary, canary + canary + "x", "{" + canary + "}",
}

// member is name:kind for the inside of an object, nothing for a missing one.
func member(name, kind string) string {
	if kind == "" {
		return ""
	}
	return fmt.Sprintf(`,%q:%s`, name, kind)
}

// quotesNothing fails if an error, or anything below it, holds the canary.
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

// ownWords reports whether a field of that kind is a refusal's text or the
// number of a version, which are told on purpose.
func ownWords(field, kind string) bool {
	return (field == "code" || field == "error") && strings.HasPrefix(kind, `"`) || field == "version" && kind != "" && strings.Contains("-0123456789", kind[:1])
}

func TestAReplyOfAnyKindsEndsTypedAndUnquoted(t *testing.T) {
	var log bytes.Buffer
	for _, field := range []string{"id", "ok", "data", "code", "error", "retryAfter", canary} {
		for _, kind := range kinds {
			for _, rest := range []string{`"ok":true`, `"ok":true,"data":{}`, `"ok":false,"code":"X","error":"x"`} {
				synctest.Test(t, func(t *testing.T) {
					o := Options{Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
					c, _, p := meet(t, 2, o)
					done := make(chan error, 1)
					var got struct {
						N int `json:"n"`
					}
					go func() { done <- c.Request(t.Context(), "remove_token", nil, &got) }()
					sent := `{"id":"` + p.receive().ID + `",` + rest + member(field, kind) + `}`
					p.send(sent)
					err := <-done
					isTyped(t, sent, err)
					if !ownWords(field, kind) {
						quotesNothing(t, sent, err)
						quotesNothing(t, sent, c.Cause())
					}
				})
			}
		}
	}
	rest := strings.ReplaceAll(log.String(), `"refused `+canary+`"`, "") // a code is logged
	if strings.Contains(rest, canary) || log.Len() == 0 {
		t.Errorf("the log quotes, or there is none: %.300s", rest)
	}
}

// isTyped fails unless err says by its type how the request ended.
func isTyped(t *testing.T, sent string, err error) {
	t.Helper()
	_, refused := errors.AsType[*ResponseError](err)
	_, malformed := errors.AsType[*MalformedDataError](err)
	failed, ended := errors.AsType[*RequestError](err)
	if ended {
		_, breach := errors.AsType[*ProtocolError](err)
		ended = failed.Sent && (errors.Is(err, ErrLost) && breach || errors.Is(err, ErrTimeout))
	}
	if err != nil && !refused && !malformed && !ended {
		t.Errorf("%s ended with %#v", sent, err)
	}
}

func TestAHandshakeAnswerOfAnyKindsEndsTypedAndUnquoted(t *testing.T) {
	for _, field := range []string{"v", "op", "ok", "data", "version", "code", "error", canary} {
		for _, kind := range kinds {
			for _, rest := range []string{`"op":"handshake","ok":true`, `"op":"handshake","ok":false,"code":"X"`} {
				sent := `{` + rest + member(field, kind) + `}`
				if field == "version" {
					sent = `{` + rest + `,"data":{"more":0` + member(field, kind) + `}}`
				}
				synctest.Test(t, func(t *testing.T) {
					failed, _ := shake(t, func(p *peer) { p.send(sent) })
					if failed != nil && !ownWords(field, kind) {
						quotesNothing(t, sent, failed)
					}
				})
			}
		}
	}
}
