package store_test

import (
	"path/filepath"
	"testing"

	"credscope/socket"
	"credscope/socket/bare"
	"credscope/store"
)

const benchToken = `{"access_token":"made-up-secret-0123456789-0123456789-0123456789-0123456789","expiry":1893456000,"token_type":"Bearer","scope":"openid profile email"}`

var benchKey = store.Key{Provider: bare.Provider(0), Bucket: bare.Bucket(0)}

// benchStore returns a store whose host is the barest one, whose part of the
// allocations is none.
func benchStore(b *testing.B, buckets int) (s *store.ProxyTokenStore, path string) {
	b.Helper()
	path = filepath.Join(b.TempDir(), "host.sock")
	stop, err := (&bare.Host{Providers: 1, Buckets: buckets, Token: benchToken}).Start(path)
	if err != nil {
		b.Fatal(err)
	}
	s = store.NewProxyTokenStore(path, socket.Options{})
	b.Cleanup(func() {
		_ = s.Close()
		if err := stop(); err != nil {
			b.Error(err)
		}
	})
	b.ReportAllocs()
	return s, path
}

// BenchmarkGetToken is one token after the other, beside the same frames
// exchanged by the bare loop.
func BenchmarkGetToken(b *testing.B) {
	b.Run("store", func(b *testing.B) {
		s, _ := benchStore(b, 1)
		for b.Loop() {
			token, found, err := s.GetToken(b.Context(), benchKey)
			if token.Wipe(); err != nil || !found {
				b.Fatal(found, err)
			}
		}
	})
	b.Run("bare", func(b *testing.B) {
		_, path := benchStore(b, 1)
		benchBare[bare.Token](b, path, "get_token", bare.Key(benchKey))
	})
}

// BenchmarkLook is what the screen asks of a token.
func BenchmarkLook(b *testing.B) {
	s, _ := benchStore(b, 1)
	for b.Loop() {
		if look, err := s.Look(b.Context(), benchKey); err != nil || !look.Found {
			b.Fatal(look, err)
		}
	}
}

// BenchmarkListBuckets is a list of 10,000 names.
func BenchmarkListBuckets(b *testing.B) {
	const names = 10_000
	b.Run("store", func(b *testing.B) {
		s, _ := benchStore(b, names)
		for b.Loop() {
			if buckets, err := s.ListBuckets(b.Context(), benchKey.Provider); err != nil || len(buckets) != names {
				b.Fatal(len(buckets), err)
			}
		}
	})
	b.Run("bare", func(b *testing.B) {
		_, path := benchStore(b, names)
		benchBare[bare.Names](b, path, "list_buckets", bare.Key{Provider: benchKey.Provider})
	})
}

func benchBare[T any](b *testing.B, path, op string, key bare.Key) {
	b.Helper()
	l, err := bare.Dial(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	for b.Loop() {
		if _, err := bare.Call[T](l, op, key); err != nil {
			b.Fatal(err)
		}
	}
}
