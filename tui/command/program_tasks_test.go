package command_test

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"credscope/store/demo"
	"credscope/tui/terminal"
)

// step is keys, one a word, and what the screen shows after them.
type step struct {
	keys string
	sees []string // regular expressions, each in one row
}

// tasks are what a tired person wants of credscope. The keys are those of somebody
// who knows nothing but what the screen says.
var tasks = []struct {
	task, scenario string
	keys           int // at most
	steps          []step
	copied         string // what the clipboard holds afterwards
}{
	{task: "how many logins are stale, over all providers", keys: 0, steps: []step{
		{sees: []string{`✗ 3 stale`}},
	}},
	{task: "the oldest one and its date", keys: 1, steps: []step{
		{sees: []string{`▸ ✗ gemini[ /]+old-laptop +stale +203d ago`}},
		{"enter", []string{`▸ gemini/old-laptop`, `Expires +\d{4}-\d\d-\d\d`}},
	}},
	{task: "is codex/jane.doe usable, and what does that say", keys: 5, steps: []step{
		{"/ j a n e", []string{`▸ ○ codex[ /]+jane.doe@example.com +expired`, `○ expired 2d ago`, `may still renew`}},
	}},
	{task: "remove all stale ones but gemini/old-laptop", keys: 12, steps: []step{
		{"S", []string{`Worth removing 4`, `3 marked`}},
		{"space", []string{`2 marked`}},
		{"x", []string{`Remove 2 buckets\?`, `Type "remove 2"`}},
	}},
	{task: "why gemini/default is proposed, and what now", keys: 2, steps: []step{
		{"S G", []string{`▸ +! gemini[ /]+default`, `! unreadable`, `/auth gemini login default|hands out no token`}},
	}},
	{task: "socket, protocol and number of requests", keys: 1, steps: []step{
		{"1", []string{`Socket +`, `Protocol +2`, `12 get_token`}},
	}},
	{task: `every login with "example" in its name`, keys: 8, steps: []step{
		{"/ e x a m p l e", []string{`All buckets 4/13`, `work@example`, `shared@example`}},
	}},
	{task: "names unreadable for a picture", keys: 1, steps: []step{
		{"p", []string{`▸ ✗ gemini +o…`, `codex +j…@e…`}},
	}},
	{task: "how is codex/default removed on a host that forbids it", scenario: "restricted", keys: 3, steps: []step{
		{sees: []string{`◐ codex +default`, `worst first`}},
		{"j x", []string{`forbid removals: .* /auth codex`}},
		{"Y", []string{`terminal.s clipboard`}},
	}, copied: "/auth codex logout default"},
}

// inOneRow reports whether a row of the screen matches.
func inOneRow(screen, pattern string) bool {
	return slices.ContainsFunc(strings.Split(screen, "\n"), regexp.MustCompile(pattern).MatchString)
}

// follow presses the keys of steps, and returns how many there were.
func follow(term *terminal.Terminal, steps []step) (keys int) {
	for _, s := range steps {
		for name := range strings.FieldsSeq(s.keys) {
			term.Press(name)
			keys++
		}
		for _, pattern := range s.sees {
			term.SeeFunc("a row with "+pattern, func(screen string) bool { return inOneRow(screen, pattern) })
		}
	}
	return keys
}

// seeCopied waits until the clipboard holds a text and nothing before it.
func seeCopied(term *terminal.Terminal, text string) {
	term.SeeFunc(fmt.Sprintf("%q in the clipboard", text), func(string) bool { return slices.Equal(term.Clipboard(), []string{text}) })
}

func TestATaskTakesFewKeys(t *testing.T) {
	t.Parallel()
	for _, task := range tasks {
		t.Run(task.task, func(t *testing.T) {
			t.Parallel()
			term := start(t, terminal.Options{Cols: 120, Rows: 35}, "--demo="+cmp.Or(task.scenario, "default"))
			if task.scenario == "" {
				seeChecked(term)
			}
			if keys := follow(term, task.steps); keys > task.keys {
				t.Errorf("it took %d keys, not %d", keys, task.keys)
			}
			if task.copied != "" {
				seeCopied(term, task.copied)
			}
		})
	}
}

// TestWhatWasRemovedIsProvedAndCanBeLoggedInAgain is three tasks after each other:
// remove all stale ones but one, prove that they are gone, and log in again.
func TestWhatWasRemovedIsProvedAndCanBeLoggedInAgain(t *testing.T) {
	t.Parallel()
	h := host(t, demo.Options{})
	term := start(t, terminal.Options{Cols: 120, Rows: 50, Env: from(h.Path())}) // the time goes on beside the question
	seeChecked(term)
	follow(term, []step{{"j space space", []string{`2 marked`}}})
	question(term)
	term.Type("remove 2\r")
	follow(term, []step{
		{"", []string{`Removal ended: 2 removed`, `anthropic/default +removed`, `codex/ci-runner +removed`}},
		{"!", []string{`▸ History`, `Removals: 2 removed`, `\d\d:\d\d.*(anthropic/default|codex/ci-runner).*no longer shows it`, `/auth codex login ci-runner`}},
		{"Y", []string{`terminal.s clipboard`}},
	})
	seeCopied(term, "/auth codex login ci-runner")
	if n := h.Count("remove_token"); n != 2 {
		t.Errorf("%d removals were sent", n)
	}
	follow(term, []step{{"q", []string{`All buckets 11`}}})
	leave(t, term, 0)
}

func TestTheStaleOnesAreOneCommandAsJSON(t *testing.T) {
	t.Parallel()
	h := host(t, demo.Options{})
	stdout, _, code := piped(t, from(h.Path()), "list", "--stale", "--json")
	if n := strings.Count(stdout, `"status": "stale"`); n != 3 || strings.Count(stdout, `"status"`) != 3 || code != 0 {
		t.Errorf("exit status %d, %d stale ones in\n%s", code, n, stdout)
	}
}

func TestTheFirstSettledScreenHasEveryStaleBucket(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{120, 35}, {80, 24}, {40, 12}} {
		term := start(t, terminal.Options{Cols: size[0], Rows: size[1]}, "--demo")
		follow(term, []step{{sees: []string{`worst first`, `gemini[ /]+old-laptop +stale`, `anthropic[ /]+default +stale`, `codex[ /]+ci-runner +stale`, `✗ ?3`}}})
		leave(t, term, 0)
	}
}
