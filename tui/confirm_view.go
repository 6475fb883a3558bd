package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// maxDialog is the widest a dialog gets, in cells.
const maxDialog = 72

// overlayConfirm lays the dialog over the lines above the status. Where its
// words do not fit into a border it takes the whole place without one.
func (m *Model) overlayConfirm(lines []string) []string {
	w, h := min(m.width, maxDialog), len(lines)
	content, whole := m.confirmLines(w-2, h-2, 0)
	for spared := 0; !whole && spared <= len(m.consequences()); spared++ {
		title := " " + m.styles.title.on(m.confirm.title())
		if content, whole = m.confirmLines(m.width, h-1, spared); whole {
			return m.bareConfirm(append([]string{title}, content...), h)
		}
	}
	if !whole {
		return m.bareConfirm(m.compactConfirm(m.width, h), h)
	}
	for i, line := range content {
		content[i] = pad(line, w-2, m.glyphs.ellipsis)
	}
	return overlay(lines, m.box(m.confirm.title(), "", content, w, len(content)+2, true), m.width)
}

// compactConfirm is what a tiny terminal can show: what goes, and how to answer.
func (m *Model) compactConfirm(w, h int) []string {
	c := m.confirm
	name := c.title()
	if len(c.targets) == 1 {
		name = m.shown(printableName(c.targets[0].key.String()))
	}
	marker := func(at control) string {
		if c.focus == at {
			return m.glyphs.cursor
		}
		return ""
	}
	answer := []string{"[" + marker(cancelButton) + "Cancel] y removes"}
	if c.focus == acceptButton {
		answer = []string{"[" + marker(acceptButton) + "Remove] esc not"}
	}
	if c.word != "" {
		answer = []string{fmt.Sprintf("Type %q", printableName(c.word)), " > " + printableASCII(c.field.Value()) + " [" + marker(cancelButton) + "Cancel]"}
	}
	lines := wrap(name, w)
	lines = lines[:min(len(lines), max(1, h-len(answer)))]
	for i, line := range lines {
		lines[i] = m.styles.strong.on(line)
	}
	return append(lines, answer...)
}

func (m *Model) bareConfirm(content []string, h int) []string {
	content = content[max(0, len(content)-h):]
	lines := make([]string, h)
	for i := range lines {
		if i < len(content) {
			lines[i] = content[i]
		}
		lines[i] = pad(lines[i], m.width, m.glyphs.ellipsis)
	}
	return lines
}

func (c *confirm) title() string { return "Remove " + count(len(c.targets), "bucket") + "?" }

// confirmLines words the dialog for w cells and tells whether that fits into h
// lines. The last spared paragraphs of what a removal means are left out, whole.
func (m *Model) confirmLines(w, h, spared int) (lines []string, fits bool) {
	answer, meaning := m.answerLines(w), m.consequences()
	var consequences []string
	if n := m.confirm.hidden; n > 0 {
		consequences = wrapAll(w, " "+count(n, "marked bucket")+" hidden by the filter: left out.")
	}
	for _, paragraph := range meaning[:max(0, len(meaning)-spared)] {
		consequences = append(consequences, wrapAll(w, " "+wholeCommand(paragraph, w))...)
	}
	targets := m.targetLines(w, max(1, h-len(answer)-len(consequences)-2))
	room := h - len(targets) - len(answer) - len(consequences)
	if room >= 2 {
		consequences = append(append([]string{""}, consequences...), "")
	}
	return append(append(targets, consequences...), answer...), room >= 0
}

