package command_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"credscope/socket/sample"
)

// quoted are the host's own words, as every sentence of ours has them.
var quoted = regexp.MustCompile(`"[^"]*"`)

func TestWordsLikeOursStandInQuotesOnly(t *testing.T) {
	t.Parallel()
	texts, spoofs := hostileTexts(t), 0
	path := hostile(t, &adversary{texts: texts})
	shown := runPiped(t, program, path, "show errors")
	for i, c := range texts {
		if c.kind != "verdict" && c.kind != "prompt" && c.kind != "status" {
			continue
		}
		line := lineWith(shown, fmt.Sprintf("E%d.", i))
		if line == "" {
			continue // counted below
		}
		spoofs++
		sentences := []string{line}
		if i%4 != 2 && i%5 == 0 { // a FORBIDDEN look is a status and no failure
			_, stderr, _ := piped(t, from(path), "show", "errors", fmt.Sprintf("e%03d", i))
			sentences = append(sentences, stderr)
		}
		for _, sentence := range sentences {
			ours := quoted.ReplaceAllString(sentence, "")
			if mark := fmt.Sprintf("E%d.", i); !strings.Contains(sentence, mark) || strings.Contains(ours, mark) ||
				strings.Contains(ours, "emoved") || strings.Contains(ours, "ress y") || strings.Contains(ours, `"`) {
				t.Errorf("%q is not kept in quotes: %q", c.text, sentence)
			}
		}
	}
	if spoofs < 60 {
		t.Errorf("only %d texts are like ours", spoofs)
	}
}

func lineWith(output, mark string) string {
	for line := range strings.Lines(output) {
		if strings.Contains(line, mark) {
			return line
		}
	}
	return ""
}

func TestNothingOfTheHostsActsInAnyLocaleOrTerminal(t *testing.T) {
	t.Parallel()
	texts := hostileTexts(t)
	path := hostile(t, &adversary{texts: sample.Of(texts, 100)})
	var fifth []hostileText // a list of all of them is one of the sinks
	for i := 0; i < len(texts); i += 5 {
		fifth = append(fifth, texts[i])
	}
	onTerminal := hostile(t, &adversary{texts: fifth})
	for _, env := range []string{"LC_ALL=C", "TERM=dumb", "TERM=linux", "TERM=xterm-256color", "TERM=tmux-256color", "LANG=en_US.ISO-8859-1"} {
		for _, args := range []string{"show errors", "show tokens"} {
			output := runPiped(t, program, path, args, env)
			if found := acts(output, false); found != "" {
				t.Errorf("%s %s: %s", env, args, found)
			}
			ascii := env != "TERM=dumb" && !strings.HasSuffix(env, "256color")
			if ascii && strings.ContainsFunc(output, func(r rune) bool { return r >= 0x80 }) {
				t.Errorf("%s %s: it is not ASCII", env, args)
			}
		}
		term := start(t, slow(onTerminal, 120, 6, env), "list")
		term.Wait()
		if found := acts(strings.ReplaceAll(everything(t, term), "\r\n", "\n"), env != "TERM=dumb"); found != "" {
			t.Errorf("%s: %s", env, found)
		}
	}
}
