package main

import (
	"fmt"
	"strings"
	"time"
)

// filmOf writes shots as an animated SVG without scripts: all of them stand side
// by side, and a style sheet moves the strip behind a window of one shot's size.
// Rows that several shots share are written once. Viewers that move nothing, or
// are asked not to, show the first shot.
func filmOf(shots []shot, in window, title string) []byte {
	w, h := in.size(shots[0].frame)
	var b strings.Builder
	openSVG(&b, w, h, title)
	writeTiming(&b, shots, w)
	writeMarks(&b, in.chrome(shots[0].frame, title))
	refs := writeRows(&b, shots, in)
	b.WriteString(`<g class="film">` + "\n")
	left, top := in.origin()
	for i, s := range shots {
		fmt.Fprintf(&b, `<svg x="%s" width="%s" height="%s">`+"\n", number(float64(i)*w), number(w), number(h))
		writeMarks(&b, in.key(s.key, s.caption))
		for y, row := range s.frame.rows {
			if ref := refs[rowKey(row)]; ref != "" {
				fmt.Fprintf(&b, `<use href="#%s" x="%s" y="%s"/>`, ref, number(left), number(top+float64(y)*cellHeight))
			}
		}
		b.WriteString("</svg>\n")
	}
	b.WriteString("</g>\n</svg>\n")
	return []byte(b.String())
}

// writeTiming writes when the strip moves to which shot.
func writeTiming(b *strings.Builder, shots []shot, w float64) {
	var total, at time.Duration
	for _, s := range shots {
		total += s.lasts
	}
	b.WriteString("<style>\n@keyframes film{\n")
	for i, s := range shots {
		fmt.Fprintf(b, "%s%%{transform:translateX(%spx)}\n", number(100*at.Seconds()/total.Seconds()), number(-float64(i)*w))
		at += s.lasts
	}
	fmt.Fprintf(b, "}\n.film{animation:film %ss step-end infinite}\n", number(total.Seconds()))
	b.WriteString("@media (prefers-reduced-motion:reduce){.film{animation:none}}\n</style>\n")
}

// writeRows defines every row that differs from all others, and returns its name
// by what is in it. Rows without a mark have none.
func writeRows(b *strings.Builder, shots []shot, in window) map[string]string {
	refs := map[string]string{}
	b.WriteString("<defs>\n")
	for _, s := range shots {
		for _, row := range s.frame.rows {
			id := rowKey(row)
			if _, known := refs[id]; known {
				continue
			}
			refs[id] = ""
			marks := drawRow(row, in)
			if len(marks) == 0 {
				continue
			}
			refs[id] = fmt.Sprintf("r%d", len(refs))
			fmt.Fprintf(b, "<g id=%q>\n", refs[id])
			writeMarks(b, marks)
			b.WriteString("</g>\n")
		}
	}
	b.WriteString("</defs>\n")
	return refs
}

// rowKey distinguishes rows that are drawn differently.
func rowKey(row []cell) string { return fmt.Sprint(row) }

// script is the film as text: what each shot shows, under the key that led to it.
func script(shots []shot) string {
	var b strings.Builder
	for _, s := range shots {
		head := strings.TrimSpace(s.key + "  " + s.caption)
		fmt.Fprintf(&b, "=== %s (%s s)\n%s", head, number(s.lasts.Seconds()), s.frame.text())
	}
	return b.String()
}
