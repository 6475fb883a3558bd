package main

import (
	"fmt"
	"slices"
	"strings"
)

// limit is what a row is to reach.
type limit struct {
	bound   float64
	least   bool // at least, not at most
	unit    string
	nothing bool // the row is told and not judged
}

func atMost(bound float64, unit string) limit { return limit{bound: bound, unit: unit} }

func atLeast(bound float64, unit string) limit { return limit{bound: bound, least: true, unit: unit} }

// told is the limit of a row that is there to be read.
func told(unit string) limit { return limit{unit: unit, nothing: true} }

func (l limit) String() string {
	switch {
	case l.nothing:
		return ""
	case l.least:
		return "≥ " + quantity(l.bound, l.unit)
	}
	return "≤ " + quantity(l.bound, l.unit)
}

func (l limit) met(got float64) bool {
	switch {
	case l.nothing:
		return true
	case l.least:
		return got >= l.bound
	}
	return got <= l.bound
}

// row is one line of the table.
type row struct {
	what, against string
	ours, theirs  string // as measured, with units; "" where there is nothing
	got           float64
	want          limit
}

func (r row) reason() string { return reasons[r.what] }

func (r row) verdict() string {
	switch {
	case r.want.nothing:
		return ""
	case r.want.met(r.got):
		return "yes"
	case r.reason() != "":
		return "no: " + r.reason()
	}
	return "**no**"
}

// table gathers the rows, and the sizes by which a list grows.
type table struct {
	rows   []row
	growth []growth
}

// growth is what one size costs.
type growth struct {
	rows   int
	layout string
	cells  [4]string // of growthColumns
}

var growthColumns = [4]string{"start to the first list", "Update and View of a key", "filter, one letter", "peak memory"}

func (t *table) add(r row) { t.rows = append(t.rows, r) }

// grow sets one cell of the growth table.
func (t *table) grow(layout string, rows, column int, cell string) {
	for i := range t.growth {
		if g := &t.growth[i]; g.layout == layout && g.rows == rows {
			g.cells[column] = cell
			return
		}
	}
	g := growth{rows: rows, layout: layout}
	g.cells[column] = cell
	t.growth = append(t.growth, g)
}

// ratio adds a row about how ours compares to theirs.
func (t *table) ratio(what, against, unit string, ours, theirs float64, want limit) {
	t.add(row{what, against, quantity(ours, unit), quantity(theirs, unit), ours / theirs, want})
}

// figure adds a row about a figure of its own.
func (t *table) figure(what string, got float64, want limit) {
	t.add(row{what: what, got: got, want: want})
}

// fine reports whether every row reaches its mark or has a recorded reason.
func (t *table) fine() bool {
	for _, r := range t.rows {
		if !r.want.met(r.got) && r.reason() == "" {
			return false
		}
	}
	return true
}

// stale returns the reasons that no missed row needs any more.
func (t *table) stale() (names []string) {
	for what := range reasons {
		if !slices.ContainsFunc(t.rows, func(r row) bool { return r.what == what && !r.want.met(r.got) }) {
			names = append(names, what)
		}
	}
	return names
}

// markdown is the section for the README.
func (t *table) markdown(machine, command string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s by `%s`:\n\n", machine, strings.TrimSpace(command))
	b.WriteString("| what | against | measured | reference | result | to reach | reached |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, r := range t.rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", r.what, r.against, r.ours, r.theirs, quantity(r.got, r.want.unit), r.want, r.verdict())
	}
	if len(t.growth) > 0 {
		fmt.Fprintf(&b, "\n| buckets | %s |\n| --- | --- | --- | --- | --- |\n", strings.Join(growthColumns[:], " | "))
		for _, g := range t.growth {
			fmt.Fprintf(&b, "| %s, %s | %s |\n", grouped(g.rows), g.layout, strings.Join(g.cells[:], " | "))
		}
	}
	return b.String()
}

// quantity words a number with three digits and its unit. Times come in
// nanoseconds, sizes in bytes.
func quantity(v float64, unit string) string {
	switch unit {
	case "time":
		for _, step := range []struct {
			size float64
			name string
		}{{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}} {
			if v >= step.size {
				return digits(v/step.size) + " " + step.name
			}
		}
		return digits(v) + " ns"
	case "bytes":
		if v >= 1<<20 {
			return digits(v/(1<<20)) + " MiB"
		}
		return digits(v/(1<<10)) + " KiB"
	case "x":
		return fmt.Sprintf("%.2fx", v)
	case "":
		return digits(v)
	}
	return digits(v) + " " + unit
}

func digits(v float64) string {
	switch {
	case v == float64(int64(v)):
		return grouped(int(v))
	case v >= 100:
		return grouped(int(v + 0.5))
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// grouped writes thousands apart.
func grouped(n int) string {
	text := fmt.Sprint(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
