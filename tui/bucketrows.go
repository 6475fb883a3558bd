package tui

import (
	"fmt"
	"slices"

	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/text"
	"credscope/tui/words"
)

// title names the list, with how many rows it shows.
func (b *buckets) title(c *canvas, total int) string {
	name := "All buckets"
	switch {
	case b.picking:
		name = "Worth removing"
	case b.provider != "":
		name = "Buckets of " + text.NameInSentence(b.provider)
	}
	if b.filter != "" {
		return fmt.Sprintf("%s %d/%d /%s", name, len(b.list.rows), total, filterText(c, b.filter))
	}
	if b.picking {
		return fmt.Sprintf("%s %d", name, len(b.list.rows))
	}
	return fmt.Sprintf("%s %d", name, total)
}

// orderNote says how the rows are ordered, and when s would order them anew.
func (b *buckets) orderNote() string {
	switch {
	case b.order == inventory.ByName:
		return "by name, s: worst first"
	case b.unsorted:
		return "s: sort again"
	case b.order == inventory.ByExpiry:
		return "by expiry"
	}
	return "worst first"
}

// rowText is what a row says.
type rowText struct{ sign, provider, name, status, expires string }

func (b *buckets) rowText(c *canvas, inv *inventory.Inventory, bucket *inventory.Bucket, doing string) rowText {
	status := inv.Status(bucket, c.now)
	t := rowText{
		sign: c.glyphs.Status[status], provider: text.Name(bucket.Key.Provider), name: c.name(bucket.Key.Bucket), status: status.String(),
	}
	if !bucket.ValidName() {
		t.name = `"` + t.name + `"` // it may begin or end with a blank
	}
	if at, known := bucket.Expiry(); known {
		t.expires = c.expiry(at)
	}
	switch verdict := words.RowVerdict(bucket.Removal, bucket.NotShown); {
	case doing != "":
		t.status = doing
	case verdict != "":
		t.status = verdict
	case status == store.Unchecked && bucket.Err != nil:
		t.status = "failed"
	}
	if reason := inv.Blocked(bucket); reason == inventory.ProviderDuplicate || reason == inventory.BucketDuplicate {
		t.expires = "listed twice"
	}
	return t
}

// columns are the widths of a row's columns, 0 for one that is left out.
type columns struct{ provider, name, status, expires int }

const (
	signs     = 4 // cells of cursor, mark, sign and the blank behind them
	gap       = 2 // cells between columns
	minName   = 12
	shortName = 16 // cells of a name that are kept at the expense of the expiry
)

// fit divides w cells among the columns. Where not all fit, provider and name share
// a column, then names are cut, then the expiry is left out.
func fit(w int, rows []rowText, withProvider bool) columns {
	var need columns
	longest := 0 // of provider/name
	for _, row := range rows {
		need.name, need.status = max(need.name, text.Width(row.name)), max(need.status, text.Width(row.status))
		need.expires = max(need.expires, text.Width(row.expires))
		if withProvider {
			need.provider = max(need.provider, text.Width(row.provider))
			longest = max(longest, text.Width(row.provider)+1+text.Width(row.name))
		}
	}
	need.status, need.name = max(need.status, len("STATUS")), max(need.name, len("BUCKET"))
	if withProvider {
		need.provider = max(need.provider, len("PROVIDER"))
	}
	rest := w - signs - need.status - gap - 1
	if need.expires > 0 {
		need.expires = max(need.expires, len("EXPIRES"))
		rest -= need.expires + gap
	}
	if withProvider && need.provider+gap+need.name > rest {
		need.provider, need.name = 0, longest
	} else if withProvider {
		rest -= need.provider + gap
	}
	if need.name > rest && rest < shortName && need.expires > 0 {
		rest += need.expires + gap
		need.expires = 0
	}
	if rest < 6 { // the name alone
		return columns{name: max(0, min(need.name, w-signs))}
	}
	need.name = min(need.name, rest)
	return need
}

