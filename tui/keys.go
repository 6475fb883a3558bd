package tui

import "charm.land/bubbles/v2/key"

// keyMap declares every key once. Matching, footer, help and the README's table
// read the same values.
type keyMap struct {
	Up, Down, Top, Bottom, PageUp, PageDown, HalfUp, HalfDown key.Binding
	Left, Right, Next, Previous, Pane1, Pane2, Pane3          key.Binding
	Look, Again, Everything, CheckAll, LookUp                 key.Binding
	Filter, Sort, Back                                        key.Binding
	Mark, MarkAll, Range, RangeUp, RangeDown, Triage, Remove  key.Binding
	Times, Copy, History, Privacy, Lock                       key.Binding
	Help, Redraw, Suspend, Quit, Leave                        key.Binding

	// While the filter or a dialog has the keyboard.
	Enter, Stop, Keep, Clear, TypingUp, TypingDown, TypingPageUp, TypingPageDown key.Binding
	Accept, Decline, Press, Typed, NextControl, OtherControl                     key.Binding
}

func bind(shown, does string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, does))
}

func newKeyMap() keyMap {
	k := keyMap{
		Up:       bind("k ↑", "up", "k", "up"),
		Down:     bind("j ↓", "down", "j", "down"),
		Top:      bind("g Home", "first", "g", "home"),
		Bottom:   bind("G End", "last", "G", "end"),
		PageUp:   bind("PgUp", "page up", "pgup"),
		PageDown: bind("PgDn", "page down", "pgdown"),
		HalfUp:   bind("ctrl+u", "half a page up", "ctrl+u"),
		HalfDown: bind("ctrl+d", "half a page down", "ctrl+d"),
		Left:     bind("h ←", "pane to the left", "h", "left"),
		Right:    bind("l →", "pane to the right", "l", "right"),
		Next:     bind("tab", "next pane", "tab"),
		Previous: bind("shift+tab", "previous pane", "shift+tab"),
		Pane1:    bind("1", "providers", "1"),
		Pane2:    bind("2", "buckets", "2"),
		Pane3:    bind("3", "detail", "3"),

		Look:       bind("enter", "look", "enter"),
		Again:      bind("r", "ask again", "r"),
		Everything: bind("R", "ask everything again", "R"),
		CheckAll:   bind("c", "check this provider", "c"),
		LookUp:     bind("+", "look up a name", "+"),

		Filter: bind("/", "filter", "/"),
		Sort:   bind("s", "sort", "s"),
		Back:   bind("esc", "one step back", "esc"),

		Mark:      bind("space", "mark", "space"),
		MarkAll:   bind("*", "mark all shown", "*"),
		Range:     bind("v", "mark a range", "v"),
		RangeUp:   bind("shift+↑", "mark upwards", "shift+up"),
		RangeDown: bind("shift+↓", "mark downwards", "shift+down"),
		Triage:    bind("S", "stale ones", "S"),
		Remove:    bind("x Delete", "remove", "x", "delete"),

		Times:   bind("t", "time format", "t"),
		Copy:    bind("y", "copy the name", "y"),
		History: bind("!", "history", "!"),
		Privacy: bind("p", "shorten names", "p"),
		Lock:    bind("L", "read-only on or off", "L"),

		Help:    bind("? F1", "help", "?", "f1"),
		Redraw:  bind("ctrl+l", "redraw", "ctrl+l"),
		Suspend: bind("ctrl+z", "suspend", "ctrl+z"),
		Quit:    bind("q", "quit", "q"),
		Leave:   bind("ctrl+c", "leave at once", "ctrl+c"),
	}
	k.bindFields()
	return k
}

// bindFields declares the keys of the text fields and dialogs.
func (k *keyMap) bindFields() {
	k.Enter = bind("enter", "look it up", "enter")
	k.Stop = bind("esc", "stop before the next", "esc")
	k.Keep = bind("enter", "keep the filter", "enter")
	k.Clear = bind("esc", "clear the filter", "esc")
	k.TypingUp = bind("↑", "up", "up")
	k.TypingDown = bind("↓", "down", "down")
	k.TypingPageUp = bind("PgUp", "page up", "pgup")
	k.TypingPageDown = bind("PgDn", "page down", "pgdown")
	k.Accept = bind("y", "remove", "y")
	k.Decline = bind("esc", "cancel", "esc")
	k.Press = bind("enter", "press the marked button", "enter")
	k.Typed = bind("enter", "remove, once typed", "enter")
	k.NextControl = bind("tab", "next control", "tab", "shift+tab")
	k.OtherControl = bind("← →", "other button", "left", "right", "h", "l")
}

// footer lists the keys worth a place on the last line, the most useful first.
func (k *keyMap) footer() []key.Binding {
	return []key.Binding{
		k.Look, k.Remove, k.Help, k.Quit, k.Filter, k.Triage, k.Mark, k.Again, k.Back, k.Everything,
		k.LookUp, k.Sort, k.Times, k.History, k.CheckAll,
	}
}

// keyGroup is one task's keys, for help.
type keyGroup struct {
	Title string
	Keys  []key.Binding
}

func (k *keyMap) groups() []keyGroup {
	return []keyGroup{
		{"Move", []key.Binding{k.Up, k.Down, k.Top, k.Bottom, k.PageUp, k.PageDown, k.HalfUp, k.HalfDown}},
		{"Panes", []key.Binding{k.Left, k.Right, k.Next, k.Previous, k.Pane1, k.Pane2, k.Pane3}},
		{"Ask the host", []key.Binding{k.Look, k.Again, k.Everything, k.CheckAll, k.LookUp}},
		{"Find", []key.Binding{k.Filter, k.Sort, k.Back}},
		{"Remove", []key.Binding{k.Mark, k.MarkAll, k.Range, k.RangeUp, k.RangeDown, k.Triage, k.Remove}},
		{"Answer a question", []key.Binding{k.Accept, k.Typed, k.Decline, k.NextControl}},
		{"Show", []key.Binding{k.Times, k.Copy, k.History, k.Privacy}},
		{"Program", []key.Binding{k.Help, k.Lock, k.Redraw, k.Suspend, k.Quit, k.Leave}},
	}
}
