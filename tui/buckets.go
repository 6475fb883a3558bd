package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"credscope/store"
	"credscope/store/inventory"
	"credscope/tui/words"
)

// buckets is the pane of the buckets of one provider or of all. It owns their
// order, the filter and the marks.
type buckets struct {
	list     list[*inventory.Bucket]
	provider string // whose buckets are shown, "" for all
	filter   string
	order    inventory.Order
	sorted   []*inventory.Bucket // unfiltered, in the order of the last sort
	unsorted bool                // the rows are not in their order any more
	marks    map[store.Key]bool
	span     *rangeSelection

	// While picking, only what is worth removing is shown, with marks of its own.
	picking bool
	picked  map[store.Key]bool // the marks, also while it is closed
	offered map[store.Key]bool // what was shown before, and is not marked again
}

// rangeSelection is a range that is being marked: from its first row to the
// cursor, in addition to what was marked before.
type rangeSelection struct {
	from   *inventory.Bucket
	before map[store.Key]bool
	sticky bool // goes on without shift, until its key is pressed again
}

func newBuckets() buckets {
	return buckets{marks: map[store.Key]bool{}, picked: map[store.Key]bool{}, offered: map[store.Key]bool{}}
}

// matches is the rule of filters: the text is part of the name in any letter case.
func matches(name, filter string) bool {
	if strings.Contains(name, filter) {
		return true
	}
	mayChange := func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= utf8.RuneSelf }
	return strings.ContainsFunc(name, mayChange) && strings.Contains(strings.ToLower(name), filter)
}

// matchesFilter reports whether a bucket is let through, by its name or its status.
func (b *buckets) matchesFilter(inv *inventory.Inventory, bucket *inventory.Bucket, now time.Time) bool {
	name := bucket.Key.Bucket
	if b.provider == "" {
		name = bucket.Key.Provider + "/" + name
	}
	return b.filter == "" || matches(name, b.filter) || strings.Contains(inv.Status(bucket, now).String(), b.filter)
}

// show changes whose buckets are listed. They are sorted anew.
func (b *buckets) show(inv *inventory.Inventory, provider string, now time.Time) {
	if b.provider == provider && b.sorted != nil {
		return
	}
	b.provider, b.filter, b.span = provider, "", nil
	b.list = list[*inventory.Bucket]{height: b.list.height}
	b.sort(inv, now)
}

// sort sorts all rows by what is known now.
func (b *buckets) sort(inv *inventory.Inventory, now time.Time) {
	b.sorted = inv.Sorted(inv.Buckets(b.provider), b.order, now)
	b.unsorted = false
	b.setRows(inv, now)
}

// update brings the rows in line with what is known. Rows keep their order; new
// ones come last. Marks of buckets that are gone or blocked go.
func (b *buckets) update(inv *inventory.Inventory, now time.Time) {
	known := inv.Buckets(b.provider)
	if b.order == inventory.ByName {
		b.sorted, b.unsorted = known, false
	} else {
		b.sorted = keepOrder(b.sorted, known)
		b.unsorted = !inv.IsSorted(b.sorted, b.order, now)
	}
	for _, marks := range []map[store.Key]bool{b.marks, b.picked} {
		for key := range marks {
			if bucket := inv.Bucket(key); bucket == nil || inv.Blocked(bucket) != inventory.Allowed {
				delete(marks, key)
			}
		}
	}
	b.setRows(inv, now)
}

// keepOrder returns the known buckets: those of old in their order, then the others.
func keepOrder(old, known []*inventory.Bucket) []*inventory.Bucket {
	isKnown := make(map[*inventory.Bucket]bool, len(known))
	for _, bucket := range known {
		isKnown[bucket] = true
	}
	rows := make([]*inventory.Bucket, 0, len(known))
	for _, bucket := range old {
		if isKnown[bucket] {
			rows = append(rows, bucket)
			delete(isKnown, bucket)
		}
	}
	for _, bucket := range known {
		if isKnown[bucket] {
			rows = append(rows, bucket)
		}
	}
	return rows
}

// setRows applies the filter, and what is worth removing.
func (b *buckets) setRows(inv *inventory.Inventory, now time.Time) {
	rows := b.sorted
	if b.filter != "" || b.picking {
		rows = nil
		for _, bucket := range b.sorted {
			if (!b.picking || worth(inv, bucket, now)) && b.matchesFilter(inv, bucket, now) {
				rows = append(rows, bucket)
			}
		}
	}
	b.list.set(rows)
	if b.span != nil && !slices.Contains(b.list.rows, b.span.from) {
		b.span = nil
	}
}

// worth reports whether a bucket is worth removing. If no token can be read, none is.
func worth(inv *inventory.Inventory, bucket *inventory.Bucket, now time.Time) bool {
	return inv.WorthRemoving(bucket, now) && !inv.NoneReadable()
}

