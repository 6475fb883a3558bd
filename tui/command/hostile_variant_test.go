package command_test

import (
	"testing"

	"credscope/socket/sample"
	"credscope/tui/terminal"
)

// The oracle is worth what it catches: without the one place that makes texts
// safe, every sink that shows any of them is seen to act.
func TestAProgramThatMakesNothingSafeIsCaughtInEverySink(t *testing.T) {
	t.Parallel()
	broken := variant(t,
		change{"tui/text/safe.go", "	var b strings.Builder\n	for i := 0; i < len(s); {\n		r, size", "	var b strings.Builder\n	if len(s) > 0 {\n		return s\n	}\n	for i := 0; i < len(s); {\n		r, size"},
		change{"tui/command/json.go", "func escaped(plain []byte) []byte {", "func escaped(plain []byte) []byte {\n	if len(plain) > 0 {\n		return plain\n	}"},
	)
	texts, caught := sample.Of(hostileTexts(t), 200), 0
	for _, s := range sinks() {
		if len(s.least) == 0 || s.terminal && s.name != "list on a terminal" {
			continue // shows nothing of the host's, or waits for sights that are broken
		}
		output := s.write(t, broken, hostile(t, &adversary{texts: texts, refuses: s.refuses}))
		if len(s.wrong(output)) == 0 {
			t.Errorf("%s: nothing was found in %.300q", s.name, output)
		}
		caught++
	}
	term := terminal.Start(t, slow(hostile(t, &adversary{texts: texts, visited: true}), 480, 100), broken)
	term.SeeFunc("something that acts", func(string) bool { return acts(string(term.Raw()), true) != "" })
	if caught < 12 {
		t.Errorf("only %d sinks were tried", caught)
	}
}
