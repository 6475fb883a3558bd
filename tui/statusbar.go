package tui

import (
	"strings"
	"time"

	"credscope/tui/text"
	"credscope/tui/theme"
)

// statusBar shows the last message. An information goes with the next key or click
// or after some seconds, and a warning that answers a key with the next one; everything
// else stays until the next message.
type statusBar struct {
	kind    theme.Kind
	text    string
	at      time.Time
	answers bool // a key, and is about the screen at that moment
}

// informationFor is how long an information is shown.
const informationFor = 5 * time.Second

// put shows a message and reports whether it is a new one: one cause that fails
// many requests is one message.
func (s *statusBar) put(kind theme.Kind, message string, at time.Time) bool {
	repeated := s.kind == kind && s.text == message && kind == theme.Failure
	*s = statusBar{kind: kind, text: message, at: at}
	return !repeated
}

// fades reports whether the message goes by itself.
func (s *statusBar) fades() bool { return s.text != "" && s.kind <= theme.Success }

// expire drops an information that was shown long enough.
func (s *statusBar) expire(now time.Time) {
	if s.fades() && now.Sub(s.at) >= informationFor {
		*s = statusBar{}
	}
}

// touched drops a message that a key or the mouse could make untrue.
func (s *statusBar) touched() {
	if s.fades() || s.answers {
		*s = statusBar{}
	}
}

// keyAnswered notes that a warning that was put since before answers a key.
func (s *statusBar) keyAnswered(before statusBar) {
	s.answers = s.kind == theme.Warning && (*s != before || s.answers)
}

// view draws the message on as many lines as it needs, at most limit.
func (s *statusBar) view(c *canvas, w, limit int) []string {
	message := c.shown(s.text)
	if message == "" {
		return []string{text.Blanks(w)}
	}
	prefix := " " + c.glyphs.Kinds[s.kind] + " "
	room := max(1, w-text.Width(prefix)-1)
	lines := text.Wrap(message, room)
	if len(lines) > limit {
		rest := strings.Join(lines[limit-1:], " ")
		lines = append(lines[:limit-1], text.Cut(rest, room, c.glyphs.Ellipsis))
	}
	for i, line := range lines {
		lines[i] = c.styles.Kinds[s.kind].On(text.Pad(prefix+line, w, c.glyphs.Ellipsis))
		prefix = text.Blanks(text.Width(prefix))
	}
	return lines
}
