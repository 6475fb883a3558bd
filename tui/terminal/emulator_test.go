package terminal

import (
	"image/color"
	"slices"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

func TestStyles(t *testing.T) {
	e := newEmulator(20, 3)
	shown(t, e, "\x1b[1;31ma\x1b[22;38;5;208mb\x1b[38;2;1;2;3;48:2::4:5:6mc\x1b[mg\x1b]8;;https://x.test/a;b\x1b\\h\x1b]8;;\x1b\\i")
	want := []uv.Style{
		{Fg: ansi.Red, Attrs: uv.AttrBold},
		{Fg: ansi.IndexedColor(208)},
		{Fg: color.RGBA{1, 2, 3, 255}, Bg: color.RGBA{4, 5, 6, 255}},
		{},
		{},
		{},
	}
	for x, style := range want {
		if got := e.visible().cell(x, 0).Style; !got.Equal(&style) {
			t.Errorf("cell %d has style %+v, want %+v", x, got, style)
		}
	}
	if got := e.visible().cell(4, 0).Link.URL; got != "https://x.test/a;b" {
		t.Errorf("link %q", got)
	}
	if got := e.visible().cell(5, 0).Link.URL; got != "" {
		t.Errorf("link %q after its end", got)
	}
	shown(t, e, "\x1b[44m\x1b[2;1H\x1b[K")
	if got := e.visible().cell(9, 1).Style.Bg; got != ansi.Blue {
		t.Errorf("erased to the background %v, want blue", got)
	}
}

func TestModes(t *testing.T) {
	e := newEmulator(10, 3)
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
	e := newEmulator(10, 3)
	if got := shown(t, e, "old\x1b[?2026h\r\x1b[Kne"); got != "old" {
		t.Errorf("half a frame is shown: %q", got)
	}
	if got := shown(t, e, "w\x1b[?2026l"); got != "new" {
		t.Errorf("the frame is not shown: %q", got)
	}
}

func TestTitleAndClipboard(t *testing.T) {
	e := newEmulator(10, 3)
	shown(t, e, "\x1b]2;✓ done ✜\a\x1b]52;c;aGVsbG8=\a\x1b]52;p;\x1b\\")
	if e.title != "✓ done ✜" {
		t.Errorf("title %q", e.title)
	}
	if want := []string{"hello", ""}; !slices.Equal(e.clipboard, want) {
		t.Errorf("clipboard %q, want %q", e.clipboard, want)
	}
	shown(t, e, "\x1b[22;2t\x1b]0;other\a\x1b[23;2t")
	if e.title != "✓ done ✜" {
		t.Errorf("title %q after it was put back", e.title)
	}
}

func TestHistory(t *testing.T) {
	e := newEmulator(10, 3)
	shown(t, e, "1\r\n2\r\n3\r\n4\x1b[?1049hx\r\n\r\n\r\ny")
	if got, want := e.history(), "1\n2\n3\n4"; got != want {
		t.Errorf("history %q, want %q", got, want)
	}
	shown(t, e, "\x1b[?1049l")
	e.resize(10, 2)
	if got := shown(t, e, "!"); got != "3|4!" {
		t.Errorf("after the resize %q is shown", got)
	}
	if got, want := e.history(), "1\n2\n3\n4!"; got != want {
		t.Errorf("history after the resize %q, want %q", got, want)
	}
	shown(t, e, "\x1b[3J")
	if got, want := e.history(), "3\n4!"; got != want {
		t.Errorf("cleared history %q, want %q", got, want)
	}
}

func TestUnknown(t *testing.T) {
	e := newEmulator(10, 3)
	e.write([]byte("a\x1b[?9999hb\x1b[5%yc\x1b]999;x\ad\x1bPzz\x1b\\e\x1b_apc\x1b\\f"))
	if got := e.visible().row(0); got != "abcdef" {
		t.Errorf("shows %q", got)
	}
	want := []string{"\x1b[?9999h", "\x1b[5%y", "\x1b]999;x\a", "\x1bPzz\x1b", "\x1b_apc\x1b"}
	if !slices.Equal(e.unknown, want) {
		t.Errorf("not understood: %q, want %q", e.unknown, want)
	}
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct{ question, want string }{
		{"\x1b[c", "\x1b[?62;22c"},
		{"\x1b[5n", "\x1b[0n"},
		{"ab\x1b[6n", "\x1b[1;3R"},
		{"\x1b[18t", "\x1b[8;3;10t"},
		{"\x1b[>q", "\x1bP>|credscope terminal(1)\x1b\\"},
		{"\x1b[?2026$p", "\x1b[?2026;2$y"},
		{"\x1b[?25$p", "\x1b[?25;1$y"},
		{"\x1b[?1049$p", "\x1b[?1049;2$y"},
		{"\x1b[?9999$p", "\x1b[?9999;0$y"},
		{"\x1b[4$p", "\x1b[4;2$y"},
		{"\x1b]10;?\a", "\x1b]10;rgb:0000/0000/0000\a"},
		{"\x1b]11;?\x1b\\", "\x1b]11;rgb:eeee/eeee/e8e8\a"},
		{"\x1b[?996n", "\x1b[?997;2n"},
		{"\x1b[>5u\x1b[?u", "\x1b[?5u"},
		{"\x1b]52;c;aGk=\a\x1b]52;c;?\a", "\x1b]52;c;aGk=\a"},
		{"\x1bP+q524742\x1b\\", "\x1bP0+r\x1b\\"},
	} {
		var got string
		e := newEmulator(10, 3)
		e.speak("#eeeee8", true, func(answer string) { got += answer })
		if shown(t, e, c.question); got != c.want {
			t.Errorf("%q is answered %q, want %q", c.question, got, c.want)
		}
		mute := newEmulator(10, 3)
		mute.speak("", true, func(answer string) { t.Errorf("a mute terminal says %q", answer) })
		shown(t, mute, c.question)
	}
}
