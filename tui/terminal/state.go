package terminal

import (
	"slices"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/sys/unix"
)

// Modes are what a program can switch and has to put back. They can be compared with
// ==: a program that has ended must have left the [Default].
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
	InBandResize   bool // 2048

	Kitty           int // keyboard flags in force on this screen
	KittyDepth      int // entries on this screen's stack
	ModifyOtherKeys int

	// Foreground, Background and CursorColor are as the program set them.
	Foreground, Background, CursorColor string
}

// Default are the modes of a new terminal.
var Default = Modes{CursorVisible: true, AutoWrap: true}

// blinkingCursor is what terminfo's cnorm sets together with the visible cursor.
const blinkingCursor = ansi.DECMode(12)

// flag returns the flag that a mode switches, nil for one that is not kept.
func (m *Modes) flag(mode ansi.Mode) *bool {
	switch mode {
	case ansi.ModeInsertReplace:
		return &m.Insert
	case ansi.ModeCursorKeys:
		return &m.AppCursor
	case ansi.ModeNumericKeypad:
		return &m.AppKeypad
	case ansi.ModeAutoWrap:
		return &m.AutoWrap
	case ansi.ModeTextCursorEnable:
		return &m.CursorVisible
	case ansi.ModeMouseNormal:
		return &m.MouseClicks
	case ansi.ModeMouseButtonEvent:
		return &m.MouseDrag
	case ansi.ModeMouseAnyEvent:
		return &m.MouseMotion
	case ansi.ModeMouseExtSgr:
		return &m.MouseSGR
	case ansi.ModeFocusEvent:
		return &m.Focus
	case ansi.ModeBracketedPaste:
		return &m.BracketedPaste
	case ansi.ModeSynchronizedOutput:
		return &m.Synchronized
	case ansi.ModeUnicodeCore:
		return &m.UnicodeCore
	case ansi.ModeLightDark:
		return &m.ColorScheme
	case ansi.ModeInBandResize:
		return &m.InBandResize
	case blinkingCursor:
		return new(bool)
	}
	return nil
}

// Screen returns the rows without trailing blanks, joined by newlines. While the
// program draws a frame in synchronized output it is the frame before.
func (t *Terminal) Screen() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.emulator.shown().text
}

// Cursor returns where the cursor is and whether it is visible.
func (t *Terminal) Cursor() (x, y int, visible bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	shown := t.emulator.shown()
	return shown.x, shown.y, t.emulator.modes.CursorVisible
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

// Clipboard returns every text that the program has put on the clipboard, in order.
func (t *Terminal) Clipboard() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.emulator.clipboard)
}

// Primary returns the text of the primary screen, also while the alternate one is
// shown, and before it what has scrolled off: all that a person finds in the window
// when the program has ended. Blank rows at the end are left out.
func (t *Terminal) Primary() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.emulator.history()
}

// Raw returns every byte that the program has written.
func (t *Terminal) Raw() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.raw)
}

// Unknown returns the sequences that the terminal does not know.
func (t *Terminal) Unknown() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.emulator.unknown)
}

// TermiosBefore returns the line settings that the program found.
func (t *Terminal) TermiosBefore() unix.Termios { return t.before }

// Termios returns the line settings, which can be compared with ==.
func (t *Terminal) Termios() unix.Termios {
	t.tb.Helper()
	settings, err := t.tty.settings()
	if err != nil {
		t.fatalf("read the terminal's settings: %v", err)
	}
	return settings
}
