package tui

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"credscope/store"
)

// readable is the contrast that text needs by WCAG 2, level AA.
const readable = 4.5

// visible is the contrast that the same guidelines ask of what is no text.
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

func TestContrastIsReckonedAsTheGuidelinesDo(t *testing.T) {
	for pair, want := range map[[2]string]string{
		{"#000000", "#FFFFFF"}: "21.00", {"#777777", "#FFFFFF"}: "4.48", {"#0000FF", "#FFFFFF"}: "8.59", {"#123456", "#123456"}: "1.00",
	} {
		if got := fmt.Sprintf("%.2f", contrast(hex(pair[0]), hex(pair[1]))); got != want {
			t.Errorf("%v: %s, not %s", pair, got, want)
		}
	}
}

// colours reads the colours that a paint sets, as the terminal does.
func (p paint) colours() (fore, back *colour) {
	parameters := strings.Split(strings.TrimSuffix(strings.TrimPrefix(p.open, "\x1b["), "m"), ";")
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

// paints returns all paints of the styles by name.
func (s styles) paints() map[string]paint {
	all := map[string]paint{}
	add := func(name string, v reflect.Value) {
		if v.Type() == reflect.TypeFor[paint]() {
			all[name] = paint{v.Field(0).String(), v.Field(1).String()}
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

func TestEveryTextCanBeReadOnTheUsualBackgrounds(t *testing.T) {
	for theme, c := range map[string]struct {
		palette palette
		backs   []string
	}{
		"dark":  {darkPalette, []string{"#000000", "#14141A", "#1E1E2E"}},
		"light": {lightPalette, []string{"#FFFFFF", "#F5F5F5"}},
	} {
		paints := newStyles(c.palette).paints()
		if len(paints) < 20 {
			t.Fatalf("%s: found only %d paints", theme, len(paints))
		}
		for name, p := range paints {
			fore, own := p.colours()
			if fore == nil {
				t.Errorf("%s %s: no colour in %q", theme, name, p.open)
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
				if name == "border" {
					enough = visible
				}
				if got := contrast(*fore, back); got < enough {
					t.Errorf("%s %s: contrast %.2f of %v on %v", theme, name, got, *fore, back)
				}
			}
		}
	}
}

func TestTheRowUnderTheCursorHasABackgroundOfItsOwn(t *testing.T) {
	for theme, p := range map[string]palette{"dark": darkPalette, "light": lightPalette} {
		s := newStyles(p)
		_, selected := s.selected.colours()
		_, resting := s.resting.colours()
		if selected == nil || resting == nil || *selected == *resting {
			t.Errorf("%s: focused %v, elsewhere %v", theme, selected, resting)
		}
	}
}

func TestAThemeWithoutColoursOfItsOwnStillMarksTheCursor(t *testing.T) {
	for theme, p := range map[string]palette{"ansi": ansiPalette, "none": nonePalette} {
		s := newStyles(p)
		for name, p := range s.paints() {
			if fore, back := p.colours(); fore != nil || back != nil {
				t.Errorf("%s %s: a shade of our own in %q", theme, name, p.open)
			}
		}
		if s.selected.open == "" || s.resting.open == "" || s.selected == s.resting || s.resting == s.plain {
			t.Errorf("%s: focused %q, elsewhere %q", theme, s.selected.open, s.resting.open)
		}
	}
}

func TestEveryStatusAndMessageHasASignAndAColour(t *testing.T) {
	kinds := []kind{info, success, warning, failure}
	for name, g := range map[string]glyphs{"unicode": unicodeGlyphs, "ascii": asciiGlyphs} {
		seen := map[string]store.Health{}
		for _, h := range store.Healths {
			sign := g.health[h]
			if other, twice := seen[sign]; twice || width(sign) != 1 {
				t.Errorf("%s: the sign of %v is %q, that of %v too", name, h, sign, other)
			}
			seen[sign] = h
		}
		seenKinds := map[string]kind{}
		for _, k := range kinds {
			sign := g.kinds[k]
			if other, twice := seenKinds[sign]; twice || width(sign) != 1 {
				t.Errorf("%s: the sign of %v is %q, that of %v too", name, k, sign, other)
			}
			seenKinds[sign] = k
		}
	}
	s := newStyles(darkPalette)
	for _, h := range store.Healths {
		if s.health[h].open == "" {
			t.Errorf("%v has no colour", h)
		}
	}
	for _, k := range kinds {
		if s.kinds[k].open == "" {
			t.Errorf("%v has no colour", k)
		}
	}
}

// signs returns every glyph of a set by name.
func (g glyphs) signs() map[string]string {
	all := map[string]string{}
	value := reflect.ValueOf(g)
	for i := range value.NumField() {
		name, field := value.Type().Field(i).Name, value.Field(i)
		switch field.Kind() {
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
			panic("a glyph of an unknown sort: " + name)
		}
	}
	return all
}

func TestEveryGlyphIsOneCellWideAndHasItsASCII(t *testing.T) {
	for name, sign := range unicodeGlyphs.signs() {
		if width(sign) != 1 {
			t.Errorf("%s: %q is %d cells wide", name, sign, width(sign))
		}
	}
	ascii := asciiGlyphs.signs()
	for name, sign := range ascii {
		if len(sign) != 1 || sign[0] <= ' ' || sign[0] >= 0x7f {
			t.Errorf("%s: %q is not one ASCII character", name, sign)
		}
	}
	for name := range unicodeGlyphs.signs() {
		if _, ok := ascii[name]; !ok && !strings.HasPrefix(name, "spinner") {
			t.Errorf("%s has no ASCII", name)
		}
	}
}

func TestPaintIsTakenOffAgain(t *testing.T) {
	for name, p := range newStyles(darkPalette).paints() {
		got := p.on("text")
		if plainText(got) != "text" || !strings.HasSuffix(got, "\x1b[m") && !strings.HasSuffix(got, "\x1b[0m") {
			t.Errorf("%s: %q", name, got)
		}
		if p.on("") != "" {
			t.Errorf("%s: nothing is painted as %q", name, p.on(""))
		}
	}
	if got := (paint{}).on("text"); got != "text" {
		t.Errorf("no paint gives %q", got)
	}
}
