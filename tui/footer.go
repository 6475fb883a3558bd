package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"

	"credscope/tui/text"
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
