package words

import (
	"strings"

	"credscope/store"
	"credscope/tui/text"
)

// KeptText returns what is kept of a token's field, or why nothing of it is.
func KeptText(t *store.Metadata, field, value string) string {
	for _, d := range t.Dropped {
		if d.Name == field && d.Reason != store.DroppedSecret {
			return d.Reason.String() + ", not kept"
		}
	}
	return value
}

const maxDropped = 12 // names of fields that are listed

// Dropped lists the fields that came with a token and were not kept for a reason,
// secrets or unknown ones. hide hides private names.
func Dropped(t *store.Metadata, reason store.DropReason, hide func(string) string, ellipsis string) string {
	var names []string
	for _, d := range t.Dropped {
		if d.Reason == reason {
			names = append(names, text.Cut(hide(text.Name(d.Name)), 32, ellipsis))
		}
	}
	if rest := len(names) - maxDropped; rest > 0 {
		names = append(names[:maxDropped], Count(rest, "more field"))
	}
	if reason == store.DroppedUnknown && t.NamesLeftOut > 0 {
		names = append(names, Count(t.NamesLeftOut, "field name")+" left out")
	}
	if len(names) == 0 {
		return ""
	}
	return strings.Join(names, ", ") + " (received, not kept)"
}
