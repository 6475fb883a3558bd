package main

import (
	"cmp"
	"slices"
	"time"
)

// percentile returns the value below which p of 100 samples lie, by the nearest
// rank; 0 if there is none.
func percentile[T cmp.Ordered](samples []T, p float64) T {
	if len(samples) == 0 {
		var none T
		return none
	}
	sorted := slices.Sorted(slices.Values(samples))
	rank := int(p / 100 * float64(len(sorted)))
	return sorted[min(rank, len(sorted)-1)]
}

func median[T cmp.Ordered](samples []T) T { return percentile(samples, 50) }

// byTurns measures several contestants n times each, one after the other in
// every round and in the opposite order in every second one.
func byTurns[T any](n int, contestants ...func() (T, error)) ([][]T, error) {
	samples := make([][]T, len(contestants))
	for round := range n {
		for i := range contestants {
			if round%2 == 1 {
				i = len(contestants) - 1 - i
			}
			sample, err := contestants[i]()
			if err != nil {
				return nil, err
			}
			samples[i] = append(samples[i], sample)
		}
	}
	return samples, nil
}

// medianOf is the median of durations, in nanoseconds.
func medianOf(samples []time.Duration) float64 { return float64(median(samples)) }
