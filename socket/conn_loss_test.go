package socket

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestABrokenReplyIsALoss(t *testing.T) {
	for _, v := range []struct {
		name  string
		after time.Duration
	}{
		{"X1", 0},
		{"X2", frameTimeout},
		{"X3", 0},
		{"X4", 0},
		{"X5", 0},
		{"X6", 0},
		{"X7", 0},
		{"X8", 0},
		{"X9", 0},
		{"X10", 0}, // a request has no ok
		{"X11", 0},
		{"X12", frameTimeout},
		{"X15", 0},
		{"X17", 0},
		{"X19", 0},
		{"X20", 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			connection, p, calls := pendingConn(t, "r1", "r4", "u", "k1", "k2", "w")
			p.write(vector(t, v.name))
			took := elapsed(func() {
				for id, waiting := range calls {
					if err := <-waiting.done; !isProtocolBreach(err) {
						t.Errorf("%s: call %s ended with %#v", v.name, id, err)
					}
				}
			})
			if took != v.after {
				t.Errorf("%s: lost after %v, want %v", v.name, took, v.after)
			}
			if !isProtocolBreach(connection.ending()) {
				t.Errorf("%s: the connection ended with %#v", v.name, connection.ending())
			}
		})
	}
}

func TestAGoodReplyBeforeABrokenFrameCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		connection, p, calls := pendingConn(t, "r1", "other")
		p.write(vector(t, "X16"))
		if err := <-calls["r1"].done; err != nil {
			t.Errorf("the good reply was lost: %v", err)
		}
		if err := <-calls["other"].done; !isProtocolBreach(err) {
			t.Errorf("the other call ended with %v", err)
		}
		if !isProtocolBreach(connection.ending()) {
			t.Errorf("the connection ended with %v", connection.ending())
		}
	})
}

