// Package leaktest reports goroutines that still run and descriptors that are still
// open after the tests of a package.
package leaktest

import (
	"context"
	"fmt"
	"maps"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"testing"
	"time"
)

// patience bounds the wait for goroutines to exit. Bubble Tea does not wait for
// timer commands when it ends; they exit later by themselves.
const patience = 10 * time.Second

// Main runs the tests of a package, for its TestMain, and returns the exit code:
// not 0 if a test fails or leaves anything behind. It prints what is left to
// stderr: the stack of each goroutine, with its creator and the name of the test
// if that called [Name], and the target of each descriptor. Goroutines with one of
// the words of mayStay in their stack are ignored.
func Main(m *testing.M, mayStay ...string) (code int) {
	before := Now()
	if code = m.Run(); code != 0 {
		return code // a failed test may not have cleaned up
	}
	_ = os.Setenv("GODEBUG", strings.TrimPrefix(os.Getenv("GODEBUG")+","+showNames, ","))
	if left := before.Left(patience, mayStay...); left != "" {
		fmt.Fprint(os.Stderr, "the tests left behind:\n\n", left)
		return 1
	}
	return 0
}

// showNames makes the runtime print the labels of a goroutine with its stack.
const showNames = "tracebacklabels=1"

// Name labels the current goroutine, and all goroutines started from it, with the
// test's name for the report of Main. Call it on the test's goroutine, for example
// in a helper that many tests use. Parallel tests may use it.
func Name(t testing.TB) {
	pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels("test", t.Name())))
}

// Snapshot is the set of goroutines and open descriptors at one time.
type Snapshot struct {
	goroutines  map[string]string // stacks by number
	descriptors map[string]string // targets by number
}

// Now takes a snapshot.
func Now() Snapshot { return Snapshot{goroutines(), descriptors()} }

// Left describes what exists now and is not in the snapshot. It waits up to patience
// until that is nothing and then returns "".
func (s Snapshot) Left(patience time.Duration, mayStay ...string) (left string) {
	for giveUp := time.Now().Add(patience); ; runtime.Gosched() {
		now := Now()
		maps.DeleteFunc(now.goroutines, func(_, stack string) bool {
			return slices.ContainsFunc(mayStay, func(word string) bool { return strings.Contains(stack, word) })
		})
		left = since(s.goroutines, now.goroutines) + since(s.descriptors, now.descriptors)
		if left == "" || time.Now().After(giveUp) {
			return left
		}
	}
}

func since(before, now map[string]string) string {
	var left strings.Builder
	for _, number := range slices.Sorted(maps.Keys(now)) {
		if before[number] != now[number] {
			left.WriteString(now[number] + "\n\n")
		}
	}
	return left.String()
}

// goroutines returns the stacks of all goroutines by number, without the current one
// and those that os/signal never ends.
func goroutines() map[string]string {
	buffer := make([]byte, 1<<16)
	n := runtime.Stack(buffer, true)
	for n == len(buffer) {
		buffer = make([]byte, 2*n)
		n = runtime.Stack(buffer, true)
	}
	found := map[string]string{}
	for i, stack := range strings.Split(strings.TrimSpace(string(buffer[:n])), "\n\n") {
		if i == 0 || strings.Contains(stack, "\nos/signal.loop()") || strings.Contains(stack, "os/signal.signal_recv") {
			continue
		}
		number, _, _ := strings.Cut(strings.TrimPrefix(stack, "goroutine "), " ")
		found[number] = stack
	}
	for number := range found {
		if strings.Contains(found[number], "\ntesting.(*M).Run(") { // waits for the current test
			delete(found, number)
		}
	}
	return found
}

// descriptors returns the open descriptors of this process by number, without those
// of the runtime's poller. It returns none on a system without /proc.
func descriptors() map[string]string {
	const dir = "/proc/self/fd/"
	found := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return found
	}
	for _, entry := range entries {
		target, err := os.Readlink(dir + entry.Name())
		if err != nil || target == "anon_inode:[eventpoll]" || target == "anon_inode:[eventfd]" {
			continue // an error is the directory itself, closed since
		}
		found[entry.Name()] = "descriptor " + entry.Name() + ": " + target
	}
	return found
}
