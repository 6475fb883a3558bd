package terminal

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"credscope/socket/leaktest"
)

// TestMain turns the test binary into the program under test if asked to.
func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(program())
	}
	os.Exit(leaktest.Main(m))
}

func shell(t *testing.T, o Options, script string) *Terminal {
	t.Helper()
	return Start(t, o, "sh", "-c", script)
}

func TestShellProgram(t *testing.T) {
	term := shell(t, Options{Cols: 30, Rows: 5}, `printf 'name? '; read -r name; echo "hello, $name"; exit 3`)
	term.See("name?")
	if x, y, visible := term.Cursor(); x != 6 || y != 0 || !visible {
		t.Errorf("cursor %d,%d %v, want 6,0 true", x, y, visible)
	}
	term.Type("world\r")
	if code := term.Wait(); code != 3 {
		t.Errorf("exit code %d, want 3", code)
	}
	if got, want := term.Screen(), "name? world\nhello, world\n\n\n"; got != want {
		t.Errorf("screen %q, want %q", got, want)
	}
	if got, want := string(term.Raw()), "name? world\r\nhello, world\r\n"; got != want {
		t.Errorf("raw output %q, want %q", got, want)
	}
	if got, want := term.Primary(), "name? world\nhello, world"; got != want {
		t.Errorf("primary screen %q, want %q", got, want)
	}
	if term.Termios() != term.TermiosBefore() {
		t.Error("the settings have changed")
	}
	if len(term.Unknown()) > 0 {
		t.Errorf("not understood: %q", term.Unknown())
	}
}

func TestSurroundings(t *testing.T) {
	t.Setenv("COLORTERM", "truecolor")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	dir := t.TempDir()
	term := shell(t, Options{Cols: 200, Dir: dir, Env: []string{"TERM=vt100", "GREETING=hi"}, ExtraFiles: []*os.File{w}},
		`echo extra >&3; echo "$TERM $GREETING [$COLORTERM]"; pwd; tty; read -r x`)
	w.Close()
	term.SeeAll("vt100 hi []", dir, term.tty.slave.Name())
	if session, err := unix.Getsid(term.PID()); err != nil || session != term.PID() {
		t.Errorf("the session is %d, %v, want the program's own, %d", session, err, term.PID())
	}
	term.Type("\r")
	term.Wait()
	if extra, err := io.ReadAll(r); err != nil || string(extra) != "extra\n" {
		t.Errorf("the extra file has %q, %v", extra, err)
	}
}

func TestLastOutputIsSeen(t *testing.T) {
	// More than the terminal's buffers hold, and a child that keeps it open.
	term := shell(t, Options{}, `trap '' HUP; (sleep 1000) & i=0; while [ $i -lt 3000 ]; do echo "line $i"; i=$((i+1)); done; printf '日end'`)
	term.Wait()
	if got := strings.Count(string(term.Raw()), "\n"); got != 3000 {
		t.Errorf("%d lines were read, want 3000", got)
	}
	if raw := term.Raw(); !bytes.HasSuffix(raw, []byte("日end")) {
		t.Errorf("the output ends with %q", raw[max(0, len(raw)-40):])
	}
	if lines := strings.Split(term.Primary(), "\n"); len(lines) != 3001 || lines[0] != "line 0" {
		t.Errorf("%d lines were kept, the first %q", len(lines), lines[0])
	}
}

func TestExitCodeOfASignal(t *testing.T) {
	term := shell(t, Options{}, `echo ready; read -r x`)
	term.See("ready")
	term.Signal(syscall.SIGTERM)
	if code := term.Wait(); code != 128+15 {
		t.Errorf("exit code %d, want 143", code)
	}
}

func TestKeyboardSignals(t *testing.T) {
	term := shell(t, Options{}, `trap 'echo interrupted; exit 7' INT; echo ready; while :; do read -r x; done`)
	term.See("ready")
	term.Press("ctrl+c")
	if code := term.Wait(); code != 7 {
		t.Errorf("exit code %d, want 7", code)
	}
	term.See("interrupted")
}

func TestResizeIsSignalled(t *testing.T) {
	term := shell(t, Options{Cols: 40, Rows: 10}, `trap 'stty size' WINCH; stty size; while :; do read -r x; done`)
	term.See("10 40")
	term.Resize(50, 12)
	term.See("12 50")
	if rows := strings.Count(term.Screen(), "\n") + 1; rows != 12 {
		t.Errorf("the screen has %d rows, want 12", rows)
	}
}

func TestAnswersReachTheProgram(t *testing.T) {
	ask := `stty raw -echo; printf '\033]11;?\007'; head -c 24 | tr '\033\007' '<>'`
	term := shell(t, Options{Background: "#102030"}, ask)
	term.See("<]11;rgb:1010/2020/3030>")
}

// recorder stands for a test that fails.
type recorder struct {
	testing.TB
	message string
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.message = fmt.Sprintf(format, args...)
	panic(r)
}

// failure runs what must fail and returns with what message it did.
func failure(t *testing.T, term *Terminal, f func()) (message string) {
	t.Helper()
	r := &recorder{TB: t}
	term.tb = r
	defer func() {
		term.tb = t
		if recover() != any(r) {
			t.Error("it did not fail")
		}
		message = r.message
	}()
	f()
	return ""
}

func TestFailures(t *testing.T) {
	term := shell(t, Options{Cols: 20, Rows: 3, Deadline: 50 * time.Millisecond}, `printf 'a 日\033[?9999h'; read -r x`)
	term.deadline = defaultDeadline
	term.See("日")
	term.deadline = 50 * time.Millisecond
	for want, f := range map[string]func(){
		`want to see "nothing", but did not in 50ms`: func() { term.See("nothing") },
		`want to see no "a"`:                         func() { term.SeeNot("a") },
		`want to see all of ["a" "b"]`:               func() { term.SeeAll("a", "b") },
		`there is no key "hyper+x"`:                  func() { term.Press("hyper+x") },
		`the program has not ended after 50ms`:       func() { term.Wait() },
	} {
		got := failure(t, term, f)
		if !strings.Contains(got, want) || !strings.Contains(got, "│a 日                │") || !strings.Contains(got, "9999") {
			t.Errorf("the message is %s\nand should tell %s", got, want)
		}
	}
	term.deadline = defaultDeadline
	term.Type("\r")
	term.Wait()
	if got := failure(t, term, func() { term.See("nothing") }); !strings.Contains(got, "the program has ended with code 0") {
		t.Errorf("the message is %s", got)
	}
}
