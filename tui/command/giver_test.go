package command_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// giver is a host of which every token is another one and full of marks. It
// speaks the protocol by hand, so that it can break it.
type giver struct {
	marks              marks
	path               string
	providers, buckets int
	// spoil returns the bytes to be sent in place of the nth token's frame, and
	// whether to hang up then. Nil spoils nothing.
	spoil func(n int, g *giver, frame []byte) (instead []byte, hangUp bool)

	mu      sync.Mutex // guards the fields below
	asked   int        // tokens
	behaves bool       // every token can be read
	expired bool       // every token has expired, until one is renewed
	holding bool       // the replies to tokens
	held    []func()
	changed chan struct{} // closed, and made anew, when a token is asked for
}

func newGiver(t *testing.T, providers, buckets int) *giver {
	t.Helper()
	g := &giver{marks: newMarks(), providers: providers, buckets: buckets, changed: make(chan struct{})}
	g.path = listen(t, func(client net.Conn) {
		shaken := false
		for {
			asked, err := readRequest(client)
			if err != nil {
				return
			}
			if !shaken {
				if asked.Payload["capabilityToken"] != g.marks.capability {
					return
				}
				shaken = true
				_, _ = client.Write(frame(`{"v":2,"op":"handshake","ok":true,"data":{"version":2}}`))
				continue
			}
			if g.answer(client, asked) {
				return
			}
		}
	})
	return g
}

// numbered is a frame of the program with its id.
type numbered struct {
	ID string `json:"id"`
	request
}

func readRequest(from io.Reader) (asked numbered, err error) {
	var header [4]byte
	if _, err = io.ReadFull(from, header[:]); err != nil {
		return asked, err
	}
	body := make([]byte, binary.BigEndian.Uint32(header[:]))
	if _, err = io.ReadFull(from, body); err != nil {
		return asked, err
	}
	return asked, json.Unmarshal(body, &asked)
}

func (g *giver) answer(client io.Writer, asked numbered) (hangUp bool) {
	reply := func(data string) { _, _ = client.Write(frame(success(asked.ID, data))) }
	switch asked.Op {
	case "list_providers":
		reply(`{"providers":` + names("provider", g.providers) + `}`)
	case "list_buckets":
		reply(`{"buckets":` + names("bucket", g.buckets) + `}`)
	case "get_token":
		return g.give(client, asked.ID)
	case "refresh_token":
		g.renew()
		return g.give(client, asked.ID)
	default:
		reply(`{}`)
	}
	return false
}

func (g *giver) give(client io.Writer, id string) (hangUp bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked++
	close(g.changed)
	g.changed = make(chan struct{})
	way := g.asked
	if g.behaves {
		way %= 3
	}
	token := g.marks.token(way, g.asked)
	if g.expired {
		token = strings.Replace(token, lastingExpiry, `"expiry":1000000000`, 1)
	}
	sent := frame(success(id, token))
	if g.spoil != nil {
		if instead, hangUp := g.spoil(g.asked, g, sent); instead != nil {
			_, _ = client.Write(instead)
			return hangUp
		}
	}
	if g.holding {
		g.held = append(g.held, func() { _, _ = client.Write(sent) })
		return false
	}
	_, _ = client.Write(sent)
	return false
}

// behave gives only tokens that can be read from now on.
func (g *giver) behave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.behaves = true
}

// expire gives only tokens that can be read and have expired, until one is renewed.
func (g *giver) expire() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.behaves, g.expired = true, true
}

func (g *giver) renew() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.expired = false
}

// hold lets replies to tokens wait for release.
func (g *giver) hold() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.holding = true
}

func (g *giver) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, reply := range g.held {
		reply()
	}
	g.holding, g.held = false, nil
}

// count is how many tokens were asked for.
func (g *giver) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.asked
}

// await waits until so many tokens have been asked for.
func (g *giver) await(t *testing.T, n int) {
	t.Helper()
	timeout := time.After(time.Minute)
	for {
		g.mu.Lock()
		asked, changed := g.asked, g.changed
		g.mu.Unlock()
		if asked >= n {
			return
		}
		select {
		case <-changed:
		case <-timeout:
			t.Fatalf("%d tokens were asked for, not %d", asked, n)
		}
	}
}

func success(id, data string) string {
	return `{"v":2,"id":"` + id + `","ok":true,"data":` + data + `}`
}

func names(prefix string, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("%s-%04d", prefix, i)
	}
	text, _ := json.Marshal(list) // strings can be encoded
	return string(text)
}

