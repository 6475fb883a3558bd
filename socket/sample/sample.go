// Package sample selects some of a test's many cases: a fixed part by default, all
// of them with EXHAUSTIVE=1 in the environment.
package sample

import (
	"cmp"
	"maps"
	"os"
	"slices"
)

// Exhaustive reports whether EXHAUSTIVE=1 is set.
func Exhaustive() bool { return os.Getenv("EXHAUSTIVE") == "1" }

// Of returns n evenly spaced elements of all, beginning with the first, so that
// every run selects the same ones. It returns all if there are no more than n or
// EXHAUSTIVE=1 is set.
func Of[T any](all []T, n int) []T {
	if Exhaustive() || n >= len(all) {
		return all
	}
	part := make([]T, n)
	for i := range part {
		part[i] = all[i*len(all)/n]
	}
	return part
}

// Keys returns n of the sorted keys of a map, like Of.
func Keys[K cmp.Ordered, V any](all map[K]V, n int) []K {
	return Of(slices.Sorted(maps.Keys(all)), n)
}
