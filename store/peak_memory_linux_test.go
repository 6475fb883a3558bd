package store_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"credscope/socket"
	"credscope/socket/sample"
	"credscope/store"
)

const operationVariable = "CREDSCOPE_TEST_OPERATION"

func init() { children["ask"] = requestOnce }

// peakLimit is the highest resident memory, in KiB, that a process may need for one
// frame.
const peakLimit = 64 << 10

// peakResult is the result of a child that made one request.
type peakResult struct {
	Peak int    // highest resident memory, KiB
	End  string // how the request ended, see worstFrame.end
}

func TestNoFrameNeedsMuchMemory(t *testing.T) {
	limit := peakLimit
	if raced() {
		limit *= 8 // for the shadow memory of the race detector
	}
	var highest atomic.Int64
	frames := sample.Of(worstFrames(), 16)
	t.Cleanup(func() { t.Logf("%d frames of up to 4 MiB, at most %d KiB", len(frames), highest.Load()) })
	for _, w := range frames {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			got := w.measure(t)
			for peak := highest.Load(); int64(got.Peak) > peak && !highest.CompareAndSwap(peak, int64(got.Peak)); {
				peak = highest.Load()
			}
			if got.End != w.end {
				t.Errorf("it ended as %q, want %q", got.End, w.end)
			}
			if got.Peak > limit || got.Peak == 0 {
				t.Errorf("it took %d KiB, limit %d", got.Peak, limit)
			}
			t.Logf("%d KiB", got.Peak)
		})
	}
}

// BenchmarkWorstFrame measures a first request, with connecting, until its frame has
// been read.
func BenchmarkWorstFrame(b *testing.B) {
	for _, w := range worstFrames() {
		b.Run(w.name, func(b *testing.B) {
			path := w.serve(b)
			b.SetBytes(socket.MaxFrame)
			b.ReportAllocs()
			for b.Loop() {
				s := store.NewProxyTokenStore(path, store.Options{})
				if end := word(request(s, w.op)); end != w.end {
					b.Fatalf("it ended as %q, want %q", end, w.end)
				}
				_ = s.Close()
			}
		})
	}
}

// raced reports whether the race detector is on.
func raced() bool {
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == "-race" && s.Value == "true" {
			return true
		}
	}
	return false
}

// measure runs a child against a host that answers with the frame.
func (w worstFrame) measure(t *testing.T) (got peakResult) {
	t.Helper()
	path := w.serve(t)
	result := runChild(t, "ask", []string{socketVariable + "=" + path, operationVariable + "=" + w.op})
	if err := json.Unmarshal([]byte(result), &got); err != nil {
		t.Fatalf("%q: %v", result, err)
	}
	return got
}

// serve answers clients over a real socket, one at a time, until the test ends.
func (w worstFrame) serve(t testing.TB) (path string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "worst") // shorter than t.TempDir, for a socket's path
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	frame := w.frame(anyIDText)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			stream, err := l.Accept()
			if err != nil {
				return
			}
			w.answer(stream, frame)
			_ = stream.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
		_ = os.RemoveAll(dir)
	})
	return path
}

// anyIDText is replaced by the request's id in a frame.
var anyIDText = strings.Repeat("x", 26)

// answer answers every request of one client with the frame.
func (w worstFrame) answer(stream io.ReadWriter, frame []byte) {
	for first := true; ; first = false {
		request, err := frameFrom(stream)
		if err != nil {
			return
		}
		var asked struct{ ID string }
		_ = json.Unmarshal(request, &asked)
		answer := []byte(`{"v":2,"op":"handshake","ok":true,"data":{"version":2}}`)
		switch {
		case first == (w.op == "handshake"):
			answer = frame
			copy(answer[max(0, bytes.Index(answer[:40], []byte(anyIDText))):], asked.ID)
		case !first:
			answer = []byte(`{"id":"` + asked.ID + `","ok":true,"data":{"providers":[]}}`)
		}
		_, err = stream.Write(binary.BigEndian.AppendUint32(nil, uint32(len(answer))))
		if err == nil {
			_, err = stream.Write(answer)
		}
		copy(answer[max(0, bytes.Index(answer[:40], []byte(asked.ID))):], anyIDText[:len(asked.ID)])
		if err != nil {
			return
		}
	}
}

func frameFrom(stream io.Reader) ([]byte, error) {
	header := make([]byte, 4)
	if _, err := io.ReadFull(stream, header); err != nil {
		return nil, err
	}
	frame := make([]byte, binary.BigEndian.Uint32(header))
	_, err := io.ReadFull(stream, frame)
	return frame, err
}

// requestOnce is the child: it makes one request and prints a peakResult.
func requestOnce(out io.Writer) error {
	s := store.NewProxyTokenStore(os.Getenv(socketVariable), store.Options{})
	defer func() { _ = s.Close() }()
	end := word(request(s, os.Getenv(operationVariable)))
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	var peak int
	if _, err := fmt.Sscan(after, &peak); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(peakResult{Peak: peak, End: end})
}

