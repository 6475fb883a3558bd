package command_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"credscope/socket/sample"
	"credscope/store/demo"
	"credscope/tui/terminal"
)

func TestStormOfSizes(t *testing.T) {
	t.Parallel()
	sizes := sample.Of([][2]int{
		{1, 1},
		{2, 1},
		{1, 60},
		{200, 1},
		{3, 3},
		{19, 4},
		{20, 5},
		{20, 60},
		{200, 5},
		{21, 8},
		{40, 9},
		{69, 12},
		{70, 11},
		{99, 24},
		{100, 23},
		{132, 50},
		{200, 60},
		{5, 2},
		{120, 6},
		{80, 24},
	}, 10)
	for name, c := range map[string]struct {
		reach []string
		sight string
	}{
		"main screen": {nil, "anthropic"}, "dialog": {[]string{"x"}, "Cancel"}, "help": {[]string{"?"}, "ctrl+u"}, "filter": {[]string{"/", "n"}, "/ n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term := open(t, host(t, demo.Options{}).Path())
			term.Press(c.reach...)
			term.See(c.sight) // on a terminal that is too small keys do nothing
			for range 3 {
				for _, size := range sizes { // as fast as they come
					term.Resize(size[0], size[1])
				}
			}
			for _, size := range sizes { // and each one drawn
				before := len(term.Raw())
				term.Resize(size[0], size[1])
				term.SeeFunc("a frame", func(string) bool { return len(term.Raw()) > before })
			}
			term.Resize(200, 40)
			term.See(c.sight)
			term.Press("ctrl+c")
			ends(t, term, 0)
		})
	}
}

var sgr = regexp.MustCompile(`\x1b\[([0-9;:]*)m`)

// coloured returns the first sequence of an output that sets a colour.
func coloured(output string) string {
	for _, m := range sgr.FindAllStringSubmatch(output, -1) {
		for field := range strings.FieldsFuncSeq(m[1], func(r rune) bool { return r == ';' || r == ':' }) {
			n, _ := strconv.Atoi(field)
			if n >= 30 && n <= 49 || n >= 90 && n <= 107 {
				return m[0]
			}
		}
	}
	return ""
}

// tour shows rows, details, the dialog, a verdict and what more keys lead to, and leaves.
func tour(t *testing.T, term *terminal.Terminal, more ...string) {
	t.Helper()
	seeStale(term)
	removeStale(term)
	term.See("anthropic/default: removed")
	term.Press("j", "1", "j", "j")
	term.See("Buckets of claudecode")
	seeRow(term, "default", "valid")
	term.Press(more...)
	leave(t, term, 0)
}

func TestNoColour(t *testing.T) {
	t.Parallel()
	for _, env := range [][]string{{"NO_COLOR=yes"}, {"NO_COLOR=1", "COLORTERM=truecolor"}} {
		t.Run(strings.Join(env, " "), func(t *testing.T) {
			t.Parallel()
			term := start(t, wide(env...), "--demo")
			tour(t, term, "/", "a", "enter", "esc", "?", "?", "!", "esc")
			if found := coloured(string(term.Raw())); found != "" {
				t.Errorf("a colour was set by %q", found)
			}
		})
	}
}

func TestColourWithoutBeingTold(t *testing.T) {
	t.Parallel()
	term := start(t, wide(), "--demo")
	seeRow(term, "default", "stale")
	leave(t, term, 0)
	if coloured(string(term.Raw())) == "" {
		t.Error("no colour was set")
	}
}

func TestASCIIWhereTheLocaleIsNotUTF8(t *testing.T) {
	t.Parallel()
	for _, env := range [][]string{{"LANG=C"}, {"LC_ALL=POSIX"}, {"LANG=", "LC_CTYPE=de_DE.ISO-8859-1"}, {"TERM=linux"}} {
		t.Run(strings.Join(env, " "), func(t *testing.T) {
			t.Parallel()
			term := start(t, wide(env...), "--demo")
			tour(t, term)
			raw := term.Raw()
			if i := slices.IndexFunc(raw, func(b byte) bool { return b >= 0x80 }); i >= 0 {
				t.Errorf("the output holds %q", raw[max(0, i-40):min(len(raw), i+40)])
			}
		})
	}
}

func TestADumbTerminalGetsTheListAndNoControlByte(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{}, {"list"}, {"show", "codex"}, {"remove", "--stale"}, {"remove", "--stale", "--yes"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			t.Parallel()
			term := start(t, wide("TERM=dumb"), append(args, "--demo")...)
			code := 0
			if slices.Equal(args, []string{"remove", "--stale"}) {
				term.See(`Type "remove 3" and press Enter`)
				term.Type("no\n")
				code = 1
			}
			ends(t, term, code)
			if found := acts(strings.ReplaceAll(string(term.Raw()), "\r\n", "\n"), false); found != "" {
				t.Errorf("it acts: %s", found)
			}
			if len(args) == 0 && !hasRow(term.Primary(), "codex", "ci-runner", "stale") {
				t.Errorf("it is no list: %q", term.Primary())
			}
		})
	}
}
