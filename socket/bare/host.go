package bare

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Host is a host with made-up credentials: the same Buckets with every one of
// Providers. Fill it in, then Start it.
type Host struct {
	Providers, Buckets int
	Token              string        // the JSON object that every get_token is answered with
	Delay              time.Duration // before every answer
	HoldLast           time.Duration // before the last provider's buckets

	providers, buckets, token []byte // the data of the answers

	mu       sync.Mutex      // guards the fields below
	stats    Stats           // but for Requests
	requests map[string]*int // by operation; counting one leaves nothing to collect
	seen     map[string]bool
}

// Stats is what a Host has been asked.
type Stats struct {
	Requests map[string]int // by operation
	Refused  int            // beyond the sixteenth in flight
	Twice    int            // requests that repeated an earlier one
	// FirstLook and LastLook are when the first get_token came and the last one
	// was answered.
	FirstLook, LastLook time.Time
}

// Provider and Bucket are the names of a Host's i-th ones.
func Provider(i int) string { return fmt.Sprintf("provider-%05d", i) }

// Bucket is the name of the i-th bucket of every provider.
func Bucket(i int) string { return fmt.Sprintf("account%06d@example.com", i) }

func list(field string, n int, name func(int) string) []byte {
	names := make([]string, n)
	for i := range names {
		names[i] = name(i)
	}
	data, err := json.Marshal(map[string][]string{field: names})
	if err != nil {
		panic(err) // names are strings
	}
	return data
}

// Start has the host answer at path, until stop is called.
func (h *Host) Start(path string) (stop func() error, err error) {
	h.providers, h.buckets = list("providers", h.Providers, Provider), list("buckets", h.Buckets, Bucket)
	h.token = []byte(h.Token)
	h.requests, h.seen = map[string]*int{}, map[string]bool{}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	served := make(chan error, 1)
	go func() { served <- h.serve(listener) }()
	return func() error { return errors.Join(listener.Close(), <-served) }, nil
}

// serve answers the clients of listener until it is closed.
func (h *Host) serve(listener net.Listener) error {
	for {
		stream, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		go (&client{host: h, stream: stream}).serve()
	}
}

// Stats returns what has been asked since the start.
func (h *Host) Stats() Stats {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.stats
	s.Requests = map[string]int{}
	for op, n := range h.requests {
		s.Requests[op] = *n
	}
	return s
}

func (h *Host) count(a ask) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if n := h.requests[string(a.op)]; n != nil {
		*n++
	} else {
		first := 1
		h.requests[string(a.op)] = &first
	}
	if h.seen[string(a.what)] {
		h.stats.Twice++
	} else {
		h.seen[string(a.what)] = true
	}
	if string(a.op) == "get_token" && h.stats.FirstLook.IsZero() {
		h.stats.FirstLook = time.Now()
	}
}

func (h *Host) answered(a ask) {
	if string(a.op) == "get_token" {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.stats.LastLook = time.Now()
	}
}

// ask is a request as a Host reads it: no escapes, no spaces between values, the
// fields in the order of both clients.
type ask struct{ id, op, what []byte }

func readAsk(frame []byte) ask {
	_, what, _ := bytes.Cut(frame, []byte(`"op":`))
	return ask{between(frame, `"id":"`), between(frame, `"op":"`), what}
}

func between(frame []byte, before string) []byte {
	_, rest, _ := bytes.Cut(frame, []byte(before))
	value, _, _ := bytes.Cut(rest, []byte(`"`))
	return value
}

// answer returns the JSON of a request's data and how long it takes.
func (h *Host) answer(a ask) (data []byte, delay time.Duration) {
	switch string(a.op) {
	case "list_providers":
		return h.providers, h.Delay
	case "list_buckets":
		if h.HoldLast > 0 && bytes.Contains(a.what, []byte(Provider(h.Providers-1))) {
			return h.buckets, h.HoldLast
		}
		return h.buckets, h.Delay
	case "get_token":
		return h.token, h.Delay
	}
	return []byte("{}"), h.Delay
}
