package command_test

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credscope/store/demo"
	"credscope/tui/terminal"
)

// failing keeps a token that it was shown and panics with it as the value, at
// the place that PANIC names.
var failing = []change{
	{"store/store.go", "	defer token.Wipe()\n	switch {", "	if len(token.AccessToken.Bytes()) > 0 {\n		shown.Store(string(token.AccessToken.Bytes()))\n	}\n	Fail(\"look\")\n	defer token.Wipe()\n	switch {"},
	{"store/secret.go", "	\"log/slog\"\n", "	\"log/slog\"\n	\"os\"\n	\"sync/atomic\"\n"},
	{"store/secret.go", "const dots = ", "var shown atomic.Value\n\n// Fail panics.\nfunc Fail(at string) {\n	if value := shown.Load(); value != nil && os.Getenv(\"PANIC\") == at {\n		panic(value)\n	}\n}\n\nconst dots = "},
	{"tui/load.go", "type bucketsAsk struct", "func fail(at string) { store.Fail(at) }\n\ntype bucketsAsk struct"},
	{"tui/load.go", "		names, err := l.store.ListProviders(l.ctx)\n", "		fail(\"command\")\n		names, err := l.store.ListProviders(l.ctx)\n"},
	{"tui/update.go", "	waiting := m.busy > 0\n", "	fail(\"update\")\n	waiting := m.busy > 0\n"},
	{"tui/view.go", "	lines := m.frame()\n", "	fail(\"view\")\n	lines := m.frame()\n"},
	{"tui/command/removing.go", "			over = last(outcome)\n", "			over = last(outcome)\n			store.Fail(\"removal\")\n"},
	{"tui/report_json.go", "func WriteJSON(w io.Writer, document any) error {\n", "func WriteJSON(w io.Writer, document any) error {\n	fail(\"document\")\n"},
}

// hasFailed is all that the program says of a panic.
const hasFailed = "credscope: credscope itself has failed and stopped, which is a bug: report it with what credscope doctor --private writes.\n"

func TestOfAPanicOnlyOurSentenceIsSeen(t *testing.T) {
	t.Parallel()
	program := variant(t, failing...)
	again := func(term *terminal.Terminal) {
		seeRow(term, "default", "stale")
		term.Press("R")
	}
	for name, c := range map[string]struct {
		at    string
		args  []string
		until func(*terminal.Terminal)
		code  int // 0 for 1
	}{
		"the model's update":   {at: "update"},
		"the model's view":     {at: "view"},
		"a command":            {at: "command", until: again},
		"a look of many":       {at: "look"},
		"a look, lines":        {at: "look", args: []string{"--plain"}, until: func(term *terminal.Terminal) { term.See("5. qwen"); term.Type("1\n") }},
		"a look, list":         {at: "look", args: []string{"list"}},
		"a look, show":         {at: "look", args: []string{"show", "codex", "--json"}},
		"the writing, a table": {at: "document", args: []string{"list", "--json"}},
		"before a removal":     {at: "look", args: []string{"remove", "codex", "ci-runner", "--yes"}},
		"after a removal":      {at: "removal", args: []string{"remove", "codex", "ci-runner", "--yes"}, code: 3},
		"a removal's document": {at: "document", args: []string{"remove", "codex", "ci-runner", "--yes", "--json"}, code: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := host(t, demo.Options{Mark: mark})
			dir := t.TempDir()
			o := wide(append(from(h.Path()), "PANIC="+c.at, "GOTRACEBACK=crash", "TEA_DEBUG=true", "TEA_TRACE="+filepath.Join(dir, "trace"))...)
			o.Dir = dir
			term := terminal.Start(t, o, program, c.args...)
			if c.until != nil {
				c.until(term)
			}
			ends(t, term, cmp.Or(c.code, 1))
			withoutMark(t, "the output", string(term.Raw()))
			if said := strings.ReplaceAll(term.Primary(), "\n", " "); !strings.Contains(said+" ", strings.TrimSpace(hasFailed)) {
				t.Errorf("it said %q", said)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("it left %v behind, %v", left, err)
			}
		})
	}
}
