package tui

import (
	"fmt"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"credscope/store/inventory"
	"credscope/tui/text"
	"credscope/tui/theme"
	"credscope/tui/words"
)

// inputGuard is how long a dialog ignores input once it is drawn, so that keys
// meant for the screen before cannot answer it.
const inputGuard = 300 * time.Millisecond

// dialog is the question before a plan is run. The plan has the targets as they were
// shown when it opened.
type dialog struct {
	plan     *inventory.Plan
	leftOut  []string // which marked buckets the plan is not about, and why
	protocol int      // of the host, for the command that logs in again
	field    textinput.Model
	focus    control
	wrong    bool   // Enter did not accept what was typed
	scroll   scroll // of the targets
	inView   int    // targets that the last frame showed
	drawn    bool   // in the last frame, with its question, its key and a target
	since    time.Time
}

// control is what the dialog's focus is on.
type control int

const (
	cancelButton control = iota
	acceptButton
	textField
)

// answer is what a key pressed in a dialog comes to.
type answer int

const (
	unanswered answer = iota
	canceled
	accepted
)

func newDialog(plan *inventory.Plan, protocol int) *dialog {
	d := &dialog{plan: plan, protocol: protocol}
	if plan.Word != "" {
		d.field = newField()
		d.field.Focus()
		d.focus = textField
	}
	return d
}

// press takes a key. While the dialog is not drawn, or was not long enough to be
// read, only the key that cancels a dialog out of sight does anything.
func (d *dialog) press(msg tea.KeyPressMsg, keys *keyMap, now time.Time) answer {
	switch {
	case !d.drawn && key.Matches(msg, keys.Decline):
		return canceled
	case !d.listens(now):
		return unanswered
	case key.Matches(msg, keys.TypingUp):
		d.scroll.by(-1)
	case key.Matches(msg, keys.TypingDown):
		d.scroll.by(1)
	case key.Matches(msg, keys.TypingPageUp):
		d.scroll.by(-d.inView)
	case key.Matches(msg, keys.TypingPageDown):
		d.scroll.by(d.inView)
	case key.Matches(msg, keys.Decline):
		return canceled
	case key.Matches(msg, keys.NextControl):
		d.nextFocus()
	case key.Matches(msg, keys.Press):
		return d.enter()
	case d.focus == textField:
		d.wrong = false
		d.field, _ = d.field.Update(msg)
	case key.Matches(msg, keys.Quit):
		return canceled
	case key.Matches(msg, keys.OtherControl):
		d.nextFocus()
	case key.Matches(msg, keys.Accept) && d.plan.Word == "":
		return accepted
	}
	return unanswered
}

// listens reports whether the dialog was in view long enough to be read.
func (d *dialog) listens(now time.Time) bool { return d.drawn && now.Sub(d.since) >= inputGuard }

func (d *dialog) enter() answer {
	switch {
	case d.focus == cancelButton:
		return canceled
	case d.focus == acceptButton, d.plan.Accepts(d.field.Value()):
		return accepted
	}
	d.wrong = true
	return unanswered
}

// nextFocus goes round the controls: cancel and accept, or field and cancel.
func (d *dialog) nextFocus() {
	switch {
	case d.plan.Word == "" && d.focus == cancelButton:
		d.focus = acceptButton
	case d.plan.Word != "" && d.focus == cancelButton:
		d.focus = textField
		d.field.Focus()
	default:
		d.focus = cancelButton
		d.field.Blur()
	}
}

// noteDrawn takes whether the dialog is drawn. The wait for its reader begins when
// it comes into view.
func (d *dialog) noteDrawn(q question, now time.Time) {
	d.inView = q.targets
	d.scroll.top = d.scroll.clamped(len(d.plan.Targets), q.targets)
	if q.drawn && !d.drawn {
		d.since = now
	}
	d.drawn = q.drawn
}

