package tui

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"credscope/store"

	"golang.org/x/sys/unix"
)

// faultyHost speaks the protocol by hand over a real Unix socket, so that it can
// break it, once, where its script says. It serves one request after the other
// and keeps the books against which the screen's verdicts are held.
type faultyHost struct {
	path    string
	version int // the newest that it speaks
	script  script
	serving sync.WaitGroup

	mu          sync.Mutex // guards the fields below
	question    bool       // the question on the screen has been accepted
	held        map[store.Key]stored
	received    map[store.Key]int  // removals and renewals that arrived whole
	ops         map[string]int     // the same by operation
	late        map[store.Key]bool // carried out after the host was asked again
	shownStale  map[store.Key]bool // in a list that was out of date
	seen        map[phase]int      // requests so far
	fired       bool               // the fault has happened
	happens     chan struct{}      // closed when it does
	mood        mood
	old         map[store.Key]stored // what lists show while they are out of date
	owed        []func()             // to be done at the next request, see late
	connections int
	second      int // connections made after another had an accepted atHandshake
	streams     []net.Conn
}

// stored is what the host holds under a key.
type stored struct {
	expiry     int64 // Unix seconds
	unreadable bool
}

// mood is how the host answers from now on.
type mood int

const (
	honest    mood = iota
	blank          // every list is empty
	outOfDate      // lists show what was there before
	secretive      // get_token is forbidden
	locked         // every answer is an error
	omitting       // lists leave out a token that was to be removed and is there
	forgetful      // a renewed token is not stored
)

// host starts a host with a script.
func (sc script) host(t testing.TB, version int, held map[store.Key]stored) *faultyHost {
	t.Helper()
	dir, err := os.MkdirTemp("", "credscope-")
	if err != nil {
		t.Fatal(err)
	}
	h := &faultyHost{
		path: filepath.Join(dir, "host.sock"), version: version, script: sc, held: maps.Clone(held),
		received: map[store.Key]int{}, ops: map[string]int{}, late: map[store.Key]bool{}, shownStale: map[store.Key]bool{}, seen: map[phase]int{},
		happens: make(chan struct{}),
	}
	listener, err := net.Listen("unix", h.path)
	if err != nil {
		t.Fatal(err)
	}
	h.serving.Go(func() { h.accept(listener) })
	t.Cleanup(func() {
		_ = listener.Close()
		h.mu.Lock()
		for _, stream := range h.streams {
			_ = stream.Close()
		}
		h.mu.Unlock()
		h.serving.Wait()
		_ = os.RemoveAll(dir)
	})
	return h
}

func (h *faultyHost) accept(listener net.Listener) {
	for {
		stream, err := listener.Accept()
		if err != nil {
			return
		}
		h.mu.Lock()
		h.connections++
		if len(h.seen) > 1 {
			h.second++ // a request has followed a atHandshake
		}
		h.streams = append(h.streams, stream)
		h.mu.Unlock()
		h.serving.Go(func() {
			defer func() { _ = stream.Close() }()
			h.serve(stream.(*net.UnixConn))
		})
	}
}

// serve answers until the script or the client ends the connection.
func (h *faultyHost) serve(stream *net.UnixConn) {
	for first := true; ; first = false {
		request, err := peek(stream)
		if err != nil {
			return
		}
		if first {
			request.Op = "handshake"
		}
		f := h.due(request)
		if f != nil && f.unread {
			return // what was not read turns the close into a reset
		}
		if _, err := receive(stream); err != nil {
			return
		}
		h.pay()
		acts := f == nil || h.script.acts
		p := &play{stream: stream, host: h, id: request.ID, request: request, reply: h.answer(request, acts)}
		if f == nil {
			p.send(p.reply)
			continue
		}
		if f.plays(p) == hangUp {
			return
		}
	}
}

// pay does what the host owes since the last request.
func (h *faultyHost) pay() {
	h.mu.Lock()
	owed := h.owed
	h.owed = nil
	h.mu.Unlock()
	for _, do := range owed {
		do()
	}
}

