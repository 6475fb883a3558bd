package main

import (
	"context"
	"sync"

	"credscope/store/demo"
)

// gate stands between a host and its answers.
type gate struct {
	mu   sync.Mutex // guards the two below
	held map[string]chan struct{}
	came map[string]bool // held calls that have reached the host

	news chan struct{} // holds one token since one came
}

func newGate(calls []string) *gate {
	g := &gate{held: map[string]chan struct{}{}, came: map[string]bool{}, news: make(chan struct{}, 1)}
	for _, call := range calls {
		g.held[call] = make(chan struct{})
	}
	return g
}

// has reports whether a held call has reached the host.
func (g *gate) has(call string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.came[call]
}

// hold has the host hold a call, from now on.
func (g *gate) hold(call string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held[call] = make(chan struct{})
}

// let has the host answer a held call, from now on.
func (g *gate) let(call string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.held[call])
	delete(g.held, call)
}

func (g *gate) hook(ctx context.Context, call demo.Call, answer func() (any, error)) (any, error) {
	g.mu.Lock()
	held := g.held[callName(call)]
	g.came[callName(call)] = held != nil
	g.mu.Unlock()
	if held != nil {
		select {
		case g.news <- struct{}{}:
		default:
		}
		select {
		case <-held:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return answer()
}

// callName is a call as scenes name it: "list_buckets codex",
// "remove_token codex/ci-runner".
func callName(call demo.Call) string {
	switch call.Op {
	case "list_providers":
		return call.Op
	case "list_buckets":
		return call.Op + " " + call.Key.Provider
	}
	return call.Op + " " + call.Key.String()
}
