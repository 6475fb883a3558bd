package tui

import (
	"bytes"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/colorprofile"

	"credscope/store"
)

// WriteTable writes one bucket a line: provider, bucket, status and expiry in
// columns under a header, each line ended.
func (r Report) WriteTable(to io.Writer, rows []Row) error {
	s, g := newStyles(r.palette()), r.glyphs()
	header := []cell{{"PROVIDER", s.strong}, {"BUCKET", s.strong}, {"STATUS", s.strong}, {"EXPIRES", s.strong}}
	if r.onTerminal() {
		header[2].text = "  STATUS" // over the words, beside the signs
	}
	line := make([]cell, len(header))
	var b bucket
	return r.write(to, len(rows)+1, func(i int) []cell {
		if i == 0 {
			return header
		}
		b = rows[i-1].bucket()
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

// text is what write writes.
func (r Report) text(lines [][]cell) string {
	var b strings.Builder
	_ = r.write(&b, len(lines), func(i int) []cell { return lines[i] }) // into memory
	return b.String()
}

const tableBytes = 32 << 10 // of whole lines that are written at once

// write aligns n lines and brings their colours down to what the output shows.
// Each line is asked for twice rather than kept: a long list is long.
func (r Report) write(to io.Writer, n int, line func(i int) []cell) error {
	if r.onTerminal() {
		to = &colorprofile.Writer{Forward: to, Profile: r.Profile}
	}
	widths := r.columns(n, line)
	var text bytes.Buffer
	for i := range n {
		r.align(&text, line(i), widths)
		if text.Len() < tableBytes && i < n-1 {
			continue
		}
		if _, err := to.Write(text.Bytes()); err != nil {
			return err
		}
		text.Reset()
	}
	return nil
}

// columns returns how wide the columns are, the last one aside.
func (r Report) columns(n int, line func(i int) []cell) (widths []int) {
	for i := range n {
		cells := line(i)
		for column, c := range cells[:len(cells)-1] {
			if column == len(widths) {
				widths = append(widths, 0)
			}
			widths[column] = max(widths[column], width(r.safe(c.text)))
		}
	}
	return widths
}

// align adds a line, without blanks at its end.
func (r Report) align(text *bytes.Buffer, cells []cell, widths []int) {
	gap := 0
	for column, c := range cells {
		shown := r.safe(c.text)
		if shown != "" {
			text.WriteString(spaces(gap))
			gap = 0
			if r.onTerminal() {
				text.WriteString(c.paint.on(shown))
			} else {
				text.WriteString(shown)
			}
		}
		if column < len(widths) {
			gap += widths[column] - width(shown) + 2
		}
	}
	text.WriteByte('\n')
}

// safe is a text that the terminal can show.
func (r Report) safe(text string) string {
	if r.ASCII {
		return printableASCII(text)
	}
	return text
}
