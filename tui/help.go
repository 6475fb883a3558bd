package tui

import (
	"slices"

	"charm.land/bubbles/v2/key"

	"credscope/tui/text"
	"credscope/tui/words"
)

// help is the page of all keys and signs. A filter leaves what contains it.
type help struct {
	scroll scroll
	filter string
}

func (h help) title(c *canvas) string {
	if h.filter == "" {
		return "Help"
	}
	return "Help /" + filterText(c, h.filter)
}

// has reports whether the filter lets something through.
func (h help) has(texts ...string) bool {
	return slices.ContainsFunc(texts, func(text string) bool { return matches(text, h.filter) })
}

const legendWidth = 15 // cells of a status and a blank

// lines lists every key by task, and the signs. Keys that are known not to work now
// are dimmed. Where there is room the tasks are in two columns.
func (h help) lines(c *canvas, keys *keyMap, works map[key.Help]bool, w int) []string {
	groups := h.groups(keys)
	var lines []string
	if w >= 76 {
		half := (len(groups) + 1) / 2
		left, right := groupLines(c, groups[:half], works, w/2), groupLines(c, groups[half:], works, w-w/2)
		for i := range max(len(left), len(right)) {
			line := text.Blanks(w / 2)
			if i < len(left) {
				line = left[i]
			}
			if i < len(right) {
				line += right[i]
			}
			lines = append(lines, line)
		}
	} else {
		lines = groupLines(c, groups, works, w)
	}
	lines = append(lines, h.legendLines(c, w)...)
	if len(lines) == 0 {
		return text.WrapAll(w, " Nothing matches the filter.", " esc clears it.")
	}
	lines = append(lines, "")
	return append(lines, text.WrapAll(w, " Dimmed keys do nothing now. With the mouse: wheel scrolls, click selects; shift selects text.")...)
}

// groups are the keys that the filter lets through.
func (h help) groups(k *keyMap) (groups []keyGroup) {
	for _, group := range k.groups() {
		if !h.has(group.title) {
			group.keys = slices.DeleteFunc(group.keys, func(b key.Binding) bool { return !h.has(b.Help().Key, b.Help().Desc) })
		}
		if len(group.keys) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}

// legendLines explains the signs.
func (h help) legendLines(c *canvas, w int) (lines []string) {
	for _, status := range words.Legend {
		if !h.has("signs", status.String(), words.Meaning(status)) {
			continue
		}
		if len(lines) == 0 {
			lines = append(lines, " "+c.styles.Focus.On("Signs"))
		}
		sign := c.styles.Status[status].On(c.glyphs.Status[status] + " " + text.Pad(status.String(), legendWidth, ""))
		for _, line := range text.Wrap(words.Meaning(status), max(1, w-legendWidth-6)) {
			lines = append(lines, "   "+sign+c.styles.Plain.On(line))
			sign = text.Blanks(legendWidth + 2)
		}
	}
	return lines
}

// groupLines draws some tasks' keys, w cells wide.
func groupLines(c *canvas, groups []keyGroup, works map[key.Help]bool, w int) []string {
	var lines []string
	for _, group := range groups {
		lines = append(lines, text.Pad(" "+c.styles.Focus.On(group.title), w, ""))
		for _, binding := range group.keys {
			name, does := c.styles.Strong, c.styles.Plain
			if working, known := works[binding.Help()]; known && !working {
				name, does = c.styles.Dim, c.styles.Dim
			}
			lines = append(lines, text.Pad("   "+name.On(text.Pad(c.key(binding.Help().Key), 12, ""))+does.On(binding.Help().Desc), w, c.glyphs.Ellipsis))
		}
		lines = append(lines, text.Blanks(w))
	}
	return lines
}
