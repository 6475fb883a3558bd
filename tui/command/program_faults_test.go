package command_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"credscope/socket/sample"
	"credscope/store/demo"
	"credscope/tui/terminal"
)

// startUnder runs the program from a shell that has done something first, with
// the shell's words behind it.
func startUnder(t *testing.T, o terminal.Options, first, behind string, args ...string) *terminal.Terminal {
	t.Helper()
	script := first + `; exec "$0" "$@" ` + behind
	return terminal.Start(t, o, "sh", append([]string{"-c", script, program}, args...)...)
}

func TestAProgramWithoutItsTerminalEnds(t *testing.T) {
	t.Parallel()
	for page, keys := range map[string][]string{"main screen": nil, "dialog": {"x"}, "help": {"?"}, "filter": {"/"}} {
		for _, borrowed := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s borrowed %v", page, borrowed), func(t *testing.T) {
				t.Parallel()
				o := wide(from(host(t, demo.Options{}).Path())...)
				o.Borrowed = borrowed
				term := start(t, o)
				seeStale(term)
				term.Press(keys...)
				term.HangUp()
				if code := term.Wait(); code != 128+int(syscall.SIGHUP) {
					t.Errorf("exit code %d", code)
				}
			})
		}
	}
}

func TestTheLedgerOutlivesTheTerminal(t *testing.T) {
	t.Parallel()
	came := make(chan struct{})
	h := host(t, demo.Options{Hook: unanswered("remove_token", came)})
	errs := filepath.Join(t.TempDir(), "errs")
	term := startUnder(t, wide(append(from(h.Path()), "ERRS="+errs)...), "true", `2>"$ERRS"`)
	seeStale(term)
	removeStale(term)
	await(t, came, "the removal")
	term.HangUp()
	_ = term.Wait()
	got, err := os.ReadFile(errs)
	if err != nil || !hasRow(string(got), "anthropic/default", "unknown") {
		t.Errorf("stderr says %q, %v", got, err)
	}
}

func TestTheScreenWorksInAPoorTerminal(t *testing.T) {
	t.Parallel()
	for name, poor := range map[string]struct {
		first, behind string
		args          []string
	}{
		"stderr closed":      {"true", "2>&-", nil},
		"few descriptors":    {"ulimit -n 16", "", nil},
		"little memory":      {"export GOMEMLIMIT=16MiB", "", nil},
		"no directory":       {`rmdir "$PWD"`, "", nil},
		"no room for a file": {"ulimit -f 0", "", []string{"--log", filepath.Join(t.TempDir(), "log")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := host(t, demo.Options{})
			o := wide(from(h.Path())...)
			o.Dir = filepath.Join(t.TempDir(), "here")
			if err := os.Mkdir(o.Dir, 0o700); err != nil {
				t.Fatal(err)
			}
			term := startUnder(t, o, poor.first, poor.behind, poor.args...)
			seeStale(term)
			removeStale(term)
			term.See("anthropic/default: removed")
			leave(t, term, 0)
			ledger(t, term, map[string]int{"removed": 1})
			if n := h.Connections(); n != 1 {
				t.Errorf("%d connections", n)
			}
		})
	}
}

func TestWithoutInputOrOutputThereIsAList(t *testing.T) {
	t.Parallel()
	for _, behind := range []string{"<&-", "</dev/null", "<&- 2>&-"} {
		t.Run(behind, func(t *testing.T) {
			t.Parallel()
			term := startUnder(t, wide(from(host(t, demo.Options{}).Path())...), "true", behind)
			if code := term.Wait(); code != 0 || !hasRow(term.Screen(), "anthropic", "default", "stale") {
				t.Errorf("exit code %d\n%s", code, term.Screen())
			}
		})
	}
}

func TestSizesThatChangeAllTheTime(t *testing.T) {
	t.Parallel()
	term := open(t, host(t, demo.Options{}).Path())
	r := rand.New(rand.NewPCG(1, 2))
	for range sample.Of(make([]struct{}, 2000), 500) {
		term.Resize(1+r.IntN(200), 1+r.IntN(60))
	}
	term.Resize(1, 1)
	term.Resize(200, 40)
	// A frame of an earlier size can show the rows as well, and the program may then be
	// at a size at which keys do nothing.
	term.SeeFunc("a frame of 200x40", func(screen string) bool {
		lines := strings.Split(screen, "\n")
		return utf8.RuneCountInString(lines[1]) == 200 && strings.Contains(lines[39], "q quit") && hasRow(screen, "default", "stale")
	})
	leave(t, term, 0)
}

// answersKeys presses keys and waits for what each shows. Keys do nothing before the
// first frame.
func answersKeys(term *terminal.Terminal) {
	term.See("credscope ")
	term.Press("?")
	term.See("ctrl+u")
	term.Press("esc", "!")
	term.See("History")
	term.Press("esc", "/")
	term.See("clear the filter")
	term.Press("esc")
	term.SeeNot("clear the filter")
}

func TestKeysActWhileTheHostStalls(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"list_providers", "list_buckets", "get_token", "remove_token"} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			if op == "remove_token" {
				answersKeys(removing(t, func(came chan<- struct{}) demo.Hook { return unanswered(op, came) }))
				return
			}
			came := make(chan struct{})
			h := host(t, demo.Options{Hook: unansweredEver(op, came)})
			term := start(t, wide(from(h.Path())...))
			await(t, came, "the request")
			answersKeys(term)
			leave(t, term, 0)
		})
	}
}

func TestKeysActWhileTheHostFloods(t *testing.T) {
	t.Parallel()
	path := listen(t, func(client net.Conn) {
		hello := make([]byte, 4<<10)
		_, _ = client.Read(hello)
		_, _ = client.Write(frame(`{"v":2,"op":"handshake","ok":true,"data":{"version":2}}`))
		stray := strings.Repeat(string(frame(`{"id":"nobody","ok":true,"data":{}}`)), 100)
		for {
			if _, err := io.WriteString(client, stray); err != nil {
				return
			}
		}
	})
	term := start(t, wide(from(path)...))
	answersKeys(term)
	seeLoss(term)
	answersKeys(term)
	term.Press("ctrl+c")
	_ = term.Wait()
}
