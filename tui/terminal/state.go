package terminal

import (
	"slices"

	uv "github.com/charmbracelet/ultraviolet"
	"golang.org/x/sys/unix"
)

// Modes are what a program can switch, and has to put back. They compare with
// ==: a program that is gone must have left the Default.
type Modes struct {
	AltScreen      bool
	CursorVisible  bool
	CursorStyle    int // as in DECSCUSR, 0 for the terminal's own
	AutoWrap       bool
	Insert         bool
	AppCursor      bool // arrows are sent as SS3
	AppKeypad      bool
	MouseClicks    bool // 1000
	MouseDrag      bool // 1002
	MouseMotion    bool // 1003
	MouseSGR       bool // 1006
	Focus          bool // 1004
	BracketedPaste bool
	Synchronized   bool // 2026, a frame is being drawn
	UnicodeCore    bool // 2027
	ColorScheme    bool // 2031
	InBandResize   bool // 2048, noted only

	Kitty           int // keyboard flags in force on this screen
	KittyDepth      int // entries on this screen's stack
	ModifyOtherKeys int

	// Foreground, Background and CursorColor are as the program set them.
	Foreground, Background, CursorColor string
}

// Default are the modes of a terminal nobody has touched.
var Default = Modes{CursorVisible: true, AutoWrap: true}

// Screen returns the rows, without trailing blanks, joined by newlines. While
// the program draws a frame in synchronized output it is the frame before.
func (t *Terminal) Screen() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.emulator.visible().text()
}

// Row returns one row of the screen without trailing blanks.
func (t *Terminal) Row(y int) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.emulator.visible().row(y)
}

// Cell returns one cell of the screen, with its style and link. The right half
// of a wide character is the zero cell, as is everything outside the screen.
func (t *Terminal) Cell(x, y int) uv.Cell {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.emulator.visible().cell(x, y)
}

// Render returns the screen with its styles, as text with escape sequences.
func (t *Terminal) Render() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return uv.Lines(t.emulator.visible().rows).Render()
}

// Cursor returns where the cursor is and whether it is to be seen.
func (t *Terminal) Cursor() (x, y int, visible bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	v := t.emulator.visible()
	return v.x, v.y, v.cursor
}

// Modes returns the modes in force.
func (t *Terminal) Modes() Modes {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.emulator.report()
}

// Title is the window's title.
func (t *Terminal) Title() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.emulator.title
}

// Clipboard returns every text the program has put on the clipboard, in order.
func (t *Terminal) Clipboard() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.emulator.clipboard)
}

// Primary returns the text of the primary screen, even while the alternate one
// is shown, and before it what has scrolled off: all that a person finds in the
// window when the program has gone. Blank rows at the end are left out.
func (t *Terminal) Primary() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.emulator.history()
}

// Raw returns every byte the program has written.
func (t *Terminal) Raw() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.raw)
}

// Unknown returns the sequences the terminal did not understand, as they came.
func (t *Terminal) Unknown() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.emulator.unknown)
}

// TermiosBefore returns the line settings the program found.
func (t *Terminal) TermiosBefore() unix.Termios { return t.before }

// Termios returns the line settings, which compare with ==.
func (t *Terminal) Termios() unix.Termios {
	t.tb.Helper()
	settings, err := t.tty.settings()
	if err != nil {
		t.fatalf("read the terminal's settings: %v", err)
	}
	return settings
}
