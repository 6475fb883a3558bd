package theme

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"credscope/store"
)

// readable is the contrast that text needs by WCAG 2, level AA.
const readable = 4.5

// visible is the contrast that the same guidelines require of lines.
const visible = 3.0

type colour [3]float64 // red, green and blue, 0 to 255

func hex(s string) (c colour) {
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 16, 24)
	if err != nil {
		panic(err)
	}
	return colour{float64(n >> 16), float64(n >> 8 & 0xff), float64(n & 0xff)}
}

// luminance is the relative luminance of WCAG 2.
func (c colour) luminance() float64 {
	var linear colour
	for i, v := range c {
		if v /= 255; v <= 0.04045 {
			linear[i] = v / 12.92
		} else {
			linear[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*linear[0] + 0.7152*linear[1] + 0.0722*linear[2]
}

func contrast(a, b colour) float64 {
	light, dark := max(a.luminance(), b.luminance()), min(a.luminance(), b.luminance())
	return (light + 0.05) / (dark + 0.05)
}

func TestContrastIsThatOfTheGuidelines(t *testing.T) {
	for pair, want := range map[[2]string]string{
		{"#000000", "#FFFFFF"}: "21.00", {"#777777", "#FFFFFF"}: "4.48", {"#0000FF", "#FFFFFF"}: "8.59", {"#123456", "#123456"}: "1.00",
	} {
		if got := fmt.Sprintf("%.2f", contrast(hex(pair[0]), hex(pair[1]))); got != want {
			t.Errorf("%v: %s, not %s", pair, got, want)
		}
	}
}

// colours returns the colours that a style sets, as a terminal reads them.
func (s Style) colours() (fore, back *colour) {
	parameters := strings.Split(strings.TrimSuffix(strings.TrimPrefix(s.before, "\x1b["), "m"), ";")
	for i := 0; i < len(parameters); i++ {
		if n := parameters[i]; (n == "38" || n == "48") && len(parameters) > i+4 && parameters[i+1] == "2" {
			var c colour
			for j := range c {
				c[j], _ = strconv.ParseFloat(parameters[i+2+j], 64)
			}
			if n == "38" {
				fore = &c
			} else {
				back = &c
			}
			i += 4
		}
	}
	return fore, back
}

// all returns all styles by name.
func (s Styles) all() map[string]Style {
	all := map[string]Style{}
	add := func(name string, v reflect.Value) {
		if v.Type() == reflect.TypeFor[Style]() {
			all[name] = Style{v.Field(0).String(), v.Field(1).String()}
		}
	}
	value := reflect.ValueOf(s)
	for i := range value.NumField() {
		name, field := value.Type().Field(i).Name, value.Field(i)
		add(name, field)
		if field.Kind() == reflect.Map {
			for entries := field.MapRange(); entries.Next(); {
				add(fmt.Sprintf("%s[%d]", name, entries.Key().Int()), entries.Value())
			}
		}
	}
	return all
}

func TestEveryTextIsReadableOnCommonBackgrounds(t *testing.T) {
	for theme, c := range map[string]struct {
		palette Palette
		backs   []string
	}{
		"dark":  {DarkPalette, []string{"#000000", "#14141A", "#1E1E2E"}},
		"light": {LightPalette, []string{"#FFFFFF", "#F5F5F5"}},
	} {
		styles := NewStyles(c.palette).all()
		if len(styles) < 20 {
			t.Fatalf("%s: found only %d styles", theme, len(styles))
		}
		for name, p := range styles {
			fore, own := p.colours()
			if fore == nil {
				t.Errorf("%s %s: no colour in %q", theme, name, p.before)
				continue
			}
			backs := []colour{}
			for _, back := range c.backs {
				backs = append(backs, hex(back))
			}
			if own != nil {
				backs = []colour{*own}
			}
			for _, back := range backs {
				enough := readable
				if name == "Border" {
					enough = visible
				}
				if got := contrast(*fore, back); got < enough {
					t.Errorf("%s %s: contrast %.2f of %v on %v", theme, name, got, *fore, back)
				}
			}
		}
	}
}

func TestTheRowUnderTheCursorIsHighlightedInEveryTheme(t *testing.T) {
	for name, p := range map[string]Palette{"dark": DarkPalette, "light": LightPalette} {
		s := NewStyles(p)
		_, row := s.Selected.colours()
		if row == nil {
			t.Fatalf("%s: no background: %q", name, s.Selected.before)
		}
		for status, style := range s.SelectedStatus {
			if _, sign := style.colours(); sign == nil || *sign != *row {
				t.Errorf("%s: the sign of %v has the background %v within the row's %v", name, status, sign, *row)
			}
		}
	}
	for name, p := range map[string]Palette{"ansi": ansiPalette, "none": nonePalette} {
		s := NewStyles(p)
		for style, p := range s.all() {
			if fore, back := p.colours(); fore != nil || back != nil {
				t.Errorf("%s %s: a shade of our own in %q", name, style, p.before)
			}
		}
		if !strings.Contains(s.Selected.before, "7") || s.Selected == s.Plain {
			t.Errorf("%s: not reversed: %q", name, s.Selected.before)
		}
	}
}

func TestEveryStatusAndMessageHasASignAndAColour(t *testing.T) {
	kinds := []Kind{Info, Success, Warning, Failure}
	for name, g := range map[string]Glyphs{"unicode": unicodeGlyphs, "ascii": asciiGlyphs} {
		seen := map[string]store.Status{}
		for _, h := range store.Statuses {
			sign := g.Status[h]
			if h == store.Absent || h == store.InvalidName { // no token either
				if sign != g.Status[store.Unreadable] {
					t.Errorf("%s: the sign of %v is %q", name, h, sign)
				}
				continue
			}
			if other, twice := seen[sign]; twice || lipgloss.Width(sign) != 1 {
				t.Errorf("%s: the sign of %v is %q, that of %v too", name, h, sign, other)
			}
			seen[sign] = h
		}
		seenKinds := map[string]Kind{}
		for _, k := range kinds {
			sign := g.Kinds[k]
			if other, twice := seenKinds[sign]; twice || lipgloss.Width(sign) != 1 {
				t.Errorf("%s: the sign of %v is %q, that of %v too", name, k, sign, other)
			}
			seenKinds[sign] = k
		}
	}
	s := NewStyles(DarkPalette)
	for _, h := range store.Statuses {
		if s.Status[h].before == "" {
			t.Errorf("%v has no colour", h)
		}
	}
	for _, k := range kinds {
		if s.Kinds[k].before == "" {
			t.Errorf("%v has no colour", k)
		}
	}
}

// signs returns every glyph of a set by name.
func (g Glyphs) signs() map[string]string {
	all := map[string]string{}
	value := reflect.ValueOf(g)
	for i := range value.NumField() {
		name, field := value.Type().Field(i).Name, value.Field(i)
		switch field.Kind() {
		case reflect.Int32:
			all[name] = string(rune(field.Int()))
		case reflect.String:
			all[name] = field.String()
		case reflect.Slice:
			for j := range field.Len() {
				all[fmt.Sprintf("%s[%d]", name, j)] = field.Index(j).String()
			}
		case reflect.Map:
			for entries := field.MapRange(); entries.Next(); {
				all[fmt.Sprintf("%s[%d]", name, entries.Key().Int())] = entries.Value().String()
			}
		default:
			panic("a glyph of an unknown kind: " + name)
		}
	}
	return all
}

func TestEveryGlyphIsOneCellWideAndHasItsASCII(t *testing.T) {
	for name, sign := range unicodeGlyphs.signs() {
		if lipgloss.Width(sign) != 1 {
			t.Errorf("%s: %q is %d cells wide", name, sign, lipgloss.Width(sign))
		}
	}
	ascii := asciiGlyphs.signs()
	for name, sign := range ascii {
		if len(sign) != 1 || sign[0] <= ' ' || sign[0] >= 0x7f {
			t.Errorf("%s: %q is not one ASCII character", name, sign)
		}
	}
	for name := range unicodeGlyphs.signs() {
		if _, ok := ascii[name]; !ok && !strings.HasPrefix(name, "Spinner") {
			t.Errorf("%s has no ASCII", name)
		}
	}
}

func TestAStyleEndsWithItsText(t *testing.T) {
	for name, style := range NewStyles(DarkPalette).all() {
		got := style.On("text")
		if ansi.Strip(got) != "text" || !strings.HasSuffix(got, "\x1b[m") && !strings.HasSuffix(got, "\x1b[0m") {
			t.Errorf("%s: %q", name, got)
		}
		if style.On("") != "" {
			t.Errorf("%s: no text becomes %q", name, style.On(""))
		}
	}
	if got := (Style{}).On("text"); got != "text" {
		t.Errorf("no style gives %q", got)
	}
}

func TestEveryKindOfMessageHasItsOwnWord(t *testing.T) {
	seen := map[string]Kind{}
	for _, k := range []Kind{Info, Success, Warning, Failure} {
		if other, twice := seen[k.String()]; twice || k.String() == "" {
			t.Errorf("%d and %d are both %q", k, other, k)
		}
		seen[k.String()] = k
	}
}