// openPick shows only what is worth removing, of all providers, and marks the dead and
// stale ones that it shows for the first time. An answer that comes later adds its row
// without a mark.
func (b *buckets) openPick(inv *inventory.Inventory, now time.Time) {
	b.picking, b.filter, b.span = true, "", nil
	b.setRows(inv, now)
	for _, bucket := range b.list.rows {
		if status := inv.Status(bucket, now); !b.offered[bucket.Key] && (status == store.Dead || status == store.Stale) {
			b.picked[bucket.Key] = true
		}
		b.offered[bucket.Key] = true
	}
	b.list.to(0)
}

func (b *buckets) closePick(inv *inventory.Inventory, now time.Time) {
	for _, bucket := range b.list.rows {
		b.offered[bucket.Key] = true
	}
	b.picking, b.filter, b.span = false, "", nil
	b.setRows(inv, now)
}

// active are the marks of the list that is shown.
func (b *buckets) active() map[store.Key]bool {
	if b.picking {
		return b.picked
	}
	return b.marks
}

// marked counts the marks that are shown, of each provider and, at "", of all.
func (b *buckets) marked() map[string]int {
	n := map[string]int{}
	for key := range b.active() {
		n[key.Provider]++
		n[""]++
	}
	return n
}

func (b *buckets) setMark(bucket *inventory.Bucket, on bool) {
	if on {
		b.active()[bucket.Key] = true
	} else {
		delete(b.active(), bucket.Key)
	}
}

// unmark forgets the marks of a bucket in both lists.
func (b *buckets) unmark(key store.Key) {
	delete(b.marks, key)
	delete(b.picked, key)
}

// toggleMark marks the row under the cursor and moves on. reason says why it did not.
func (b *buckets) toggleMark(inv *inventory.Inventory) (reason string) {
	bucket, ok := b.list.current()
	if !ok {
		return ""
	}
	if blocked := inv.Blocked(bucket); blocked != inventory.Allowed {
		return words.Blocked(blocked)
	}
	b.span = nil
	b.setMark(bucket, !b.active()[bucket.Key])
	b.list.move(1)
	return ""
}

// toggleAll marks every row shown, or unmarks them if all are marked.
func (b *buckets) toggleAll(inv *inventory.Inventory) {
	b.span = nil
	all := true
	for _, bucket := range b.list.rows {
		all = all && (b.active()[bucket.Key] || inv.Blocked(bucket) != inventory.Allowed)
	}
	for _, bucket := range b.list.rows {
		b.setMark(bucket, !all && inv.Blocked(bucket) == inventory.Allowed)
	}
}

// clearMarks removes all marks that are shown and returns how many there were.
func (b *buckets) clearMarks() int {
	n := len(b.active())
	clear(b.active())
	return n
}

// startRange begins a range at the cursor.
func (b *buckets) startRange(inv *inventory.Inventory, sticky bool) {
	bucket, ok := b.list.current()
	if !ok {
		return
	}
	b.span = &rangeSelection{from: bucket, before: map[store.Key]bool{}, sticky: sticky}
	for key := range b.active() {
		b.span.before[key] = true
	}
	b.markRange(inv)
}

// extendRange moves the cursor and marks what lies between.
func (b *buckets) extendRange(inv *inventory.Inventory, by int) {
	if b.span == nil {
		b.startRange(inv, false)
	}
	b.list.move(by)
	b.markRange(inv)
}

// move moves the cursor. A range that goes on follows it, any other ends.
func (b *buckets) move(inv *inventory.Inventory, by int) {
	if b.span != nil && !b.span.sticky {
		b.span = nil
	}
	b.list.move(by)
	b.markRange(inv)
}

// markRange marks the rows from the first of the range to the cursor.
func (b *buckets) markRange(inv *inventory.Inventory) {
	if b.span == nil {
		return
	}
	first, last := slices.Index(b.list.rows, b.span.from), b.list.at
	if first > last {
		first, last = last, first
	}
	for i, bucket := range b.list.rows {
		inRange := i >= first && i <= last && inv.Blocked(bucket) == inventory.Allowed
		b.setMark(bucket, inRange || b.span.before[bucket.Key])
	}
}

// targets returns the buckets that an action is about: the marked ones that the filter
// lets through, or the one under the cursor. hidden counts marked ones that are left
// out. reason says why there are none.
func (b *buckets) targets(inv *inventory.Inventory, a store.Action) (targets []*inventory.Bucket, hidden int, reason string) {
	if len(b.active()) > 0 {
		for _, bucket := range b.list.rows {
			if b.active()[bucket.Key] {
				targets = append(targets, bucket)
			}
		}
	}
	hidden = len(b.active()) - len(targets)
	if len(targets) > 0 {
		return targets, hidden, ""
	}
	bucket, ok := b.list.current()
	switch {
	case hidden > 0:
		return nil, hidden, fmt.Sprintf("%s not shown here: press esc to see what would be %s", words.Count(hidden, "marked bucket"), words.Action(a).Done)
	case !ok:
		return nil, 0, "There is no bucket to " + words.Action(a).Verb + " here"
	case inv.Blocked(bucket) != inventory.Allowed:
		return nil, 0, words.Blocked(inv.Blocked(bucket))
	case b.picking:
		return nil, 0, "No bucket is marked: press space to mark one"
	}
	return []*inventory.Bucket{bucket}, 0, ""
}
