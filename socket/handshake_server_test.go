package socket

import (
	"testing"
	"testing/synctest"
	"time"
)

// negotiations are first frames, and the version chosen by older hosts (protocol 1
// only) and by newer ones; 0 is a refusal.
var negotiations = []struct {
	offer        string
	older, newer int
}{
	{`{"v":1,"op":"handshake","payload":{"minVersion":1,"maxVersion":1}}`, 1, 1},
	{`{"v":2,"op":"handshake","payload":{"minVersion":1,"maxVersion":2}}`, 1, 2},
	{`{"v":2,"op":"handshake","payload":{"minVersion":2,"maxVersion":2}}`, 0, 2},
	{`{"v":1,"op":"handshake","payload":{"minVersion":2,"maxVersion":2}}`, 1, 2},
	{`{"v":1,"op":"handshake","payload":{"minVersion":1,"maxVersion":9}}`, 1, 2},
	{`{"v":3,"op":"handshake","payload":{"minVersion":3,"maxVersion":9}}`, 0, 0},
	{`{"v":0,"op":"handshake","payload":{"minVersion":0,"maxVersion":1}}`, 1, 1},
	{`{"v":0,"op":"handshake","payload":{"minVersion":0,"maxVersion":0}}`, 0, 0},
	{`{"v":3,"op":"handshake","payload":{"minVersion":-5,"maxVersion":7}}`, 1, 2},
	{`{"v":2,"op":"handshake","payload":{"minVersion":20,"maxVersion":10}}`, 0, 0},
	{`{"v":2,"op":"handshake","payload":{"minVersion":1.5,"maxVersion":2}}`, 0, 0},
	{`{"v":2,"op":"handshake","payload":{"maxVersion":2}}`, 0, 2},
	{`{"v":1,"op":"handshake"}`, 1, 1},
	{`{"v":2,"op":"handshake"}`, 0, 2},
	{`{"op":"handshake"}`, 0, 0},
	{`{"v":"1","op":"handshake"}`, 0, 0},
	{`{"v":1.5}`, 0, 0},
	{`{"v":-1}`, 0, 0},
	{`{"v":3}`, 0, 0},
	{`{"v":null,"payload":null}`, 0, 0},
	{`{"v":1,"payload":"none"}`, 1, 1},
	{`{"v":2,"payload":{"minVersion":"1","maxVersion":null}}`, 0, 2},
	{`{"v":1,"id":"r1","op":"get_token","payload":{"provider":"codex"}}`, 1, 1},
}

func TestVersionsAreNegotiatedLikeReleasedHosts(t *testing.T) {
	heads := []string{
		`,"op":"handshake","ok":false,"code":"UNKNOWN_VERSION","error":"Unsupported protocol version"}`,
		`{"v":1,"op":"handshake","ok":true,"data":{"version":1}}`,
		`{"v":2,"op":"handshake","ok":true,"data":{"version":2}}`,
	}
	for _, n := range negotiations {
		for highest, chosen := range map[int]int{1: n.older, 2: n.newer} {
			synctest.Test(t, func(t *testing.T) {
				p := serve(t, HandlerFunc(echo), ServeOptions{MaxVersion: highest}).connect()
				p.send(n.offer)
				want := heads[chosen]
				if chosen == 0 {
					want = `{"v":` + string(rune('0'+highest)) + want
				}
				if got := p.text(); got != want {
					t.Errorf("%s to a host of %d:\n got %s\nwant %s", n.offer, highest, got, want)
				}
				if chosen == 0 {
					p.expectClose()
				}
			})
		}
	}
}

func TestAnOffersMembersHaveExactNames(t *testing.T) {
	const (
		one, two = `{"v":1,"op":"handshake","ok":true,"data":{"version":1}}`, `{"v":2,"op":"handshake","ok":true,"data":{"version":2}}`
		unknown  = `{"v":2,"op":"handshake","ok":false,"code":"UNKNOWN_VERSION","error":"Unsupported protocol version"}`
		refused  = `{"v":2,"op":"handshake","ok":false,"code":"UNAUTHORIZED","error":"Invalid or missing capability token"}`
	)
	for _, s := range []struct{ capability, offer, want string }{
		{"", `{"V":1}`, unknown},
		{"", `{"v":1,"V":9,"PAYLOAD":{"minVersion":2,"maxVersion":2}}`, one},
		{"", `{"v":9,"payload":{"minversion":1,"maxversion":2}}`, unknown},
		{"", `{"v":9,"payload":{"minVersion":1,"maxVersion":2,"MinVersion":7,"MAXVERSION":"x"}}`, two},
		{"", `{"v":2,"v":1}`, one},
		{"", `{"v":9,"payload":5,"payload":{"minVersion":7,"minVersion":1,"maxVersion":2}}`, two},
		{"00ff", `{"v":2,"payload":{"CapabilityToken":"00ff"}}`, refused},
		{"00ff", `{"v":2,"payload":{"capabilityToken":"00ff","capabilitytoken":"x"}}`, two},
		{"00ff", `{"v":2,"payload":{"capabilityToken":"00ff","capabilityToken":"x"}}`, refused},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := serve(t, HandlerFunc(echo), ServeOptions{Capability: s.capability}).connect()
			p.send(s.offer)
			if got := p.text(); got != s.want {
				t.Errorf("%s: %s", s.offer, got)
			}
		})
	}
}

