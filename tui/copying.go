package tui

import (
	tea "charm.land/bubbletea/v2"

	"credscope/store"
	"credscope/tui/text"
	"credscope/tui/theme"
	"credscope/tui/words"
)

// copyName writes provider and bucket under the cursor to the terminal's clipboard.
func (m *Model) copyName() tea.Cmd {
	name, valid := m.providers.selected(), store.ValidName(m.providers.selected())
	if b := m.subject().bucket; b != nil {
		name, valid = b.Key.String(), b.ValidName()
	}
	if !valid {
		m.say(theme.Warning, "Only the valid name of a provider or bucket can be copied")
		return nil
	}
	return m.copyText(name)
}

// copyCommand writes the host's command for the bucket under the cursor to the
// clipboard: the one that removes it where removals are forbidden, else the one that
// logs in again.
func (m *Model) copyCommand() tea.Cmd {
	b := m.subject().bucket
	if b == nil {
		m.say(theme.Warning, "Commands are for buckets: press enter first")
		return nil
	}
	if m.forbidsRemoval(b) {
		return m.copyHostCommand(words.LogoutCommand(b.Key))
	}
	return m.copyHostCommand(words.LoginCommand(b.Key, m.host.Version))
}

// copyLogin copies the command that logs in again to what was removed or is dead.
func (m *Model) copyLogin(o store.Outcome) tea.Cmd {
	if !words.NeedsNewLogin(o) {
		m.say(theme.Warning, "Nothing was removed here and nothing is dead, so there is no login to repeat")
		return nil
	}
	return m.copyHostCommand(words.LoginCommand(o.Key, m.host.Version))
}

func (m *Model) copyHostCommand(command string) tea.Cmd {
	if command == "" {
		m.say(theme.Warning, "There is no safe command for this name")
		return nil
	}
	return m.copyText(command)
}

// copyText copies. No terminal reports whether it did.
func (m *Model) copyText(s string) tea.Cmd {
	m.say(theme.Info, "Sent "+text.Quoted(s)+" to the terminal's clipboard; not every terminal takes it")
	return tea.SetClipboard(s)
}
