package tui

import "strings"

// part is a piece of a line in a paint of its own, with so many blanks before and
// after it. A part without text is blanks only.
type part struct {
	text string
	paint
	before, after int
}

// row adds a line of parts. The cursor paints over all of them, and so does the
// loss of the connection, which dims what cannot be asked about any more.
func (m *Model) row(to *sheet, selected, focused bool, parts ...part) {
	lead, whole, flat := " ", m.styles.dim, m.lostAt != nil
	if selected {
		lead, whole, flat = m.glyphs.cursor, m.styles.resting, true
		if focused {
			whole = m.styles.selected
		}
	}
	b := &to.text
	if flat {
		b.WriteString(whole.open)
	}
	b.WriteString(lead)
	for _, p := range parts {
		b.WriteString(spaces(p.before))
		if flat {
			b.WriteString(p.text)
		} else {
			p.write(b, p.text)
		}
		b.WriteString(spaces(p.after))
	}
	if flat {
		b.WriteString(whole.close)
	}
	to.end()
}

const rowBytes = 256 // what a row takes with its styling, as a rule

// highlighted is a name in its parts: what the filter matched is marked.
func (m *Model) highlighted(name, filter string) (before, match, after part) {
	at := -1
	if filter != "" {
		at = strings.Index(strings.ToLower(name), filter)
	}
	if at < 0 || at+len(filter) > len(name) {
		return part{text: name, paint: m.styles.plain}, part{}, part{}
	}
	end := at + len(filter)
	return part{text: name[:at], paint: m.styles.plain}, part{text: name[at:end], paint: m.styles.match}, part{text: name[end:], paint: m.styles.plain}
}
