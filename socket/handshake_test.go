package socket

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// shake makes a first request, lets play answer the offer, and returns how the
// handshake failed and after what time. nil means that it was accepted.
func shake(t *testing.T, play func(p *peer)) (failed *HandshakeError, took time.Duration) {
	t.Helper()
	c, h := newTestClient(t, Options{})
	for attempt := range 2 { // a handshake that failed is no loss: the next request tries again
		done := ask(t.Context(), c, "list_providers")
		p := h.next()
		p.text()
		go oblige(p.stream) // takes what follows an accepted handshake
		var err error
		took = elapsed(func() {
			play(p)
			err = <-done
		})
		if err == nil {
			return nil, took
		}
		var ok bool
		if failed, ok = errors.AsType[*HandshakeError](err); !ok {
			t.Fatalf("ended with %#v", err)
		}
		if n := int(h.dials.Load()); n != attempt+1 || !isOpen(c.Lost()) || c.Info().Handshakes != 0 {
			t.Errorf("%d dials, %+v", n, c.Info())
		}
	}
	return failed, took
}

func TestHandshakesFailInFourWays(t *testing.T) {
	for name, s := range map[string]struct {
		play func(p *peer)
		kind HandshakeKind
		took time.Duration
		text string
	}{
		"closed": {
			func(p *peer) { _ = p.stream.Close() },
			HandshakeClosed, 0, "the host closed the connection during the handshake",
		},
		"closed inside the answer": {
			func(p *peer) { p.write(vector(p.t, "H5")[:20]); _ = p.stream.Close() },
			HandshakeClosed, 0, "the host closed the connection during the handshake",
		},
		"refused": {
			func(p *peer) { p.write(vector(p.t, "H7")) },
			HandshakeRefused, 0, `handshake refused with code "UNAUTHORIZED": "Invalid or missing capability token"`,
		},
		"refused by an older host": {
			func(p *peer) { p.write(vector(p.t, "H6")) },
			HandshakeRefused, 0, `handshake refused with code "UNKNOWN_VERSION": "Unsupported protocol version"`,
		},
		"malformed": {
			func(p *peer) { p.send(`{"op":"hands\u001b"}`) },
			HandshakeMalformed, 0, "malformed handshake answer: malformed answer to handshake: op is not handshake",
		},
		"silent": {
			func(*peer) {},
			HandshakeTimedOut, 30 * time.Second, "the host did not answer the handshake",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				failed, took := shake(t, s.play)
				if failed == nil || failed.Kind != s.kind || took != s.took || failed.Error() != s.text {
					t.Errorf("after %v: %+v: %v", took, failed, failed)
				}
			})
		})
	}
}

func TestAHandshakeRefusalCarriesTheHostsWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failed, _ := shake(t, func(p *peer) {
			p.send(`{"v":2,"op":"handshake","ok":false,"code":"WEIRD","error":"a\u001b]0;b"}`)
		})
		if failed == nil || failed.Code != "WEIRD" || failed.Message != "a\x1b]0;b" {
			t.Fatalf("%+v", failed)
		}
		if text := failed.Error(); text != `handshake refused with code "WEIRD": "a\x1b]0;b"` {
			t.Errorf("the text is %q", text)
		}
	})
}

func TestVectorsAreNoHandshakeAnswers(t *testing.T) {
	for name, took := range map[string]time.Duration{
		"X1": 0, "X2": frameTimeout, "X3": 0, "X4": 0, "X5": 0, "X6": 0, "X7": 0, "X8": 0, "X9": 0, "X10": 0,
		"X11": 0, "X12": frameTimeout, "X14": 0, "X15": 0, "X16": 0, "X17": 0, "X18": 0,
		"X19": 0, "X20": 0, "S1": 0, "S2": 0, "R3": 0, "H2": 0,
	} {
		synctest.Test(t, func(t *testing.T) {
			failed, after := shake(t, func(p *peer) { p.write(vector(t, name)) })
			if failed == nil || failed.Kind != HandshakeMalformed || after != took {
				t.Errorf("%s: after %v: %v", name, after, failed)
			}
		})
	}
}

func TestAHeaderThatNeverComesIsSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failed, after := shake(t, func(p *peer) { p.write(vector(t, "X13")) })
		if failed == nil || failed.Kind != HandshakeTimedOut || after != 30*time.Second {
			t.Errorf("after %v: %v", after, failed)
		}
	})
}

