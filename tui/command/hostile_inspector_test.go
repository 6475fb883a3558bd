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
	"stale ones":        {'B': 10},
	"dialog":            {'B': 10},
	"ledger page":       {'B': 10, 'V': 1},
	"help":              {},
	"ledger at the end": {'V': everyText},
}

func (v *visit) lists() {
	v.Resize(69, 100) // one pane, as wide as there is
	v.at("providers")
	v.Press("1", "g")
	// By half pages each row is on two screens, for one may be read half drawn.
	v.turn("ctrl+d", providerRow, "tokens", v.unwatched)
	v.enter("tokens")
	v.at("buckets")
	v.turn("ctrl+d", bucketRow, fmt.Sprintf("tok%03d", tokens(v.texts)-1), v.unwatched)
	v.Resize(480, 100) // no sentence has to be broken
	v.sees("╮╭")
}

// details checks all tokens of tokens, and reads one after the other. The screen is
// high enough for all of a token, but for the longest texts.
func (v *visit) details() {
	v.check("tokens", "tok0")
	v.Resize(120, 400)
	v.Press("ctrl+l") // what was drawn for the old size may have come after the change
	v.at("detail")
	v.Press("g")
	for i := range tokens(v.texts) {
		v.sees("Scope", fmt.Sprintf(" S%d.", i*perToken))
		v.Press("3", "G")
		v.until("the end of the token", func(screen string) bool {
			return strings.Contains(screen, fmt.Sprintf("X%d.", min(i*perToken+perToken, len(v.texts))-1))
		})
		v.Press("2", "j")
	}
	v.Resize(480, 100)
	v.sees("by name, s: worst first ━╮╭")
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

// errors checks every token that is refused, and once more those that are refused in
// words like ours.
func (v *visit) errors() {
	v.check("errors", "e")
	v.at("status")
	for i, c := range v.texts {
		if !likeOurs(c) {
			continue
		}
		name := fmt.Sprintf("e%03d", i)
		v.Type("/\x15" + name + "\rr")
		if i%4 == 2 { // FORBIDDEN is a status of the token and no failure
			v.sees("errors/" + name + ": denied")
			v.until("the refusal", func(screen string) bool { return strings.Contains(screen, fmt.Sprintf("E%d.", i)) })
			continue
		}
		v.until("the refusal", func(screen string) bool {
			rows := strings.Split(strings.TrimRight(screen, "\n"), "\n")
			for _, row := range rows[max(0, len(rows)-5):] {
				whole := strings.Count(row, `"`)%2 == 0 // a row may be read half drawn
				if whole && strings.Contains(row, "errors/"+name) && strings.Contains(row, fmt.Sprintf("E%d.", i)) && !waiting.MatchString(rows[0]) {
					v.inQuotes(row)
					return true
				}
			}
			return false
		})
	}
	v.Press("esc")
}

// removals removes all that is stale, in vain.
func (v *visit) removals() {
	stale := tokens(v.texts) + v.ordinary() + len(v.texts)
	v.check("removals", "r")
	v.at("stale ones")
	v.Press("S", "s")
	v.sees(fmt.Sprintf(" %d marked", stale))
	v.sees(" worst first ━")
	v.turn("ctrl+d", staleRow, fmt.Sprintf("r%03d", len(v.texts)-1), v.unwatched)
	v.at("dialog")
	question(v.Terminal)
	v.sees(fmt.Sprintf(`Type "remove %d"`, stale))
	v.at("ledger page")
	v.Type(fmt.Sprintf("remove %d\r", stale))
	v.sees(fmt.Sprintf(" %d of %d done", stale, stale))
	v.sees("▸ Removal ended")
	v.until("the host's words about the first", func(screen string) bool { return strings.Contains(screen, `host says: "V`) })
	v.Press("esc")
}

// inspect visits every place of the inspector. Its output is what the terminal was sent.
func inspect(t *testing.T, texts []hostileText) (v *visit, output string) {
	t.Helper()
	host := hostile(t, &adversary{texts: texts, visited: true})
	v = &visit{
		Terminal: terminal.Start(t, slow(host, 480, 100), program, "--no-check", "--stale-after", "45m"),
		t:        t, texts: texts, seen: map[string]map[byte]map[string]bool{},
	}
	v.at("providers")
	v.sees(fmt.Sprintf("All buckets %d", tokens(texts)+3*len(texts)))
	v.Press("1")
	v.sees("Requests", fmt.Sprintf(" %d list_buckets", 3+len(texts)))
	v.page("history", "!", "History", v.historyInQuotes)
	v.lists()
	v.details()
	v.errors()
	v.page("history", "!", "History", v.historyInQuotes)
	v.removals()
	v.page("history", "!", "History", v.historyInQuotes)
	v.Press("?")
	v.SeeAll("Dimmed keys do nothing now", "esc back  / filter") // to the last line: what was there before is not the help's
	v.at("help")
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
