package socket

import (
	"encoding/json"
	"path/filepath"
	"sync"
	"testing"

	"credscope/socket/bare"
)

const benchToken = `{"access_token":"made-up-secret-0123456789-0123456789-0123456789-0123456789","expiry":1893456000,"token_type":"Bearer","scope":"openid profile email"}`

var benchKey = bare.Key{Provider: bare.Provider(0), Bucket: bare.Bucket(0)}

// benchHost runs the barest host, whose part of the allocations is none.
func benchHost(b *testing.B) (path string) {
	b.Helper()
	path = filepath.Join(b.TempDir(), "host.sock")
	stop, err := (&bare.Host{Providers: 1, Buckets: 1, Token: benchToken}).Start(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := stop(); err != nil {
			b.Error(err)
		}
	})
	return path
}

func benchClient(b *testing.B) *Client {
	b.Helper()
	c := NewClient(benchHost(b), Options{})
	b.Cleanup(func() { _ = c.Close() })
	return c
}

func benchLoop(b *testing.B) *bare.Loop {
	b.Helper()
	l, err := bare.Dial(benchHost(b))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	return l
}

// BenchmarkRequest is one request after the other, beside the same frames
// exchanged by the bare loop.
func BenchmarkRequest(b *testing.B) {
	b.Run("client", func(b *testing.B) {
		c := benchClient(b)
		b.ReportAllocs()
		for b.Loop() {
			var data json.RawMessage
			if err := c.Request(b.Context(), "get_token", benchKey, &data); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bare", func(b *testing.B) {
		l := benchLoop(b)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := bare.Call[json.RawMessage](l, "get_token", benchKey); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkRequestsInFlight keeps eight requests in flight.
func BenchmarkRequestsInFlight(b *testing.B) {
	b.Run("client", func(b *testing.B) {
		c := benchClient(b)
		b.ReportAllocs()
		turns := make(chan struct{})
		var callers sync.WaitGroup
		for range MaxInFlight {
			callers.Go(func() {
				for range turns {
					var data json.RawMessage
					if err := c.Request(b.Context(), "get_token", benchKey, &data); err != nil {
						b.Error(err)
					}
				}
			})
		}
		for b.Loop() {
			turns <- struct{}{}
		}
		close(turns)
		callers.Wait()
	})
	b.Run("bare", func(b *testing.B) {
		l := benchLoop(b)
		b.ReportAllocs()
		b.ResetTimer()
		err := bare.Pipeline(l, "get_token", b.N, MaxInFlight, func(int) any { return benchKey }, func(int, json.RawMessage) {})
		if err != nil {
			b.Fatal(err)
		}
	})
}
