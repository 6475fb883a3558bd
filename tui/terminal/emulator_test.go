package terminal

import (
	"slices"
	"strings"
	"testing"
)

// shown feeds a screen and returns its rows joined by |, without empty ones at the end.
func shown(t *testing.T, e *emulator, output string) string {
	t.Helper()
	e.write([]byte(output))
	if len(e.unknown) > 0 {
		t.Errorf("%q: not understood: %q", output, e.unknown)
	}
	return strings.TrimRight(strings.ReplaceAll(e.shown().text, "\n", "|"), "|")
}

func TestModes(t *testing.T) {
	e := newEmulator(10, 3, "", false)
	if e.report() != Default {
		t.Errorf("a new terminal has %+v", e.report())
	}
	shown(t, e, "\x1b[?1h\x1b[?25l\x1b[?1049h\x1b[?1000;1002;1003;1006h\x1b[?1004h\x1b[?2004h\x1b[?2027h\x1b[?2031h\x1b[2 q"+
		"\x1b[>4;2m\x1b[>1u\x1b[=5;1u\x1b=\x1b]10;#fff\a\x1b]11;#000\a\x1b]12;red\x1b\\")
	want := Modes{
		AltScreen: true, CursorStyle: 2, AutoWrap: true, AppCursor: true, AppKeypad: true, MouseClicks: true,
		MouseDrag: true, MouseMotion: true, MouseSGR: true, Focus: true, BracketedPaste: true, UnicodeCore: true,
		ColorScheme: true, Kitty: 5, KittyDepth: 1, ModifyOtherKeys: 2,
		Foreground: "#fff", Background: "#000", CursorColor: "red",
	}
	if got := e.report(); got != want {
		t.Errorf("modes are\n%+v, want\n%+v", got, want)
	}
	shown(t, e, "\x1b[<1u\x1b[?1049l\x1b[?1l\x1b[?25h\x1b[?1000;1002;1003;1006l\x1b[?1004l\x1b[?2004l\x1b[?2027l\x1b[?2031l"+
		"\x1b[0 q\x1b[>4m\x1b>\x1b]110\a\x1b]111\a\x1b]112\a")
	if got := e.report(); got != Default {
		t.Errorf("modes in the end are %+v", got)
	}
}

func TestSynchronizedOutputShowsWholeFrames(t *testing.T) {
	e := newEmulator(10, 3, "", false)
	if got := shown(t, e, "old\x1b[?2026h\r\x1b[Kne"); got != "old" {
		t.Errorf("half a frame is shown: %q", got)
	}
	if got := shown(t, e, "w\x1b[?2026l"); got != "new" {
		t.Errorf("the frame is not shown: %q", got)
	}
}

func TestTitleAndClipboard(t *testing.T) {
	e := newEmulator(10, 3, "", false)
	shown(t, e, "\x1b]2;done\a\x1b]52;c;aGVsbG8=\a\x1b]52;p;\x1b\\")
	if e.title != "done" {
		t.Errorf("title %q", e.title)
	}
	if want := []string{"hello", ""}; !slices.Equal(e.clipboard, want) {
		t.Errorf("clipboard %q, want %q", e.clipboard, want)
	}
}

func TestHistoryIsKeptWhileTheAlternateScreenIsShown(t *testing.T) {
	e := newEmulator(10, 3, "", false)
	shown(t, e, "1\r\n2\r\n3\r\n4\x1b[?1049hx\r\n\r\n\r\ny")
	if got, want := e.history(), "1\n2\n3\n4"; got != want {
		t.Errorf("history %q, want %q", got, want)
	}
	if got := shown(t, e, "\x1b[?1049l!"); got != "2|3|4!" {
		t.Errorf("afterwards %q is shown", got)
	}
	if got, want := e.history(), "1\n2\n3\n4!"; got != want {
		t.Errorf("history afterwards %q, want %q", got, want)
	}
}

func TestUnknownSequencesAreNamed(t *testing.T) {
	e := newEmulator(10, 3, "", false)
	e.write([]byte("a\x1b[?9999hb\x1b[5%yc\x1b]999;x\ad\x1bPzz\x1b\\e\x1b_apc\x1b\\f"))
	if got := e.screen(); got != "abcdef\n\n" {
		t.Errorf("shows %q", got)
	}
	if len(e.unknown) != 5 {
		t.Errorf("not understood: %q", e.unknown)
	}
}

func TestQueriesAreAnsweredUnlessTheTerminalIsMute(t *testing.T) {
	for _, c := range []struct{ question, want string }{
		{"ab\x1b[6n", "\x1b[1;3R"},
		{"\x1b[>q", "\x1bP>|credscope terminal(1)\x1b\\"},
		{"\x1b[?2026$p", "\x1b[?2026;2$y"},
		{"\x1b[?25$p", "\x1b[?25;1$y"},
		{"\x1b[?1049$p", "\x1b[?1049;2$y"},
		{"\x1b[?9999$p", "\x1b[?9999;0$y"},
		{"\x1b]10;?\a", "\x1b]10;rgb:0000/0000/0000\a"},
		{"\x1b]11;?\x1b\\", "\x1b]11;rgb:eeee/eeee/e8e8\a"},
		{"\x1b[?996n", "\x1b[?997;2n"},
		{"\x1b[>5u\x1b[?u", "\x1b[?5u"},
		{"\x1bP+q524742\x1b\\", "\x1bP0+r\x1b\\"},
	} {
		for _, background := range []string{"#eeeee8", ""} {
			var got string
			done := make(chan struct{})
			e := newEmulator(10, 3, background, true)
			go func() {
				defer close(done)
				e.replies(func(answer string) { got += answer })
			}()
			shown(t, e, c.question)
			e.stopReplies()
			<-done
			want := c.want
			if background == "" {
				want = ""
			}
			if got != want {
				t.Errorf("%q on %q is answered %q, want %q", c.question, background, got, want)
			}
		}
	}
}
