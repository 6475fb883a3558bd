package socket_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net"
	"os"
	"path/filepath"

	"credscope/socket"
)

// A client asks a host for the buckets of a provider. The first request
// connects; all requests share that connection.
func ExampleClient_Request() {
	path, stop := startHost(socket.ServeOptions{})
	defer stop()
	c := socket.NewClient(path, socket.Options{})
	defer func() { _ = c.Close() }()

	var result struct {
		Buckets []string `json:"buckets"`
	}
	payload := map[string]string{"provider": "codex"}
	if err := c.Request(context.Background(), "list_buckets", payload, &result); err != nil {
		log.Print(err)
		return
	}
	fmt.Println(result.Buckets)

	err := c.Request(context.Background(), "get_token", payload, nil)
	if refused, ok := errors.AsType[*socket.ResponseError](err); ok {
		fmt.Println(refused.Code)
	}
	fmt.Println(c.Info().Handshakes, "connection")
	// Output:
	// [default work]
	// NOT_FOUND
	// 1 connection
}

// NewClient does not connect. The first request connects and negotiates a version;
// this host speaks version 1 only.
func ExampleNewClient() {
	path, stop := startHost(socket.ServeOptions{MaxVersion: 1})
	defer stop()
	c := socket.NewClient(path, socket.Options{})
	defer func() { _ = c.Close() }()
	fmt.Println("version", c.Info().Version)
	if err := c.Request(context.Background(), "list_buckets", nil, nil); err != nil {
		log.Print(err)
		return
	}
	fmt.Println("version", c.Info().Version)
	// Output:
	// version 0
	// version 1
}

// A host answers every request with the name of its operation, until its
// context ends.
func ExampleServe() {
	dir, err := os.MkdirTemp("", "host")
	if err != nil {
		log.Print(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		log.Print(err)
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() {
		served <- socket.Serve(ctx, l, socket.HandlerFunc(func(_ context.Context, call socket.Call) (any, error) {
			return map[string]string{"op": call.Op}, nil
		}), socket.ServeOptions{})
	}()

	c := socket.NewClient(l.Addr().String(), socket.Options{})
	var data json.RawMessage
	err = c.Request(context.Background(), "list_providers", nil, &data)
	fmt.Println(string(data), err)
	_ = c.Close()
	stop()
	fmt.Println(<-served)
	// Output:
	// {"op":"list_providers"} <nil>
	// <nil>
}

// startHost serves a host with one provider on a socket in a new directory.
func startHost(o socket.ServeOptions) (path string, stop func()) {
	dir, err := os.MkdirTemp("", "host")
	if err != nil {
		log.Fatal(err)
	}
	path = filepath.Join(dir, "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- socket.Serve(ctx, l, socket.HandlerFunc(oneProvider), o) }()
	return path, func() {
		cancel()
		<-served
		_ = os.RemoveAll(dir)
	}
}

func oneProvider(_ context.Context, call socket.Call) (any, error) {
	if call.Op == "list_buckets" {
		return map[string][]string{"buckets": {"default", "work"}}, nil
	}
	return nil, &socket.ResponseError{Code: socket.CodeNotFound, Message: "no token"}
}