func TestServeSendsTheRecordedHandshakes(t *testing.T) {
	for _, s := range []struct {
		name, sent, answer string
		o                  ServeOptions
	}{
		{"1 of 1", "H1", "H4", ServeOptions{MaxVersion: 1}},
		{"1 of 2", "H1", "H4", ServeOptions{}},
		{"2 of 1", "H2", "H4", ServeOptions{MaxVersion: 1}},
		{"2 of 2", "H2", "H5", ServeOptions{}},
		{"a token nobody wants", "H3", "H5", ServeOptions{}},
		{"no token", "H2", "H7", ServeOptions{Capability: "11ff"}},
		{"another token", "H3", "H7", ServeOptions{Capability: "11ff"}},
	} {
		t.Run(s.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := serve(t, HandlerFunc(echo), s.o).connect()
				p.write(vector(t, s.sent))
				if got, want := p.text(), string(vector(t, s.answer)[headerSize:]); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			})
		})
	}
}

func TestTheCapabilityIsDemandedAndRestricts(t *testing.T) {
	const (
		head    = `{"v":2,"op":"handshake","payload":{"minVersion":1,"maxVersion":2`
		ack     = `{"v":2,"op":"handshake","ok":true,"data":{"version":2}}`
		refused = `{"v":2,"op":"handshake","ok":false,"code":"UNAUTHORIZED","error":"Invalid or missing capability token"}`
	)
	for rest, want := range map[string]string{
		`,"capabilityToken":"00ff"}}`:       ack,
		`,"capabilityToken":"\u003000ff"}}`: refused,
		`,"capabilityToken":"\u00300ff"}}`:  ack,
		`,"capabilityToken":"00FF"}}`:       refused,
		`,"capabilityToken":"00ff\n"}}`:     refused,
		`,"capabilityToken":"00f"}}`:        refused,
		`,"capabilityToken":""}}`:           refused,
		`,"capabilityToken":null}}`:         refused,
		`,"capabilityToken":["00ff"]}}`:     refused,
		`},"capabilityToken":"00ff"}`:       refused,
		`}}`:                                refused,
		`,"minVersion":3,"maxVersion":9}}`:  `{"v":2,"op":"handshake","ok":false,"code":"UNKNOWN_VERSION","error":"Unsupported protocol version"}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			p := serve(t, HandlerFunc(echo), ServeOptions{Capability: "00ff"}).connect()
			p.send(head+rest, `{"id":"r1","op":"ask"}`) // frames after a refusal are ignored
			if got := p.text(); got != want {
				t.Errorf("%s: got %s", rest, got)
			}
			if want != ack {
				p.expectClose()
				return
			}
			if got := p.text(); got != `{"id":"r1","ok":true,"data":{"op":"ask","payload":{},"restricted":true}}` {
				t.Errorf("not restricted: %s", got)
			}
		})
	}
}

func TestAnyFirstFrameIsTheHandshake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := serve(t, HandlerFunc(echo), ServeOptions{}).connect()
		p.write(vector(t, "R1"))
		if got, want := p.text(), string(vector(t, "H4")[headerSize:]); got != want {
			t.Errorf("a first request was answered with %s", got)
		}
		p.expectSilence()
		p.write(vector(t, "H2"))
		if got := p.text(); got != missingID {
			t.Errorf("a second handshake was answered with %s", got)
		}
	})
}

func TestServeRefusesOrDropsABrokenHandshake(t *testing.T) {
	const refused = `,"op":"handshake","ok":false,"code":"UNKNOWN_VERSION","error":"Unsupported protocol version"}`
	for _, name := range []string{"X1", "X3", "X4", "X5", "X6", "X7", "X8", "X9", "X11", "X12", "X14", "X16", "X20"} {
		for version, head := range map[int]string{1: `{"v":1`, 2: `{"v":2`} {
			synctest.Test(t, func(t *testing.T) {
				p := serve(t, HandlerFunc(echo), ServeOptions{MaxVersion: version}).connect()
				p.write(vector(t, name))
				switch name {
				case "X6", "X7", "X8", "X14":
					if got := p.text(); got != head+refused {
						t.Errorf("version %d, %s: got %s", version, name, got)
					}
				}
				if took := elapsed(p.expectClose); took > frameTimeout {
					t.Errorf("version %d, %s: closed only after %v", version, name, took)
				}
			})
		}
	}
}

func TestARefusedClientIsCutOffAfterThreeSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := serve(t, HandlerFunc(echo), ServeOptions{}).connect()
		p.send(`{}`)
		p.text()
		go func() {
			for { // frames of a refused client do not extend the time
				if _, err := p.stream.Write(frameOf(`{"v":1}`)); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}()
		if took := elapsed(p.expectClose); took != 3*time.Second {
			t.Errorf("cut off after %v", took)
		}
		time.Sleep(2 * time.Second) // until the writer gets its error
	})
}

func TestServeHasNoHandshakeTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := serve(t, HandlerFunc(echo), ServeOptions{}).connect()
		time.Sleep(24 * time.Hour)
		p.write(vector(t, "H2"))
		if got, want := p.text(), string(vector(t, "H5")[headerSize:]); got != want {
			t.Errorf("got %s", got)
		}
	})
}
