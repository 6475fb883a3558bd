package sample_test

import (
	"slices"
	"testing"

	"credscope/socket/sample"
)

func TestASampleIsSpreadOverAllAndTheSameEachTime(t *testing.T) {
	t.Setenv("EXHAUSTIVE", "")
	all := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	for n, want := range map[int][]int{1: {0}, 2: {0, 5}, 3: {0, 3, 6}, 10: all, 11: all} {
		if got := sample.Of(all, n); !slices.Equal(got, want) {
			t.Errorf("%d of ten: %v", n, got)
		}
	}
	if got := sample.Keys(map[string]int{"c": 0, "a": 0, "b": 0}, 2); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("keys %v", got)
	}
}

func TestExhaustiveTriesEverything(t *testing.T) {
	t.Setenv("EXHAUSTIVE", "1")
	if got := sample.Of([]int{1, 2, 3}, 1); len(got) != 3 {
		t.Errorf("tried %v", got)
	}
}
