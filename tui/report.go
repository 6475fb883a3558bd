package tui

import (
	"bytes"
	"strings"
	"time"

	"github.com/charmbracelet/colorprofile"

	"credscope/store"
)

// Row is one bucket as the commands without a screen report it.
type Row struct {
	Key    store.Key // a Bucket of "" stands for all that could not be listed
	Look   *store.Look
	Err    error     // of the last question, nil if it was answered
	Asked  time.Time // of Look
	Listed bool      // by the host, not put there by name
	Twice  bool      // the host listed the name, or the provider's, more than once
}

// bucket is the row as the screen has it, so that both follow the same rules.
func (r Row) bucket() *bucket {
	b := &bucket{key: r.Key, of: noProvider, odd: oddKey(r.Key), twice: r.Twice, byName: !r.Listed, seen: unseen, err: r.Err}
	if r.Look != nil {
		b.seen = &seen{true, *r.Look, r.Asked}
	}
	return b
}

// noProvider is that of every row here: whether it is listed twice is in Twice.
var noProvider = &provider{}

// Health judges the row's bucket; one that nobody looked at is unchecked.
func (r Row) Health(now time.Time, staleAfter time.Duration) store.Health {
	return r.bucket().health(now, staleAfter)
}

// Unusual reports a name that hosts list but neither read nor remove.
func (r Row) Unusual() bool { return r.bucket().odd }

// Unremovable says why the bucket cannot be removed, "" if it can. There are no
// keys to press here.
func (r Row) Unremovable() string {
	reason, _, _ := strings.Cut(r.bucket().unmarkable(), ": press ")
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

// Table writes one bucket a line: provider, bucket, status and expiry in
// columns under a header, each line ended.
func (r Report) Table(rows []Row) string {
	s, g := newStyles(r.palette()), r.glyphs()
	header := []cell{{"PROVIDER", s.strong}, {"BUCKET", s.strong}, {"STATUS", s.strong}, {"EXPIRES", s.strong}}
	if r.onTerminal() {
		header[2].text = "  STATUS" // over the words, beside the signs
	}
	line := make([]cell, len(header))
	return r.render(len(rows)+1, func(i int) []cell {
		if i == 0 {
			return header
		}
		b := rows[i-1].bucket()
		h := b.health(r.At, r.StaleAfter)
		word := b.word(h)
		if r.onTerminal() {
			sign := g.health[h]
			if b.odd {
				sign = g.health[store.OddExpiry]
			}
			word = sign + " " + word
		}
		name, expires := printableName(b.key.Bucket), ""
		if name == "" {
			name = "*" // no name of a bucket
		}
		if at, ok := b.look.Metadata.Expiry.Time(); ok {
			expires = moment(at, r.At, time.UTC)
		}
		if b.listedTwice() {
			expires = strings.TrimPrefix(expires+", listed twice", ", ")
		}
		line[0], line[1] = cell{printableName(b.key.Provider), s.plain}, cell{name, s.plain}
		line[2], line[3] = cell{word, s.health[h]}, cell{expires, s.dim}
		return line
	})
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
	field("", statusNote(b, h), s.dim)
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
	return r.renderAll(lines)
}

func (r Report) renderAll(lines [][]cell) string {
	return r.render(len(lines), func(i int) []cell { return lines[i] })
}

// render aligns n lines and brings their colours down to what the output shows.
// Each line is asked for twice rather than kept: a long list is long.
func (r Report) render(n int, line func(i int) []cell) string {
	safe := func(text string) string {
		if r.ASCII {
			return printableASCII(text)
		}
		return text
	}
	var widths []int
	for i := range n {
		cells := line(i)
		for column, c := range cells[:len(cells)-1] {
			if column == len(widths) {
				widths = append(widths, 0)
			}
			widths[column] = max(widths[column], width(safe(c.text)))
		}
	}
	var text strings.Builder
	for i := range n {
		gap := 0
		for column, c := range line(i) {
			shown := safe(c.text)
			if shown != "" {
				text.WriteString(spaces(gap))
				gap = 0
				if r.onTerminal() {
					c.paint.write(&text, shown)
				} else {
					text.WriteString(shown)
				}
			}
			if column < len(widths) {
				gap += widths[column] - width(shown) + 2
			}
		}
		text.WriteByte('\n')
		if i == 0 {
			text.Grow(n * text.Len()) // the others are about as long
		}
	}
	if !r.onTerminal() {
		return text.String()
	}
	var down bytes.Buffer
	_, _ = (&colorprofile.Writer{Forward: &down, Profile: r.Profile}).Write([]byte(text.String())) // into memory
	return down.String()
}
