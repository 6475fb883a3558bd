package socket

import (
	"testing"
	"testing/synctest"
	"time"
)

// What a host does with a vector after a good handshake: an answer, or the end
// after a time.
type serverReaction struct {
	vector string
	answer string
	after  time.Duration
}

const whoAsks = `{"id":"unknown","ok":false,"code":"INVALID_REQUEST","error":"Missing request id or op"}`

func answered(id string) string {
	return `{"id":"` + id + `","ok":true,"data":{"op":"list_providers","payload":{},"restricted":false}}`
}

var reactions = []serverReaction{
	{vector: "X1"},
	{vector: "X3"},
	{vector: "X4"},
	{vector: "X5"},
	{vector: "X6", answer: whoAsks},
	{vector: "X7", answer: whoAsks},
	{vector: "X8", answer: whoAsks},
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

func TestOurServerTakesVectorsAsReleasedHostsDo(t *testing.T) {
	for version, sizes := range map[int]serverReaction{
		1: {vector: "X2"},
		2: {vector: "X2", after: frameTimeout}, // a length that is allowed there
	} {
		for _, r := range append([]serverReaction{sizes}, reactions...) {
			synctest.Test(t, func(t *testing.T) {
				p := serve(t, HandlerFunc(namesOnly), ServeOptions{MaxVersion: version}).greet(version)
				p.write(vector(t, r.vector))
				if r.answer != "" {
					if got := p.text(); got != r.answer {
						t.Errorf("version %d, %s:\n got %s\nwant %s", version, r.vector, got, r.answer)
					}
					p.silent()
					return
				}
				if took := elapsed(p.hungUp); took != r.after {
					t.Errorf("version %d, %s: dropped after %v, want %v", version, r.vector, took, r.after)
				}
			})
		}
	}
}

func TestThreeBytesOfAHeaderStartNoTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := serve(t, HandlerFunc(echo), ServeOptions{}).greet(2)
		begun := vector(t, "X13")
		p.write(begun)
		time.Sleep(time.Hour)
		p.write(vector(t, "X18")[len(begun):])
		if got, want := p.text(), answered("7"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestWhatIsNoHandshakeIsRefusedOrDropped(t *testing.T) {
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
				if took := elapsed(p.hungUp); took > frameTimeout {
					t.Errorf("version %d, %s: closed only after %v", version, name, took)
				}
			})
		}
	}
}

func TestAnyFirstFrameIsTheHandshake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := serve(t, HandlerFunc(echo), ServeOptions{}).connect()
		p.write(vector(t, "R1"))
		if got, want := p.text(), string(vector(t, "H4")[headerSize:]); got != want {
			t.Errorf("a first request was answered with %s", got)
		}
		p.silent()
		p.write(vector(t, "H2"))
		if got := p.text(); got != whoAsks {
			t.Errorf("a second handshake was answered with %s", got)
		}
	})
}
