package tui

import (
	"fmt"
	"strconv"

	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/text"
	"credscope/tui/theme"
)

// providers is the pane of the providers. Its first row, "", is All providers, unless
// a filter is on.
type providers struct {
	list   list[string]
	filter string
	all    int // providers, filtered ones included
}

// setRows brings the rows in line with what is known and the filter.
func (p *providers) setRows(known []*inventory.Provider) {
	var rows []string
	if p.filter == "" {
		rows = append(rows, "")
	}
	for _, provider := range known {
		if matches(provider.Name, p.filter) {
			rows = append(rows, provider.Name)
		}
	}
	p.all = len(known)
	p.list.set(rows)
}

// selected is the provider under the cursor, "" for All providers.
func (p *providers) selected() string {
	name, _ := p.list.current()
	return name
}

// chooseAll moves the cursor to All providers, which a filter would hide.
func (p *providers) chooseAll(known []*inventory.Provider) {
	p.filter = ""
	p.setRows(known)
	p.list.to(0)
}

func (p *providers) title(c *canvas, hidesLists bool) string {
	title := "Providers"
	if hidesLists {
		title = "Known names"
	}
	if p.filter == "" {
		return title
	}
	return fmt.Sprintf("%s %d/%d /%s", title, len(p.list.rows), p.all, filterText(c, p.filter))
}

// filterText is a filter in a title.
func filterText(c *canvas, filter string) string {
	if c.privacy.on {
		return c.glyphs.Ellipsis
	}
	return text.Free(filter)
}

// view draws the rows in view. marked counts the marks of each provider.
func (p *providers) view(c *canvas, inv *inventory.Inventory, w int, focused bool, marked map[string]int) []string {
	visible := p.list.visible()
	names, counts, cells := make([]string, len(visible)), make([][]cell, len(visible)), make([]int, len(visible))
	for i, name := range visible {
		names[i], counts[i] = p.label(name), providerCounts(c, inv, name, marked[name])
		if cells[i] = w - 4 - cellsWidth(counts[i]); cells[i] < 8 {
			counts[i], cells[i] = nil, w-3
		}
	}
	names = text.CutDistinct(names, cells, c.glyphs.Ellipsis)
	lines := make([]string, len(visible))
	for i, name := range visible {
		line := append([]cell{{text: " "}}, c.matched(text.Pad(names[i], cells[i], ""), p.filter)...)
		if known := inv.Provider(name); known != nil && known.Err != nil {
			line = []cell{{text: " "}, {text: text.Pad(names[i], cells[i], ""), style: c.styles.Kinds[theme.Failure]}}
		}
		line = append(line, cell{text: " "})
		lines[i] = c.row(w, p.list.top+i == p.list.at, focused, append(line, counts[i]...)...)
	}
	return lines
}

func (p *providers) label(name string) string {
	if name == "" {
		return "All providers"
	}
	return text.NameInSentence(name)
}

// width is how many cells the title and the rows in view need.
func (p *providers) width(c *canvas, inv *inventory.Inventory, marked map[string]int, hidesLists bool) (w int) {
	w = text.Width(p.title(c, hidesLists)) + 1 // a border's title has more around it
	for _, name := range p.list.visible() {
		w = max(w, text.Width(p.label(name))+cellsWidth(providerCounts(c, inv, name, marked[name])))
	}
	return w + 4
}

func cellsWidth(cells []cell) (w int) {
	for _, cell := range cells {
		w += text.Width(cell.text)
	}
	return w
}

// countedStatuses are those that a provider's row counts.
var countedStatuses = []store.Status{store.Dead, store.Stale, store.Unchecked}

// providerCounts are what stands behind a provider's name: how many buckets it has,
// and how many of them need attention.
func providerCounts(c *canvas, inv *inventory.Inventory, name string, marked int) []cell {
	failed := c.styles.Kinds[theme.Failure]
	p := inv.Provider(name)
	switch {
	case p == nil: // all
	case p.Err != nil && p.ListedAt.IsZero():
		return []cell{{text: c.glyphs.Kinds[theme.Failure] + " error", style: failed}}
	case p.ListedAt.IsZero() && p.Listed:
		return []cell{{text: c.glyphs.Ellipsis, style: c.styles.Dim}}
	case p.Duplicate:
		return []cell{{text: "listed twice", style: c.styles.Kinds[theme.Warning]}}
	}
	counts := inv.Counts(name, c.now)
	var cells []cell
	if marked > 0 {
		cells = append(cells, cell{text: c.glyphs.Marked + strconv.Itoa(marked) + " ", style: c.styles.Focus})
	}
	if p != nil && p.Err != nil {
		cells = append(cells, cell{text: c.glyphs.Kinds[theme.Failure] + " ", style: failed})
	}
	cells = append(cells, cell{text: strconv.Itoa(counts.Buckets), style: c.styles.Plain})
	for _, status := range countedStatuses {
		n := counts.Of(status)
		if n > 0 && (name != "" || status != store.Unchecked) { // the header has that of all
			under := c.styles.SelectedStatus[status]
			cells = append(cells, cell{text: " " + c.glyphs.Status[status] + strconv.Itoa(n), style: c.styles.Status[status], under: &under})
		}
	}
	return cells
}
