package tui

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// checkList fails if the cursor is off the rows, or the window does not show it
// or could show more.
func checkList(t *testing.T, l *list[int], after string) {
	t.Helper()
	current, ok := l.current()
	visible := l.visible()
	switch {
	case len(l.rows) == 0:
		if ok || l.at != 0 || l.top != 0 || len(visible) != 0 {
			t.Fatalf("%s: empty, but %+v", after, *l)
		}
		return
	case !ok || l.at < 0 || l.at >= len(l.rows) || current != l.rows[l.at]:
		t.Fatalf("%s: no cursor: %+v", after, *l)
	case l.at < l.top || l.at >= l.top+l.height:
		t.Fatalf("%s: cursor out of view: %+v", after, *l)
	case len(visible) != min(l.height, len(l.rows)):
		t.Fatalf("%s: %d rows in view: %+v", after, len(visible), *l)
	case !slices.Equal(visible, l.rows[l.top:l.top+len(visible)]):
		t.Fatalf("%s: other rows in view, %v: %+v", after, visible, *l)
	}
}

func TestTheCursorIsAlwaysOnARowInAFullWindow(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		l := list[int]{}
		l.resize(1 + random.IntN(12))
		for range 100 {
			before, old := l, fmt.Sprintf("%+v", l)
			switch random.IntN(4) {
			case 0:
				rows := random.Perm(40)[:random.IntN(40)]
				l.set(rows)
				checkList(t, &l, fmt.Sprintf("set of %v on %s", rows, old))
				checkFollowed(t, &before, &l)
			case 1:
				by := random.IntN(60) - 30
				l.move(by)
				checkList(t, &l, fmt.Sprintf("move by %d on %s", by, old))
				checkScrolled(t, &before, &l, before.at+by)
			case 2:
				i := random.IntN(60) - 10
				l.to(i)
				checkList(t, &l, fmt.Sprintf("to %d on %s", i, old))
				checkScrolled(t, &before, &l, i)
			default:
				h := 1 + random.IntN(50)
				l.resize(h)
				checkList(t, &l, fmt.Sprintf("resize to %d of %s", h, old))
				if l.at != before.at {
					t.Fatalf("resize to %d moved the cursor of %s", h, old)
				}
			}
		}
	}
}

// checkFollowed fails if the cursor left a row that is still there, or went
// further than it had to from one that is not.
func checkFollowed(t *testing.T, before, after *list[int]) {
	t.Helper()
	was, had := before.current()
	is, has := after.current()
	switch {
	case had && slices.Contains(after.rows, was):
		if !has || is != was {
			t.Fatalf("the cursor went from row %d to %d: %+v", was, is, *after)
		}
	case after.at != max(0, min(before.at, len(after.rows)-1)):
		t.Fatalf("the cursor jumped from place %d to %d of %d", before.at, after.at, len(after.rows))
	}
}

// checkScrolled fails if the cursor is not as near to the goal as there are
// rows, or the window moved although it showed that row already.
func checkScrolled(t *testing.T, before, after *list[int], goal int) {
	t.Helper()
	if want := max(0, min(goal, len(before.rows)-1)); after.at != want {
		t.Fatalf("the cursor is at %d, not at %d of %d", after.at, want, len(before.rows))
	}
	inView := after.at >= before.top && after.at < before.top+before.height
	if inView && after.top != before.top {
		t.Fatalf("the window moved from %d to %d for row %d, which it showed", before.top, after.top, after.at)
	}
}

func TestTheCursorStaysOnTheSameRowByIdentity(t *testing.T) {
	type row struct{ name string }
	rows := []*row{{"a"}, {"same"}, {"same"}, {"z"}}
	l := list[*row]{}
	l.resize(2)
	l.set(rows)
	l.to(2)
	l.set([]*row{{"same"}, rows[1], {"b"}, {"c"}, rows[2]})
	if current, _ := l.current(); current != rows[2] || l.at != 4 {
		t.Errorf("the cursor is at %d on %q", l.at, current.name)
	}
	l.set(nil)
	l.set(rows)
	if current, _ := l.current(); current != rows[0] {
		t.Errorf("after a list of nothing the cursor is on %q", current.name)
	}
}

func TestAListWithoutRoomShowsNothing(t *testing.T) {
	for _, height := range []int{0, -1, -100} {
		l := list[int]{}
		l.resize(height)
		l.set([]int{1, 2, 3})
		l.move(2)
		if len(l.visible()) != 0 {
			t.Errorf("%d lines show %v", height, l.visible())
		}
		l.resize(2)
		checkList(t, &l, "room again")
	}
}
