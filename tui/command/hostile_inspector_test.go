package command_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"credscope/tui/terminal"
)

// places are those of the inspector, and how many different texts of a field
// must come out there. Of the names, those that hosts refuse cannot be asked
// about, so that only ordinary ones reach the dialog and the lists of what is
// removed.
var places = map[string]map[byte]int{
	"providers":         {'P': everyText},
	"buckets":           {'B': everyText},
	"detail":            {'T': 480, 'S': 480, 'A': 480, 'X': 480, 'R': resources},
	"status":            {'E': 60},
	"history":           {'P': everyText, 'E': everyText, 'C': 125, 'V': everyText},
	"triage":            {'B': 10},
	"dialog":            {'B': 10},
	"ledger page":       {'B': 10, 'V': 1},
	"help":              {},
	"ledger at the end": {'V': everyText},
}

func (v *visit) lists() {
	v.Resize(69, 100) // one pane, as wide as there is
	v.at("providers")
	v.Press("g")
	v.turn("pgdown", providerRow, "tokens", v.unwatched)
	v.enter("tokens")
	v.at("buckets")
	v.turn("pgdown", bucketRow, fmt.Sprintf("tok%03d", tokens(v.texts)-1), v.unwatched)
	v.Resize(480, 100) // no sentence has to be broken
	v.sees("protocol 2", "asked")
}

// details looks at all tokens of tokens, and at those fields of one after the other.
func (v *visit) details() (looks int) {
	looks = tokens(v.texts) + v.ordinary()
	v.Type("c/tok0\rg")
	v.asked(looks)
	v.at("detail")
	for i := range tokens(v.texts) {
		v.until("the end of the token", func(screen string) bool { return hasRow(screen, "Type", fmt.Sprintf(" T%d.", i*perToken)) })
		v.Press("3", "G")
		v.sees(fmt.Sprintf("X%d.", min(i*perToken+perToken, len(v.texts))-1))
		v.Press("2", "j")
	}
	return looks
}

// ordinary counts the bucket names of the corpus that follow the hosts' rule.
func (v *visit) ordinary() (n int) {
	for i := range v.texts {
		if ordinaryName.MatchString((&adversary{texts: v.texts, visited: true}).marked('B', i)) {
			n++
		}
	}
	return n
}

var ordinaryName = regexp.MustCompile(`^[A-Za-z0-9._@-]{1,64}$`)

// errors looks at every token that is refused, and once more at those that are
// refused in words like ours.
func (v *visit) errors(before int) (looks int) {
	v.enter("errors")
	v.Press("c")
	looks = before + len(v.texts)
	v.asked(looks)
	v.at("status")
	for i, c := range v.texts {
		if !likeOurs(c) {
			continue
		}
		name := fmt.Sprintf("e%03d", i)
		v.Type("/\x15" + name + "\r\r")
		looks++
		if i%4 == 2 { // FORBIDDEN is a status of the token and no failure
			v.sees("Looked at errors/" + name + ": hidden")
			v.until("the refusal", func(screen string) bool { return strings.Contains(screen, fmt.Sprintf("E%d.", i)) })
			continue
		}
		v.until("the refusal", func(screen string) bool {
			rows := strings.Split(strings.TrimRight(screen, "\n"), "\n")
			for _, row := range rows[max(0, len(rows)-5):] {
				if strings.Contains(row, "errors/"+name) && strings.Contains(row, fmt.Sprintf("E%d.", i)) {
					v.inQuotes(row)
					return true
				}
			}
			return false
		})
	}
	v.Press("esc")
	return looks
}

// removals removes all that is stale, in vain.
func (v *visit) removals(before int) {
	stale := tokens(v.texts) + v.ordinary() + len(v.texts)
	v.enter("removals")
	v.Press("c")
	v.asked(before + len(v.texts))
	v.at("triage")
	v.Press("S")
	v.sees(fmt.Sprintf("%d of %d chosen", stale, stale))
	v.turn("pgdown", candidateRow, fmt.Sprintf("tokens/tok%03d", tokens(v.texts)-1), v.unwatched)
	v.at("dialog")
	question(v.Terminal)
	v.sees(fmt.Sprintf(`Type "remove %d"`, stale))
	v.at("ledger page")
	v.Type(fmt.Sprintf("remove %d\r", stale))
	v.sees(fmt.Sprintf(" %d of %d done", stale, stale))
	v.turn("pgdown", more, "", v.unwatched)
	v.Press("esc")
}

// inspect visits every place of the inspector. Its output is what the terminal was sent.
func inspect(t *testing.T, texts []hostileText) (v *visit, output string) {
	t.Helper()
	host := hostile(t, &adversary{texts: texts, visited: true})
	v = &visit{
		Terminal: terminal.Start(t, slow(host, 480, 100), program, "--stale-after", "1h"),
		t:        t, texts: texts, seen: map[string]map[byte]map[string]bool{},
	}
	v.at("providers")
	v.sees(fmt.Sprintf("asked %d lists", 1+3+len(texts)))
	v.page("history", "!", "History", v.historyInQuotes)
	v.lists()
	looks := v.errors(v.details())
	v.page("history", "!", "History", v.historyInQuotes)
	v.removals(looks)
	v.page("history", "!", "History", v.historyInQuotes)
	v.at("help")
	v.Press("?")
	v.sees("Dimmed keys do nothing now")
	v.Type("?q")
	ends(t, v.Terminal, 0)
	v.at("ledger at the end")
	output = everything(t, v.Terminal)
	_, printed, _ := strings.Cut(output, "\x1b[?1049l")
	v.seen[v.place] = markedIn(printed)
	v.historyInQuotes(printed)
	return v, output
}
