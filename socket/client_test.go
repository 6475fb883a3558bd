package socket

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestNothingIsDialledBeforeTheFirstRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, h := newTestClient(t, Options{})
		time.Sleep(time.Hour)
		if n := h.dials.Load(); n != 0 {
			t.Errorf("%d dials", n)
		}
		info := c.Info()
		if info.Path != "/somewhere/host.sock" || info.PeerUID != -1 || info.Version != 0 || info.Handshakes != 0 {
			t.Errorf("%+v", info)
		}
	})
}

func TestFirstRequestsShareOneDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h *hosts
		open := make(chan bool)
		c, h := newTestClient(t, Options{Dial: func(ctx context.Context, path string) (net.Conn, error) {
			<-open
			return h.dial(ctx, path)
		}})
		h.t = t
		var outcomes []<-chan error
		for range 5 {
			outcomes = append(outcomes, ask(t.Context(), c, "list_providers"))
		}
		synctest.Wait()
		close(open)
		p := h.next()
		p.accept(2)
		for range outcomes {
			p.reply(p.receive().ID, `{}`)
		}
		for _, done := range outcomes {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if n, info := h.dials.Load(), c.Info(); n != 1 || info.Handshakes != 1 || info.Requests["list_providers"] != 5 {
			t.Errorf("%d dials, %+v", n, info)
		}
	})
}

func TestRepliesMayComeInAnyOrder(t *testing.T) {
	type numbered struct{ N int }
	synctest.Test(t, func(t *testing.T) {
		c, _, p := meet(t, 2, Options{})
		for range 200 {
			outcomes := make(chan error)
			for i := range MaxInFlight {
				go func() {
					var got numbered
					err := c.Request(t.Context(), "number", numbered{i}, &got)
					if err == nil && got.N != i {
						err = fmt.Errorf("asked for %d, got %d", i, got.N)
					}
					outcomes <- err
				}()
			}
			var asked [MaxInFlight]request
			for i := range asked {
				asked[i] = p.receive()
			}
			for _, i := range rand.Perm(MaxInFlight) {
				p.reply(asked[i].ID, string(asked[i].Payload))
			}
			for range MaxInFlight {
				if err := <-outcomes; err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

func TestAtMostEightRequestsAreInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := meet(t, 2, Options{})
		var outcomes []<-chan error
		for range 20 {
			outcomes = append(outcomes, ask(t.Context(), c, "list_providers"))
		}
		var ids []string
		for range 8 {
			ids = append(ids, p.receive().ID)
		}
		for range 20 - 8 {
			p.silent()
			p.reply(ids[0], `{}`)
			ids = append(ids[1:], p.receive().ID)
		}
		for _, id := range ids {
			p.silent()
			p.reply(id, `{}`)
		}
		for _, done := range outcomes {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestAQueuedRequestCanBeGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := meet(t, 2, Options{})
		for range MaxInFlight {
			ask(t.Context(), c, "list_providers")
			p.receive()
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := ask(ctx, c, "remove_token")
		synctest.Wait()
		cancel()
		failed, ok := errors.AsType[*RequestError](<-done)
		if !ok || failed.Sent || failed.Op != "remove_token" || !errors.Is(failed, context.Canceled) {
			t.Errorf("ended with %#v", failed)
		}
		p.silent()
	})
}

func TestTheNegotiatedVersionStandsInEveryRequest(t *testing.T) {
	for version := 1; version <= 2; version++ {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := meet(t, version, Options{})
			seen := map[string]bool{}
			for range 50 {
				ask(t.Context(), c, "list_providers")
				r := p.receive()
				if r.V != version || r.Op != "list_providers" || string(r.Payload) != "{}" || seen[r.ID] {
					t.Fatalf("%+v", r)
				}
				seen[r.ID] = true
				p.reply(r.ID, `{}`)
			}
			if got := c.Info().Version; got != version {
				t.Errorf("Info says version %d", got)
			}
		})
	}
}

func TestARequestOverTheHostsLimitIsRefusedHere(t *testing.T) {
	for version, limit := range map[int]int{1: 65536, 2: 4194304} {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := meet(t, version, Options{})
			around := len(encodeRequest(version, strings.Repeat("x", 26), "save_token", nil)) - headerSize
			done := make(chan error, 1)
			go func() { done <- c.Request(t.Context(), "save_token", object(limit-around), nil) }()
			text := p.text()
			if len(text) != limit {
				t.Fatalf("the largest frame has %d bytes", len(text))
			}
			var r request
			if err := json.Unmarshal([]byte(text), &r); err != nil {
				t.Fatal(err)
			}
			p.reply(r.ID, `{}`)
			if err := <-done; err != nil {
				t.Error(err)
			}
			err := c.Request(t.Context(), "save_token", object(limit-around+1), nil)
			failed, ok := errors.AsType[*RequestError](err)
			if !ok || failed.Sent || !errors.Is(err, ErrTooLarge) {
				t.Errorf("one byte more: %v", err)
			}
			p.silent()
			if n := c.Info().Requests["save_token"]; n != 1 || !isOpen(c.Lost()) {
				t.Errorf("%d requests counted", n)
			}
		})
	}
}

func TestDataThatTheResultCannotHoldEndsOnlyTheRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := meet(t, 2, Options{})
		var result struct{ Buckets []string }
		for data, what := range map[string]string{
			`{"buckets":"canary"}`:       "Buckets has the wrong type",
			`{"buckets":[{"canary":1}]}`: "Buckets has the wrong type",
			"":                           "data is missing",
		} {
			done := make(chan error, 1)
			go func() { done <- c.Request(t.Context(), "list_buckets", nil, &result) }()
			if id := p.receive().ID; data == "" {
				p.send(`{"id":"` + id + `","ok":true}`)
			} else {
				p.reply(id, data)
			}
			err := <-done
			malformed, ok := errors.AsType[*MalformedDataError](err)
			if !ok || malformed.Op != "list_buckets" || !strings.EqualFold(malformed.What, what) {
				t.Errorf("%s: %v", data, err)
			}
		}
		if !isOpen(c.Lost()) {
			t.Error("the connection was lost")
		}
	})
}

func TestAPayloadThatCannotBeEncodedIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, h := newTestClient(t, Options{})
		failed, ok := errors.AsType[*RequestError](c.Request(t.Context(), "save_token", make(chan int), nil))
		if !ok || failed.Sent || h.dials.Load() != 0 {
			t.Errorf("%#v after %d dials", failed, h.dials.Load())
		}
	})
}

func TestTheLogNamesNoPayloadAndNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		handler := slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})
		c, _, p := meet(t, 2, Options{Log: slog.New(handler), Capability: &token{bytes: []byte("canary")}})
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

func TestACallerNeedNotWaitForTheConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, h := newTestClient(t, Options{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		failed, ok := errors.AsType[*RequestError](c.Request(ctx, "list_providers", nil, nil))
		if !ok || failed.Sent || !errors.Is(failed, context.DeadlineExceeded) {
			t.Errorf("ended with %#v", failed)
		}
		done := ask(t.Context(), c, "list_buckets") // finds the same connect still under way
		p := h.next()
		p.accept(2)
		p.reply(p.receive().ID, `{}`)
		if err := <-done; err != nil || h.dials.Load() != 1 {
			t.Errorf("%d dials, %v", h.dials.Load(), err)
		}
	})
}
