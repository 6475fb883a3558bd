package tui

import (
	"image/color"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"credscope/tui/theme"
)

// onEveryPage shows the pages one after the other.
func (s *screen) onEveryPage(check func(page string)) {
	s.t.Helper()
	s.settled()
	for _, step := range []struct{ page, keys string }{
		{"list", "j j"},
		{"marks", "space"},
		{"detail", "3"},
		{"filter", "2 / x"},
		{"dialog", "esc esc 2 x"},
		{"look-up", "esc +"},
		{"help", "esc ?"},
		{"history", "esc !"},
		{"worth removing", "esc S"},
		{"typed dialog", "x"},
	} {
		s.press(strings.Fields(step.keys)...)
		s.settled()
		s.pass(inputGuard)
		check(step.page)
	}
	s.accept("remove 3")
	s.settled()
	check("ledger")
}

// eachCell visits what is drawn.
func (s *screen) eachCell(visit func(x, y int, c *uv.Cell)) {
	buffer := s.cells()
	for y := range s.m.size.h {
		for x := range s.m.size.w {
			visit(x, y, buffer.CellAt(x, y))
		}
	}
}

func TestWithoutColoursNoPageHasOne(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"theme none":    func(o *Options) { o.Theme = theme.None },
		"profile ASCII": func(o *Options) { o.Theme, o.Profile = theme.Dark, colorprofile.ASCII },
	} {
		s := open(t, "default", 100, 24, change)
		s.onEveryPage(func(page string) {
			reversed := 0
			s.eachCell(func(x, y int, c *uv.Cell) {
				if c.Style.Fg != nil || c.Style.Bg != nil || c.Style.UnderlineColor != nil {
					t.Fatalf("%s, %s: %q at %d,%d has a colour", name, page, c.Content, x, y)
				}
				if c.Style.Attrs&uv.AttrReverse != 0 {
					reversed++
				}
			})
			if rows := page == "list" || page == "marks" || page == "worth removing" || page == "ledger"; rows && reversed == 0 {
				t.Errorf("%s, %s: nothing is reversed", name, page)
			}
		})
	}
}

func TestWithoutColoursCursorMarksAndFocusAreSigns(t *testing.T) {
	s := checked(t, "default", 120, 24, codex, func(o *Options) { o.Theme = theme.None })
	s.press("space", "k")
	s.see("━ ▸ All buckets 13 ━", "─ Providers ─", "▸ All providers", "▸◆◐ codex/default")
	x, y := s.place("◆◐ codex")
	if s.styleAt(x, y).Attrs&uv.AttrReverse == 0 {
		t.Error("the row under the cursor is not reversed")
	}
	s.golden("no-colour-120x24")
}

func TestTheANSIThemeUsesTheTerminalsSixteenColours(t *testing.T) {
	s := open(t, "default", 100, 24, func(o *Options) { o.Theme = theme.ANSI })
	coloured := 0
	s.onEveryPage(func(page string) {
		s.eachCell(func(x, y int, c *uv.Cell) {
			for _, shade := range []color.Color{c.Style.Fg, c.Style.Bg} {
				if shade == nil {
					continue
				}
				coloured++
				if _, basic := shade.(ansi.BasicColor); !basic {
					t.Fatalf("%s: %q at %d,%d has the colour %#v", page, c.Content, x, y, shade)
				}
			}
		})
	})
	if coloured == 0 {
		t.Error("there is no colour at all")
	}
}

func TestOnlyAutoFollowsTheTerminalsBackground(t *testing.T) {
	white, black := tea.BackgroundColorMsg{Color: color.White}, tea.BackgroundColorMsg{Color: color.Black}
	for chosen, follows := range map[theme.Theme]bool{theme.Auto: true, theme.Dark: false, theme.Light: false, theme.ANSI: false, theme.None: false} {
		s := calm(t, "default", 100, 24, func(o *Options) { o.Theme = chosen })
		first := s.m.canvas.palette
		s.send(white)
		onWhite := s.m.canvas.palette
		s.send(black)
		onBlack := s.m.canvas.palette
		if (onWhite != onBlack) != follows || onBlack != first {
			t.Errorf("%s: first %+v, on white %+v, on black %+v", chosen, first, onWhite, onBlack)
		}
	}
}

func TestWithASCIIEveryPageIsASCII(t *testing.T) {
	s := open(t, "default", 100, 24, func(o *Options) { o.ASCII = true })
	s.onEveryPage(func(page string) {
		for _, r := range s.text() {
			if r >= 0x7f {
				t.Fatalf("%s: %q\n%s", page, r, s.text())
			}
		}
		if page == "worth removing" {
			s.golden("ascii-100x24")
		}
	})
}

func TestCountsHaveTheColoursOfTheirStatusAlsoUnderTheCursor(t *testing.T) {
	s := checked(t, "default", 120, 24, runner)
	stale := func(x, y int) color.Color { return s.styleAt(x, y).Fg }
	hx, hy := s.place("✗ 3 stale")
	px, py := s.place("✗3")
	rx, ry := s.place("▸ ✗ codex/ci-runner")
	if want := stale(hx, hy); want == nil || stale(px, py) != want || stale(rx+2, ry) != want {
		t.Errorf("header %v, provider %v, row under the cursor %v", want, stale(px, py), stale(rx+2, ry))
	}
}
