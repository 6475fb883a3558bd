package terminal

import "testing"

func TestKeys(t *testing.T) {
	for name, want := range map[string]string{
		"a": "a", "é": "é", "+": "+", "space": " ", "enter": "\r", "tab": "\t", "esc": "\x1b", "backspace": "\x7f",
		"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
		"pgup": "\x1b[5~", "pgdown": "\x1b[6~", "delete": "\x1b[3~", "f1": "\x1bOP", "f5": "\x1b[15~", "f12": "\x1b[24~",
		"ctrl+c": "\x03", "ctrl+z": "\x1a", "ctrl+l": "\x0c", "ctrl+space": "\x00", "ctrl+backspace": "\x08",
		"shift+tab": "\x1b[Z", "alt+x": "\x1bx", "alt+enter": "\x1b\r", "shift+a": "A", "ctrl+alt+a": "\x1b\x01",
		"ctrl+up": "\x1b[1;5A", "shift+f1": "\x1b[1;2P", "ctrl+delete": "\x1b[3;5~", "ctrl++": "", "nokey": "", "": "",
	} {
		if got, ok := encode(name, false, 0); got != want || ok != (want != "") {
			t.Errorf("%q is sent as %q %v, want %q", name, got, ok, want)
		}
	}
	for name, want := range map[string]string{
		"a": "a", "A": "A", "space": " ", "enter": "\r", "tab": "\t", "up": "\x1bOA", "esc": "\x1b[27u", "ctrl+c": "\x1b[99;5u",
		"alt+x": "\x1b[120;3u", "shift+enter": "\x1b[13;2u", "shift+tab": "\x1b[9;2u", "ctrl+space": "\x1b[32;5u",
	} {
		if got, _ := encode(name, true, disambiguate); got != want {
			t.Errorf("%q is sent as %q to a program that knows kitty's keys, want %q", name, got, want)
		}
	}
}