func TestOtherProtocolsAreNoHandshakeAnswers(t *testing.T) {
	for _, text := range []string{
		"HTTP/1.1 400 Bad Request\r\n\r\n", "\x16\x03\x01\x00\x05hello", "SSH-2.0-OpenSSH_9.9\r\n", "220 ready\r\n", "{}\n\n",
	} {
		synctest.Test(t, func(t *testing.T) {
			if failed, _ := shake(t, func(p *peer) { p.write([]byte(text)) }); failed == nil || failed.Kind != HandshakeMalformed {
				t.Errorf("%q: %v", text, failed)
			}
		})
	}
}

func TestAHandshakeAnswerMustBeWellFormed(t *testing.T) {
	for _, text := range []string{
		`{}`,
		`{"ok":true,"data":{"version":2}}`,
		`{"op":"cancel","ok":true,"data":{"version":2}}`,
		`{"op":7,"ok":true,"data":{"version":2}}`,
		`{"op":"handshake"}`,
		`{"op":"handshake","data":{"version":2}}`,
		`{"op":"handshake","ok":1,"data":{"version":2}}`,
		`{"op":"handshake","ok":"true","data":{"version":2}}`,
		`{"op":"handshake","ok":null}`,
		`{"op":"handshake","ok":true,"data":null}`,
		`{"op":"handshake","ok":true,"data":[2]}`,
		`{"op":"handshake","ok":true,"data":2}`,
		`{"op":"handshake","ok":true,"data":{"version":"2"}}`,
		`{"op":"handshake","ok":true,"data":{"version":null}}`,
		`{"op":"handshake","ok":true,"data":{"version":true}}`,
		`{"op":"handshake","ok":true,"data":{"version":{}}}`,
		`{"op":"handshake","ok":true,"data":{"version":2},"code":"X"}`,
		`{"op":"handshake","ok":true,"data":{"version":2},"error":null}`,
		`{"op":"handshake","ok":false,"data":{"version":2}}`,
		`{"op":"handshake","ok":false,"code":7}`,
		`{"op":"handshake","ok":false,"error":{}}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			if failed, _ := shake(t, func(p *peer) { p.send(text) }); failed == nil || failed.Kind != HandshakeMalformed {
				t.Errorf("%s: %v", text, failed)
			}
		})
	}
}

func TestAVersionThatWeDoNotSpeakIsNamed(t *testing.T) {
	for _, version := range []string{
		"0", "3", "9", "1.5", "-1", "1e9", "11", "2e0", "1234567890123456789012345678901234567890",
	} {
		synctest.Test(t, func(t *testing.T) {
			failed, _ := shake(t, func(p *peer) { p.send(`{"op":"handshake","ok":true,"data":{"version":` + version + `}}`) })
			want := version[:min(len(version), 32)]
			if failed == nil || failed.Kind != HandshakeUnsupported || failed.Version != want {
				t.Errorf("%s: %+v", version, failed)
			}
		})
	}
}

func TestAMissingVersionIsOne(t *testing.T) {
	for text, want := range map[string]int{
		`{"op":"handshake","ok":true}`:                                    1,
		`{"op":"handshake","ok":true,"data":{}}`:                          1,
		`{"v":2,"op":"handshake","ok":true,"data":{"other":null}}`:        1,
		`{"v":2,"op":"handshake","ok":true,"data":{"version":1}}`:         1,
		`{"v":1,"op":"handshake","ok":true,"data":{"version":2}} ` + "\n": 2,
		`{"op":"handshake","ok":true,"data":{"version":2},"more":[]}`:     2,
	} {
		synctest.Test(t, func(t *testing.T) {
			c, h := newTestClient(t, Options{})
			ask(t.Context(), c, "list_providers")
			p := h.next()
			p.text()
			p.send(text)
			if r := p.receive(); r.V != want || c.Info().Version != want {
				t.Errorf("%s: version %d", text, r.V)
			}
		})
	}
}

func TestADialThatFailsIsNoLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hosts{t: t, ends: make(chan net.Conn, 1)}
		refused := &ConnectError{Kind: Refused}
		up := false
		c, _ := newTestClient(t, Options{Dial: func(ctx context.Context, path string) (net.Conn, error) {
			if !up {
				return nil, refused
			}
			return h.dial(ctx, path)
		}})
		for range 3 {
			if err := c.Request(t.Context(), "list_providers", nil, nil); !errors.Is(err, refused) || !isOpen(c.Lost()) {
				t.Fatalf("ended with %v", err)
			}
		}
		up = true
		done := ask(t.Context(), c, "list_providers")
		p := h.next()
		p.accept(1)
		p.reply(p.receive().ID, `{}`)
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
