package store_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"credscope/socket"
	"credscope/store"
)

// bareLoop is a connection that checks, wipes and times out nothing.
type bareLoop struct {
	net.Conn
	in *bufio.Reader
}

func newBareLoop(b *testing.B, path string) *bareLoop {
	b.Helper()
	stream, err := net.Dial("unix", path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = stream.Close() })
	l := &bareLoop{stream, bufio.NewReader(stream)}
	err = l.send(map[string]any{"v": 2, "op": "handshake", "payload": map[string]int{"minVersion": 1, "maxVersion": 2}})
	if err = errors.Join(err, l.receive(&struct{}{})); err != nil {
		b.Fatal(err)
	}
	return l
}

func (l *bareLoop) send(message any) error {
	body, err := json.Marshal(message)
	if err == nil {
		_, err = l.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), body...))
	}
	return err
}

// receive decodes the data of the next reply, whichever request it answers.
func (l *bareLoop) receive(data any) error {
	var header [4]byte
	if _, err := io.ReadFull(l.in, header[:]); err != nil {
		return err
	}
	body := make([]byte, binary.BigEndian.Uint32(header[:]))
	if _, err := io.ReadFull(l.in, body); err != nil {
		return err
	}
	reply := struct {
		OK   bool `json:"ok"`
		Data any  `json:"data"`
	}{Data: data}
	if err := json.Unmarshal(body, &reply); err != nil {
		return fmt.Errorf("want a result, got %s: %w", body, err)
	}
	if !reply.OK {
		return fmt.Errorf("want a result, got %s", body)
	}
	return nil
}

// forEach makes one request for each key, with as many in flight as a store has.
func (l *bareLoop) forEach(op string, keys []store.Key, data any, received func()) error {
	for done, sent := 0, 0; done < len(keys); done++ {
		for ; sent < len(keys) && sent-done < socket.MaxInFlight; sent++ {
			payload := map[string]string{"provider": keys[sent].Provider, "bucket": keys[sent].Bucket}
			if err := l.send(map[string]any{"v": 2, "id": fmt.Sprint("r", sent), "op": op, "payload": payload}); err != nil {
				return err
			}
		}
		if err := l.receive(data); err != nil {
			return err
		}
		received()
	}
	return nil
}

// benchHost lists 50 buckets for every provider, and has a token for each.
func benchHost(b *testing.B) (path string) {
	b.Helper()
	buckets, err := json.Marshal(map[string][]string{"buckets": slices.Repeat([]string{"account00@example.com"}, 50)})
	if err != nil {
		b.Fatal(err)
	}
	data := map[string]json.RawMessage{
		"list_buckets": buckets,
		"get_token":    json.RawMessage(`{"access_token":"made-up-secret-0123456789-0123456789-0123456789","expiry":1893456000,"token_type":"Bearer","scope":"openid email"}`),
	}
	path = filepath.Join(b.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		b.Fatal(err)
	}
	handler := socket.HandlerFunc(func(_ context.Context, call socket.Call) (any, error) { return data[call.Op], nil })
	ctx, stop := context.WithCancel(b.Context())
	done := make(chan error)
	go func() { done <- socket.Serve(ctx, l, handler, socket.ServeOptions{}) }()
	b.Cleanup(func() {
		stop()
		<-done
	})
	return path
}

// benchBeside counts the results of a store and of a bare loop in turn, both on
// one host. Time and allocations are the store's, those of the host included;
// x/bare is the ratio of the two times.
func benchBeside(b *testing.B, want int, of func(*store.ProxyTokenStore) int, bare func(l *bareLoop) int) {
	b.Helper()
	path := benchHost(b)
	s, l := store.NewProxyTokenStore(path, store.Options{}), newBareLoop(b, path)
	b.Cleanup(func() { _ = s.Close() })
	b.ReportAllocs()
	var reference time.Duration
	for b.Loop() {
		got := of(s)
		b.StopTimer()
		started := time.Now()
		gotBare := bare(l)
		reference += time.Since(started)
		if got != want || gotBare != want {
			b.Fatalf("got %d results, the bare loop %d, want %d", got, gotBare, want)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed())/float64(reference), "x/bare")
}

// largeKeys returns keys of so many buckets with each of 200 providers.
func largeKeys(buckets int) (keys []store.Key) {
	for p := range 200 {
		for bucket := range buckets {
			keys = append(keys, store.Key{Provider: fmt.Sprintf("provider-%03d", p), Bucket: fmt.Sprintf("account%02d@example.com", bucket)})
		}
	}
	return keys
}

// BenchmarkListAll lists the buckets of 200 providers.
func BenchmarkListAll(b *testing.B) {
	keys := largeKeys(1)
	benchBeside(b, 10_000, func(s *store.ProxyTokenStore) int {
		var buckets atomic.Int64
		store.ForEachLimit(len(keys), func(i int) {
			names, _ := s.ListBuckets(b.Context(), keys[i].Provider)
			buckets.Add(int64(len(names)))
		})
		return int(buckets.Load())
	}, func(l *bareLoop) (buckets int) {
		var data struct{ Buckets []string }
		_ = l.forEach("list_buckets", keys, &data, func() { buckets += len(data.Buckets) })
		return buckets
	})
}

// BenchmarkCheckAll checks 10,000 tokens.
func BenchmarkCheckAll(b *testing.B) {
	keys := largeKeys(50)
	benchBeside(b, len(keys), func(s *store.ProxyTokenStore) int {
		var found atomic.Int64
		store.ForEachLimit(len(keys), func(i int) {
			if check, err := s.Check(b.Context(), keys[i]); err == nil && check.Found {
				found.Add(1)
			}
		})
		return int(found.Load())
	}, func(l *bareLoop) (found int) {
		var data struct {
			AccessToken string `json:"access_token"`
			TokenType   string `json:"token_type"`
			Scope       string `json:"scope"`
			Expiry      float64
		}
		_ = l.forEach("get_token", keys, &data, func() { found++ })
		return found
	})
}
