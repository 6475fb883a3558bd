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
	content, whole := m.confirmLines(w-2, h-2)
	if !whole {
		content, _ = m.confirmLines(m.width, h-1)
		return m.bareConfirm(append([]string{" " + m.styles.title.on(m.confirm.title())}, content...), h)
	}
	for i, line := range content {
		content[i] = pad(line, w-2, m.glyphs.ellipsis)
	}
	return overlay(lines, m.box(m.confirm.title(), content, w, len(content)+2, true), m.width)
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

// confirmLines words the dialog for w cells and at most h lines, and tells
// whether nothing had to be left out. What says which bucket and how to answer
// stays; the rest gives way.
func (m *Model) confirmLines(w, h int) (lines []string, whole bool) {
	answer, consequences := m.answerLines(w), m.consequences(w)
	if n := m.confirm.hidden; n > 0 {
		consequences = append(wrapAll(w, " "+count(n, "marked bucket")+" hidden by the filter: left out."), consequences...)
	}
	targets := m.targetLines(w, max(1, h-len(answer)-len(consequences)-2))
	room := h - len(targets) - len(answer)
	whole = room >= len(consequences)
	switch {
	case room >= len(consequences)+2:
		consequences = append(append([]string{""}, consequences...), "")
	case !whole:
		consequences = consequences[:max(0, room)]
	}
	lines = append(append(targets, consequences...), answer...)
	return lines[max(0, len(lines)-h):], whole
}

// targetLines names the targets and what is known of each.
func (m *Model) targetLines(w, limit int) []string {
	var lines []string
	targets := m.confirm.targets
	for i, t := range targets {
		if len(lines) == limit-1 && len(targets)-i > 1 {
			return append(lines, fmt.Sprintf("   and %d more", len(targets)-i))
		}
		state := t.health.String()
		if at, ok := t.look.Metadata.Expiry.Time(); ok && t.checked {
			state += ", " + relative(at, m.o.Now())
		}
		name := " " + m.glyphs.health[t.health] + " " + m.shown(printableName(t.key.String()))
		if whole := name + " (" + state + ")"; width(whole) <= w || len(targets) > 1 {
			lines = append(lines, m.styles.strong.on(cut(whole, w, m.glyphs.ellipsis)))
			continue
		}
		lines = append(lines, m.styles.strong.on(cut(name, w, m.glyphs.ellipsis)), m.styles.plain.on(cut("   "+state, w, m.glyphs.ellipsis)))
	}
	return lines
}

// consequences are the three things that a removal does not do or undo.
func (m *Model) consequences(w int) []string {
	login := "/auth PROVIDER login BUCKET"
	if len(m.confirm.targets) == 1 {
		k := m.confirm.targets[0].key
		login = "/auth " + printableName(k.Provider) + " login " + printableName(k.Bucket)
	}
	return wrapAll(w,
		" Not revoked at the provider; sessions with the token keep it.",
		" No undo: the host would store it without its refresh token.",
		" Log in again on the host: "+login)
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
		lines[len(lines)-1] = " " + m.styles.kinds[warning].on(cut(printableName(c.missing), w-2, m.glyphs.ellipsis))
	}
	typed := " > " + cut(printableName(c.field.Value()), max(1, w-16), m.glyphs.ellipsis)
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
			x := width(before) + 3 + c.field.Position()
			return steady(x, y, m.width)
		}
	}
	return nil
}
