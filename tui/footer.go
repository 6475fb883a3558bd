package tui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"

	"credscope/tui/text"
	"credscope/tui/words"
)

// footerGap is the space between two keys of the footer.
const footerGap = 2

// offered are the keys that do something now, for the footer.
func (m *Model) offered() []key.Binding {
	k := &m.keys
	switch {
	case m.dialog != nil:
		return m.dialog.keys(k, m.question())
	case m.prompt.purpose == lookUpPrompt:
		return []key.Binding{k.LookItUp, k.Decline, k.Leave}
	case m.prompt.purpose == filterPrompt:
		return []key.Binding{k.Keep, k.Clear, k.TypingUp, k.TypingDown, k.Leave}
	case m.page == runPage && m.running():
		return []key.Binding{k.Stop, k.Leave}
	case m.page != noPage:
		return m.offeredOnPage()
	}
	var offered []key.Binding
	if in := m.layout().inner(m.size.w); len(m.inv.Providers()) == 0 {
		if _, lines := m.emptyState(in.w); len(lines) > in.h {
			offered = append(offered, k.Down)
		}
	}
	works := m.working()
	for _, binding := range k.footer(m.focus) {
		if works[binding.Help()] {
			offered = append(offered, binding)
		}
	}
	return offered
}

// offeredOnPage are the keys of help, of the history, and of a run that has ended.
func (m *Model) offeredOnPage() []key.Binding {
	k := &m.keys
	offered := []key.Binding{k.Back}
	add := func(b key.Binding, works bool) {
		if works {
			offered = append(offered, b)
		}
	}
	switch m.page {
	case runPage:
		add(k.CopyCommand, words.NeedsNewLogin(m.run.current()))
		add(k.History, true)
		add(k.Help, true)
	case historyPage:
		add(k.LastRun, m.hasRunPage())
		add(k.CopyCommand, words.NeedsNewLogin(m.history.lastOutcome()))
		add(k.Times, true)
		add(k.Help, true)
	default:
		add(k.Filter, true)
	}
	return append(offered, k.Down, k.Up, k.Leave)
}

// hasRunPage reports whether a run over several buckets has a page to show.
func (m *Model) hasRunPage() bool { return m.run != nil && m.run.several() }

// working reports of every key of the main screen whether it does something now.
func (m *Model) working() map[key.Help]bool {
	works := map[key.Help]bool{}
	for _, c := range m.commands() {
		works[c.key.Help()] = c.works
	}
	return works
}

// footer draws the keys that work now, as many as fit.
func (m *Model) footer() string {
	c := &m.canvas
	line := " "
	used := 1
	for _, binding := range m.offered() {
		size := m.footerSize(binding)
		if used+size > m.size.w {
			break
		}
		line += c.styles.Focus.On(m.firstKey(binding)) + " " + c.styles.Dim.On(binding.Help().Desc) + text.Blanks(footerGap)
		used += size + footerGap
	}
	return text.Pad(line, m.size.w, "")
}

func (m *Model) footerSize(b key.Binding) int {
	return text.Width(m.firstKey(b)) + 1 + text.Width(b.Help().Desc)
}

// firstKey is the first of a binding's keys, which is all that the footer names.
func (m *Model) firstKey(b key.Binding) string {
	first, _, _ := strings.Cut(b.Help().Key, " ")
	return m.canvas.key(first)
}

// help is the page of all keys and signs. A filter leaves what contains it.
type help struct {
	scroll scroll
	filter string
}

func (m *Model) helpTitle() string {
	if m.help.filter == "" {
		return "Help"
	}
	return "Help /" + filterText(&m.canvas, m.help.filter)
}

// has reports whether the filter lets something through.
func (h help) has(texts ...string) bool {
	return slices.ContainsFunc(texts, func(text string) bool { return matches(text, h.filter) })
}

const legendWidth = 15 // cells of a status and a blank

// helpLines lists every key by task, those that do nothing now dimmed, and the
// signs. Where there is room the tasks are in two columns.
func (m *Model) helpLines(w int) []string {
	groups := m.help.groups(&m.keys)
	var lines []string
	if w >= 76 {
		half := (len(groups) + 1) / 2
		left, right := m.groupLines(groups[:half], w/2), m.groupLines(groups[half:], w-w/2)
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
		lines = m.groupLines(groups, w)
	}
	lines = append(lines, m.legendLines(w)...)
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
func (m *Model) legendLines(w int) (lines []string) {
	c := &m.canvas
	for _, status := range words.Legend {
		if !m.help.has("signs", status.String(), words.Meaning(status)) {
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
func (m *Model) groupLines(groups []keyGroup, w int) []string {
	c, works := &m.canvas, m.working()
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
