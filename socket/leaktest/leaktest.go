// Package leaktest finds what a package's tests leave behind: goroutines that
// have not ended and descriptors that are still open.
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

// Patience is how long what is ending may take. Commands of the screen that wait
// for a time are left by its framework to end by themselves.
const patience = 10 * time.Second

// Main runs the tests of a package, for its TestMain, and returns the exit
// code. It is not 0 if a test fails or anything is left behind, which is then
// on stderr: each goroutine's stack, with who made it and with the test if that
// called [Name], and each descriptor.
// Goroutines whose stack holds one of the words may stay.
func Main(m *testing.M, mayStay ...string) (code int) {
	before := Now()
	if code = m.Run(); code != 0 {
		return code // a test that fails may stop in the middle of things
	}
	_ = os.Setenv("GODEBUG", strings.TrimPrefix(os.Getenv("GODEBUG")+","+showNames, ","))
	if left := before.Left(patience, mayStay...); left != "" {
		fmt.Fprint(os.Stderr, "the tests left behind:\n\n", left)
		return 1
	}
	return 0
}

// showNames makes the runtime write the labels of a goroutine above its stack.
const showNames = "tracebacklabels=1"

// Name lets every goroutine that comes of this test bear the test's name in
// what Main reports. It works beside tests that run at the same time. For the
// functions that begin many tests; it is to be called on the test's goroutine.
func Name(t testing.TB) {
	pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels("test", t.Name())))
}

// Snapshot is what there is at some time.
type Snapshot struct {
	goroutines  map[string]string // stacks by number
	descriptors map[string]string // targets by number
}

// Now takes a snapshot.
func Now() Snapshot { return Snapshot{goroutines(), descriptors()} }

// Left returns what there is now and was not before, "" if that is nothing
// before the patience is over.
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

// goroutines returns the stacks of all goroutines but this one and those that a
// process has for good once it has asked for signals.
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
		if strings.Contains(found[number], "\ntesting.(*M).Run(") { // waits for a test that asks
			delete(found, number)
		}
	}
	return found
}

// descriptors returns what this process holds open, where the system tells, but
// for what the runtime opens once for its poller.
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
			continue // the first is the directory that was read
		}
		found[entry.Name()] = "descriptor " + entry.Name() + ": " + target
	}
	return found
}
