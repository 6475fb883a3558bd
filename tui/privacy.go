package tui

import (
	"cmp"
	"slices"
	"strings"

	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/text"
)

// privacy hides names on the screen, for pictures: every bucket's name and account
// is shortened, wherever it stands.
type privacy struct {
	on       bool
	requests map[string]bool // names in requests, which the history shows
	replacer *strings.Replacer
}

// hide returns a text as the screen may show it.
func (p privacy) hide(s string) string {
	if !p.on {
		return s
	}
	return p.replacer.Replace(s)
}

// collect finds the names to be hidden.
func (p *privacy) collect(inv *inventory.Inventory, ellipsis string) {
	found := map[string]bool{}
	add := func(name string) { found[text.Name(name)], found[text.NameInSentence(name)] = true, true }
	for _, b := range inv.Buckets("") {
		add(b.Key.Bucket)
		if t := b.Token(); t != nil {
			found[text.Free(t.AccountID)] = true
		}
	}
	for name := range p.requests {
		add(name)
	}
	var names []string
	for name := range found {
		if len(name) > 2 && name != store.DefaultBucket {
			names = append(names, name)
		}
	}
	// A replacer takes the first that fits, so the longest come first.
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	short := make([]string, len(names))
	for i, name := range names {
		short[i] = text.Shorten(name, ellipsis)
	}
	short = text.Number(short, names)
	pairs := make([]string, 0, 2*len(names))
	for i, name := range names {
		pairs = append(pairs, name, short[i])
	}
	p.replacer = strings.NewReplacer(pairs...)
}
