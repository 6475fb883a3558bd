package socket

import (
	"testing"
	"testing/synctest"
	"time"
)

// negotiations are first frames and the version that older hosts (of protocol 1
// only) and newer ones choose; 0 is a refusal.
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

func TestVersionsAreNegotiatedAsReleasedHostsDo(t *testing.T) {
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
					p.hungUp()
				}
			})
		}
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
			p.send(head+rest, `{"id":"r1","op":"ask"}`) // what follows a refusal is not read
			if got := p.text(); got != want {
				t.Errorf("%s: got %s", rest, got)
			}
			if want != ack {
				p.hungUp()
				return
			}
			if got := p.text(); got != `{"id":"r1","ok":true,"data":{"op":"ask","payload":{},"restricted":true}}` {
				t.Errorf("not restricted: %s", got)
			}
		})
	}
}

func TestARefusedClientIsCutOffAfterThreeSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := serve(t, HandlerFunc(echo), ServeOptions{}).connect()
		p.send(`{}`)
		p.text()
		go func() {
			for { // a client that goes on is not listened to for longer
				if _, err := p.stream.Write(frameOf(`{"v":1}`)); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}()
		if took := elapsed(p.hungUp); took != 3*time.Second {
			t.Errorf("cut off after %v", took)
		}
		time.Sleep(2 * time.Second) // lets the writer find out
	})
}

func TestAClientThatSaysNothingMayStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := serve(t, HandlerFunc(echo), ServeOptions{}).connect()
		time.Sleep(24 * time.Hour)
		p.write(vector(t, "H2"))
		if got, want := p.text(), string(vector(t, "H5")[headerSize:]); got != want {
			t.Errorf("got %s", got)
		}
	})
}