func TestAMalformedReplyIsALossForEverybody(t *testing.T) {
	for _, rest := range []string{
		`"ok":1,"data":{}`, `"ok":true,"data":null`, `"ok":true,"data":{},"code":"X"`, `"ok":false,"data":{}`,
		`"ok":false,"retryAfter":"1"`, `"data":{}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			c, _, p := connectedClient(t, 2, Options{})
			other := ask(t.Context(), c, "remove_token")
			p.receive()
			done := ask(t.Context(), c, "get_token")
			p.send(`{"id":"` + p.receive().ID + `",` + rest + `}`)
			wantLoss(t, <-done, true)
			wantLoss(t, <-other, true)
			wantLoss(t, c.Request(t.Context(), "get_token", nil, nil), false)
			if broken, ok := errors.AsType[*ProtocolError](c.Cause()); !ok || broken.Op != "get_token" {
				t.Errorf("%s: the cause is %v", rest, c.Cause())
			}
			p.expectClose()
		})
	}
}

// isTyped fails unless the type of err tells how the request ended.
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

func TestAReplyOfAnyKindsEndsTypedAndUnquoted(t *testing.T) {
	var log bytes.Buffer
	for _, field := range []string{"id", "ok", "data", "code", "error", "retryAfter", canary} {
		for _, kind := range kinds {
			for _, rest := range []string{`"ok":true`, `"ok":true,"data":{}`, `"ok":false,"code":"X","error":"x"`} {
				synctest.Test(t, func(t *testing.T) {
					o := Options{Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
					c, _, p := connectedClient(t, 2, o)
					done := make(chan error, 1)
					var got number
					go func() { done <- c.Request(t.Context(), "remove_token", nil, &got) }()
					sent := `{"id":"` + p.receive().ID + `",` + rest + member(field, kind) + `}`
					p.send(sent)
					err := <-done
					isTyped(t, sent, err)
					if !isQuoted(field, kind) {
						quotesNothing(t, sent, err)
						quotesNothing(t, sent, c.Cause())
					}
				})
			}
		}
	}
	if strings.Contains(log.String(), canary) || log.Len() == 0 {
		t.Errorf("the log quotes, or there is none: %.300s", log.String())
	}
}

func TestThreeBytesOfAReplyAreATimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := connectedClient(t, 1, Options{})
		done := ask(t.Context(), c, "list_providers")
		id := p.receive().ID
		begun := vector(t, "X13")
		p.write(begun)
		if took := elapsed(func() {
			if err := <-done; !errors.Is(err, ErrTimeout) {
				t.Errorf("ended with %v", err)
			}
		}); took != 30*time.Second {
			t.Errorf("timed out after %v", took)
		}
		late := frameOf(`{"id":"` + id + `","ok":true,"data":{}}`)
		p.write(late[len(begun):])
		done = ask(t.Context(), c, "list_providers")
		p.reply(p.receive().ID, `{}`)
		if err := <-done; err != nil {
			t.Errorf("the connection did not survive: %v", err)
		}
	})
}

func TestAPartialFrameTimesOutAfterFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := connectedClient(t, 2, Options{})
		done := ask(t.Context(), c, "get_token")
		frame := frameOf(`{"id":"` + p.receive().ID + `","ok":true,"data":{}}`)
		p.write(frame[:3])
		time.Sleep(20 * time.Second) // the header is not complete
		p.write(frame[3:4])
		trickled := make(chan bool)
		go func() {
			defer close(trickled)
			for _, b := range frame[4:] { // more bytes do not extend the deadline
				if _, err := p.stream.Write([]byte{b}); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}()
		if took := elapsed(func() { wantLoss(t, <-done, true) }); took != 5*time.Second {
			t.Errorf("lost after %v", took)
		}
		if _, ok := errors.AsType[*ProtocolError](c.Cause()); !ok {
			t.Errorf("the cause is %v", c.Cause())
		}
		<-trickled
	})
}

func TestAFrameThatIsCompleteInTimeIsDelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := connectedClient(t, 2, Options{})
		done := ask(t.Context(), c, "get_token")
		frame := frameOf(`{"id":"` + p.receive().ID + `","ok":true,"data":{}}`)
		p.write(frame[:10])
		time.Sleep(frameTimeout - time.Nanosecond)
		p.write(frame[10:])
		if err := <-done; err != nil {
			t.Error(err)
		}
		time.Sleep(2 * frameTimeout) // the deadline must not apply to the next frame
		if !isOpen(c.Lost()) {
			t.Error("the connection was lost")
		}
	})
}

func TestAWriteTimesOutAfterFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, _ := connectedClient(t, 2, Options{})
		written := ask(t.Context(), c, "get_token")
		queued := ask(t.Context(), c, "remove_token")
		if took := elapsed(func() {
			wantLoss(t, <-written, false)
			wantLoss(t, <-queued, false)
		}); took != 5*time.Second {
			t.Errorf("lost after %v", took)
		}
	})
}

func TestSentReportsWhetherTheWholeRequestWasWritten(t *testing.T) {
	for name, s := range map[string]struct {
		read func(p *peer) // before the host closes the connection
		sent bool
	}{
		"nothing":           {func(*peer) {}, false},
		"half the header":   {func(p *peer) { readSome(p, 2) }, false},
		"half the frame":    {func(p *peer) { readSome(p, 20) }, false},
		"all but one byte":  {func(p *peer) { readSome(p, requestSize-1) }, false},
		"the whole request": {func(p *peer) { readSome(p, requestSize) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, _, p := connectedClient(t, 2, Options{})
				first := ask(t.Context(), c, "get_token")
				synctest.Wait()
				second := ask(t.Context(), c, "get_token")
				synctest.Wait()
				s.read(p)
				synctest.Wait()
				_ = p.stream.Close()
				wantLoss(t, <-first, s.sent)
				wantLoss(t, <-second, false)
				want := 0
				if s.sent {
					want = 1
				}
				if n := c.Info().Requests["get_token"]; n != want {
					t.Errorf("%d requests counted as sent", n)
				}
			})
		})
	}
}

// requestSize is the length of the frame of a get_token request without payload.
var requestSize = len(encodeRequest(2, strings.Repeat("x", 26), "get_token", []byte("{}")))

func readSome(p *peer, n int) {
	if _, err := io.ReadFull(p.stream, make([]byte, n)); err != nil {
		p.t.Error(err)
	}
}

// panickingResult panics while it is decoded.
type panickingResult struct{}

func (*panickingResult) UnmarshalJSON([]byte) error { panic("canary") }

func TestAPanicWhileDecodingIsALossAndNoCrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, p := connectedClient(t, 2, Options{})
		done := make(chan error, 1)
		go func() { done <- c.Request(t.Context(), "get_token", nil, new(panickingResult)) }()
		id := p.receive().ID
		other := ask(t.Context(), c, "get_token")
		p.receive()
		p.reply(id, `{}`)
		wantLoss(t, <-done, true)
		wantLoss(t, <-other, true)
		if cause := c.Cause(); cause == nil || strings.Contains(cause.Error(), "canary") {
			t.Errorf("the cause is %v", cause)
		}
	})
}

// panickingStream is a stream that panics on the first Read after it was armed.
type panickingStream struct {
	net.Conn
	armed *atomic.Bool
}

func (s *panickingStream) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	if s.armed.Load() {
		panic("canary")
	}
	return n, err
}

func TestAPanicWhileReceivingIsALossAndNoCrash(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var armed atomic.Bool
		h := &hosts{t: t, ends: make(chan net.Conn, 1)}
		c, _ := newTestClient(t, Options{Dial: func(ctx context.Context, path string) (net.Conn, error) {
			stream, err := h.dial(ctx, path)
			return &panickingStream{stream, &armed}, err
		}})
		p := h.connect(c, 2)
		done := ask(t.Context(), c, "get_token")
		id := p.receive().ID
		armed.Store(true)
		p.reply(id, `{}`)
		wantLoss(t, <-done, true)
		wantLoss(t, c.Request(t.Context(), "get_token", nil, nil), false)
	})
}

// writeRecorder keeps the slices passed to Write, which io.Writer forbids.
type writeRecorder struct {
	net.Conn
	mu   sync.Mutex // guards the field below
	kept [][]byte
}

func (k *writeRecorder) Write(p []byte) (int, error) {
	k.mu.Lock()
	k.kept = append(k.kept, p)
	k.mu.Unlock()
	return k.Conn.Write(p)
}

// secretClient returns a client with a capability and a writeRecorder as its stream.
func secretClient(t *testing.T) (*Client, *peer, *writeRecorder) {
	t.Helper()
	h := &hosts{t: t, ends: make(chan net.Conn, 1)}
	k := &writeRecorder{}
	c, _ := newTestClient(t, Options{
		Capability: &token{bytes: []byte("canary")},
		Dial: func(ctx context.Context, path string) (net.Conn, error) {
			stream, err := h.dial(ctx, path)
			k.Conn = stream
			return k, err
		},
	})
	return c, h.connect(c, 2), k
}

func TestNoSentFrameIsLeftInMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, p, k := secretClient(t)
		done := make(chan error, 1)
		go func() { done <- c.Request(t.Context(), "save_token", tokenPayload{Provider: "canary"}, nil) }()
		p.reply(p.receive().ID, `{}`)
		<-done
		go func() { done <- c.Request(t.Context(), "save_token", tokenPayload{Provider: "canary"}, nil) }()
		p.receive()
		_ = p.stream.Close()
		wantLoss(t, <-done, true)
		if len(k.kept) != 4 {
			t.Fatalf("%d frames were written", len(k.kept))
		}
		for i, frame := range k.kept {
			if len(bytes.Trim(frame, "\x00")) > 0 {
				t.Errorf("frame %d: left %q", i, frame)
			}
		}
	})
}

func TestNoReceivedByteIsLeftInMemory(t *testing.T) {
	for name, end := range map[string]func(c *Client, p *peer){
		"a loss":  func(_ *Client, p *peer) { _ = p.stream.Close() },
		"a close": func(c *Client, _ *peer) { _ = c.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, p, _ := secretClient(t)
				connection, err := c.connect(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				unfinished := frameOf(`{"id":"nobody","ok":true,"data":{"access_token":"canary"}}`)
				p.write(unfinished[:len(unfinished)-1])
				synctest.Wait()
				if !bytes.Contains(connection.framer.buf, []byte("canary")) {
					t.Fatal("it never came")
				}
				end(c, p)
				synctest.Wait()
				if len(bytes.Trim(connection.framer.buf, "\x00")) > 0 {
					t.Errorf("left %q", bytes.Trim(connection.framer.buf, "\x00"))
				}
			})
		})
	}
}
