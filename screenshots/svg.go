package main

import (
	"fmt"
	"image/color"
	"strings"
	"unicode/utf8"
)

// fonts are tried in this order. Each text is as wide as its cells with any.
const fonts = `ui-monospace,SFMono-Regular,Menlo,Consolas,&quot;DejaVu Sans Mono&quot;,&quot;Liberation Mono&quot;,monospace`

// svgOf writes a picture as SVG.
func svgOf(marks []mark, w, h float64, about string) []byte {
	var b strings.Builder
	openSVG(&b, w, h, about)
	writeMarks(&b, marks)
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

func openSVG(b *strings.Builder, w, h float64, about string) {
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]s" height="%[2]s" viewBox="0 0 %[1]s %[2]s" role="img" aria-label="%[3]s" font-family="%[4]s" font-size="%[5]s" xml:space="preserve">`+"\n",
		number(w), number(h), escape(about), fonts, number(fontSize))
}

// writeMarks writes shapes of one colour that follow each other as one path.
func writeMarks(b *strings.Builder, marks []mark) {
	for i, m := range marks {
		switch {
		case m.shape == nil:
			writeText(b, m)
			continue
		case i > 0 && marks[i-1].shape != nil && marks[i-1].colour == m.colour:
			b.WriteString(m.shape.svg())
		default:
			fmt.Fprintf(b, `<path fill="%s" d="%s`, paint(m.colour), m.shape.svg())
		}
		if i+1 == len(marks) || marks[i+1].shape == nil || marks[i+1].colour != m.colour {
			b.WriteString("\"/>\n")
		}
	}
}

func writeText(b *strings.Builder, m mark) {
	weight := ""
	if m.bold {
		weight = ` font-weight="700"`
	}
	n := utf8.RuneCountInString(m.text)
	fmt.Fprintf(b, `<text x="%s" y="%s" fill="%s"%s textLength="%s" lengthAdjust="spacingAndGlyphs">%s</text>`+"\n",
		number(m.x), number(m.y), paint(m.colour), weight, number(float64(n)*cellWidth), escape(m.text))
}

func paint(c color.RGBA) string { return fmt.Sprintf("#%02X%02X%02X", c.R, c.G, c.B) }

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func escape(s string) string { return escaper.Replace(s) }
