package command_test

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"credscope/socket/sample"
	"credscope/store/demo"
	"credscope/tui/terminal"
)

// failing keeps a token that it was shown and panics with it as the value, at
// the place that PANIC names.
var failing = []change{
	{"store/store.go", "	defer token.Wipe()\n	switch {", "	if len(token.AccessToken.Bytes()) > 0 {\n		shown.Store(string(token.AccessToken.Bytes()))\n	}\n	Fail(\"look\")\n	defer token.Wipe()\n	switch {"},
	{"store/secret.go", "	\"log/slog\"\n", "	\"log/slog\"\n	\"os\"\n	\"sync/atomic\"\n"},
	{"store/secret.go", "const dots = ", "var shown atomic.Value\n\n// Fail panics.\nfunc Fail(at string) {\n	if value := shown.Load(); value != nil && os.Getenv(\"PANIC\") == at {\n		panic(value)\n	}\n}\n\nconst dots = "},
	{"tui/requests.go", "type listRequest struct", "func fail(at string) { store.Fail(at) }\n\ntype listRequest struct"},
	{"tui/requests.go", "		names, err := r.store.ListProviders(r.ctx)\n", "		fail(\"command\")\n		names, err := r.store.ListProviders(r.ctx)\n"},
	{"tui/update.go", "	waited := m.waits()\n", "	fail(\"update\")\n	waited := m.waits()\n"},
	{"tui/view.go", "	lines, cursor := m.frame()\n", "	fail(\"view\")\n	lines, cursor := m.frame()\n"},
	{"tui/command/planrun.go", "			announce(*e.Outcome)\n", "			announce(*e.Outcome)\n			store.Fail(\"removal\")\n"},
	{"tui/command/json.go", "func writeJSON(w io.Writer, document any) error {\n", "func writeJSON(w io.Writer, document any) error {\n	store.Fail(\"document\")\n"},
}

// hasFailed is all that the program says of a panic.
const hasFailed = "credscope: credscope itself has failed and stopped, which is a bug: report it with what credscope doctor --private writes.\n"

func TestOfAPanicOnlyOurSentenceIsSeen(t *testing.T) {
	t.Parallel()
	program := panicking(t)
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

// panics are places where a variant of the program panics once a file exists
// that the variable of the same name names.
var panics = map[string]change{
	"UPDATE":  at("tui/update.go", "	waited := m.waits()\n", "UPDATE"),
	"VIEW":    at("tui/view.go", "	lines, cursor := m.frame()\n", "VIEW"),
	"COMMAND": at("tui/requests.go", "		names, err := r.store.ListProviders(r.ctx)\n", "COMMAND"),
	"WORKER":  at("tui/requests.go", "			names, err := r.store.ListBuckets(r.ctx, asked[i].provider)\n", "WORKER"),
	"LEAVING": at("tui/tui.go", "		program.Send(leaveMsg{})\n", "LEAVING"),
	"SIGNAL":  at("tui/command/signals.go", "		s.first.Store(int32(number))\n", "SIGNAL"),
	"CONNECT": at("socket/client.go", "	stream, host, warnings, err := c.dial(ctx)\n", "CONNECT"),
	"LINK":    at("socket/conn.go", "	c.mu.Lock()\n	c.rearmLocked()\n", "LINK"),
	"READ":    at("socket/conn.go", "			err = c.deliver(frame)\n", "READ"),
	"CLOSE":   at("socket/client.go", "}\n\n// closeAfter closes", "CLOSE"),
	"SERVE":   at("socket/server.go", "	frames, err := s.receiveBurst()\n", "SERVE"),
	"ANSWER":  at("socket/server.go", "	data, err := s.handle(ctx, call)\n", "ANSWER"),
}

func at(file, line, variable string) change {
	return change{file, line, `	if name := forced.Getenv("` + variable + `"); name != "" {
		if _, err := forced.Stat(name); err == nil {
			panic("canary")
		}
	}
` + line}
}

// panicking is the variant that can fail and panic.
func panicking(t *testing.T) string {
	t.Helper()
	return variant(t, append(panicChanges(), failing...)...)
}

func panicChanges() []change {
	var changes []change
	imported := map[string]bool{}
	for _, c := range panics {
		if !imported[c.file] {
			changes = append(changes, change{c.file, "import (\n", "import (\n\tforced \"os\"\n"})
			imported[c.file] = true
		}
		changes = append(changes, c)
	}
	return changes
}

func TestAPanicLeavesTheTerminalWhole(t *testing.T) {
	t.Parallel()
	path := panicking(t)
	t.Run("on the screen's way", func(t *testing.T) { panicsEnd(t, path) })
	t.Run("beside the screen", func(t *testing.T) { panicsAreReported(t, path) })
}

// panicsEnd: what draws, or is to end the program, ends it.
func panicsEnd(t *testing.T, path string) {
	t.Helper()
	ask := func(term *terminal.Terminal) { term.Press("R") }
	terminate := func(term *terminal.Terminal) { term.Signal(syscall.SIGTERM) }
	for variable, meet := range map[string]func(term *terminal.Terminal){
		"UPDATE": func(term *terminal.Terminal) { term.Press("j") }, "VIEW": func(term *terminal.Terminal) { term.Press("j") },
		"COMMAND": ask, "WORKER": ask, "LEAVING": terminate, "SIGNAL": terminate,
	} {
		for _, name := range sample.Of([]string{"main screen", "buckets", "stale ones", "connection lost", "dialog"}, 1) {
			if (variable == "COMMAND" || variable == "WORKER") && name != "main screen" && name != "buckets" {
				continue // nothing is asked there
			}
			t.Run(variable+" "+name, func(t *testing.T) {
				t.Parallel()
				file := filepath.Join(t.TempDir(), "now")
				term := states[name].reach(t, func(t *testing.T, o terminal.Options, args ...string) *terminal.Terminal {
					t.Helper()
					o.Env = append(o.Env, variable+"="+file)
					return terminal.Start(t, o, path, args...)
				})
				if err := os.WriteFile(file, nil, 0o600); err != nil {
					t.Fatal(err)
				}
				meet(term)
				if code := term.Wait(); code == 0 {
					t.Error("exit code 0")
				}
				whole(t, term)
			})
		}
	}
}

// panicsAreReported: what talks to the host has goroutines of its own. The
// screen says what became of the request, and can be left.
func panicsAreReported(t *testing.T, path string) {
	t.Helper()
	for variable, s := range map[string]struct {
		sees string
		code int
	}{
		"CONNECT": {"could not be handled", 2}, "LINK": {"could not be handled", 0}, "READ": {"could not be handled", 0},
		"CLOSE": {"All buckets 13", 0}, "SERVE": {"closed the connection during the handshake", 2}, "ANSWER": {"connection lost", 0},
	} {
		t.Run(variable, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "now")
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			term := terminal.Start(t, wide(variable+"="+file), path, "--demo")
			term.See(s.sees)
			term.Press("q")
			ends(t, term, s.code)
		})
	}
}