// view draws the rows in view under their heads, where there is room for these. doing
// says what is being done about a bucket, "" for nothing.
func (b *buckets) view(c *canvas, inv *inventory.Inventory, w int, withHeads, focused bool, doing func(*inventory.Bucket) string) []string {
	visible := b.list.visible()
	rows := make([]rowText, len(visible))
	for i, bucket := range visible {
		rows[i] = b.rowText(c, inv, bucket, doing(bucket))
	}
	columns := fit(w, rows, b.provider == "")
	names := make([]string, len(rows))
	for i, row := range rows {
		if names[i] = row.name; b.provider == "" && columns.provider == 0 {
			names[i] = row.provider + "/" + row.name
		}
	}
	names = text.CutDistinct(names, slices.Repeat([]int{columns.name}, len(names)), c.glyphs.Ellipsis)
	var lines []string
	if withHeads {
		lines = append(lines, b.heads(c, w, columns))
	}
	for i, bucket := range visible {
		rows[i].name = names[i]
		lines = append(lines, b.row(c, w, inv.Status(bucket, c.now), rows[i], columns, b.active()[bucket.Key], b.list.top+i == b.list.at, focused))
	}
	return lines
}

// heads names the columns.
func (b *buckets) heads(c *canvas, w int, columns columns) string {
	expires := "EXPIRES"
	if c.times != relativeTimes {
		expires += " " + words.Zone(c.now, c.zone())
	}
	line := text.Blanks(signs)
	for _, column := range []struct {
		head  string
		width int
	}{{"PROVIDER", columns.provider}, {"BUCKET", columns.name}, {"STATUS", columns.status}, {expires, columns.expires}} {
		if column.width > 0 {
			line += text.Pad(column.head, max(column.width, min(text.Width(column.head), w)), "") + text.Blanks(gap)
		}
	}
	return c.styles.Dim.On(text.Pad(line, w, ""))
}

func (b *buckets) row(c *canvas, w int, status store.Status, row rowText, columns columns, marked, selected, focused bool) string {
	mark, colour, under := " ", c.styles.Status[status], c.styles.SelectedStatus[status]
	if marked {
		mark = c.glyphs.Marked
	}
	cells := []cell{{text: mark, style: c.styles.Focus}, {text: row.sign, style: colour, under: &under}, {text: " "}}
	if columns.provider > 0 {
		cells = append(cells, c.matched(text.Pad(row.provider, columns.provider+gap, c.glyphs.Ellipsis), b.filter)...)
	}
	cells = append(cells, c.matched(text.Pad(row.name, columns.name, ""), b.filter)...)
	if columns.status > 0 {
		cells = append(cells, cell{text: text.Blanks(gap)}, cell{text: text.Pad(row.status, columns.status, ""), style: colour})
	}
	if columns.expires > 0 {
		cells = append(cells, cell{text: text.Blanks(gap)}, cell{text: row.expires, style: c.styles.Dim})
	}
	return c.row(w, selected, focused, cells...)
}

// empty says why there is no row.
func (b *buckets) empty(c *canvas, inv *inventory.Inventory, w int, checking bool) []string {
	p := inv.Provider(b.provider)
	switch {
	case b.filter != "":
		return text.WrapAll(w, " Nothing matches the filter.", " esc clears it.")
	case b.picking && checking:
		return text.WrapAll(w, " Checking the buckets"+c.glyphs.Ellipsis)
	case b.picking && inv.NoneReadable():
		return text.WrapAll(w, " Not one token could be read, so nothing is proposed.", "",
			" The host may not be able to read its keyring: access may be denied or the keyring locked, or the computer was renamed. Check on the host with /auth.")
	case b.picking:
		return text.WrapAll(w, " Nothing that the host has shown is dead, stale or unreadable.", "", " esc shows all.")
	case p != nil && p.Err != nil:
		return text.WrapAll(w, " "+c.shown(words.Error(p.Err)))
	case isWaiting(inv, b.provider):
		return text.WrapAll(w, " Waiting for the host's list"+c.glyphs.Ellipsis)
	}
	return text.WrapAll(w, " The host lists no bucket here.", "", " It does so too when it cannot read its keyring; r refreshes.")
}

// isWaiting reports whether a provider's buckets, or those of any provider, are not
// listed yet.
func isWaiting(inv *inventory.Inventory, provider string) bool {
	return slices.ContainsFunc(inv.Providers(), func(p *inventory.Provider) bool {
		return (provider == "" || p.Name == provider) && p.Listed && p.ListedAt.IsZero() && p.Err == nil
	})
}

// failedLists says of which providers the buckets are not known, "" if of none.
func failedLists(inv *inventory.Inventory) string {
	n := 0
	for _, p := range inv.Providers() {
		if p.Err != nil && p.ListedAt.IsZero() {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return "Incomplete: the buckets of " + words.Count(n, "provider") + " are not known."
}
