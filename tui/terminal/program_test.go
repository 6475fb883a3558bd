package terminal

import (
	"fmt"
	"os"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// asProgram in the environment makes the test binary a Bubble Tea program.
const asProgram = "TERMINAL_TEST_PROGRAM"

// model tells on the screen what it has been told.
type model struct {
	cols, rows int
	log        []string
	dark       string
}

func program() (code int) {
	fmt.Println("before")
	if _, err := tea.NewProgram(model{dark: "unknown"}).Run(); err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("after")
	return 0
}

func (m model) Init() tea.Cmd { return tea.RequestBackgroundColor }

func (m model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.cols, m.rows = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		m.dark = fmt.Sprint(msg.IsDark())
	case tea.PasteMsg:
		m.log = append(m.log, fmt.Sprintf("paste %q", msg.Content))
	case tea.KeyPressMsg:
		m.log = append(m.log, msg.String())
		switch msg.String() {
		case "q":
			return m, tea.Quit
		case "y":
			return m, tea.SetClipboard("copied ✓")
		case "x":
			m.log = nil
		}
	}
	return m, nil
}

func (m model) View() tea.View {
	v := tea.NewView(fmt.Sprintf("size %dx%d\ndark %s\n日本語|👨‍👩‍👧|\x1b[1;35mbold\x1b[m\n%s",
		m.cols, m.rows, m.dark, strings.Join(m.log, " ")))
	v.AltScreen, v.MouseMode, v.ReportFocus = true, tea.MouseModeCellMotion, true
	v.WindowTitle = "title"
	if m.cols > 10 {
		v.Cursor = tea.NewCursor(6, 2)
	}
	return v
}

func startProgram(t *testing.T, o Options) *Terminal {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	o.Env = append(o.Env, asProgram+"=1", "GORACE=atexit_sleep_ms=0") // or it lingers for a second
	return Start(t, o, self)
}

func TestBubbleTea(t *testing.T) {
	for name, o := range map[string]Options{
		"mute":  {Cols: 60, Rows: 8},
		"dark":  {Cols: 60, Rows: 8, Background: "#101010"},
		"light": {Cols: 60, Rows: 8, Background: "#f0f0f0"},
		"kitty": {Cols: 60, Rows: 8, Background: "#101010", Kitty: true},
	} {
		t.Run(name, func(t *testing.T) {
			dark := map[string]string{"mute": "unknown", "light": "false"}[name]
			if dark == "" {
				dark = "true"
			}
			term := startProgram(t, o)
			term.SeeAll("size 60x8", "dark "+dark, "日本語|👨‍👩‍👧|bold")
			if m := term.Modes(); !m.AltScreen || !m.BracketedPaste || !m.MouseDrag || !m.MouseSGR || !m.Focus || m.Kitty != 1 {
				t.Errorf("modes %+v", m)
			}
			if term.Title() != "title" {
				t.Errorf("title %q", term.Title())
			}
			if x, y, visible := term.Cursor(); x != 6 || y != 2 || !visible {
				t.Errorf("cursor %d,%d %v", x, y, visible)
			}
			drive(t, term)
			term.Press("q")
			if code := term.Wait(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			if got, want := term.Primary(), "before\nafter"; got != want {
				t.Errorf("what is left is %q, want %q", got, want)
			}
			want := Default
			want.CursorStyle = 1 // Bubble Tea takes the blinking block for everybody's default
			if got := term.Modes(); got != want {
				t.Errorf("modes left behind: %+v", got)
			}
			if before := term.TermiosBefore(); term.Termios() != before {
				t.Errorf("settings left behind: %+v, want %+v", term.Termios(), before)
			}
			if len(term.Unknown()) > 0 {
				t.Errorf("not understood: %q", term.Unknown())
			}
		})
	}
}

func drive(t *testing.T, term *Terminal) {
	t.Helper()
	term.Press("up", "shift+tab", "esc", "j", "esc", "esc", "ctrl+l", "space", "f1", "alt+x", "enter")
	term.See("up shift+tab esc j esc esc ctrl+l space f1 alt+x enter")
	term.Press("x")
	term.SeeNot("up")
	term.Paste("two\nlines")
	term.See(`paste "two\nlines"`)
	term.Press("y")
	term.SeeFunc("the clipboard", func(string) bool { return len(term.Clipboard()) == 1 })
	if got := term.Clipboard()[0]; got != "copied ✓" {
		t.Errorf("clipboard %q", got)
	}
	for _, size := range [][2]int{{40, 20}, {12, 3}, {200, 50}, {60, 8}} {
		term.Resize(size[0], size[1])
		term.See(fmt.Sprintf("size %dx%d", size[0], size[1]))
	}
	term.See("日本語|👨‍👩‍👧|bold")
}
