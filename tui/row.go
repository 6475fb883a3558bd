package tui

import "strings"

// part is a piece of a line in a paint of its own, with so many blanks before and
// after it. A part without text is blanks only.
type part struct {
	text string
	paint
	before, after int
}

// row joins the parts of a line. The cursor paints over all of them, and so does
// the loss of the connection, which dims what cannot be asked about any more.
func (m *Model) row(selected, focused bool, parts ...part) string {
	lead, whole, flat := " ", m.styles.dim, m.lostAt != nil
	if selected {
		lead, whole, flat = m.glyphs.cursor, m.styles.resting, true
		if focused {
			whole = m.styles.selected
		}
	}
	var b strings.Builder
	b.Grow(rowBytes)
	if !flat {
		b.WriteString(lead)
		for _, p := range parts {
			b.WriteString(spaces(p.before))
			p.write(&b, p.text)
			b.WriteString(spaces(p.after))
		}
		return b.String()
	}
	b.WriteString(whole.open)
	b.WriteString(lead)
	for _, p := range parts {
		b.WriteString(spaces(p.before))
		b.WriteString(p.text)
		b.WriteString(spaces(p.after))
	}
	b.WriteString(whole.close)
	return b.String()
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
