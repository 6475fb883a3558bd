package tui

import (
	"cmp"
	"slices"
	"strings"

	"credscope/store"
)

// shown is text as the screen may show it. In private mode every bucket's name
// in it is shortened, wherever the text comes from.
func (m *Model) shown(text string) string {
	if !m.privacy {
		return text
	}
	return m.private.Replace(text)
}

// togglePrivacy collects the names to hide, longest first, so that no name
// survives inside another.
func (m *Model) togglePrivacy() {
	m.privacy = !m.privacy
	if !m.privacy {
		m.status.say("Names are shown in full")
		return
	}
	m.collectNames()
	m.status.say("Names are shortened, for pictures")
}

func (m *Model) collectNames() {
	names := map[string]bool{}
	for _, p := range m.inv.providers {
		for _, b := range p.buckets {
			names[printableName(b.key.Bucket)] = true
			names[printableText(b.look.Metadata.AccountID)] = true
		}
	}
	for name := range m.seen {
		names[printableName(name)] = true
	}
	var sorted []string
	for name := range names {
		if len(name) > 2 && name != store.DefaultBucket {
			sorted = append(sorted, name)
		}
	}
	slices.SortFunc(sorted, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	pairs := make([]string, 0, 2*len(sorted))
	for _, name := range sorted {
		pairs = append(pairs, name, m.shortened(name))
	}
	m.private = strings.NewReplacer(pairs...)
}

// shortened keeps the first letter of a name, and of the domain of an address.
func (m *Model) shortened(name string) string {
	user, domain, address := strings.Cut(name, "@")
	short := cut(user, 1, "") + m.glyphs.ellipsis
	if address {
		short += "@" + cut(domain, 1, "") + m.glyphs.ellipsis
	}
	return short
}
