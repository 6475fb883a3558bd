package terminal

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Type sends the program bytes as they are. It returns when they are in the
// terminal's input, which takes until the quiet after an earlier escape is over.
func (t *Terminal) Type(keys string) {
	t.tb.Helper()
	done := make(chan error, 1)
	t.outbox.add(message{keys, done})
	select {
	case err := <-done:
		if err != nil {
			t.fatalf("type %q: %v", keys, err)
		}
	case <-time.After(t.deadline):
		t.fatalf("type %q: the program has read none of it in %v", keys, t.deadline)
	}
}

// Press presses keys one after another. A key is a character or a name, "enter",
// "pgdown", "f1", with "ctrl+", "alt+" and "shift+" before it as needed.
func (t *Terminal) Press(names ...string) {
	t.tb.Helper()
	for _, name := range names {
		t.mu.Lock()
		modes := t.emulator.report()
		t.mu.Unlock()
		kitty := 0
		if t.options.Kitty {
			kitty = modes.Kitty
		}
		keys, ok := encode(name, modes.AppCursor, kitty)
		if !ok {
			t.fatalf("there is no key %q", name)
		}
		t.Type(keys)
	}
}

// Paste pastes a text: bracketed if the program asked for it, else as if typed.
func (t *Terminal) Paste(text string) {
	t.tb.Helper()
	if t.Modes().BracketedPaste {
		t.Type("\x1b[200~" + text + "\x1b[201~")
		return
	}
	t.Type(strings.ReplaceAll(text, "\n", "\r"))
}

// letters are the keys whose sequence ends in a letter, numbers those that have
// a number and a tilde, codes those with a character of their own.
var (
	letters = map[string]string{
		"up": "A", "down": "B", "right": "C", "left": "D", "end": "F", "home": "H",
		"f1": "P", "f2": "Q", "f3": "R", "f4": "S",
	}
	numbers = map[string]int{
		"insert": 2, "delete": 3, "pgup": 5, "pgdown": 6, "f5": 15, "f6": 17,
		"f7": 18, "f8": 19, "f9": 20, "f10": 21, "f11": 23, "f12": 24,
	}
	codes = map[string]rune{"enter": '\r', "tab": '\t', "esc": '\x1b', "backspace": '\x7f', "space": ' '}
)

// Modifiers, as the sequences count them.
const (
	shift = 1
	alt   = 2
	ctrl  = 4
)

// disambiguate is the kitty flag that gives every key a sequence of its own if
// its bytes could mean another.
const disambiguate = 1

// encode returns what a terminal sends for a key.
func encode(name string, appCursor bool, kitty int) (keys string, ok bool) {
	key, modifiers := cutModifiers(name)
	if letter, ok := letters[key]; ok {
		switch {
		case modifiers > 0:
			return fmt.Sprintf("\x1b[1;%d%s", modifiers+1, letter), true
		case letter >= "P" || appCursor:
			return "\x1bO" + letter, true
		}
		return "\x1b[" + letter, true
	}
	if number, ok := numbers[key]; ok {
		if modifiers > 0 {
			return fmt.Sprintf("\x1b[%d;%d~", number, modifiers+1), true
		}
		return fmt.Sprintf("\x1b[%d~", number), true
	}
	code, named := codes[key]
	if !named {
		if utf8.RuneCountInString(key) != 1 {
			return "", false
		}
		code, _ = utf8.DecodeRuneInString(key)
	}
	if kitty&disambiguate != 0 && (key == "esc" || modifiers&^shift != 0 || named && modifiers != 0 && key != "space") {
		if modifiers == 0 {
			return "\x1b[27u", true
		}
		return fmt.Sprintf("\x1b[%d;%du", code, modifiers+1), true
	}
	return legacy(key, code, modifiers)
}

func cutModifiers(name string) (key string, modifiers int) {
	for key = name; ; {
		before, after, found := strings.Cut(key, "+")
		if !found || after == "" {
			return key, modifiers
		}
		switch before {
		case "shift":
			modifiers |= shift
		case "alt":
			modifiers |= alt
		case "ctrl":
			modifiers |= ctrl
		default:
			return key, modifiers
		}
		key = after
	}
}

// legacy encodes a character as terminals have since the VT100.
func legacy(key string, code rune, modifiers int) (keys string, ok bool) {
	keys = string(code)
	switch {
	case key == "tab" && modifiers == shift:
		return "\x1b[Z", true
	case modifiers&ctrl != 0 && code == ' ':
		keys = "\x00"
	case modifiers&ctrl != 0 && code == '?':
		keys = "\x7f"
	case modifiers&ctrl != 0 && key == "backspace":
		keys = "\x08"
	case modifiers&ctrl != 0 && code >= '@' && code < 0x7f:
		keys = string(code & 0x1f)
	case modifiers&ctrl != 0:
		return "", false
	case modifiers&shift != 0:
		keys = strings.ToUpper(keys)
	}
	if modifiers&alt != 0 {
		keys = "\x1b" + keys
	}
	return keys, true
}
