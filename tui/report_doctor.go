package tui

import (
	"cmp"
	"slices"
	"strings"

	"credscope/store"
)

// Step is one step of a diagnosis, with its evidence.
type Step struct {
	Name     string `json:"step"`
	OK       *bool  `json:"ok"` // null if it was not reached
	Evidence string `json:"evidence"`
}

// Steps writes one step a line, each with a sign.
func (r Report) Steps(steps []Step) string {
	s, g := newStyles(r.palette()), r.glyphs()
	lines := make([][]cell, len(steps))
	for i, step := range steps {
		k := info
		switch {
		case step.OK != nil && *step.OK:
			k = success
		case step.OK != nil:
			k = failure
		}
		lines[i] = []cell{{g.kinds[k] + " " + step.Name, s.kinds[k]}, {printableText(step.Evidence), s.plain}}
	}
	return r.text(lines)
}

// publicFolders are the parts of socket paths that tell nothing of a person.
var publicFolders = []string{"", "tmp", "var", "run", "user", "home", "Users", "private", "folders", "dev", "shm", "mnt", "T"}

// Anonymous returns what shortens a socket's path and the given names wherever
// they stand in a text.
func (r Report) Anonymous(path string, names []string) *strings.Replacer {
	short := (&Model{glyphs: r.glyphs()}).shortened
	type pair struct{ long, short string }
	var pairs []pair
	long, shorter := "", ""
	for i, part := range strings.Split(printableName(path), "/") {
		if i > 0 {
			long, shorter = long+"/", shorter+"/"
		}
		long += part
		if !slices.Contains(publicFolders, part) {
			part = short(part)
		}
		shorter += part
		if long != shorter {
			pairs = append(pairs, pair{long, shorter})
		}
	}
	for _, name := range names {
		if len(name) > 2 && name != store.DefaultBucket {
			pairs = append(pairs, pair{printableName(name), short(printableName(name))})
		}
	}
	// A replacer takes the first that fits, so the longest comes first.
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Or(len(b.long)-len(a.long), strings.Compare(a.long, b.long)) })
	flat := make([]string, 0, 2*len(pairs))
	for _, p := range pairs {
		flat = append(flat, p.long, p.short)
	}
	return strings.NewReplacer(flat...)
}
