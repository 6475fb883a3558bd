package terminal

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// TestRendererAgrees draws random frames through the renderer Bubble Tea uses:
// what it meant to draw is what the screen must show.
func TestRendererAgrees(t *testing.T) {
	for _, term := range []string{"xterm-256color", "xterm-kitty", "linux"} {
		t.Run(term, func(t *testing.T) {
			random := rand.New(rand.NewPCG(7, uint64(len(term))))
			const cols, rows = 33, 9
			var output strings.Builder
			renderer := uv.NewTerminalRenderer(&output, []string{"TERM=" + term})
			renderer.SetColorProfile(colorprofile.TrueColor)
			renderer.SetFullscreen(true)
			renderer.SetRelativeCursor(false)
			renderer.SetScrollOptim(true)
			renderer.Erase()
			e := newEmulator(cols, rows, "", false)
			frame := uv.NewScreenBuffer(cols, rows)
			for n := range 300 {
				scribble(random, frame)
				renderer.Render(frame.RenderBuffer)
				if err := renderer.Flush(); err != nil {
					t.Fatal(err)
				}
				shown(t, e, output.String())
				compare(t, n, frame, e, output.String())
				output.Reset()
			}
		})
	}
}

// scribble changes a frame: text in a place, rows moved, or all of it.
func scribble(random *rand.Rand, frame uv.ScreenBuffer) {
	words := []string{"alpha", "日本語", "----------------", "              ", "x", "u\u0308ber", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}
	styles := []uv.Style{{}, {}, {Attrs: uv.AttrBold}, {Bg: ansi.Blue}, {Fg: ansi.Red, Underline: uv.UnderlineSingle}, {Attrs: uv.AttrReverse}}
	switch random.IntN(6) {
	case 0:
		frame.InsertLine(random.IntN(frame.Height()), 1+random.IntN(3), nil)
	case 1:
		frame.DeleteLine(random.IntN(frame.Height()), 1+random.IntN(3), nil)
	case 2:
		frame.Clear()
	}
	for range random.IntN(12) {
		x, y := random.IntN(frame.Width()), random.IntN(frame.Height())
		style := styles[random.IntN(len(styles))]
		for word := words[random.IntN(len(words))]; word != ""; {
			cluster, width := ansi.FirstGraphemeCluster(word, ansi.WcWidth)
			word = word[len(cluster):]
			frame.SetCell(x+width-1, y, nil) // or half a wide character may stay
			frame.SetCell(x, y, &uv.Cell{Content: cluster, Width: width, Style: style})
			x += width
		}
	}
	// Moving rows leaves no mark of what has changed.
	for y := range frame.Height() {
		frame.TouchLine(0, y, frame.Width())
	}
}

func compare(t *testing.T, n int, frame uv.ScreenBuffer, e *emulator, output string) {
	t.Helper()
	for y := range frame.Height() {
		for x := range frame.Width() {
			want, got := *frame.CellAt(x, y), *e.vt.CellAt(x, y)
			if want.Content == " " { // erased by the renderer, who thinks no blank is bold
				want.Style.Attrs &^= uv.AttrBold
				got.Style.Attrs &^= uv.AttrBold
			}
			if want.Content != got.Content || want.Width != got.Width || !want.Style.Equal(&got.Style) {
				t.Fatalf("frame %d, cell %d,%d is %+v, want %+v\nshown\n%s\nwant\n%s\nby %q",
					n, x, y, got, want, e.screen(), frame.String(), output)
			}
		}
	}
}