// targetLines names the targets and what is known of each: one in full, of
// several each on a line of its own, unless two would be shortened to the same.
func (m *Model) targetLines(w, limit int) []string {
	targets := m.confirm.targets
	visible := targets[:min(len(targets), max(1, limit))]
	names, states := make([]string, len(visible)), make([]string, len(visible))
	least := w // room for a name
	for i, t := range visible {
		names[i], states[i] = m.shown(printableName(t.key.String())), " ("+m.targetState(t)+")"
		least = min(least, w-signWidth-width(states[i]))
	}
	alike := map[string]int{}
	for _, name := range names {
		alike[cutMiddle(name, least, m.glyphs.ellipsis)]++
	}
	var lines []string
	for i, t := range visible {
		sign, name, room := " "+m.glyphs.health[t.health]+" ", names[i], w-signWidth-width(states[i])
		block := []string{m.styles.strong.on(sign + cutMiddle(name, room, m.glyphs.ellipsis) + states[i])}
		if whole := len(targets) == 1 || alike[cutMiddle(name, least, m.glyphs.ellipsis)] > 1; whole && width(name) > room {
			block = m.wholeTarget(sign, name, states[i], w)
		}
		if len(targets)-i > 1 && len(lines)+len(block) >= limit {
			return append(lines, fmt.Sprintf("   and %d more", len(targets)-i))
		}
		lines = append(lines, block...)
	}
	return lines
}

const signWidth = 3 // of a status and the spaces around it

func (m *Model) targetState(t target) string {
	if at, ok := t.look.Metadata.Expiry.Time(); ok && t.checked {
		return t.health.String() + ", " + relative(at, m.o.Now())
	}
	return t.health.String()
}

// wholeTarget breaks a name where it must, and puts what is known below it.
func (m *Model) wholeTarget(sign, name, state string, w int) []string {
	var lines []string
	for _, line := range wrap(name, max(1, w-signWidth)) {
		lines = append(lines, m.styles.strong.on(sign+line))
		sign = strings.Repeat(" ", signWidth)
	}
	return append(lines, m.styles.plain.on(sign+strings.TrimSpace(state)))
}

// consequences are what a removal does not do or undo, a paragraph each.
func (m *Model) consequences() []string {
	paragraphs := consequences(m.confirm.targets)
	for i := range paragraphs {
		paragraphs[i] = m.shown(paragraphs[i])
	}
	return paragraphs
}

// wholeCommand puts a command at a paragraph's end on a line of its own where it
// would be broken.
func wholeCommand(paragraph string, w int) string {
	if width(paragraph)+2 <= w {
		return paragraph
	}
	return strings.Replace(paragraph, ": /", ":\n/", 1)
}

// answerLines are the controls, each marked by a sign when it has the focus.
func (m *Model) answerLines(w int) []string {
	c := m.confirm
	button := func(label string, at control) string {
		if c.focus == at {
			return m.styles.selected.on("[" + m.glyphs.cursor + label + "]")
		}
		return "[ " + label + "]"
	}
	if c.word == "" {
		cancel, accept := " "+button("Cancel ", cancelButton), button("Remove ", acceptButton)+"  "+m.styles.strong.on("y removes")
		if line := cancel + "  " + accept; width(line) <= w {
			return []string{line}
		}
		return []string{cancel, " " + accept}
	}
	ask := wrap(fmt.Sprintf("Type %q and press Enter", printableName(c.word)), max(1, w-2))
	lines := make([]string, 0, len(ask)+2)
	for _, line := range ask {
		lines = append(lines, " "+m.styles.strong.on(line))
	}
	if c.missing != "" {
		lines[len(lines)-1] = " " + m.styles.kinds[warning].on(cut(printableASCII(c.missing), w-2, m.glyphs.ellipsis))
	}
	typed := " > " + cut(printableASCII(c.field.Value()), max(1, w-16), m.glyphs.ellipsis)
	return append(lines, pad(typed, max(1, w-12), "")+button("Cancel ", cancelButton))
}

// confirmCursor puts the terminal's cursor behind what was typed.
func (m *Model) confirmCursor(lines []string) *tea.Cursor {
	c := m.confirm
	if c.focus != textField {
		return nil
	}
	for y := len(lines) - 1; y >= 0; y-- {
		before, _, found := strings.Cut(plainText(lines[y]), " > ")
		if found && strings.Contains(plainText(lines[y]), "Cancel") {
			x := width(before) + 3 + width(printableASCII(string([]rune(c.field.Value())[:c.field.Position()])))
			return steady(x, y, m.width)
		}
	}
	return nil
}
