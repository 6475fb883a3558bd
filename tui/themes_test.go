package tui

import (
	"image/color"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// onEveryPage shows the pages one after the other.
func (s *screen) onEveryPage(check func(page string)) {
	s.t.Helper()
	s.checkAll()
	for _, step := range []struct{ page, keys string }{
		{"list", "j j"},
		{"marks", "l j space"},
		{"detail", "3"},
		{"filter", "/ x"},
		{"dialog", "esc 2 esc x"},
		{"typed dialog", "esc space space x"},
		{"look-up", "esc esc +"},
		{"help", "esc ?"},
		{"history", "esc !"},
		{"triage", "esc S"},
		{"triage dialog", "x"},
	} {
		s.press(strings.Fields(step.keys)...)
		s.settled()
		s.pass(deaf)
		check(step.page)
	}
	s.letters("remove 4")
	s.press("enter")
	s.see("4 of 4 gone")
	s.settled()
	check("ledger")
}

// eachCell visits what is drawn.
func (s *screen) eachCell(visit func(x, y int, c *uv.Cell)) {
	buffer := s.cells()
	for y := range s.m.height {
		for x := range s.m.width {
			visit(x, y, buffer.CellAt(x, y))
		}
	}
}

func TestWithoutColoursNoPageHasOne(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"theme none":    func(o *Options) { o.Theme = ThemeNone },
		"profile ASCII": func(o *Options) { o.Theme, o.Profile = ThemeDark, colorprofile.ASCII },
	} {
		s := open(t, "default", 100, 24, noCheck, change)
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
			if rows := page == "list" || page == "marks" || page == "triage" || page == "dialog"; rows && reversed == 0 {
				t.Errorf("%s, %s: nothing is reversed", name, page)
			}
		})
	}
}

func TestWithoutColoursSelectionMarksAndFocusAreSigns(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck, func(o *Options) { o.Theme = ThemeNone })
	s.checkAll()
	s.press("j", "j", "l", "j", "space")
	s.see("━ ▸ Buckets of codex 4 ━", "─ Providers 5 ─", "▸ codex", "◆◐ default", "▸ ○ jane")
	x, y := s.place("○ jane")
	if s.styleAt(x, y).Attrs&uv.AttrReverse == 0 {
		t.Error("the row under the cursor is not reversed")
	}
	x, y = s.place("▸ codex")
	if s.styleAt(x+2, y).Underline == 0 {
		t.Errorf("the row of the other pane is not underlined: %+v", s.styleAt(x+2, y))
	}
	s.press("x")
	s.answer("tab")
	s.see("[▸Cancel ]")
	s.press("esc")
	s.golden("no-colour-100x24")
}

func TestTheANSIThemeUsesTheTerminalsSixteenColours(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck, func(o *Options) { o.Theme = ThemeANSI })
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
	for theme, want := range map[Theme][2]palette{
		ThemeAuto: {lightPalette, darkPalette}, ThemeDark: {darkPalette, darkPalette}, ThemeLight: {lightPalette, lightPalette},
		ThemeANSI: {ansiPalette, ansiPalette}, ThemeNone: {nonePalette, nonePalette},
	} {
		s := open(t, "default", 100, 24, noCheck, func(o *Options) { o.Theme = theme })
		if theme == ThemeAuto && s.m.palette != darkPalette {
			t.Error("auto does not begin dark")
		}
		s.send(white)
		if s.m.palette != want[0] {
			t.Errorf("%s on white: %+v", theme, s.m.palette)
		}
		s.send(black)
		if s.m.palette != want[1] {
			t.Errorf("%s on black: %+v", theme, s.m.palette)
		}
	}
	s := open(t, "default", 100, 24, noCheck, func(o *Options) { o.Theme, o.Profile = ThemeAuto, colorprofile.ASCII })
	s.send(white)
	if s.m.palette != nonePalette {
		t.Error("a terminal without colours got some")
	}
}

func TestWithASCIIEveryPageIsASCII(t *testing.T) {
	s := open(t, "default", 100, 24, noCheck, func(o *Options) { o.ASCII = true })
	s.onEveryPage(func(page string) {
		for _, r := range s.text() {
			if r >= 0x7f {
				t.Fatalf("%s: %q\n%s", page, r, s.text())
			}
		}
		if page == "marks" || page == "triage" {
			s.golden("ascii-" + page + "-100x24")
		}
	})
}
