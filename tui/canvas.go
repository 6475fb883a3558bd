package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"credscope/tui/text"
	"credscope/tui/theme"
	"credscope/tui/words"
)

// canvas is what every part draws with: colours and signs, and how names and times
// are shown. It is the same for all parts of a frame.
type canvas struct {
	palette theme.Palette
	styles  theme.Styles
	glyphs  theme.Glyphs
	ascii   bool
	now     time.Time // of the frame, in whole seconds
	times   timeFormat
	local   *time.Location
	lost    bool    // nothing can be asked any more, so that rows are dimmed
	privacy privacy // what is hidden of names
}

func (c *canvas) setPalette(p theme.Palette) {
	c.palette, c.styles = p, theme.NewStyles(p)
}

// timeFormat is how times are shown.
type timeFormat int

const (
	relativeTimes timeFormat = iota
	localTimes
	utcTimes
)

func (f timeFormat) String() string { return [...]string{"relative", "local", "UTC"}[f] }

// zone is the time zone of the times on the screen.
func (c *canvas) zone() *time.Location {
	if c.times == utcTimes {
		return time.UTC
	}
	return c.local
}

// clock is the time of day, with seconds in the history only.
func (c *canvas) clock(at time.Time) string { return at.In(c.zone()).Format(words.Clock) }

// expiry is a time in a row, in the format that is chosen.
func (c *canvas) expiry(at time.Time) string {
	if c.times == relativeTimes {
		return words.Relative(at, c.now)
	}
	return at.In(c.zone()).Format(words.DateTime)
}

// name is a name of the host as it may be drawn.
func (c *canvas) name(name string) string { return c.shown(text.Name(name)) }

// shown is a safe text as it may be drawn: names are hidden before long quotations
// are cut, so that no half of a name is left.
func (c *canvas) shown(s string) string { return text.ShortQuotes(c.privacy.hide(s)) }

// key is the name of a key as this terminal can show it.
func (c *canvas) key(name string) string {
	if c.ascii {
		return arrowWords.Replace(name)
	}
	return name
}

var arrowWords = strings.NewReplacer("↑", "Up", "↓", "Down", "←", "Left", "→", "Right")

// cell is a piece of a line with its style. under is its style within the row under
// the cursor, the row's own if it is nil.
type cell struct {
	text  string
	style theme.Style
	under *theme.Style
}

// row draws a line of w cells that begins with the sign of the cursor.
func (c *canvas) row(w int, selected, focused bool, cells ...cell) string {
	lead, base := " ", c.styles.Plain
	if selected {
		lead = c.glyphs.Cursor
	}
	highlighted := selected && focused
	if highlighted {
		base = c.styles.Selected
	}
	var b strings.Builder
	b.WriteString(base.On(lead))
	used := text.Width(lead)
	for _, cell := range cells {
		shown := text.Cut(cell.text, w-used, "")
		used += text.Width(shown)
		switch {
		case highlighted && cell.under != nil && !c.lost:
			b.WriteString(cell.under.On(shown))
		case highlighted:
			b.WriteString(base.On(shown))
		case c.lost:
			b.WriteString(c.styles.Dim.On(shown))
		default:
			b.WriteString(cell.style.On(shown))
		}
	}
	rest := text.Blanks(w - used)
	if highlighted {
		rest = base.On(rest)
	}
	return b.String() + rest
}

// matched splits a name so that the part that a filter matches stands out.
func (c *canvas) matched(name, filter string) []cell {
	at := -1
	if filter != "" {
		at = strings.Index(strings.ToLower(name), filter)
	}
	end := at + len(filter)
	if at < 0 || end > len(name) {
		return []cell{{text: name, style: c.styles.Plain}}
	}
	return []cell{
		{text: name[:at], style: c.styles.Plain},
		{text: name[at:end], style: c.styles.Match, under: &c.styles.SelectedMatch},
		{text: name[end:], style: c.styles.Plain},
	}
}

// size is the room of a part, in cells.
type size struct{ w, h int }

// box encloses lines in a border with a title above and notes at the right of both
// edges. Lines are cut or padded to fit. A focused box has another line and sign,
// so that its colour is not needed to tell.
func (c *canvas) box(title, note, below string, lines []string, in size, focused bool) []string {
	g, border, heading, top := c.glyphs, c.styles.Border, c.styles.Heading, c.glyphs.Horizontal
	if focused {
		border, heading, top = c.styles.Focus, c.styles.Focus, g.FocusTop
		title = g.Cursor + " " + title
	}
	inner := in.w - 2
	if text.Width(title)+text.Width(note)+6 > inner {
		note = ""
	}
	if note != "" {
		note = " " + note + " "
	}
	title = text.Cut(" "+title+" ", inner-1, g.Ellipsis+" ")
	out := make([]string, 0, in.h)
	out = append(out, border.On(g.TopLeft+top)+heading.On(title)+
		border.On(strings.Repeat(top, max(0, inner-1-text.Width(title)-text.Width(note)-min(1, len(note)))))+
		c.styles.Dim.On(note)+border.On(strings.Repeat(top, min(1, len(note)))+g.TopRight))
	for i := range in.h - 2 {
		line := text.Blanks(inner)
		if i < len(lines) {
			line = text.Pad(lines[i], inner, g.Ellipsis)
		}
		out = append(out, border.On(g.Vertical)+line+border.On(g.Vertical))
	}
	if below != "" {
		below = text.Cut(" "+below+" ", inner-1, "")
	}
	rule := strings.Repeat(g.Horizontal, max(0, inner-1-text.Width(below)))
	return append(out, border.On(g.BotLeft+rule)+c.styles.Dim.On(below)+border.On(g.Horizontal+g.BotRight))
}

// beside joins columns of equally many lines.
func beside(columns ...[]string) []string {
	lines := make([]string, len(columns[0]))
	for i := range lines {
		for _, column := range columns {
			lines[i] += column[i]
		}
	}
	return lines
}

// dimmed returns a frame without its colours, for what lies behind a dialog.
func (c *canvas) dimmed(frame []string) []string {
	out := make([]string, len(frame))
	for i, line := range frame {
		out[i] = c.styles.Dim.On(text.Plain(line))
	}
	return out
}

// overlay draws lines over a frame of w cells, from the cell x, y.
func overlay(frame, lines []string, x, y, w int) {
	for i, line := range lines {
		under, right := frame[y+i], x+text.Width(line)
		before := text.Pad(ansi.Truncate(under, x, ""), x, "")
		after := ansi.TruncateLeft(under, right, "")
		frame[y+i] = before + "\x1b[m" + line + "\x1b[m" + text.PadLeft(after, w-right, "")
	}
}

// cursorAt is the terminal's cursor in a text field. It does not blink, so that
// nothing is redrawn for it.
func cursorAt(x, y, w int) *tea.Cursor {
	cursor := tea.NewCursor(min(x, w-1), y)
	cursor.Blink = false
	return cursor
}
