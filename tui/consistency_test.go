package tui

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"credscope/socket/sample"
	"credscope/store/demo"
)

var (
	countedInHeader = regexp.MustCompile(`(\S) (\d+) (dead|stale|unreadable|invalid expiry|expired|expiring|unchecked)\b`)
	markedInHeader  = regexp.MustCompile(`◆ (\d+) marked`)
	titleOfAll      = regexp.MustCompile(`▸? ?(All buckets|Worth removing) (\d+) ━`)
	marksInAMessage = regexp.MustCompile(`^ [^ ] .*?(\d+) (?:buckets? )?marked`)
	rowOfABucket    = regexp.MustCompile(`^(▸| )([ ◆])\S\S? .*? (dead|stale|unreadable|invalid expiry|expired|expiring|checking|denied|invalid name|not found|no expiry|valid)(  |$)`)
)

// contradictions are sentences of a frame of three panes that another part of the same
// frame denies.
// It compares a list that is shown whole, and reports whether there is one.
func contradictions(screen string) (found []string, compared bool) {
	lines := strings.Split(screen, "\n")
	differ := func(what string, a, b int) {
		if a != b {
			found = append(found, fmt.Sprintf("%s: %d and %d", what, a, b))
		}
	}
	title := titleOfAll.FindStringSubmatch(screen)
	if title == nil || strings.Contains(screen, " to ") && strings.Contains(screen, " of "+title[2]+" ─") {
		return nil, false // another list, a filtered one, or one that does not fit
	}
	rows, marked, byStatus := 0, 0, map[string]int{}
	for _, line := range lines {
		panes := strings.Split(line, "││")
		if len(panes) != 3 {
			continue
		}
		if row := rowOfABucket.FindStringSubmatch(panes[1]); row != nil {
			rows++
			if row[3] == "checking" {
				row[3] = "unchecked" // so far
			}
			byStatus[row[3]]++
			if row[2] == "◆" {
				marked++
			}
		}
	}
	total, _ := strconv.Atoi(title[2])
	if rows != total {
		return nil, false // a dialog, or rows that are being checked, hide some
	}
	if all := title[1] == "All buckets"; all {
		for _, counted := range countedInHeader.FindAllStringSubmatch(lines[0], -1) {
			n, _ := strconv.Atoi(counted[2])
			differ(counted[3], n, byStatus[counted[3]])
		}
	}
	n := 0
	if header := markedInHeader.FindStringSubmatch(lines[0]); header != nil {
		n, _ = strconv.Atoi(header[1])
	}
	differ("marked", n, marked)
	for _, line := range lines[len(lines)-4:] {
		if said := marksInAMessage.FindStringSubmatch(line); said != nil {
			n, _ := strconv.Atoi(said[1])
			differ("marked, in the message", n, marked)
		}
	}
	return found, true
}

// walkKeys are pressed at random. What they open is closed or answered at random too.
var walkKeys = strings.Fields("j j j k g G space space * v x esc enter tab 1 2 2 3 S s t p ! ? c r R L y Y / n n")

func TestNoFrameContradictsItself(t *testing.T) {
	t.Parallel()
	for _, scenario := range demo.Scenarios() {
		if scenario == "large" || scenario == "slow" {
			continue // do not fit a screen, and take their time
		}
		t.Run(scenario, func(t *testing.T) { // one at a time: each draws as fast as it can
			s := open(t, scenario, 200, 50)
			s.hush()
			s.until("an answer or an error", func() bool { return !s.m.busy() })
			walk := rand.New(rand.NewPCG(14, uint64(len(scenario))))
			looked := 0
			for range len(sample.Of(make([]struct{}, 150), 20)) {
				key := walkKeys[walk.IntN(len(walkKeys))]
				s.pass(time.Duration(walk.IntN(1000)) * time.Millisecond)
				switch {
				case s.m.dialog != nil && walk.IntN(3) == 0:
					s.answerAs(s.m.dialog.plan.Word)
				case s.m.prompt.isOpen():
					s.press([]string{"e", "a", "enter", "esc"}[walk.IntN(4)])
				default:
					s.press(key)
				}
				if walk.IntN(4) == 0 {
					s.until("quiet", func() bool { return !s.m.busy() && !s.m.running() })
				}
				text := s.text()
				found, compared := contradictions(text)
				if len(found) > 0 {
					t.Fatalf("after %s: %q\n%s", key, found, text)
				}
				if compared {
					looked++
				}
			}
			t.Logf("%d frames were compared", looked)
		})
	}
}

// answerAs gives the dialog what it asks for.
func (s *screen) answerAs(word string) {
	if word == "" {
		s.answer("y")
		return
	}
	s.answer(append(strings.Split(word, ""), "enter")...)
}

func TestContradictionsAreFound(t *testing.T) {
	s := open(t, "default", 200, 50)
	s.settled()
	s.press("space")
	text := s.text()
	if found, compared := contradictions(text); len(found) > 0 || !compared {
		t.Fatalf("%q\n%s", found, text)
	}
	for part, wrong := range map[string]string{"✗ 3 stale": "✗ 4 stale", "◆ 1 marked": "◆ 2 marked", "valid    ": "stale    "} {
		broken := strings.Replace(text, part, wrong, 1)
		if found, _ := contradictions(broken); broken == text || len(found) == 0 {
			t.Errorf("nothing was found with %q in place of %q\n%s", wrong, part, broken)
		}
	}
}
