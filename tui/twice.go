package tui

import (
	"slices"
	"strings"
)

// sortedNames returns the names in order, each once, and which came twice. A
// list that is in order already is returned as it is.
func sortedNames(names []string) (once []string, twice map[string]bool) {
	if ascending(names) {
		return names, nil
	}
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	for i, name := range sorted {
		if i > 0 && sorted[i-1] == name {
			if twice == nil {
				twice = map[string]bool{}
			}
			twice[name] = true
		}
	}
	return slices.Compact(sorted), twice
}

func ascending(names []string) bool {
	for i := range names {
		if i > 0 && strings.Compare(names[i-1], names[i]) >= 0 {
			return false
		}
	}
	return true
}

// listedTwice reports that a removal could hit one of two.
func (b *bucket) listedTwice() bool { return b.twice || b.of.twice }
