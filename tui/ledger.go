package tui

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/progress"
	tea "charm.land/bubbletea/v2"

	"credscope/store"
)

// The ledger page shows a bulk removal: a bar and a line for each bucket, while
// it runs and after it, until it is closed.

func (m *Model) pressLedger(msg tea.KeyPressMsg) tea.Cmd {
	k := &m.keys
	switch {
	case key.Matches(msg, k.Back, k.Quit) && m.job != nil:
		m.job.stopped = true
		m.status.note("Stopping: nothing is sent after the removal under way")
	case key.Matches(msg, k.Look) && m.job != nil:
	case key.Matches(msg, k.Back, k.Quit, k.Look):
		m.page, m.shownJob = mainPage, nil
		return m.moved()
	default:
		m.pageTop.by(m.movement(msg, maxScroll))
	}
	return nil
}

// bar draws how far something has come.
func (m *Model) bar(w, done, total int, word string) string {
	label := fmt.Sprintf(" %d of %d %s", done, total, word)
	full, empty := '█', '░'
	if m.o.ASCII {
		full, empty = '#', '-'
	}
	p := progress.New(progress.WithoutPercentage(), progress.WithFillCharacters(full, empty),
		progress.WithColors(m.palette.colour(m.palette.accent)), progress.WithWidth(max(4, min(40, w-width(label)))))
	p.EmptyColor = m.palette.colour(m.palette.dim)
	return p.ViewAs(float64(done)/float64(max(1, total))) + m.styles.plain.on(label)
}

// ledgerLines draws the removal of more than one bucket.
func (m *Model) ledgerLines(w int) []string {
	job := m.shownJob
	lines := []string{" " + m.bar(w-2, len(job.outcomes), len(job.targets), "done"), ""}
	longest := 0
	for _, t := range job.targets {
		longest = max(longest, width(m.shown(printableName(t.key.String()))))
	}
	for i, t := range job.targets {
		sign, word, p := " ", "waiting", m.styles.dim
		switch {
		case i < len(job.outcomes):
			k, _ := verdictMessage(job.outcomes[i])
			sign, word, p = m.glyphs.kinds[k], job.outcomes[i].String(), m.styles.kinds[k]
		case m.job == nil:
			word = store.NotStarted.String()
		case i == len(job.outcomes) && job.started:
			sign, word, p = m.glyphs.cursor, "asking the host", m.styles.strong
		}
		name := m.shown(printableName(t.key.String()))
		nameWidth := min(longest, 48, max(12, w-30))
		lines = append(lines, " "+p.on(sign+" "+pad(cutMiddle(name, nameWidth, m.glyphs.ellipsis), nameWidth, "")+"  "+word))
	}
	return lines
}

func (m *Model) ledgerTitle() string {
	if m.job != nil {
		return fmt.Sprintf("Removing %d buckets", len(m.shownJob.targets))
	}
	return "Removal ended"
}

// summary counts the verdicts of a bulk removal.
func (r *removal) summary() (kind, string) {
	gone, uncertain, rest := 0, 0, 0
	for _, o := range r.outcomes {
		switch {
		case o.Verdict.Gone():
			gone++
		case o.Verdict.Uncertain():
			uncertain++
		default:
			rest++
		}
	}
	notStarted := len(r.targets) - len(r.outcomes)
	text := fmt.Sprintf("%d of %d gone", gone, len(r.targets))
	k := success
	if rest > 0 {
		k, text = failure, text+fmt.Sprintf(", %d not removed", rest)
	}
	if uncertain > 0 {
		k, text = failure, text+fmt.Sprintf(", %d unknown", uncertain)
	}
	if notStarted > 0 {
		k, text = max(k, warning), text+fmt.Sprintf(", %d not started", notStarted)
	}
	return k, text
}
