package terminal

import "github.com/charmbracelet/x/ansi"

// field returns the flag a private mode switches.
func (m *Modes) field(mode ansi.Mode) *bool {
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
	}
	return nil
}

func ansiMode(n int) ansi.Mode { return ansi.ANSIMode(n) }
func decMode(n int) ansi.Mode  { return ansi.DECMode(n) }

// oldAltScreen is the alternate screen without clearing, blinkingCursor is what
// terminfo's cnorm sets along with the visible cursor.
const (
	oldAltScreen   = ansi.DECMode(47)
	blinkingCursor = ansi.DECMode(12)
)

func (e *emulator) setModes(a args, kind func(int) ansi.Mode, on bool) {
	for i := range a.Params {
		switch mode := kind(a.at(i, 0)); mode {
		case ansi.ModeAltScreenSaveCursor:
			e.switchScreen(on, true)
		case oldAltScreen, ansi.ModeAltScreen:
			e.switchScreen(on, false)
		case ansi.ModeSaveCursor:
			if on {
				e.save()
			} else {
				e.restore()
			}
		case blinkingCursor:
		default:
			e.setMode(mode, on)
		}
	}
}

func (e *emulator) setMode(mode ansi.Mode, on bool) {
	field := e.modes.field(mode)
	if field == nil {
		e.misunderstood()
		return
	}
	if mode == ansi.ModeSynchronizedOutput {
		e.synchronize(on)
	}
	*field = on
	if mode == ansi.ModeAutoWrap && !on {
		e.cursor.wrap = false
	}
}

// synchronize keeps the frame shown until the next one is complete.
func (e *emulator) synchronize(on bool) {
	switch {
	case !on:
		e.frozen = nil
	case e.frozen == nil:
		shown := e.visible().clone()
		e.frozen = &shown
	}
}

// switchScreen goes to the alternate screen or back. With the cursor, its
// position is kept over that.
func (e *emulator) switchScreen(alternate, withCursor bool) {
	switch {
	case alternate && e.page != e.alternate:
		if withCursor {
			e.save()
		}
		kitty := e.alternate.kitty
		e.alternate = newPage(e.cols, e.rows)
		e.alternate.kitty = kitty
		e.page = e.alternate
	case !alternate:
		e.page = e.primary
		if withCursor {
			e.restore()
		}
	}
}

// flags returns the keyboard flags on top of the stack.
func (p *page) flags() int {
	if len(p.kitty) == 0 {
		return 0
	}
	return p.kitty[len(p.kitty)-1]
}

func (p *page) pushFlags(flags int) { p.kitty = append(p.kitty, flags) }

func (p *page) popFlags(n int) { p.kitty = p.kitty[:max(0, len(p.kitty)-n)] }

// setFlags replaces the flags, adds to them, or takes from them.
func (p *page) setFlags(flags, how int) {
	now := p.flags()
	switch how {
	case 1:
		now = flags
	case 2:
		now |= flags
	case 3:
		now &^= flags
	}
	if len(p.kitty) == 0 {
		p.kitty = append(p.kitty, 0)
	}
	p.kitty[len(p.kitty)-1] = now
}

// otherKeys is the only key resource of xterm's that programs set.
const otherKeys = 4

func (e *emulator) modifyKeys(a args) {
	if a.at(0, otherKeys) != otherKeys {
		e.misunderstood()
		return
	}
	e.modes.ModifyOtherKeys = a.at(1, 0)
}