// keys are those that work now.
func (d *dialog) keys(k *keyMap, q question) []key.Binding {
	var keys []key.Binding
	switch {
	case !d.drawn:
		return []key.Binding{k.Decline, k.Leave}
	case d.plan.Word != "":
		keys = []key.Binding{d.naming(k.Typed), k.Decline, k.NextControl}
	default:
		keys = []key.Binding{d.naming(k.Accept), k.Decline, k.Press, k.NextControl}
	}
	if q.targets < len(d.plan.Targets) {
		keys = append(keys, k.TypingDown, k.TypingUp)
	}
	return keys
}

// naming returns a key that accepts with the plan's action in its help.
func (d *dialog) naming(b key.Binding) key.Binding {
	b.SetHelp(b.Help().Key, strings.Replace(b.Help().Desc, "accept", words.Action(d.plan.Action).Verb, 1))
	return b
}

// answerLines are the controls, the focused one marked by a sign, and the cursor's
// column in the last line, -1 for none. In few words they say no more than they must.
func (d *dialog) answerLines(c *canvas, w int, fewWords bool) (lines []string, cursor int) {
	if d.plan.Word == "" {
		return d.buttonLines(c, w, fewWords), -1
	}
	word := text.Name(d.plan.Word)
	ask, style := fmt.Sprintf("Type %q and press Enter", word), c.styles.Strong
	switch {
	case fewWords:
		ask = fmt.Sprintf("Type %q", word)
	case d.wrong:
		ask = fmt.Sprintf("Not yet: the text must be exactly %q", word)
	}
	if d.wrong {
		style = c.styles.Kinds[theme.Warning]
	}
	for _, line := range text.Wrap(ask, max(1, w-2)) {
		lines = append(lines, " "+style.On(line))
	}
	const prompt = " > "
	cancel := d.button(c, "Cancel ", cancelButton)
	typed, column := d.typed(max(1, w-text.Width(prompt)-text.Width(cancel)-2))
	lines = append(lines, text.Pad(prompt+typed, w-text.Width(cancel)-2, "")+cancel)
	if d.focus != textField {
		return lines, -1
	}
	return lines, text.Width(prompt) + column
}

// typed is what was typed, as far as it fits into w cells with the cursor, and the
// cursor's column in it.
func (d *dialog) typed(w int) (shown string, column int) {
	typed, at := []rune(d.field.Value()), d.field.Position()
	before, after := text.ASCII(string(typed[:at])), text.ASCII(string(typed[at:]))
	if over := text.Width(before) + 1 - w; over > 0 {
		before = before[over:]
	}
	return text.Cut(before+after, w, ""), text.Width(before)
}

func (d *dialog) button(c *canvas, label string, at control) string {
	if d.focus == at {
		return c.styles.Selected.On("[" + c.glyphs.Cursor + label + "]")
	}
	return "[ " + label + "]"
}

// buttonLines are both buttons and the key, or only the focused button.
func (d *dialog) buttonLines(c *canvas, w int, fewWords bool) []string {
	verb := words.Action(d.plan.Action).Verb
	cancel, accept := d.button(c, "Cancel ", cancelButton), d.button(c, words.Capital(verb)+" ", acceptButton)
	acts := c.styles.Strong.On("y " + verb + "s")
	if line := " " + cancel + "  " + accept + "  " + acts; text.Width(line) <= w {
		return []string{line}
	}
	if line := " " + accept + "  " + acts; text.Width(line) <= w && !fewWords {
		return []string{" " + cancel, line}
	}
	focused := cancel
	if d.focus == acceptButton {
		focused = accept
	}
	return []string{focused + " " + acts}
}

// paragraphs are what is left out of the plan, and what it does and does not undo.
func (d *dialog) paragraphs(c *canvas, w int) [][]string {
	var paragraphs [][]string
	for _, sentence := range d.leftOut {
		paragraphs = append(paragraphs, text.WrapAll(w, " "+sentence))
	}
	for _, sentence := range words.Consequences(d.plan, d.protocol, "Esc, then n,") {
		paragraphs = append(paragraphs, text.WrapAll(w, " "+wholeCommand(c.shown(sentence), w)))
	}
	return paragraphs
}