func request(s *store.ProxyTokenStore, op string) (err error) {
	switch op {
	case "list_buckets":
		_, err = s.ListBuckets(context.Background(), "codex")
	case "get_token":
		_, err = s.Check(context.Background(), codex)
	case "remove_token":
		err = s.RemoveToken(context.Background(), codex)
	case "refresh_token":
		err = store.NewRenewer(s).Renew(context.Background(), store.Renewal{Key: codex, Now: func() time.Time { return now }}).Err
	default:
		_, err = s.ListProviders(context.Background())
	}
	return err
}

// word names how a request ended.
func word(err error) string {
	_, refused := errors.AsType[*store.Error](err)
	_, malformed := errors.AsType[*socket.MalformedDataError](err)
	failed, handshake := errors.AsType[*socket.HandshakeError](err)
	switch {
	case err == nil:
		return "fine"
	case refused:
		return "refused"
	case malformed:
		return "malformed"
	case errors.Is(err, socket.ErrLost):
		return "lost"
	case handshake:
		return [...]string{"closed", "refused", "malformed", "silent", "unsupported"}[failed.Kind]
	}
	return fmt.Sprintf("%T", err)
}

const (
	providers = `"ok":true,"data":{"providers":`
	buckets   = `"ok":true,"data":{"buckets":`
	someToken = `"ok":true,"data":{"access_token":"t","expiry":5`
	handshake = `"v":2,"op":"handshake",`
)

// worstFrame is a reply of the longest frame that is allowed, with content that costs a
// careless reader many times its length.
type worstFrame struct {
	name, op, end string
	head          string // after the id, or from the start in a handshake
	unit          func(i int) string
	tail          string
}

// frame returns the JSON of the reply to the request with this id, filled with units up
// to the limit.
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

// again returns s for every unit.
func again(s string) func(int) string { return func(int) string { return s } }

// numbered returns s with its % replaced by a short name that differs in each unit.
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

// nested returns a frame of brackets nested as deeply as fits.
func nested(open, inside, shut, end string) (head string, unit func(int) string, tail string) {
	depth := (socket.MaxFrame - 200) / (len(open) + len(shut))
	return strings.Repeat(open, depth) + inside, again(" "), strings.Repeat(shut, depth) + end
}

func deep(name, op, end, prefix, open, shut, suffix string) worstFrame {
	head, unit, tail := nested(open, "1", shut, suffix)
	return worstFrame{name, op, end, prefix + head, unit, tail}
}

// almostSecrets returns the start of a token with as many secrets as are allowed, with
// texts that contain all but the last byte of each, up to an open unknown field.
func almostSecrets() string {
	almost := func(n int) string { return strings.Repeat("x", n-1) + "y" }
	text := `"` + strings.Repeat("x", 8<<10) + `"`
	return `"ok":true,"data":{"access_token":"` + almost(100) + `"` + strings.Repeat(`,"refresh_token":"`+almost(4<<10)+`"`, 7) +
		strings.Repeat(`,"id_token":"`+almost(120)+`"`, 8) + `,"scope":` + text + `,"token_type":` + text + `,"account_id":` + text + `,"unknown":"`
}

// worstFrames returns the frames, grouped by operation. It is a function so that they
// take no memory in the children.
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
		{"a long scope", "get_token", "fine", someToken + `,"scope":"`, again(`x`), `"}}`},
		{"an escaped scope", "get_token", "fine", someToken + `,"scope":"`, again(`\u001b`), `"}}`},
		{"a scope in which tokens almost are", "get_token", "fine", almostSecrets(), again(`x`), `"}}`},
		{"names of fields in which tokens almost are", "get_token", "fine", almostSecrets() + `"` + strings.Repeat(`,"`+strings.Repeat("x", 256)+`":0`, 950) + `,"more":"`, again(`x`), `"}}`},
		{"scopes again and again", "get_token", "fine", someToken, again(`,"scope":"` + strings.Repeat(`\u00e9`, 1000) + `"`), `}}`},
		{"a long expiry", "get_token", "fine", someToken, again(`0`), `}}`},
		{"an unknown field", "get_token", "fine", someToken + `,"refresh_token":"`, again(`x`), `"}}`},
		{"a name of a field of no UTF-8", "get_token", "lost", someToken + `,"`, again("\xff"), `":0}}`},
		{"a long name of a field", "get_token", "fine", someToken + `,"`, again(`x`), `":0}}`},
		{"an escaped name of a field", "get_token", "fine", someToken + `,"`, again(`\u001b`), `":0}}`},
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
		{"a long token of a renewal", "refresh_token", "fine", `"ok":true,"data":{"access_token":"`, again(`x`), `","expiry":1}}`},
		{"a long refusal of a renewal", "refresh_token", "refused", `"ok":false,"code":"REAUTH_REQUIRED","error":"`, again(`\u001b`), `"}`},
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
