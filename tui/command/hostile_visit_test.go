package command_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"credscope/tui/terminal"
)

// visit goes through the inspector of an adversary and keeps which texts came
// out at which place.
type visit struct {
	*terminal.Terminal
	t     *testing.T
	texts []hostileText
	place string
	seen  map[string]map[byte]map[string]bool // by place, then by field
}

// at names the place that is shown from now on.
func (v *visit) at(place string) {
	v.place = place
	if v.seen[place] == nil {
		v.seen[place] = map[byte]map[string]bool{}
	}
}

// until waits for a sight and keeps what is seen meanwhile. Nothing on the way
// may act on a reader of the screen either.
func (v *visit) until(what string, holds func(screen string) bool) {
	v.t.Helper()
	v.SeeFunc(what, func(screen string) bool {
		for letter, numbers := range markedIn(screen) {
			if v.seen[v.place][letter] == nil {
				v.seen[v.place][letter] = map[string]bool{}
			}
			for number := range numbers {
				v.seen[v.place][letter][number] = true
			}
		}
		return holds(screen)
	})
}

func (v *visit) sees(words ...string) {
	v.t.Helper()
	v.until(fmt.Sprintf("a row with %q", words), func(screen string) bool { return hasRow(screen, words...) })
}

// turn presses a key again and again, until what the pattern finds is last. It
// must be another each time; looked is called with each screen.
func (v *visit) turn(key string, pattern *regexp.Regexp, last string, looked func(screen string)) {
	v.t.Helper()
	for found := "none yet"; found != last; {
		before := found
		v.until(fmt.Sprintf("another %v than %q", pattern, before), func(screen string) bool {
			found = ""
			if match := pattern.FindStringSubmatch(screen); match != nil {
				found = match[1]
			}
			if found != before {
				looked(screen)
			}
			return found != before
		})
		if found != last {
			v.Press(key)
		}
	}
}

var (
	more        = regexp.MustCompile(`↓ ([0-9]+ more)`) // is below what a page shows
	providerRow = regexp.MustCompile(`▸  ?"?(P[0-9]+\.|errors|removals|tokens)`)
	bucketRow   = regexp.MustCompile(`▸.{1,4}(B[0-9]+\.|tok[0-9]+)`)
	staleRow    = regexp.MustCompile(`▸.{0,6}(?:removals|tokens) +(B[0-9]+\.|r[0-9]+|tok[0-9]+)`)
	waiting     = regexp.MustCompile(`[\x{2801}-\x{28FF}]`) // the header's spinner
)

// page opens a page by its key, reads it to its end and closes it.
func (v *visit) page(place, key, title string, looked func(screen string)) {
	v.t.Helper()
	v.at(place)
	v.Press(key)
	v.until(title, func(screen string) bool { return strings.Contains(screen, "▸ "+title) && more.MatchString(screen) })
	v.turn("pgdown", more, "", looked)
	v.Press("esc")
	v.until("no "+title, func(screen string) bool { return !strings.Contains(screen, "▸ "+title) })
}

// enter goes into a provider, from wherever the cursor is.
func (v *visit) enter(provider string) {
	v.t.Helper()
	v.Type("\x1b[27u\x1b[27u\x1b[27u1/" + provider + "\rG\r")
	v.sees("▸ Buckets of " + provider)
}

// check checks all buckets of a provider, of which a filter lets some through.
func (v *visit) check(provider, filter string) {
	v.t.Helper()
	v.enter(provider)
	v.Type("cc/" + filter + "\r") // many are asked for with the second press
	v.until("every check", func(screen string) bool {
		return hasRow(screen, "▸ Buckets of "+provider, "/"+filter+" ━") && !strings.Contains(screen, "checking")
	})
}

func (v *visit) unwatched(string) {}

func likeOurs(c hostileText) bool {
	return c.kind == "verdict" || c.kind == "prompt" || c.kind == "status"
}

func tokens(texts []hostileText) int { return (&adversary{texts: texts}).tokens() }

// ordinaryMarked is a name of the corpus as it stands where nobody quotes it.
var ordinaryMarked = regexp.MustCompile(`\b[PB][0-9]+\.[A-Za-z0-9._@-]+`)

// verdicts are words that only we may say.
var verdicts = regexp.MustCompile(`emoved|ress y|lready gone|o longer shown|till there|annot confirm|not sent|not started|[0-9] no longer`)

// inQuotes makes sure that of the host's words in a line all are quoted.
func (v *visit) inQuotes(line string) {
	v.t.Helper()
	ours := ordinaryMarked.ReplaceAllString(quoted.ReplaceAllString(line, ""), "")
	if foreign := markPattern.FindString(ours); foreign != "" || strings.Contains(ours, `"`) {
		v.t.Errorf("%s is not kept in quotes: %q", foreign, strings.TrimSpace(line))
	}
	if said := verdicts.FindString(ours); said != "" && v.seen["ledger page"] == nil {
		v.t.Errorf("nothing was removed, but it says %q: %q", said, strings.TrimSpace(line))
	}
}

func (v *visit) historyInQuotes(screen string) {
	v.t.Helper()
	for line := range strings.Lines(screen) {
		v.inQuotes(line)
	}
}
