package store_test

import (
	"bytes"
	"strings"

	"credscope/socket"
)

// worstFrame is an answer as long as a frame may be, with an inside that costs
// a careless reader many times its length.
type worstFrame struct {
	name, op, end string
	head          string // after the id, or the whole beginning of a handshake answer
	unit          func(i int) string
	tail          string
}

// frame returns the JSON of the answer to the request with this id, filled
// with units up to the limit.
func (w worstFrame) frame(id string) []byte {
	var b bytes.Buffer
	b.Grow(socket.MaxFrame)
	b.WriteByte('{')
	if w.op != "handshake" {
		b.WriteString(`"id":"` + id + `",`)
	}
	b.WriteString(w.head)
	for i := 0; ; i++ {
		unit := w.unit(i)
		if b.Len()+len(unit)+len(w.tail) > socket.MaxFrame {
			break
		}
		b.WriteString(unit)
	}
	b.WriteString(w.tail)
	return b.Bytes()
}

// again repeats the same text.
func again(s string) func(int) string { return func(int) string { return s } }

// numbered repeats a text with a short name of its own in the place of each %.
func numbered(s string) func(int) string {
	before, after, _ := strings.Cut(s, "%")
	return func(i int) string {
		const digits = "0123456789abcdefghijklmnopqrstuvwxyz"
		name := make([]byte, 0, 8)
		for ; i > 0; i /= len(digits) {
			name = append(name, digits[i%len(digits)])
		}
		return before + string(name) + after
	}
}

// nested opens as often as it closes.
func nested(open, inside, shut, end string) (head string, unit func(int) string, tail string) {
	depth := (socket.MaxFrame - 200) / (len(open) + len(shut))
	return strings.Repeat(open, depth) + inside, again(" "), strings.Repeat(shut, depth) + end
}

func deep(name, op, end, prefix, open, shut, suffix string) worstFrame {
	head, unit, tail := nested(open, "1", shut, suffix)
	return worstFrame{name, op, end, prefix + head, unit, tail}
}

const (
	providers = `"ok":true,"data":{"providers":`
	buckets   = `"ok":true,"data":{"buckets":`
	someToken = `"ok":true,"data":{"access_token":"t","expiry":5`
	handshake = `"v":2,"op":"handshake",`
)

