package command_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"credscope/socket/sample"
	"credscope/tui/terminal"
)

// sink is a place where words of the host come out. write runs a built program
// against an adversary and returns all that came out there.
type sink struct {
	name     string
	terminal bool
	json     bool
	refuses  bool // the adversary refuses every token
	write    func(t *testing.T, program, host string) (output string)
	least    map[byte]int // how many different texts of a field must come out
}

// everyText is a promise for a field of which every text comes out.
const everyText = 500

// resources is the least number of resource hosts that can be read at all.
const resources = 1

func sinks() []sink {
	piped := func(args string) func(*testing.T, string, string) string {
		return func(t *testing.T, program, host string) string { return runPiped(t, program, host, args) }
	}
	onTerminal := func(args string) func(*testing.T, string, string) string {
		return func(t *testing.T, program, host string) string {
			term := terminal.Start(t, slow(host, 200, 6), program, strings.Fields(args)...)
			term.Wait()
			return everything(t, term)
		}
	}
	token := map[byte]int{'T': everyText, 'S': everyText, 'A': everyText, 'X': everyText, 'R': resources}
	return []sink{
		{name: "list", write: piped("list"), least: map[byte]int{'P': everyText, 'B': everyText, 'C': 1, 'E': 1}},
		{name: "list --json", json: true, write: piped("list --json"), least: map[byte]int{'P': everyText, 'B': everyText, 'C': 100, 'E': everyText}},
		{name: "show tokens", write: piped("show tokens"), least: map[byte]int{'T': everyText, 'S': everyText, 'A': everyText, 'X': 470, 'B': everyText, 'R': resources}},
		{name: "show tokens --json", json: true, write: piped("show tokens --json"), least: token},
		{name: "show errors", write: piped("show errors"), least: map[byte]int{'E': 490, 'C': 100}},
		{name: "show on a terminal", terminal: true, write: onTerminal("show tokens"), least: map[byte]int{'T': everyText, 'S': everyText}},
		{name: "list on a terminal", terminal: true, write: onTerminal("list"), least: map[byte]int{'P': everyText, 'B': everyText}},
		{name: "ledger", write: piped("remove tokens " + strings.Join(countedNames("tok", 20), " ") + " --yes"), least: map[byte]int{'V': 20}},
		{name: "ledger --json", json: true, write: piped("remove tokens " + strings.Join(countedNames("tok", 20), " ") + " --yes --json"), least: map[byte]int{'V': 20}},
		{name: "renewals", write: piped("renew tokens " + strings.Join(countedNames("tok", 20), " ") + " --yes"), least: map[byte]int{'V': 20}},
		{name: "renewals --json", json: true, write: piped("renew tokens " + strings.Join(countedNames("tok", 20), " ") + " --yes --json"), least: map[byte]int{'V': 20}},
		{name: "unknown name", write: piped("show nope"), least: map[byte]int{'P': 1}},
		{name: "unknown bucket", write: piped("show tokens nope"), least: map[byte]int{'B': 1}},
		{name: "doctor", write: piped("doctor"), least: map[byte]int{'P': 1}},
		{name: "doctor --private", write: piped("doctor --private"), least: map[byte]int{}},
		{name: "doctor --json", json: true, write: piped("doctor --json"), least: map[byte]int{'P': 1}},
		{name: "completion", write: piped("__complete show tokens t"), least: map[byte]int{}},
		{name: "completion of providers", write: piped("__complete show c"), least: map[byte]int{}},
		{name: "log", write: logged, least: map[byte]int{}},
		{name: "removal on a terminal", terminal: true, write: removedOnTerminal, least: map[byte]int{'V': 20}},
	}
}

// slow is a terminal with the patience that a loaded machine needs.
func slow(host string, cols, rows int, env ...string) terminal.Options {
	return terminal.Options{Cols: cols, Rows: rows, Env: append(from(host), env...), Deadline: time.Minute}
}

// everything is what a program has written to its terminal, which must be as it was.
func everything(t *testing.T, term *terminal.Terminal) string {
	t.Helper()
	if term.Title() != "" || len(term.Clipboard()) > 0 {
		return "\x00 the title or the clipboard was written"
	}
	return string(term.Raw())
}

