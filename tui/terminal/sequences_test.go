package terminal

import (
	"strings"
	"testing"

	uv "github.com/charmbracelet/ultraviolet"
)

// shown feeds a screen and returns its rows joined by |, without empty ones at
// the end.
func shown(t *testing.T, e *emulator, output string) string {
	t.Helper()
	e.write([]byte(output))
	if len(e.unknown) > 0 {
		t.Errorf("%q: not understood: %q", output, e.unknown)
	}
	return strings.TrimRight(strings.ReplaceAll(e.visible().text(), "\n", "|"), "|")
}

// sequences are what a screen of 10 by 5 shows after an output.
var sequences = []struct{ name, output, want string }{
	{"text", "hello\r\nyou", "hello|you"},
	{"LF alone keeps the column", "ab\ncd", "ab|  cd"},
	{"wrap", "0123456789ab", "0123456789|ab"},
	{"last column waits", "0123456789\rX", "X123456789"},
	{"no wrap", "\x1b[?7l0123456789ab\x1b[?7h\rX", "X12345678b"},
	{"BS CR", "abc\b\bX\rY", "YXc"},
	{"tabs", "a\tb\rx\x1b[Ic\x1b[Z\x1b[Zy", "y       c"},
	{"set tab", "\x1b[4G\x1bH\ra\tb", "a  b"},
	{"clear tabs", "\x1b[3ga\tb\x1b[?5W\r\n\tc", "a        b|        c"},
	{"CUP HVP", "\x1b[2;3Ha\x1b[3;2fb\x1b[Hc", "c|  a| b"},
	{"CUU CUD CUF CUB", "\x1b[3B\x1b[2Ca\x1b[2A\x1b[2Db", "| b||  a"},
	{"CNL CPL", "abc\x1b[2Ed\x1b[Fe", "abc|e|d"},
	{"CHA HPA VPA HPR VPR", "\x1b[4Ga\x1b[2`b\x1b[2dc\x1b[ae\x1b[ef", " b a|  c e|     f"},
	{"off the screen", "\x1b[99;99Hx\x1b[99A\x1b[99Dy", "y||||         x"},
	{"ED 0", "aa\r\nbb\r\ncc\x1b[2;2H\x1b[J", "aa|b"},
	{"ED 1", "aa\r\nbb\r\ncc\x1b[2;1H\x1b[1J", "| b|cc"},
	{"ED 2", "aa\r\nbb\x1b[2Jx", "|  x"},
	{"EL 0", "abcd\x1b[2G\x1b[K", "a"},
	{"EL 1", "abcd\x1b[2G\x1b[1K", "  cd"},
	{"EL 2", "abcd\x1b[2K", ""},
	{"ECH", "abcd\x1b[2G\x1b[2X", "a  d"},
	{"ICH", "abcd\x1b[2G\x1b[2@xy", "axybcd"},
	{"ICH off the end", "0123456789\x1b[2G\x1b[99@x", "0x"},
	{"DCH", "abcd\x1b[2G\x1b[2P", "ad"},
	{"IRM", "abcd\x1b[2G\x1b[4hxy\x1b[4l", "axybcd"},
	{"IL", "a\r\nb\r\nc\x1b[2H\x1b[L", "a||b|c"},
	{"DL", "a\r\nb\r\nc\x1b[2H\x1b[M", "a|c"},
	{"IL in a region", "a\r\nb\r\nc\r\nd\x1b[1;3r\x1b[2H\x1b[L", "a||b|d"},
	{"IL outside a region", "a\r\nb\r\nc\x1b[1;2r\x1b[3H\x1b[L", "a|b|c"},
	{"SU", "a\r\nb\r\nc\x1b[2S", "c"},
	{"SD", "a\r\nb\x1b[T", "|a|b"},
	{"LF in a region", "a\r\nb\r\nc\x1b[1;2r\x1b[2H\n", "b||c"},
	{"LF at the bottom", "a\r\nb\r\nc\r\nd\r\ne\r\nf", "b|c|d|e|f"},
	{"RI", "a\r\nb\x1b[H\x1bMx", "x|a|b"},
	{"RI in a region", "a\r\nb\r\nc\x1b[2;3r\x1b[2H\x1bM", "a||b"},
	{"IND NEL", "ab\x1bDc\x1bEd", "ab|  c|d"},
	{"CUU stays in the region", "\x1b[2;3r\x1b[3H\x1b[9Ax", "|x"},
	{"REP", "ab\x1b[3b", "abbbb"},
	{"DECSC", "\x1b[2;3H\x1b7\x1b[Hx\x1b8y", "x|  y"},
	{"SCOSC", "\x1b[2;3H\x1b[s\x1b[Hx\x1b[uy", "x|  y"},
	{"alternate screen", "abc\x1b[?1049hxyz\x1b[?1049ld", "abcd"},
	{"alternate screen is new each time", "\x1b[?1049hxyz\x1b[?1049l\x1b[?1049h", ""},
	{"RIS", "abc\x1b[31m\x1bcd", "d"},
	{"DECSTR", "\x1b[2;3r\x1b[?25l\x1b[!pa", "a"},
	{"charset", "\x1b(Ba\x1b)B", "a"},
	{"broken UTF-8", "a\xffb", "ab"},
	{"an escape in an escape", "\x1b[3\x1b[2;2Hx", "| x"},
}

