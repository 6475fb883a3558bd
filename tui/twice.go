package tui

import "slices"

// sortedNames returns the names in order, each once, and which came twice.
func sortedNames(names []string) (once []string, twice map[string]bool) {
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

// listedTwice reports that a removal could hit one of two.
func (b *bucket) listedTwice() bool { return b.twice || b.of.twice }
