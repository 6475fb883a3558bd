package tui

import (
	"fmt"
	"strings"

	"credscope/store"
)

// LedgerLine is one removal's verdict as text, for places without keys.
func LedgerLine(o store.Outcome) string {
	_, text := verdict(o, Explain)
	return text
}

// consequences are the three things that a removal does not do or undo.
func consequences(targets []target) []string {
	login := "/auth PROVIDER login BUCKET"
	if len(targets) == 1 {
		k := targets[0].key
		login = "/auth " + printableName(k.Provider) + " login " + printableName(k.Bucket)
	}
	return []string{
		"Not revoked at the provider; sessions with the token keep it.",
		"No undo: the host would store it without its refresh token.",
		"Log in again on the host: " + login,
	}
}

// Question is what is asked before a removal. It keeps its targets as they were
// known then.
type Question struct {
	targets []target
	report  Report
}

// Question asks about the removal of rows.
func (r Report) Question(rows []Row) Question {
	q := Question{report: r}
	for _, row := range rows {
		b := row.bucket()
		q.targets = append(q.targets, target{key: b.key, health: b.health(r.At, r.StaleAfter), checked: b.checked, look: b.look, listed: !b.byName})
	}
	return q
}

// Text names the targets and says what their removal does not do.
func (q Question) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", (&confirm{targets: q.targets}).title())
	for _, t := range q.targets {
		fmt.Fprintf(&b, "  %s (%s)\n", printableName(t.key.String()), q.state(t))
	}
	for _, line := range consequences(q.targets) {
		fmt.Fprintln(&b, line)
	}
	return b.String()
}

func (q Question) state(t target) string {
	if at, ok := t.look.Metadata.Expiry.Time(); ok && t.checked {
		return t.health.String() + ", " + relative(at, q.report.At)
	}
	return t.health.String()
}

// Prompt says how to accept.
func (q Question) Prompt() string {
	if word := wordFor(q.targets); word != "" {
		return fmt.Sprintf("Type %q and press Enter: ", printableName(word))
	}
	return "y removes. Remove it? [y/N] "
}

// Accepts reports whether the answer is a yes, by the rule of the dialog.
func (q Question) Accepts(answer string) bool {
	if word := wordFor(q.targets); word != "" {
		return answer == word
	}
	return answer == "y" || answer == "Y"
}

// Attempts says for each target what a removal would send.
func (q Question) Attempts() string {
	var b strings.Builder
	for _, t := range q.targets {
		fmt.Fprintf(&b, "%s: would be removed (%s)\n", printableName(t.key.String()), q.state(t))
	}
	return b.String()
}

// Changed takes the last look at each target and says which is not as it was
// when the question was asked, "" if none; looks are in the order of the rows.
func (q Question) Changed(looks []*store.Look) string {
	for i := range q.targets {
		t := &q.targets[i]
		t.lastLook(*looks[i])
		if !t.same(*looks[i]) {
			now := looks[i].Health(q.report.At, q.report.StaleAfter)
			return "Nothing was removed: " + printableName(t.key.String()) + " has changed since the question, " + change(t.health, now) + "."
		}
	}
	return ""
}

// Removal is the removal of the i-th target, after Changed. known is how many
// buckets the host is known to list.
func (q Question) Removal(i, known int) store.Removal { return q.targets[i].removal(known == 1) }
