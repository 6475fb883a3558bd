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

	"credscope/socket"
	"credscope/store"
)

const operationVariable = "CREDSCOPE_TEST_OPERATION"

func init() { children["ask"] = askOnce }

// peakLimit is the most memory, in KiB, that a process may have needed for
// whatever one frame held.
const peakLimit = 64 << 10

// came is how a child's one request ended, and the child's peak of resident memory.
type came struct {
	Peak int    // KiB
	End  string // the word of worstFrame.end
}

func TestNoFrameNeedsMuchMemory(t *testing.T) {
	limit := peakLimit
	if raced() {
		limit *= 8 // the race detector's shadow of it all
	}
	var highest atomic.Int64
	t.Cleanup(func() { t.Logf("%d frames of up to 4 MiB, at most %d KiB", len(worstFrames()), highest.Load()) })
	for _, w := range worstFrames() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			got := w.asked(t)
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

// BenchmarkWorstFrame is the time from a first request, connecting included, to
// what a frame comes to; MB/s are of the frame.
func BenchmarkWorstFrame(b *testing.B) {
	for _, w := range worstFrames() {
		b.Run(w.name, func(b *testing.B) {
			path := w.serve(b)
			b.SetBytes(socket.MaxFrame)
			b.ReportAllocs()
			for b.Loop() {
				s := store.NewProxyTokenStore(path, socket.Options{})
				if end := word(request(s, w.op)); end != w.end {
					b.Fatalf("it ended as %q, want %q", end, w.end)
				}
				_ = s.Close()
			}
		})
	}
}

// raced reports whether this binary carries the race detector.
func raced() bool {
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == "-race" && s.Value == "true" {
			return true
		}
	}
	return false
}

// asked has a child ask a host that answers with the frame.
func (w worstFrame) asked(t *testing.T) (got came) {
	t.Helper()
	path := w.serve(t)
	result := child(t, "ask", []string{socketVariable + "=" + path, operationVariable + "=" + w.op})
	if err := json.Unmarshal([]byte(result), &got); err != nil {
		t.Fatalf("%q: %v", result, err)
	}
	return got
}

// serve answers one client over a real socket until the test's end.
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
			w.play(stream, frame)
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

// anyIDText stands in a frame for the id of the request.
var anyIDText = strings.Repeat("x", 26)

// play answers every request of one client with the frame.
func (w worstFrame) play(stream io.ReadWriter, frame []byte) {
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

// askOnce is the child: it sends one request and tells how that ended.
func askOnce(out io.Writer) error {
	s := store.NewProxyTokenStore(os.Getenv(socketVariable), socket.Options{})
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
	return json.NewEncoder(out).Encode(came{Peak: peak, End: end})
}

func request(s *store.ProxyTokenStore, op string) (err error) {
	switch op {
	case "list_buckets":
		_, err = s.ListBuckets(context.Background(), "codex")
	case "get_token":
		_, err = s.Look(context.Background(), codex)
	case "remove_token":
		err = s.RemoveToken(context.Background(), codex)
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
