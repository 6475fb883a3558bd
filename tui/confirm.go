package tui

import (
	"fmt"
	"time"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"credscope/store"
)

// deaf is how long a dialog ignores input, so that keys meant for the screen
// before cannot answer it.
const deaf = 300 * time.Millisecond

// target is one credential that a removal was asked about, as it was known then.
type target struct {
	key     store.Key
	health  store.Health
	checked bool
	look    store.Look
	listed  bool // by the host, not put there by name
	missed  bool // the last look before the removal found no token
}

// removal is the removal of the target, after the last look at it.
func (t target) removal(onlyOne bool) store.Removal {
	return store.Removal{Key: t.key, Unreadable: t.listed && t.missed, OnlyOne: t.listed && onlyOne}
}

// lastLook takes the look right before the removal.
func (t *target) lastLook(now store.Look) { t.missed = !now.Found && !now.Hidden }

// same reports whether a later look still shows what was asked about. What had
// not been looked at cannot have changed, but a name that the host did not list
// has to turn out to be one.
func (t target) same(now store.Look) bool {
	if !t.checked {
		return t.listed || now.Found || now.Hidden
	}
	return t.look.Found == now.Found && t.look.Hidden == now.Hidden &&
		t.look.Metadata.Expiry == now.Metadata.Expiry
}

// confirm is the question before a removal. It keeps its targets from the
// moment it opens and never looks at the selection again.
type confirm struct {
	targets []target
	hidden  int    // marked buckets that a filter hides, left out
	word    string // what must be typed to accept; "" if y accepts
	field   textinput.Model
	focus   control
	opened  time.Time
	missing string // why the last Enter did not accept
}

// control is what the dialog's focus is on.
type control int

const (
	cancelButton control = iota
	acceptButton
	textField
)

// intent is what a key pressed in a dialog comes to. The dialog itself acts on
// nothing.
type intent int

const (
	stay intent = iota
	cancelled
	accepted
)

func newConfirm(targets []target, hidden int, now time.Time) *confirm {
	c := &confirm{targets: targets, hidden: hidden, word: wordFor(targets), opened: now}
	if c.word != "" {
		c.field = newField()
		c.field.Focus()
		c.focus = textField
	}
	return c
}

// wordFor returns what must be typed. One token that is past its use needs no
// typing; one that is in use is named in full.
func wordFor(targets []target) string {
	if len(targets) != 1 {
		return fmt.Sprintf("remove %d", len(targets))
	}
	switch targets[0].health {
	case store.Expired, store.Stale, store.Unreadable:
		return ""
	case store.Valid:
		return targets[0].key.Bucket
	default:
		return "remove 1"
	}
}

// press takes one key. Before the dialog can have been read it takes none.
func (c *confirm) press(msg tea.KeyPressMsg, keys *keyMap, now time.Time) intent {
	if now.Sub(c.opened) < deaf {
		return stay
	}
	switch {
	case key.Matches(msg, keys.Decline):
		return cancelled
	case key.Matches(msg, keys.NextControl):
		c.nextFocus()
	case key.Matches(msg, keys.Press):
		return c.enter()
	case c.focus == textField:
		c.missing = ""
		c.field, _ = c.field.Update(msg)
	case key.Matches(msg, keys.Quit):
		return cancelled
	case key.Matches(msg, keys.OtherControl):
		c.nextFocus()
	case key.Matches(msg, keys.Accept) && c.word == "":
		return accepted
	}
	return stay
}

// offered lists the dialog's keys for the footer.
func (c *confirm) offered(keys *keyMap) []key.Binding {
	if c.word != "" {
		return []key.Binding{keys.Typed, keys.Decline, keys.NextControl}
	}
	return []key.Binding{keys.Accept, keys.Decline, keys.Press, keys.NextControl}
}

func (c *confirm) enter() intent {
	switch c.focus {
	case cancelButton:
		return cancelled
	case acceptButton:
		return accepted
	case textField:
	}
	typed := c.field.Value()
	if typed == c.word {
		return accepted
	}
	c.missing = fmt.Sprintf("Not yet: the text must be exactly %q", c.word)
	return stay
}

// nextFocus goes round the controls: cancel and accept, or field and cancel.
func (c *confirm) nextFocus() {
	switch {
	case c.word == "" && c.focus == cancelButton:
		c.focus = acceptButton
	case c.word != "" && c.focus == cancelButton:
		c.focus = textField
		c.field.Focus()
	default:
		c.focus = cancelButton
		c.field.Blur()
	}
}