func TestSequences(t *testing.T) {
	for _, c := range sequences {
		t.Run(c.name, func(t *testing.T) {
			if got := shown(t, newEmulator(10, 5), c.output); got != c.want {
				t.Errorf("%q shows %q, want %q", c.output, got, c.want)
			}
		})
	}
}

func TestWideCharacters(t *testing.T) {
	const family, heart, umlaut = "👨‍👩‍👧", "❤️", "u\u0308"
	for _, c := range []struct {
		name, output, want string
		x                  int
	}{
		{"wide", "日本x", "日本x", 5},
		{"wide at the edge", "012345678日", "012345678|日", 2},
		{"left half overwritten", "日本\rx", "x 本", 1},
		{"right half overwritten", "日本\x1b[2Gx", " x本", 2},
		{"wide over a left half", "a本\r日", "日", 2},
		{"right half erased", "日本\x1b[2G\x1b[X", "  本", 1},
		{"cut by ICH", "日本\x1b[2G\x1b[@", "   本", 1},
		{"pushed off the edge", "0123456 日\r\x1b[@", " 0123456", 0},
		{"cut by DCH", "日本\x1b[2G\x1b[P", " 本", 1},
		{"combining", umlaut + "x", umlaut + "x", 2},
		{"combining after a colour", "u\x1b[31m\u0308x", umlaut + "x", 2},
		{"combining with nothing", "\u0308x", "x", 1},
		{"combining at the edge", "012345678" + umlaut, "012345678" + umlaut, 9},
		{"ZWJ one by one", family + "x", family + "x", 7},
		{"ZWJ as a grapheme", "\x1b[?2027h" + family + "x", family + "x", 3},
		{"variation selector one by one", heart + "x", heart + "x", 2},
		{"variation selector makes wide", "\x1b[?2027h" + heart + "x", heart + "x", 3},
		{"flags", "\x1b[?2027h🇩🇪🇫🇷x", "🇩🇪🇫🇷x", 5},
		{"ends with the grapheme", "\x1b[?2027h" + umlaut + "\x1b[D\u0308", umlaut, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := newEmulator(10, 5)
			if got := shown(t, e, c.output); got != c.want || e.cursor.x != c.x {
				t.Errorf("%q shows %q and ends at %d, want %q and %d", c.output, got, e.cursor.x, c.want, c.x)
			}
		})
	}
	e := newEmulator(10, 2)
	shown(t, e, "a日b")
	if left, right := e.visible().cell(1, 0), e.visible().cell(2, 0); left.Width != 2 || right != (uv.Cell{}) {
		t.Errorf("a wide character is %+v and %+v", left, right)
	}
	if x, y, ok := e.visible().find("b"); x != 3 || y != 0 || !ok {
		t.Errorf("b is found at %d,%d %v, want 3,0", x, y, ok)
	}
}
