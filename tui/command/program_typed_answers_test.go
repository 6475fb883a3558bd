package command_test

import (
	"strings"
	"testing"

	"credscope/socket/sample"
	"credscope/store/demo"
	"credscope/tui/terminal"
)

// typedAnswers are what terminals type by themselves when something asks them
// to, each followed by what would answer our question.
func typedAnswers(confirmation string) (answers []string) {
	for _, reply := range []string{
		"", "\r", "\n", "\x06", "VT102\r", "\t", // answerbacks
		"\x1b[?62;22c", "\x1b[?1;2c", "\x1b[>1;10;0c", "\x1b[0n", "\x1b[12;40R", "\x1b[?12;40R", // DA, DSR
		"\x1b]11;rgb:0000/0000/0000\a", "\x1b]11;rgb:0000/0000/0000\x1b\\", "\x1b]4;1;rgb:ffff/0000/0000\a", "\x1b]52;c;eQ0=\a", // OSC
		"\x1b]ly\r\x1b\\", "\x1b]Ly\x1b\\", "\x1b[8;40;200t", "\x1b[3;0;0t", // title, window
		"\x1bP1$r0m\x1b\\", "\x1bP>|y(1)\x1b\\", "\x1bP0+r\x1b\\", // DCS
		"\x1b[?2026;2$y", "\x1b[?1u", "\x1b[I", "\x1b[O", // modes, keyboard, focus
	} {
		answers = append(answers, reply+"y\r", reply+"y", reply+confirmation+"\r")
	}
	return answers
}

// pastes are the same words, pasted.
func pastes(confirmation string) (pasted []string) {
	for _, text := range []string{"y", "y\r", "y\n", "\ty\r", "\r", "\t\r", confirmation, confirmation + "\r", confirmation + "\n", "yes\r", "\x1b[0ny\r"} {
		pasted = append(pasted, "\x1b[200~"+text+"\x1b[201~")
	}
	return pasted
}

// questionAbout is a dialog about a bucket: the key that opens it, what it shows, and
// what comes of it.
type questionAbout struct{ provider, bucket, status, confirmation, keys, opens, shows, done string }

// questions are dialogs: two that y answers, and one that takes a text.
var questions = map[string]questionAbout{
	"y":       {"anthropic", "default", "stale", "y", "", "x", "Cannot be undone", "removed"},
	"a name":  {"claudecode", "default", "valid", "default", "G", "x", "Cannot be undone", "removed"},
	"renewal": {"anthropic", "default", "stale", "y", "", "n", "that login can end", "renewed"},
}

// changesOf counts the requests that have changed something.
func changesOf(h *demo.Host) int { return h.Count("remove_token") + h.Count("refresh_token") }

// onto goes to the bucket of a question.
func onto(term *terminal.Terminal, q questionAbout) {
	seeStale(term)
	term.Type(q.keys)
	term.See("─ " + q.provider + "/" + q.bucket)
}

func TestNoAnswerThatATerminalTypesChangesAnything(t *testing.T) {
	t.Parallel()
	// The dialog ignores keys until esc, so that a slow machine tests the same.
	program := variant(t,
		change{"tui/dialog.go", "inputGuard = 300 * time.Millisecond", "inputGuard = time.Hour"},
		change{"tui/dialog.go", "case !d.listens(now):", "case !d.listens(now) && msg.String() != \"esc\":"},
	)
	injected := make(chan int, 2*len(questions))
	t.Run("all", func(t *testing.T) {
		for name, q := range questions {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				h := host(t, demo.Options{})
				term := terminal.Start(t, wide(from(h.Path())...), program)
				onto(term, q)
				n := 0
				for _, bytes := range sample.Of(append(typedAnswers(q.confirmation), pastes(q.confirmation)...), 7) {
					for _, moment := range []func(){
						func() { term.Type(q.opens + bytes) },                              // in one write
						func() { term.Type(q.opens); term.See(q.shows); term.Type(bytes) }, // once it is drawn
					} {
						moment()
						term.See(q.shows)
						term.Press("esc")
						term.SeeNot(q.shows)
						n++
					}
				}
				if n := changesOf(h); n != 0 {
					t.Errorf("%d removals or renewals", n)
				}
				injected <- n
			})
			t.Run(name+", before and later", func(t *testing.T) {
				t.Parallel()
				injected <- beforeAndLater(t, q)
			})
		}
	})
	close(injected)
	all := 0
	for n := range injected {
		all += n
	}
	t.Logf("%d answers typed by a terminal, 0 removals or renewals", all)
	if all < 100 || sample.Exhaustive() && all < 500 {
		t.Errorf("only %d answers were typed", all)
	}
}

// beforeAndLater types answers before the question, and pastes them when it
// listens, which the right answer proves in the end.
func beforeAndLater(t *testing.T, q questionAbout) (n int) {
	t.Helper()
	h := host(t, demo.Options{})
	term := start(t, wide(from(h.Path())...))
	onto(term, q)
	for _, bytes := range sample.Of(append(typedAnswers("z"), pastes(q.confirmation)...), 30) {
		term.Type("2" + bytes)
		n++
	}
	term.Type("2")
	seeRow(term, q.provider, q.bucket, q.status) // the question depends on it
	asked(term, q.opens)
	for _, bytes := range pastes(q.confirmation) {
		term.Type(bytes)
		n++
	}
	for _, answer := range typedAnswers("") {
		if reply, bare := strings.CutSuffix(answer, "y\r"); bare && strings.HasPrefix(reply, "\x1b") {
			term.Type(reply)
			n++
		}
	}
	if n := changesOf(h); n != 0 {
		t.Errorf("%d removals or renewals", n)
	}
	answer := q.confirmation
	if answer != "y" {
		answer += "\r"
	}
	term.Type(answer)
	term.See(q.provider + "/" + q.bucket + ": " + q.done)
	if n := changesOf(h); n != 1 {
		t.Errorf("%d removals and renewals, want the one that was answered", n)
	}
	leave(t, term, 0)
	return n
}
