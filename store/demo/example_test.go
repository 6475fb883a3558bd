package demo_test

import (
	"context"
	"fmt"
	"log"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

// Run a host and list what it offers.
func ExampleStart() {
	host, err := demo.Start(demo.Options{Scenario: "default"})
	if err != nil {
		log.Fatal(err)
	}
	defer host.Close()

	s := host.NewStore(store.Options{})
	defer s.Close()
	providers, err := s.ListProviders(context.Background())
	fmt.Println(providers, err)
	// Output:
	// [anthropic claudecode codex gemini qwen] <nil>
}

// Carry a removal out, and then close the connection in place of answering.
func ExampleHook() {
	host, err := demo.Start(demo.Options{Hook: func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		data, err := answer()
		if call.Op == "remove_token" {
			return nil, socket.ErrHangUp
		}
		return data, err
	}})
	if err != nil {
		log.Fatal(err)
	}
	defer host.Close()

	s := host.NewStore(store.Options{})
	defer s.Close()
	before := len(host.Keys())
	err = s.RemoveToken(context.Background(), store.Key{Provider: "codex"})
	fmt.Println(err)
	fmt.Println(before-len(host.Keys()), "removed")
	// Output:
	// Credential proxy connection lost. Restart the session.
	// 1 removed
}
