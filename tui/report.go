package tui

import (
	"cmp"
	"strings"
	"time"

	"github.com/charmbracelet/colorprofile"

	"credscope/store"
)

// Row is one bucket as the commands without a screen report it.
type Row struct {
	Key    store.Key // a Bucket of "" stands for all that could not be listed
	Err    error     // of the last question, nil if it was answered
	Listed bool      // by the host, not put there by name
	Twice  bool      // the host listed the name, or the provider's, more than once
	seen   *seen     // nil if nobody looked
}

// Took takes the answer to a look.
func (r *Row) Took(look store.Look, at time.Time) { r.seen = &seen{true, look, at} }

// bucket is the row as the screen has it, so that both follow the same rules.
func (r *Row) bucket() bucket {
	return bucket{
		key: r.Key, of: noProvider, odd: oddKey(r.Key), twice: r.Twice, byName: !r.Listed,
		seen: cmp.Or(r.seen, unseen), err: r.Err,
	}
}

// noProvider is that of every row here: whether it is listed twice is in Twice.
var noProvider = &provider{}

// Health judges the row's bucket; one that nobody looked at is unchecked.
func (r Row) Health(now time.Time, staleAfter time.Duration) store.Health {
	b := r.bucket()
	return b.health(now, staleAfter)
}

// Unusual reports a name that hosts list but neither read nor remove.
func (r Row) Unusual() bool { return r.bucket().odd }

// Unremovable says why the bucket cannot be removed, "" if it can. There are no
// keys to press here.
func (r Row) Unremovable() string {
	b := r.bucket()
	reason, _, _ := strings.Cut(b.unmarkable(), ": press ")
	return reason
}

// Names returns a host's list sorted, each name once, and which came twice.
func Names(listed []string) (once []string, twice map[string]bool) { return sortedNames(listed) }

// Printable makes a name of the host safe to write.
func Printable(name string) string { return printableName(name) }

// Named is a name of the host in a sentence: safe, and in quotes if unusual.
func Named(name string) string { return named(name) }

// PrintableText makes a text safe to write, such as an error about an argument.
func PrintableText(text string) string { return printableText(text) }

// OnlyPrintableASCII replaces whatever a terminal without Unicode cannot show.
func OnlyPrintableASCII(text string) string { return printableASCII(text) }

// Report words facts for the commands without a screen, as of one moment. It
// writes no escape sequence unless Profile says that the output is a terminal.
type Report struct {
	At         time.Time
	StaleAfter time.Duration
	ASCII      bool // nothing beyond ASCII
	Theme      Theme
	Profile    colorprofile.Profile
}

// onTerminal reports whether there is somebody to read signs and colours.
func (r Report) onTerminal() bool { return r.Profile > colorprofile.NoTTY }

// palette leaves the shades to the terminal unless a theme was chosen: its
// background is not asked for.
func (r Report) palette() palette {
	switch {
	case r.Profile <= colorprofile.ASCII:
		return nonePalette
	case r.Theme == ThemeAuto || r.Theme == "":
		return ansiPalette
	}
	return r.Theme.palette()
}

func (r Report) glyphs() glyphs {
	if r.ASCII {
		return asciiGlyphs
	}
	return unicodeGlyphs
}

// cell is a piece of a line, with its style on a terminal.
type cell struct {
	text  string
	paint paint
}

// word is the status of a bucket as a table has it.
func (b *bucket) word(h store.Health) string {
	switch {
	case b.err != nil && !b.checked:
		return "no answer"
	case b.odd:
		return "unusual"
	}
	return h.String()
}

// Details writes everything known of one bucket, a label and a value a line.
func (r Report) Details(row Row) string {
	s, b := newStyles(r.palette()), row.bucket()
	h := b.health(r.At, r.StaleAfter)
	word := b.word(h)
	if r.onTerminal() {
		word = r.glyphs().health[h] + " " + word
	}
	var lines [][]cell
	field := func(label, value string, p paint) {
		if value != "" {
			lines = append(lines, []cell{{label, s.dim}, {value, p}})
		}
	}
	field("Provider", printableName(b.key.Provider), s.strong)
	field("Bucket", printableName(b.key.Bucket), s.strong)
	field("Status", word, s.health[h])
	field("", statusNote(&b, h), s.dim)
	if t := b.look.Metadata; b.look.Found {
		field("Expires", expiryText(t.Expiry, r.At, time.UTC), s.plain)
		field("Type", printableText(t.TokenType), s.plain)
		field("Scope", printableText(t.Scope), s.plain)
		field("Resource", printableName(t.ResourceHost), s.plain)
		field("Account", printableText(t.AccountID), s.plain)
		field("Usage", "usage not recorded by the host", s.plain)
		field("Dropped", (&Model{glyphs: r.glyphs()}).dropped(t.Dropped), s.plain)
		if t.RefreshTokenSent {
			field("Warning", "the host sent a refresh token, which no proxy should; it was dropped", s.kinds[warning])
		}
	}
	if b.checked {
		field("Asked", b.asked.UTC().Format(time.RFC3339), s.plain)
	}
	for _, err := range []error{b.err, b.look.Refusal} {
		if err != nil {
			field("", explain(err).sentence(), s.dim)
		}
	}
	return r.text(lines)
}