// worstFrames are grouped by what they answer. They are made when asked for:
// a child that measures its memory makes none.
func worstFrames() []worstFrame {
	return []worstFrame{
		{"empty names", "list_providers", "malformed", providers + `[""`, again(`,""`), `]}}`},
		{"a list of numbers", "list_providers", "malformed", providers + `[0`, again(`,0`), `]}}`},
		{"a list of objects", "list_providers", "malformed", providers + `[{}`, again(`,{}`), `]}}`},
		{"names and at last a number", "list_providers", "malformed", providers + `["0"`, again(`,"a name of more than twenty bytes"`), `,0]}}`},
		{"many names", "list_providers", "fine", providers + `["`, numbered(`---------------","%`), `"]}}`},
		{"escaped names", "list_buckets", "fine", buckets + `["`, again(`\u001b[31m\ud834\udd1e","`), `"]}}`},
		{"as many buckets as there may be", "list_buckets", "fine", buckets + `["`, numbered(`%---------------","`), `"]}}`},
		{"one name", "list_buckets", "fine", buckets + `["`, again(`x`), `"]}}`},
		{"one escaped name", "list_buckets", "fine", buckets + `["`, again(`\u001b`), `"]}}`},
		{"one name of no UTF-8", "list_buckets", "lost", buckets + `["`, again("\xff"), `"]}}`},
		{"a list again and again", "list_providers", "malformed", providers + `[]`, again(`,"providers":["",""]`), `,"providers":0}}`},
		{"an object for a list", "list_providers", "malformed", providers + `{"":0`, numbered(`,"%":0`), `}}}`},
		deep("lists in lists", "list_providers", "lost", providers, `[`, `]`, `}}`),
		deep("objects in objects", "list_providers", "lost", providers, `{"":`, `}`, `}}`),
		{"lists that never end", "list_providers", "lost", providers, again(`[`), ``},

		{"a long access token", "get_token", "fine", `"ok":true,"data":{"access_token":"`, again(`x`), `"}}`},
		{"an escaped access token", "get_token", "fine", `"ok":true,"data":{"access_token":"`, again(`\u00e9`), `"}}`},
		{"access tokens again and again", "get_token", "malformed", someToken, again(`,"access_token":"0123456789abcdef"`), `}}`},
		{"two long tokens", "get_token", "fine", `"ok":true,"data":{"access_token":"` + strings.Repeat("x", 2<<20) + `","id_token":"`, again(`x`), `"}}`},
		{"a long scope", "get_token", "malformed", someToken + `,"scope":"`, again(`x`), `"}}`},
		{"an escaped scope", "get_token", "malformed", someToken + `,"scope":"`, again(`\u001b`), `"}}`},
		{"scopes again and again", "get_token", "fine", someToken, again(`,"scope":"` + strings.Repeat(`\u00e9`, 1000) + `"`), `}}`},
		{"a long expiry", "get_token", "fine", someToken, again(`0`), `}}`},
		{"an unknown field", "get_token", "fine", someToken + `,"refresh_token":"`, again(`x`), `"}}`},
		{"a name of a field of no UTF-8", "get_token", "lost", someToken + `,"`, again("\xff"), `":0}}`},
		{"a long name of a field", "get_token", "malformed", someToken + `,"`, again(`x`), `":0}}`},
		{"an escaped name of a field", "get_token", "malformed", someToken + `,"`, again(`\u001b`), `":0}}`},
		{"names of fields", "get_token", "malformed", someToken, numbered(`,"%":0`), `}}`},
		{"longer names of fields", "get_token", "malformed", someToken, numbered(`,"%------------------------":0`), `}}`},
		{"one name of a field", "get_token", "malformed", someToken, again(`,"":0`), `}}`},
		{"a name of a field in many cases", "get_token", "malformed", someToken, again(`,"Expiry":1`), `}}`},
		deep("a token of lists", "get_token", "lost", someToken+`,"more":`, `[`, `]`, `}}`),
		{"a list for a token", "get_token", "lost", `"ok":true,"data":[0`, again(`,0`), `]`},

		{"a long refusal", "get_token", "refused", `"ok":false,"code":"X","error":"`, again(`x`), `"}`},
		{"an escaped refusal", "get_token", "refused", `"ok":false,"code":"X","error":"`, again(`\u001b`), `"}`},
		{"a refusal of no UTF-8", "get_token", "lost", `"ok":false,"code":"X","error":"`, again("\xff"), `"}`},
		{"a long code", "remove_token", "refused", `"ok":false,"code":"`, again(`\n`), `"}`},
		{"a long wait", "get_token", "refused", `"ok":false,"retryAfter":1.`, again(`0`), `}`},
		{"a wait of a number too large", "get_token", "lost", `"ok":false,"retryAfter":1`, again(`0`), `}`},
		{"much with a removal", "remove_token", "fine", `"ok":true,"data":{"":0`, numbered(`,"%":{}`), `}}`},
		{"fields that no reply has", "remove_token", "fine", `"ok":true,"data":{}`, numbered(`,"-%":[]`), `}`},
		{"data again and again", "get_token", "fine", someToken + `}`, again(`,"data":{"access_token":"t"}`), `}`},
		{"an id again and again", "get_token", "lost", `"ok":true,"data":0`, again(`,"id":"\u0061"`), `,"id":7,"id":`},

		{"a long handshake refusal", "handshake", "refused", handshake + `"ok":false,"code":"X","error":"`, again(`\u001b`), `"}`},
		{"a long handshake code", "handshake", "refused", handshake + `"ok":false,"code":"`, again(`x`), `"}`},
		{"a long version", "handshake", "malformed", handshake + `"ok":true,"data":{"version":1`, again(`0`), `}}`},
		{"much data of a handshake", "handshake", "fine", handshake + `"ok":true,"data":{"version":2`, numbered(`,"%":0`), `}}`},
		{"a handshake of no UTF-8", "handshake", "malformed", handshake + `"ok":true,"`, again("\xff"), `":0}`},
		{"a long operation", "handshake", "malformed", `"v":2,"ok":true,"op":"`, again(`\u001b`), `"}`},
		deep("a deep handshake", "handshake", "malformed", handshake+`"ok":true,"data":`, `[`, `]`, `}`),
	}
}
