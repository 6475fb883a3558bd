package store

import (
	"sync"
	"sync/atomic"
)

// AtOnce does n things, as many at a time as it is worth asking a host, and
// returns when all are done. A panic in one of them becomes a panic of the
// caller, whose goroutine knows what to do about it, and quotes nothing.
func AtOnce(n int, do func(i int)) {
	var failed atomic.Bool
	one := func(i int) {
		defer func() {
			if recover() != nil {
				failed.Store(true)
			}
		}()
		do(i)
	}
	turns := make(chan int)
	var workers sync.WaitGroup
	for range min(n, MaxInFlight) {
		workers.Go(func() {
			for i := range turns {
				one(i)
			}
		})
	}
	for i := range n {
		turns <- i
	}
	close(turns)
	workers.Wait()
	if failed.Load() {
		panic("an answer could not be handled")
	}
}
