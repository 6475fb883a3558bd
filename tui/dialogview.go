package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"credscope/store/inventory"
	"credscope/tui/text"
	"credscope/tui/words"
)

const (
	maxDialog   = 76 // cells of the widest dialog
	roomyDialog = 12 // lines within a border from which on it has one although not all fits
	someTargets = 3  // targets that are in view before an explanation is
	signWidth   = 3  // cells of a target's status and the blanks around it
)

// question is the dialog as a terminal of a certain size shows it.
type question struct {
	lines   []string
	x, y    int // of its first cell
	cursor  *tea.Cursor
	targets int    // how many of them are in view
	drawn   bool   // with what is asked, how to answer, and a target
	cancel  string // the button that cancels, as it is drawn
}

// cancelsAt reports whether the button that cancels is at a cell of the screen.
func (q question) cancelsAt(x, y int) bool {
	if y -= q.y; y < 0 || y >= len(q.lines) || !q.drawn {
		return false
	}
	line := text.Plain(q.lines[y])
	at := strings.Index(line, q.cancel) // no name has its brackets
	from := q.x + text.Width(line[:max(0, at)])
	return at >= 0 && x >= from && x < from+text.Width(q.cancel)
}

// view draws the dialog over a screen of a size whose last lines, the status and
// the footer, begin at line above: in a box where that has room, otherwise without
// a border, at last over the status too.
func (d *dialog) view(c *canvas, screen size, above int) question {
	title := words.Question(d.plan)
	w := min(screen.w, maxDialog)
	const edges = 8 // cells of a title's border
	if body, ok := d.body(c, w-2, above-2); ok && text.Width(title)+edges <= w && (body.whole || above-2 >= roomyDialog) {
		lines := c.box(title, "", "", body.lines, size{w, len(body.lines) + 2}, true)
		return d.placed(c, body, lines, (screen.w-w)/2, max(0, (above-len(lines))/2), 1, screen.w)
	}
	for _, h := range []int{above, screen.h - 1} {
		if body, ok := d.body(c, screen.w, h-1); ok && text.Width(title) <= screen.w {
			lead := text.Blanks(min(1, screen.w-text.Width(title)))
			lines := fill(c, append([]string{lead + c.styles.Focus.On(title)}, body.lines...), size{screen.w, h})
			return d.placed(c, body, lines, 0, 0, 0, screen.w)
		}
	}
	note := text.Wrap("Too small for the question: enlarge it or press esc.", screen.w)
	return question{lines: fill(c, note, size{screen.w, screen.h - 1})}
}

// placed is a question with its first cell at x, y; edge is the width of its border.
func (d *dialog) placed(c *canvas, body dialogBody, lines []string, x, y, edge, screenWidth int) question {
	q := question{lines: lines, x: x, y: y, targets: body.targets, drawn: true}
	q.cancel = text.Plain(d.button(c, "Cancel ", cancelButton))
	if body.cursor >= 0 {
		q.cursor = cursorAt(x+edge+body.cursor, y+len(body.lines), screenWidth) // below title or border
	}
	return q
}

// fill makes exactly as many lines as wide as a size.
func fill(c *canvas, content []string, in size) []string {
	lines := make([]string, in.h)
	copy(lines, content)
	for i := range lines {
		lines[i] = text.Pad(lines[i], in.w, c.glyphs.Ellipsis)
	}
	return lines
}

// dialogBody is a dialog without its title.
type dialogBody struct {
	lines   []string
	targets int  // how many of them are in view
	whole   bool // nothing was left out
	cursor  int  // its column in the last line, -1 for none
}

// body fits the dialog into w cells and h lines. Where not all fits, the
// explanations become fewer, the last ones first, and then the targets scroll. ok is
// false where not even one target fits beside a whole answer.
func (d *dialog) body(c *canvas, w, h int) (body dialogBody, ok bool) {
	answer, cursor := d.answerLines(c, w, false)
	if len(answer)+1 > h {
		answer, cursor = d.answerLines(c, w, true)
	}
	room := h - len(answer)
	if room < 1 || slices.ContainsFunc(answer, func(line string) bool { return text.Width(line) > w }) {
		return body, false
	}
	paragraphs := d.paragraphs(c, w)
	body.cursor = cursor
	for keep := len(paragraphs); keep >= 0; keep-- {
		about := slices.Concat(paragraphs[:keep]...)
		targets, all := d.allTargets(c, w, room-len(about))
		if !all && (keep > 1 || keep == 1 && room-len(about) < min(someTargets, len(d.plan.Targets))) {
			continue
		}
		body.targets, body.whole = len(d.plan.Targets), all && keep == len(paragraphs)
		if !all {
			targets, body.targets = d.someTargets(c, w, room-len(about))
		}
		if spare := room - len(about) - len(targets); spare >= 2 && len(about) > 0 {
			about = append(append([]string{""}, about...), "")
		}
		body.lines = slices.Concat(targets, about, answer)
		return body, true
	}
	return body, false
}