func runPiped(t *testing.T, program, host, args string, env ...string) string {
	t.Helper()
	c := exec.Command(program, strings.Fields(args)...)
	c.Env = append(append([]string{"TERM=xterm-256color", "LANG=C.UTF-8", "TMPDIR=" + os.TempDir()}, from(host)...), env...)
	if strings.Contains(args, "--json") {
		output, _ := c.Output() // the exit status is not what this is about
		return string(output)
	}
	output, _ := c.CombinedOutput()
	return string(output)
}

func logged(t *testing.T, program, host string) string {
	t.Helper()
	log := filepath.Join(t.TempDir(), "log")
	runPiped(t, program, host, "show errors --log "+log)
	lines, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	return string(lines)
}

// removedOnTerminal answers the question about many tokens.
func removedOnTerminal(t *testing.T, program, host string) string {
	t.Helper()
	term := terminal.Start(t, slow(host, 200, 12), program, append([]string{"remove", "tokens"}, countedNames("tok", 20)...)...)
	term.See(`Type "remove 20" and press Enter`)
	term.Type("remove 20\r")
	term.Wait()
	return everything(t, term)
}

// came counts what came out where. Its methods are safe for concurrent use.
type came struct {
	mu     sync.Mutex // guards the fields below
	fields map[byte]bool
	sinks  int
	texts  int
}

// out takes what came out in one sink, by field, and makes sure that it is enough.
// texts is how many texts the host had, of all that there are.
func (c *came) out(t *testing.T, sink string, seen map[byte]map[string]bool, least map[byte]int, texts, all int) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sinks++
	for letter, least := range least {
		c.fields[letter] = true
		if texts < all { // rare kinds may be missing in a sample
			least = min(least, max(1, least*texts*8/(all*10)))
		}
		if len(seen[letter]) < least {
			t.Errorf("%s: %d texts of the field %c came out, want %d", sink, len(seen[letter]), letter, least)
		}
	}
	for letter := range seen {
		c.texts += len(seen[letter])
	}
}

func TestNothingOfTheHostsActsInAnySink(t *testing.T) {
	t.Parallel()
	every, all := hostileTexts(t), &came{fields: map[byte]bool{}}
	part := sample.Of(every, 200)
	t.Run("all", func(t *testing.T) {
		try := func(s sink, texts int) {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				output := s.write(t, program, hostile(t, &adversary{texts: part, refuses: s.refuses}))
				for _, found := range s.wrong(output) {
					t.Error(found)
				}
				all.out(t, s.name, markedIn(output), s.least, texts, len(every))
			})
		}
		t.Run("inspector", func(t *testing.T) {
			t.Parallel()
			visited := sample.Of(every, 64) // each is on several screens
			v, output := inspect(t, visited)
			for _, found := range (sink{terminal: true}).wrong(output) {
				t.Error(found)
			}
			for place, least := range places {
				all.out(t, place, v.seen[place], least, len(visited), len(every))
			}
			if len(v.seen["help"]) > 0 {
				t.Errorf("the help holds words of the host: %v", v.seen["help"])
			}
		})
		for _, s := range sinks() {
			try(s, len(part))
		}
		refused := sample.Of(every, 16) // each is a program
		for _, s := range handshakeSinks(refused) {
			try(s, len(refused))
		}
	})
	t.Logf("%d hostile texts, %d fields, %d sinks: %d texts came out, none acts", len(part), len(all.fields), all.sinks, all.texts)
}

var markPattern = regexp.MustCompile(`([PBTSAXRECVHK])([0-9]{1,3})\.`)

// markedIn collects the marks in an output, by field.
func markedIn(output string) map[byte]map[string]bool {
	seen := map[byte]map[string]bool{}
	for _, m := range markPattern.FindAllStringSubmatch(output, -1) {
		if seen[m[1][0]] == nil {
			seen[m[1][0]] = map[string]bool{}
		}
		seen[m[1][0]][m[2]] = true
	}
	return seen
}

// wrong says what an output holds that it must not.
func (s sink) wrong(output string) (found []string) {
	if what := acts(output, s.terminal); what != "" {
		found = append(found, "it acts: "+what)
	}
	for _, line := range []string{"\nb: removed", "\r\nb: removed", "\n$ ", "\r\n$ "} {
		if strings.Contains(output, line) {
			found = append(found, "a line of the host's own: "+line)
		}
	}
	if s.json && (strings.ContainsFunc(output, func(r rune) bool { return r != '\n' && (r < ' ' || r > '~') }) || !json.Valid([]byte(output))) {
		found = append(found, "it is no JSON in printable ASCII")
	}
	return found
}
