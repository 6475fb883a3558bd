package store_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"credscope/store"
	"credscope/store/demo"
)

// List the buckets of a provider and check each of them.
func ExampleNewProxyTokenStore() {
	ctx, today := context.Background(), time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)
	host, err := demo.Start(demo.Options{Now: func() time.Time { return today }})
	if err != nil {
		log.Fatal(err)
	}
	defer host.Close()

	s := store.NewProxyTokenStore(host.Path(), store.Options{Timeout: 10 * time.Second})
	defer s.Close()
	buckets, err := s.ListBuckets(ctx, "codex")
	if err != nil {
		log.Fatal(err)
	}
	for _, bucket := range buckets {
		key := store.Key{Provider: "codex", Bucket: bucket}
		check, err := s.Check(ctx, key)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%v: %v\n", key, check.Status(today, store.DefaultStaleAfter))
	}
	// Output:
	// codex/ci-runner: stale
	// codex/default: expiring
	// codex/jane.doe@example.com: expired
	// codex/shared@example.com: denied
}

// Inside a sandbox the environment names the host. A program passes os.Getenv and
// os.Unsetenv; here they are replaced, for a sandbox with a demo host.
func ExampleFromEnvironment() {
	host, err := demo.Start(demo.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer host.Close()
	sandbox := map[string]string{store.SocketVariable: host.Path()}
	getenv := func(name string) string { return sandbox[name] }
	unsetenv := func(name string) error { delete(sandbox, name); return nil }

	s, err := store.FromEnvironment(getenv, unsetenv, store.Options{})
	if errors.Is(err, store.ErrNoProxy) {
		fmt.Println("not inside a sandbox")
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	fmt.Println(s.ListProviders(context.Background()))
	// Output:
	// [anthropic claudecode codex gemini qwen] <nil>
}

// Let the host renew two tokens that have expired: one is alive and one is dead.
func ExampleRenewer() {
	ctx, today := context.Background(), time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)
	clock := func() time.Time { return today }
	host, err := demo.Start(demo.Options{Now: clock})
	if err != nil {
		log.Fatal(err)
	}
	defer host.Close()

	s := store.NewProxyTokenStore(host.Path(), store.Options{})
	defer s.Close()
	renewer := store.NewRenewer(s)
	for _, key := range []store.Key{{Provider: "anthropic"}, {Provider: "codex", Bucket: "ci-runner"}} {
		before, err := s.Check(ctx, key)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(renewer.Renew(ctx, store.Renewal{Key: key, Expiry: before.Metadata.Expiry, Now: clock}))
	}
	// Output:
	// renewed
	// dead
}

// Remove a credential, and compare what the host shows before and afterwards.
func ExampleProxyTokenStore_RemoveVerified() {
	ctx := context.Background()
	for _, scenario := range []string{"default", "liar"} {
		host, err := demo.Start(demo.Options{Scenario: scenario})
		if err != nil {
			log.Fatal(err)
		}
		defer host.Close()
		s := store.NewProxyTokenStore(host.Path(), store.Options{})
		defer s.Close()

		removal := store.Removal{Key: store.Key{Provider: "codex", Bucket: "ci-runner"}}
		buckets, err := s.ListBuckets(ctx, removal.Key.Provider)
		if err != nil {
			log.Fatal(err)
		}
		for _, bucket := range buckets {
			if bucket != removal.Key.Bucket {
				removal.Others = append(removal.Others, store.Key{Provider: removal.Key.Provider, Bucket: bucket})
			}
		}
		outcome := s.RemoveVerified(ctx, removal)
		fmt.Printf("%v: %v\n", outcome.Key, outcome)
	}
	// Output:
	// codex/ci-runner: removed
	// codex/ci-runner: still there (host said OK)
}

// Print every request that a store makes.
func ExampleOptions() {
	host, err := demo.Start(demo.Options{Scenario: "locked"})
	if err != nil {
		log.Fatal(err)
	}
	defer host.Close()

	s := store.NewProxyTokenStore(host.Path(), store.Options{
		Observe: func(r store.Request) { fmt.Println(r.Op, r.Key, r.Err) },
	})
	defer s.Close()
	_, err = s.Check(context.Background(), store.Key{Provider: "codex"})
	fmt.Println(errors.Is(err, store.InternalError))
	// Output:
	// get_token codex/default "The keychain is locked"
	// true
}