// allTargets names all targets and what is known of each, if that fits into limit
// lines. One is named in full; of several each has a line of its own, unless two
// would look alike.
func (d *dialog) allTargets(c *canvas, w, limit int) (lines []string, fits bool) {
	targets := d.plan.Targets
	if len(targets) > limit {
		return nil, false
	}
	names, states, least := targetNames(c, targets, w)
	short := make([]string, len(names))
	alike := map[string]int{}
	for i, name := range names {
		short[i] = text.CutMiddle(name, least, c.glyphs.Ellipsis)
		alike[short[i]]++
	}
	for i, t := range targets {
		sign, room := " "+c.glyphs.Status[t.Status]+" ", w-signWidth-text.Width(states[i])
		whole := len(targets) == 1 || room < minName || alike[short[i]] > 1
		if whole && text.Width(names[i]) > room {
			lines = append(lines, wholeTarget(c, sign, names[i], states[i], w)...)
			continue
		}
		lines = append(lines, c.styles.Strong.On(sign+text.CutMiddle(names[i], room, c.glyphs.Ellipsis)+states[i]))
	}
	return lines, len(lines) <= limit
}

// someTargets names as many targets as fit into limit lines, from the first in
// view, each on one line, and says which these are.
func (d *dialog) someTargets(c *canvas, w, limit int) (lines []string, n int) {
	all := d.plan.Targets
	n = min(limit, len(all))
	counted := n > 1 && n < len(all)
	if counted {
		n-- // for the line that says which these are
	}
	top := d.scroll.clamped(len(all), n)
	targets := all[top : top+n]
	names, states, least := targetNames(c, targets, w)
	cells := make([]int, len(targets))
	for i := range targets {
		if cells[i] = w - signWidth - text.Width(states[i]); least < minName || len(all) == 1 && text.Width(names[i]) > cells[i] {
			cells[i], states[i] = w-signWidth, ""
		}
	}
	names = text.CutDistinct(names, cells, c.glyphs.Ellipsis)
	for i, t := range targets {
		lines = append(lines, c.styles.Strong.On(" "+c.glyphs.Status[t.Status]+" "+names[i]+states[i]))
	}
	if counted {
		place := fmt.Sprintf("   %d to %d of %d, %s %s scroll", top+1, top+n, len(all), c.key("↑"), c.key("↓"))
		lines = append(lines, c.styles.Dim.On(text.Cut(place, w, c.glyphs.Ellipsis)))
	}
	return lines, n
}

// targetNames returns the name of each target and what is known of it, and the
// least room that a name has beside that.
func targetNames(c *canvas, targets []inventory.Target, w int) (names, states []string, least int) {
	names, states, least = make([]string, len(targets)), make([]string, len(targets)), w
	for i, t := range targets {
		names[i], states[i] = c.name(t.Key.String()), " ("+words.TargetState(t, c.now)+")"
		least = min(least, w-signWidth-text.Width(states[i]))
	}
	return names, states, least
}

// wholeTarget breaks a name where it must, with what is known below it.
func wholeTarget(c *canvas, sign, name, state string, w int) []string {
	var lines []string
	for _, line := range text.Wrap(name, max(1, w-signWidth)) {
		lines = append(lines, c.styles.Strong.On(sign+line))
		sign = text.Blanks(signWidth)
	}
	for _, line := range text.Wrap(strings.TrimSpace(state), max(1, w-signWidth)) {
		lines = append(lines, c.styles.Plain.On(sign+line))
	}
	return lines
}

// wholeCommand puts a command at a sentence's end on a line of its own where it
// would be broken.
func wholeCommand(sentence string, w int) string {
	if text.Width(sentence)+2 <= w {
		return sentence
	}
	return strings.Replace(sentence, ": /", ":\n/", 1)
}
