package theme

import "credscope/store"

// Glyphs are the characters beyond letters and digits.
type Glyphs struct {
	Status                                 map[store.Status]string
	Kinds                                  map[Kind]string
	Ellipsis, Cursor, Separator            string
	TopLeft, TopRight, BotLeft, BotRight   string
	Horizontal, Vertical, FocusTop, Marked string
	BarFull, BarEmpty                      rune
	Spinner                                []string
}

// NewGlyphs returns the characters for a terminal that shows Unicode, or only ASCII.
func NewGlyphs(ascii bool) Glyphs {
	if ascii {
		return asciiGlyphs
	}
	return unicodeGlyphs
}

var unicodeGlyphs = Glyphs{
	Status: map[store.Status]string{
		store.Valid: "●", store.Expiring: "◐", store.Expired: "○", store.Stale: "✗", store.Dead: "†", store.NoExpiry: "∞",
		store.InvalidExpiry: "?", store.Unreadable: "!", store.Absent: "!", store.Denied: "–", store.InvalidName: "!", store.Unchecked: "·",
	},
	Kinds:    map[Kind]string{Info: "·", Success: "✓", Warning: "!", Failure: "✗"},
	Ellipsis: "…", Cursor: "▸", Separator: "·",
	TopLeft: "╭", TopRight: "╮", BotLeft: "╰", BotRight: "╯",
	Horizontal: "─", Vertical: "│", FocusTop: "━", Marked: "◆",
	BarFull: '█', BarEmpty: '░',
	Spinner: []string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"},
}

var asciiGlyphs = Glyphs{
	Status: map[store.Status]string{
		store.Valid: "v", store.Expiring: "e", store.Expired: "o", store.Stale: "x", store.Dead: "D", store.NoExpiry: "n",
		store.InvalidExpiry: "?", store.Unreadable: "!", store.Absent: "!", store.Denied: "-", store.InvalidName: "!", store.Unchecked: ".",
	},
	Kinds:    map[Kind]string{Info: ".", Success: "+", Warning: "!", Failure: "x"},
	Ellipsis: "~", Cursor: ">", Separator: "-",
	TopLeft: "+", TopRight: "+", BotLeft: "+", BotRight: "+",
	Horizontal: "-", Vertical: "|", FocusTop: "=", Marked: "*",
	BarFull: '#', BarEmpty: '-',
	Spinner: []string{"|", "/", "-", `\`},
}