// lastingExpiry is the expiry of a token, in the year 2100.
const lastingExpiry = `"expiry":4102444800`

// token is the nth token, written down in one of the ways that hosts may find.
// Half of them are mistyped.
func (m marks) token(way, n int) string {
	secret := func(field string) string { return fmt.Sprintf(`%s-%s-%d`, m.word, field, n) }
	text := func(field string) string { return `"` + secret(field) + `"` }
	usual := `"token_type":"Bearer",` + lastingExpiry + `,"scope":"openid"`
	dropped := `"refresh_token":` + text("refresh") + `,"more":{` + text("key") + `:[` + text("deep") + `,` + m.number + `]}`
	var fields string
	switch way % 10 {
	case 0: // long: the buffer for frames grows
		fields = `"access_token":"` + strings.Repeat(secret("long"), 1+n%70*100) + `","id_token":` + text("id") + `,` + usual
	case 1: // each character escaped
		var escaped strings.Builder
		for _, b := range []byte(secret("escaped")) {
			fmt.Fprintf(&escaped, `\u%04X`, b)
		}
		fields = `"access_token":"` + escaped.String() + `\/\n","id_token":"\ud83d\ude00` + escaped.String() + `",` + usual
	case 2: // twice
		fields = `"access_token":` + text("first") + `,"access_token":` + text("second") + `,` + usual
	case 3:
		fields = `"access_token":` + m.number + `,` + usual
	case 4:
		fields = `"access_token":{` + text("key") + `:` + text("value") + `},` + usual
	case 5:
		fields = `"access_token":` + text("access") + `,"id_token":[` + text("element") + `],` + usual
	case 6:
		fields = `"access_token":` + text("access") + `,"expiry":` + text("expiry") + `,"token_type":"Bearer"`
	case 7:
		fields = `"access_token":` + text("access") + `,"expiry":0,"token_type":[` + text("type") + `,` + m.number + `]`
	default:
		fields = `"access_token":` + text("access") + `,"id_token":` + text("id") + `,` + usual
	}
	return `{` + fields + `,` + dropped + `}`
}

// spoiled are frames that no host should send. Each ends the connection.
var spoiled = map[string]func(m marks, frame []byte) []byte{
	"cut off": func(_ marks, frame []byte) []byte { return frame[:len(frame)/2] },
	"an escape that is none": func(m marks, _ []byte) []byte {
		return frame(`{"id":"x","ok":true,"data":{"access_token":"` + m.word + `\q` + m.word + `"}}`)
	},
	"half a string":  func(m marks, _ []byte) []byte { return frame(`{"id":"x","ok":true,"data":{"access_token":"` + m.word) },
	"half an escape": func(m marks, _ []byte) []byte { return frame(`{"id":"x","data":{"access_token":"` + m.word + `\u00`) },
	"a bare word": func(m marks, _ []byte) []byte {
		return frame(`{"id":"x","ok":true,"data":{"access_token":` + m.word + `}}`)
	},
	"half a number": func(m marks, _ []byte) []byte {
		return frame(`{"id":"x","ok":true,"data":{"access_token":` + m.number + `e`)
	},
	"no object": func(m marks, _ []byte) []byte { return frame(`"` + m.word + `"`) },
	"something after it": func(m marks, sent []byte) []byte {
		return frame(string(sent[4:]) + `"` + m.word + `"`)
	},
	"data is a string": func(m marks, sent []byte) []byte { return instead(sent, `"data":"`+m.word+`"`) },
	"data is a list":   func(m marks, sent []byte) []byte { return instead(sent, `"data":["`+m.word+`",`+m.number+`]`) },
	"ok is a word":     func(m marks, sent []byte) []byte { return instead(sent, `"ok":"`+m.word+`"`) },
	"code is an object": func(m marks, sent []byte) []byte {
		return instead(sent, `"ok":false,"code":{"`+m.word+`":`+m.number+`}`)
	},
	"refused as well": func(m marks, sent []byte) []byte {
		return instead(sent, `"code":"X","data":{"access_token":"`+m.word+`"}`)
	},
	"a length too large": func(m marks, _ []byte) []byte {
		return append([]byte{0xff, 0xff, 0xff, 0xff}, strings.Repeat(m.word, 100)...)
	},
}

// instead is a reply that ends with other fields than its data.
func instead(sent []byte, fields string) []byte {
	before, _, _ := strings.Cut(string(sent[4:]), `,"data":`)
	return frame(before + `,` + fields + `}`)
}