// answer is the host's reply. A removal is carried out if the host acts on it.
func (h *faultyHost) answer(a *asking, acts bool) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	key := a.key()
	if a.Op == "refresh_token" {
		return h.renewed(a, acts)
	}
	if a.Op == "remove_token" {
		h.received[key]++
		h.ops[a.Op]++
		if h.old == nil {
			h.old = maps.Clone(h.held)
		}
		if acts {
			delete(h.held, key)
		}
		return good(a.ID, "{}")
	}
	if h.mood == locked && a.Op != "handshake" {
		return refusing(a.ID, "INTERNAL_ERROR", "")
	}
	switch a.Op {
	case "handshake":
		return fmt.Sprintf(`{"v":%d,"op":"handshake","ok":true,"data":{"version":%[1]d}}`, h.version)
	case "list_providers":
		return good(a.ID, listOf("providers", h.listed("")))
	case "list_buckets":
		return good(a.ID, listOf("buckets", h.listed(key.Provider)))
	case "get_token":
		return h.token(a.ID, key)
	}
	return good(a.ID, `{"cancelled":false}`)
}

// renewed answers a renewal, and makes it if the host acts on it. The caller holds the
// lock.
func (h *faultyHost) renewed(a *asking, acts bool) string {
	key := a.key()
	h.received[key]++
	h.ops[a.Op]++
	if h.old == nil {
		h.old = maps.Clone(h.held)
	}
	if acts {
		h.renew(key)
	}
	return good(a.ID, fmt.Sprintf(`{"access_token":"secret","token_type":"Bearer","expiry":%d}`, testNow.Add(8*time.Hour).Unix()))
}

// renew stores a token that lasts. The caller holds the lock.
func (h *faultyHost) renew(key store.Key) {
	h.held[key] = stored{expiry: testNow.Add(8 * time.Hour).Unix()}
}

// listed returns the buckets of a provider, or the providers if it is "". The
// caller holds the lock.
func (h *faultyHost) listed(provider string) []string {
	names := map[string]bool{}
	from := h.held
	if h.mood == outOfDate {
		from = h.old
	}
	for key, token := range from {
		switch {
		case h.mood == blank, h.mood == omitting && h.received[key] > 0 && !token.unreadable:
		case provider == "":
			names[key.Provider] = true
		case provider == key.Provider:
			names[key.Bucket] = true
			h.shownStale[key] = h.mood == outOfDate
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func (h *faultyHost) token(id string, key store.Key) string {
	held, found := h.held[key]
	if h.mood == forgetful && found {
		held = h.old[key]
		h.shownStale[key] = true
	}
	switch {
	case h.mood == secretive:
		return refusing(id, "FORBIDDEN", "")
	case !found, held.unreadable:
		return refusing(id, "NOT_FOUND", "")
	}
	return good(id, fmt.Sprintf(`{"access_token":"secret","token_type":"Bearer","expiry":%d}`, held.expiry))
}

// asking is one request as it came; op is "handshake" for the first.
type asking struct {
	ID      string `json:"id"`
	Op      string `json:"op"`
	Payload struct {
		Provider string `json:"provider"`
		Bucket   string `json:"bucket"`
	} `json:"payload"`
}

func (a *asking) key() store.Key {
	return store.Key{Provider: a.Payload.Provider, Bucket: a.Payload.Bucket}.WithDefault()
}

func listOf(field string, names []string) string {
	list, _ := json.Marshal(append([]string{}, names...))
	return fmt.Sprintf(`{%q:%s}`, field, list)
}

func good(id, data string) string { return fmt.Sprintf(`{"id":%q,"ok":true,"data":%s}`, id, data) }

// refusing is a refusal, with more fields as JSON.
func refusing(id, code, more string) string {
	return fmt.Sprintf(`{"id":%q,"ok":false,"code":%q,"error":"no"%s}`, id, code, more)
}

func framed(body string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...)
}

func receive(stream io.Reader) ([]byte, error) {
	var header [4]byte
	if _, err := io.ReadFull(stream, header[:]); err != nil {
		return nil, err
	}
	body := make([]byte, binary.BigEndian.Uint32(header[:]))
	_, err := io.ReadFull(stream, body)
	return body, err
}

// peek waits for a request and leaves it where it is. Clients write each with
// one system call, so that it arrives whole.
func peek(stream *net.UnixConn) (*asking, error) {
	raw, err := stream.SyscallConn()
	if err != nil {
		return nil, err
	}
	buffer := make([]byte, 64<<10)
	n := 0
	var failed error
	err = raw.Read(func(fd uintptr) bool {
		n, _, failed = unix.Recvfrom(int(fd), buffer, unix.MSG_PEEK)
		return !errors.Is(failed, unix.EAGAIN)
	})
	if err = errors.Join(err, failed); err != nil {
		return nil, err
	}
	if n < 4 {
		return nil, io.EOF
	}
	size := 4 + int(binary.BigEndian.Uint32(buffer))
	var a asking
	return &a, json.Unmarshal(buffer[4:min(n, size)], &a)
}
