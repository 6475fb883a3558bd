package command_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// ours are the escape sequences that the program writes to a terminal when no
// host says anything hostile; whatever else reaches a terminal is the host's.
var ours = regexp.MustCompile(`^\x1b(?:` + strings.Join([]string{
	`\[H`, `\[[0-9]{1,3};[0-9]{1,3}H`, // the cursor goes somewhere
	`\[[0-9]{0,3}[ABCDGIZd]`,
	`\[[0-9]{1,3}X`, `\[K`, `\[[0-2]?J`, // erase a run, the end of a line, what is below
	`\[[0-9]{0,3}[@LMPST]`, `M`, // insert, delete and scroll
	`\[[0-9]{1,3};[0-9]{1,3}r`,
	`\[m`, `\[` + paint + `(?:;` + paint + `)*m`,
	`\[\?(?:25|1049|1002|1006|2004|2026|2027)[hl]`, `\[\?1003l`,
	`\[\?7[hl]`,                           // around the last cell of a line
	`\[\?(?:2026|2027)\$p`, `\]11;\?\x07`, // questions
	`\[>4m`, `\[>4;2m`, `\[\?5W`, `\[>1u`, `\[<1u`, `\[\?u`, // keys, tab stops
	`\[[02] q`,
}, "|") + `)`)

// paint is an attribute or colour of our themes.
const paint = `(?:1|2|4|7|22|24|27|3[0-7]|39|49|9[0-7]|38;5;(?:22|25|59|60|94|103|111|114|124|210|221|231|233|234|254)|48;5;(?:25|111|189|238))`

// acts returns the first thing in an output that is neither text to be read nor
// a sequence of ours, "" if there is none. In a pipe nothing is a sequence.
func acts(output string, terminal bool) string {
	for i := 0; i < len(output); {
		r, size := utf8.DecodeRuneInString(output[i:])
		switch {
		case terminal && r == 0x1b:
			sequence := ours.FindString(output[i:])
			if sequence == "" {
				return excerpt(output, i)
			}
			size = len(sequence)
		case r == '\n', terminal && (r == '\r' || r == '\b' || r == '\t'): // the framework moves by them
		case r == utf8.RuneError && size == 1, r < 0x20, r >= 0x7f && !readable(r):
			return excerpt(output, i)
		}
		i += size
	}
	return ""
}

func excerpt(output string, i int) string {
	return fmt.Sprintf("%q in %q", output[i:min(len(output), i+12)], output[max(0, i-30):min(len(output), i+50)])
}

// readable reports a character beyond ASCII that is seen as itself and leaves
// its neighbours alone.
func readable(r rune) bool {
	hidden := unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector, unicode.M, unicode.C, unicode.Z)
	return !hidden && unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && r != 0x2800 && (r < 0x1f3fb || r > 0x1f3ff)
}

func TestTheOracleKnowsWhatActs(t *testing.T) {
	words := map[string]bool{"long": true, "look-alike": true, "markup": true, "verdict": true, "prompt": true, "status": true}
	acting, all := 0, 0
	for _, c := range hostileTexts(t) {
		if !words[c.kind] {
			all++
		}
		if acts(c.text, false) != "" {
			acting++
		}
	}
	if acting < 370 || acting < all*9/10 {
		t.Errorf("only %d texts act, of %d that are no mere words", acting, all)
	}
	const framework = "\x1b[?1049h\x1b[1;1H\x1b[38;5;111;1mx\x1b[m\x1b[?2026$p\x1b]11;?\a\r\n"
	for _, foreign := range []string{"\x1b[31;5;7m", "\x1b[8m", "\x1b[38;5;196m", "\x1b[38;2;1;2;3m", "\x1b[5 q", "\x1b[?1000h", "\x1b[c", "\x1b]0;x\a", "\x1b]8;;x\a"} {
		if acts(foreign, true) == "" {
			t.Errorf("%q counts as ours", foreign)
		}
	}
	if found := acts(framework, true); found != "" || acts(framework, false) == "" {
		t.Error(found)
	}
}
