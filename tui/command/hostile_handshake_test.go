package command_test

import (
	"cmp"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"credscope/tui/terminal"
)

// refused is the answer to one handshake: a refusal with several texts.
type refused struct{ code, message, mark string }

func (r refused) String() string {
	return `{"v":2,"op":"handshake","ok":false,"code":` + jsonString(r.code) + `,"error":` + jsonString(r.message) + `}`
}

// refusedHandshakes are refusals that hold every text of the corpus as an error,
// with every code that has words of its own, and as a code.
func refusedHandshakes(texts []hostileText) (known, others []refused) {
	codes, errors := packed(texts, 'K'), packed(texts, 'H')
	for i, words := range errors {
		mark := markPattern.FindString(words)
		known = append(known, refused{"UNAUTHORIZED", words, mark}, refused{"UNKNOWN_VERSION", words, mark})
		others = append(others, refused{codes[i], words, mark})
	}
	return known, others
}

// packed joins marked texts to words that are not cut where they are shown, but
// for a text that is too long alone.
func packed(texts []hostileText, letter byte) (all []string) {
	const cells = 118
	var b strings.Builder
	used := 0
	for i, c := range texts {
		marked := fmt.Sprintf("%c%d.%s", letter, i, c.text)
		takes := 1
		for _, r := range marked {
			if takes++; r < 0x20 || r > 0x7e {
				takes += len(`\u{10FFFF}`)
			}
		}
		if used > 0 && used+takes > cells {
			all = append(all, b.String())
			b.Reset()
			used = 0
		}
		if used > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(marked)
		used += takes
	}
	return append(all, b.String())
}

// refusing answers each handshake with another of the answers, in turn.
func refusing(t *testing.T, answers []refused) (path string) {
	t.Helper()
	var came atomic.Int64
	return listen(t, func(client net.Conn) {
		answer := answers[int(came.Add(1)-1)%len(answers)]
		_, _ = client.Write(frame(answer.String()))
		_, _ = io.Copy(io.Discard, client)
	})
}

// handshakeSinks are the places where a refused handshake comes out.
func handshakeSinks(texts []hostileText) []sink {
	least := map[byte]int{'H': everyText, 'K': 475} // a long code is not kept whole
	each := func(args string, answers []refused) func(*testing.T, string, string) string {
		return func(t *testing.T, program, _ string) string {
			host := refusing(t, answers)
			var output strings.Builder
			for range answers {
				output.WriteString(runPiped(t, program, host, args))
			}
			return output.String()
		}
	}
	known, others := refusedHandshakes(texts)
	return []sink{
		{name: "list without a capability", write: each("list", known[:len(known)/4]), least: map[byte]int{'H': everyText / 4}},
		{name: "list, handshake refused", write: each("list", others), least: least},
		{name: "doctor, handshake refused", write: each("doctor", others), least: least},
		{name: "doctor --json, handshake refused", write: each("doctor --json", others), least: least},
		{name: "inspector, handshake refused", terminal: true, least: least, write: func(t *testing.T, program, _ string) string {
			return triesAgain(t, program, append(known, others...))
		}},
	}
}

// triesAgain opens the inspector and tries again until it has seen every
// answer. What it returns is what the terminal was sent, and each screen.
func triesAgain(t *testing.T, program string, answers []refused) string {
	t.Helper()
	var screens strings.Builder
	term := terminal.Start(t, slow(refusing(t, answers), 480, 20), program)
	for i, answer := range answers {
		if i > 0 {
			term.Press("r")
		}
		kind := map[string]string{"UNAUTHORIZED": "Capability required", "UNKNOWN_VERSION": "Unsupported version"}[answer.code]
		term.SeeFunc("the answer with "+answer.mark, func(screen string) bool {
			rows := strings.Split(strings.TrimRight(screen, "\n"), "\n")
			shown := len(rows) == 20 && strings.Contains(rows[18], answer.mark) && strings.Contains(screen, cmp.Or(kind, "No handshake"))
			if shown {
				screens.WriteString(screen + "\n")
				for line := range strings.Lines(screen) {
					handshakeInQuotes(t, line)
				}
			}
			return shown
		})
	}
	term.Press("q")
	ends(t, term, 2)
	return everything(t, term) + screens.String()
}

// handshakeInQuotes makes sure that of a refused handshake all words are quoted.
func handshakeInQuotes(t *testing.T, line string) {
	t.Helper()
	ours := quoted.ReplaceAllString(line, "")
	if markPattern.MatchString(ours) || verdicts.MatchString(ours) || strings.Contains(ours, `"`) {
		t.Errorf("it is not kept in quotes: %q", strings.TrimSpace(line))
	}
}
