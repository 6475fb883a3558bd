package socket

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
)

func TestTheLogNamesNoPayloadAndNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		handler := slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})
		c, _, p := connectedClient(t, 2, Options{Log: slog.New(handler), Capability: &token{bytes: []byte("canary")}})
		var sink map[string]any
		done := make(chan error, 1)
		request := func() { done <- c.Request(t.Context(), "get_token", tokenPayload{Provider: "canary"}, &sink) }
		go request()
		p.reply(p.receive().ID, `{"access_token":"canary"}`)
		<-done
		go request()
		p.send(`{"id":"` + p.receive().ID + `","ok":false,"code":"NOT_FOUND","error":"canary"}`)
		<-done
		go request()
		p.send(`{"id":"` + p.receive().ID + `","ok":"canary"}`)
		<-done
		_ = c.Close()
		for _, want := range []string{"op=get_token", "NOT_FOUND", "result=failed", "connection lost"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("no %q in the log:\n%s", want, &log)
			}
		}
		if strings.Contains(log.String(), "canary") {
			t.Errorf("the log quotes:\n%s", &log)
		}
	})
}

func TestTheLogNamesReleasedCodesOnly(t *testing.T) {
	released := strings.Fields("UNKNOWN_VERSION UNAUTHORIZED FORBIDDEN NOT_FOUND RATE_LIMITED INTERNAL_ERROR INVALID_REQUEST RESOURCE_EXHAUSTED " +
		"RESPONSE_TOO_LARGE CANCELLED PROVIDER_NOT_FOUND REFRESH_NOT_AVAILABLE REFRESH_FAILED REAUTH_REQUIRED PROVIDER_NOT_CONFIGURED " +
		"FLOW_INITIATION_FAILED SESSION_NOT_FOUND SESSION_ALREADY_USED SESSION_EXPIRED EXCHANGE_FAILED ACCESS_DENIED POLL_FAILED")
	others := []string{"", "canary", "NOT_FOUND canary", "not_found", " NOT_FOUND", `NOT_FOUND\n`, "CANARY_FOUND", strings.Repeat("canary", 20)}
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		handler := slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})
		c, _, p := connectedClient(t, 2, Options{Log: slog.New(handler)})
		logged := func(code string) string {
			log.Reset()
			done := ask(t.Context(), c, "get_token")
			p.send(refused(p.receive().ID, code))
			<-done
			_, word, _ := strings.Cut(strings.TrimSpace(log.String()), " result=")
			return word
		}
		for _, code := range released {
			if word := logged(code); word != `"refused `+code+`"` {
				t.Errorf("%s is logged as %s", code, word)
			}
		}
		for _, code := range others {
			if word := logged(code); word != `"refused with another code"` {
				t.Errorf("%q is logged as %s", code, word)
			}
		}
	})
}
