package socket

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// tryHandshake makes a first request, calls play to answer the handshake, and returns the
// error and the time it took. The error is nil if the handshake was accepted.
func tryHandshake(t *testing.T, play func(p *peer)) (failed *HandshakeError, took time.Duration) {
	t.Helper()
	c, h := newTestClient(t, Options{})
	for attempt := range 2 { // a failed handshake is not a loss: the next request tries again
		done := ask(t.Context(), c, "list_providers")
		p := h.next()
		p.text()
		go answerAll(p.stream) // answers requests after an accepted handshake
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

func TestTheClientSendsTheRecordedBytes(t *testing.T) {
	for _, withToken := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			o, offer := Options{}, vector(t, "H2")
			if withToken {
				o.Capability, offer = &token{bytes: []byte("00ff")}, vector(t, "H3")
			}
			c, h := newTestClient(t, o)
			go func() {
				_ = c.Request(t.Context(), "get_token", tokenPayload{Provider: "codex", Bucket: "work"}, nil)
			}()
			p := h.next()
			if got := p.text(); got != string(offer[headerSize:]) {
				t.Errorf("offered %s, want %s", got, offer[headerSize:])
			}
			p.write(vector(t, "H5"))
			got := p.text()
			id, _, _ := strings.Cut(strings.TrimPrefix(got, `{"v":2,"id":"`), `"`)
			want := string(vector(t, "R2")[headerSize:])
			if len(id) < 22 || strings.Replace(got, id, "r2", 1) != want {
				t.Errorf("sent %s, want %s with a long random id", got, want)
			}
		})
	}
}

func TestEachHandshakeFailureHasItsKind(t *testing.T) {
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
		"three bytes of a header": {
			func(p *peer) { p.write(vector(p.t, "X13")) },
			HandshakeTimedOut, 30 * time.Second, "the host did not answer the handshake",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				failed, took := tryHandshake(t, s.play)
				if failed == nil || failed.Kind != s.kind || took != s.took || failed.Error() != s.text {
					t.Errorf("after %v: %+v: %v", took, failed, failed)
				}
			})
		})
	}
}

func TestAHandshakeRefusalCarriesTheHostsText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failed, _ := tryHandshake(t, func(p *peer) {
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

func TestABrokenHandshakeReplyIsMalformed(t *testing.T) {
	replies := map[string]time.Duration{ // by the time of the error
		"HTTP/1.1 400 Bad Request\r\n\r\n": 0,
		"\x16\x03\x01\x00\x05hello":        0,
		"SSH-2.0-OpenSSH_9.9\r\n":          0,
		"220 ready\r\n":                    0,
		"{}\n\n":                           0,
	}
	for _, name := range strings.Fields("X1 X2 X3 X4 X5 X6 X7 X8 X9 X10 X11 X12 X14 X15 X16 X17 X18 X19 X20 S1 S2 R3 H2") {
		replies[string(vector(t, name))] = 0
	}
	for _, name := range []string{"X2", "X12"} { // a header without its body
		replies[string(vector(t, name))] = frameTimeout
	}
	for reply, took := range replies {
		synctest.Test(t, func(t *testing.T) {
			failed, after := tryHandshake(t, func(p *peer) { p.write([]byte(reply)) })
			if failed == nil || failed.Kind != HandshakeMalformed || after != took {
				t.Errorf("%q: after %v: %v", reply, after, failed)
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
			if failed, _ := tryHandshake(t, func(p *peer) { p.send(text) }); failed == nil || failed.Kind != HandshakeMalformed {
				t.Errorf("%s: %v", text, failed)
			}
		})
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
					failed, _ := tryHandshake(t, func(p *peer) { p.send(sent) })
					if failed != nil && !isQuoted(field, kind) {
						quotesNothing(t, sent, failed)
					}
				})
			}
		}
	}
}

func TestAHandshakeAnswersMembersHaveExactNames(t *testing.T) {
	for text, kind := range map[string]HandshakeKind{
		`{"op":"handshake","OP":"x","ok":true,"Ok":false,"data":{"version":2,"Version":9},"Data":7,"Code":7}`: -1,
		`{"op":"x","op":"handshake","ok":true,"data":{"version":9,"version":2}}`:                              -1,
		`{"Op":"handshake","ok":true,"data":{"version":2}}`:                                                   HandshakeMalformed,
		`{"op":"handshake","OK":true,"data":{"version":2}}`:                                                   HandshakeMalformed,
		`{"op":"handshake","ok":true,"data":{"version":2,"version":9}}`:                                       HandshakeUnsupported,
	} {
		synctest.Test(t, func(t *testing.T) {
			failed, _ := tryHandshake(t, func(p *peer) { p.send(text) })
			if (failed == nil) != (kind < 0) || failed != nil && failed.Kind != kind {
				t.Errorf("%s: %v", text, failed)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		c, h := newTestClient(t, Options{})
		done := ask(t.Context(), c, "list_providers")
		p := h.next()
		p.text()
		p.send(`{"op":"handshake","ok":true,"data":{"Version":2}}`)
		if r := p.receive(); r.V != 1 {
			t.Errorf("Version was taken for version: %+v", r)
		}
		_ = p.stream.Close()
		<-done
	})
}

func TestACutOfAHandshakeAnswerIsNoLoss(t *testing.T) {
	for _, name := range []string{"H4", "H5", "H6", "H7"} {
		whole := vector(t, name)
		for at := range whole {
			synctest.Test(t, func(t *testing.T) {
				failed, _ := tryHandshake(t, func(p *peer) { p.write(whole[:at]); _ = p.stream.Close() })
				if failed == nil || failed.Kind != HandshakeClosed {
					t.Errorf("%s cut at %d: %v", name, at, failed)
				}
			})
		}
	}
}

func TestAnUnsupportedVersionIsNamed(t *testing.T) {
	for _, version := range []string{
		"0", "3", "9", "1.5", "-1", "1e9", "11", "2e0", "1234567890123456789012345678901234567890",
	} {
		synctest.Test(t, func(t *testing.T) {
			failed, _ := tryHandshake(t, func(p *peer) { p.send(`{"op":"handshake","ok":true,"data":{"version":` + version + `}}`) })
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

func TestAnEmptyCapabilityIsNotPresented(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, _ := connectedClient(t, 2, Options{Capability: &token{bytes: []byte{}}})
		if c.Info().Presented {
			t.Error("Presented, but nothing was sent")
		}
	})
}

type panickingCapability struct{}

func (panickingCapability) Bytes() []byte { panic("boom") }

func (panickingCapability) Wipe() {}

func TestAPanicInTheHandshakeClosesTheStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, h := newTestClient(t, Options{Capability: panickingCapability{}})
		done := ask(t.Context(), c, "x")
		p := h.next()
		t.Log(<-done)
		_ = p.stream.SetReadDeadline(time.Now().Add(time.Minute))
		if _, err := p.stream.Read(make([]byte, 1)); err == nil || !strings.Contains(err.Error(), "EOF") {
			t.Errorf("still open: %v", err)
		}
	})
}
