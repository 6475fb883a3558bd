package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"credscope/socket"
	"credscope/socket/bare"
	"credscope/store"
)

const loopName = "bare loop"

var oneKey = store.Key{Provider: bare.Provider(0), Bucket: bare.Bucket(0)}

// pair is a store and a bare loop, each with a connection to the same host.
type pair struct {
	host  *host
	store *store.ProxyTokenStore
	loop  *bare.Loop
}

func (l *lab) pair(token string) (*pair, error) {
	h, err := l.host(spec{Providers: 1, Buckets: 1, Token: token})
	if err != nil {
		return nil, err
	}
	loop, err := bare.Dial(h.path)
	if err != nil {
		h.close()
		return nil, err
	}
	return &pair{h, store.NewProxyTokenStore(h.path, socket.Options{}), loop}, nil
}

func (p *pair) close() {
	_ = p.store.Close()
	_ = p.loop.Close()
	p.host.close()
}

// get is one get_token by the store, as a user of it makes it.
func (p *pair) get() error {
	token, found, err := p.store.GetToken(context.Background(), oneKey)
	token.Wipe()
	if err == nil && !found {
		err = errors.New("no token found")
	}
	return err
}

func (p *pair) bareGet() error {
	token, err := bare.Call[bare.Token](p.loop, "get_token", bare.Key(oneKey))
	if err == nil && token.AccessToken == "" {
		err = errors.New("an empty token")
	}
	return err
}

// measureCalls compares calls one after the other, and eight at a time.
func measureCalls(l *lab, t *table) error {
	p, err := l.pair(realToken)
	if err != nil {
		return err
	}
	defer p.close()
	const block = 200
	timed := func(call func() error) func() ([]time.Duration, error) {
		return func() ([]time.Duration, error) { return timeEach(block, call) }
	}
	blocks, err := byTurns(l.times(100, 20), timed(p.get), timed(p.bareGet))
	if err != nil {
		return err
	}
	ours, theirs := flat(blocks[0]), flat(blocks[1])
	t.ratio("one `get_token`, p50", loopName, "time", medianOf(ours), medianOf(theirs), atMost(1.25, "x"))
	t.ratio("one `get_token`, p99", loopName, "time", float64(percentile(ours, 99)), float64(percentile(theirs, 99)), told("x"))
	return p.measurePipelined(l, t)
}

func timeEach(n int, do func() error) ([]time.Duration, error) {
	took := make([]time.Duration, n)
	for i := range took {
		started := time.Now()
		if err := do(); err != nil {
			return nil, err
		}
		took[i] = time.Since(started)
	}
	return took, nil
}

func flat[T any](blocks [][]T) (all []T) {
	for _, block := range blocks {
		all = append(all, block...)
	}
	return all
}

func (p *pair) measurePipelined(l *lab, t *table) error {
	const calls = 2_000
	timed := func(do func() error) func() (time.Duration, error) {
		return func() (time.Duration, error) {
			started := time.Now()
			err := do()
			return time.Since(started), err
		}
	}
	took, err := byTurns(l.times(41, 9),
		timed(func() error { return atOnce(calls, p.get) }),
		timed(func() error {
			return bare.Pipeline(p.loop, "get_token", calls, socket.MaxInFlight,
				func(int) any { return bare.Key(oneKey) }, func(int, bare.Token) {})
		}))
	if err != nil {
		return err
	}
	perSecond := func(took []time.Duration) float64 { return calls / median(took).Seconds() }
	t.ratio("2,000 `get_token`, 8 in flight", loopName+", pipelined", "calls/s", perSecond(took[0]), perSecond(took[1]), atLeast(0.8, "x"))
	stats, err := p.host.stats()
	t.figure("refusals by a host that allows 16 in flight", float64(stats.Refused), atMost(0, ""))
	return err
}

// atOnce makes n calls, as many at a time as the program does.
func atOnce(n int, call func() error) error {
	var failed error
	var once sync.Once
	store.AtOnce(n, func(int) {
		if err := call(); err != nil {
			once.Do(func() { failed = err })
		}
	})
	return failed
}

// measureAllocations counts what a get_token leaves to the garbage collector,
// with an ordinary reply and with one that brings a large field nobody keeps.
func measureAllocations(l *lab, t *table) error {
	const unread = 40 << 10
	large := strings.TrimSuffix(realToken, "}") + `,"unknown":"` + strings.Repeat("x", unread) + `"}`
	var objects, bytes [2]float64
	for i, token := range []string{realToken, large} {
		p, err := l.pair(token)
		if err != nil {
			return err
		}
		objects[i], bytes[i], err = allocations(l.times(2_000, 500), p.get)
		p.close()
		if err != nil {
			return err
		}
	}
	t.figure("allocations per `get_token`, in socket and store", objects[0], atMost(25, ""))
	t.figure(fmt.Sprintf("bytes allocated per byte of the frame beyond the result, %d KiB more", unread>>10), (bytes[1]-bytes[0])/unread, atMost(0.05, ""))
	return nil
}

// allocations returns the objects and bytes that one call allocates. The host
// is another process, and nothing else runs in this one.
func allocations(n int, call func() error) (objects, bytes float64, err error) {
	for range 20 { // connect and warm up
		if err := call(); err != nil {
			return 0, 0, err
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range n {
		if err := call(); err != nil {
			return 0, 0, err
		}
	}
	runtime.ReadMemStats(&after)
	each := func(from, to uint64) float64 { return float64(to-from) / float64(n) }
	return each(before.Mallocs, after.Mallocs), each(before.TotalAlloc, after.TotalAlloc), nil
}
