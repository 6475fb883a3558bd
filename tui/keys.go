package tui

import "charm.land/bubbles/v2/key"

// keyMap declares every key once. Matching, footer, help and the README's table
// read the same values.
type keyMap struct {
	Up, Down, Top, Bottom, PageUp, PageDown, HalfUp, HalfDown key.Binding
	Left, Right, Next, Previous, Pane1, Pane2, Pane3          key.Binding
	Open, Refresh, RefreshAll, Check, LookUp                  key.Binding
	Filter, Sort, Back                                        key.Binding
	Mark, MarkAll, Range, RangeUp, RangeDown, Pick            key.Binding
	Remove, NotRemoved, Renew                                 key.Binding
	Times, Copy, CopyCommand, History, Privacy, Lock          key.Binding
	Help, Redraw, Suspend, Quit, Leave                        key.Binding

	// While a text field, a dialog or a run has the keyboard.
	LookItUp, Stop, LastRun, Keep, Clear, TypingUp, TypingDown, TypingPageUp, TypingPageDown key.Binding
	Accept, Decline, Press, Typed, NextControl, OtherControl                                 key.Binding
}

func bind(shown, does string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, does))
}

func newKeyMap() keyMap {
	return keyMap{
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

		Open:       bind("enter", "open", "enter"),
		Refresh:    bind("r", "refresh", "r"),
		RefreshAll: bind("R", "refresh all", "R"),
		Check:      bind("c", "check these buckets", "c"),
		LookUp:     bind("+", "look up a name", "+"),

		Filter: bind("/", "filter", "/"),
		Sort:   bind("s", "sort", "s"),
		Back:   bind("esc", "back", "esc"),

		Mark:       bind("space", "mark", "space"),
		MarkAll:    bind("*", "mark all shown", "*"),
		Range:      bind("v", "mark a range", "v"),
		RangeUp:    bind("shift+↑", "mark upwards", "shift+up"),
		RangeDown:  bind("shift+↓", "mark downwards", "shift+down"),
		Pick:       bind("S", "stale ones", "S"),
		Remove:     bind("x Delete", "remove", "x", "delete"),
		Renew:      bind("n", "renew", "n"),
		NotRemoved: bind("d", "says that x removes", "d"),

		Times:       bind("t", "dates or times left", "t"),
		Copy:        bind("y", "copy the name", "y"),
		CopyCommand: bind("Y", "copy the host's command", "Y"),
		History:     bind("!", "history", "!"),
		Privacy:     bind("p", "hide names", "p"),
		Lock:        bind("L", "read-only on or off", "L"),

		Help:    bind("? F1", "help", "?", "f1"),
		Redraw:  bind("ctrl+l", "redraw", "ctrl+l"),
		Suspend: bind("ctrl+z", "suspend", "ctrl+z"),
		Quit:    bind("q", "quit", "q"),
		Leave:   bind("ctrl+c", "quit now", "ctrl+c"),

		LookItUp:       bind("enter", "look up", "enter"),
		Stop:           bind("esc", "stop before the next", "esc"),
		LastRun:        bind("enter", "last run", "enter"),
		Keep:           bind("enter", "keep the filter", "enter"),
		Clear:          bind("esc", "clear the filter", "esc"),
		TypingUp:       bind("↑", "up", "up"),
		TypingDown:     bind("↓", "down", "down"),
		TypingPageUp:   bind("PgUp", "page up", "pgup"),
		TypingPageDown: bind("PgDn", "page down", "pgdown"),
		Accept:         bind("y", "accept", "y"),
		Decline:        bind("esc", "cancel", "esc"),
		Press:          bind("enter", "press", "enter"),
		Typed:          bind("enter", "accept, once typed", "enter"),
		NextControl:    bind("tab", "next", "tab", "shift+tab"),
		OtherControl:   bind("← →", "other button", "left", "right", "h", "l"),
	}
}

// footer lists the keys worth a place on the last line: of this focus, then those
// that act, then those of the program.
func (k *keyMap) footer(focus pane) []key.Binding {
	if focus == providersPane {
		return []key.Binding{k.Open, k.Pick, k.Filter, k.Refresh, k.Help, k.Quit, k.Check, k.RefreshAll, k.LookUp, k.Back, k.History}
	}
	return []key.Binding{k.Pick, k.Remove, k.Renew, k.Mark, k.Filter, k.Help, k.Quit, k.Open, k.Refresh, k.Back, k.Sort, k.RefreshAll, k.LookUp, k.Times, k.History}
}

// firstMinute are the keys that a newcomer needs, for the README.
func (k *keyMap) firstMinute() []key.Binding {
	return []key.Binding{k.Up, k.Down, k.Open, k.Back, k.Pick, k.Mark, k.Remove, k.Renew, k.Filter, k.Refresh, k.Sort, k.CopyCommand, k.History, k.Help, k.Quit}
}

// keyGroup is one task's keys, for help.
type keyGroup struct {
	title string
	keys  []key.Binding
}

func (k *keyMap) groups() []keyGroup {
	return []keyGroup{
		{"Move", []key.Binding{k.Up, k.Down, k.Top, k.Bottom, k.PageUp, k.PageDown, k.HalfUp, k.HalfDown}},
		{"Panes", []key.Binding{k.Open, k.Back, k.Left, k.Right, k.Next, k.Previous, k.Pane1, k.Pane2, k.Pane3}},
		{"Ask the host", []key.Binding{k.Refresh, k.RefreshAll, k.Check, k.LookUp}},
		{"Find", []key.Binding{k.Filter, k.Sort}},
		{"Remove and renew", []key.Binding{k.Pick, k.Mark, k.MarkAll, k.Range, k.RangeUp, k.RangeDown, k.Remove, k.Renew}},
		{"Answer a question", []key.Binding{k.Accept, k.Typed, k.Decline, k.NextControl}},
		{"Show", []key.Binding{k.Times, k.Copy, k.CopyCommand, k.History, k.Privacy}},
		{"Program", []key.Binding{k.Help, k.Lock, k.Redraw, k.Suspend, k.Quit, k.Leave}},
	}
}

// KeyHelp is a key of the inspector and what it does.
type KeyHelp struct{ Key, Does string }

// Keys are all keys of the inspector, by task.
func Keys() (keys []KeyHelp) {
	k := newKeyMap()
	for _, group := range k.groups() {
		for _, binding := range group.keys {
			keys = append(keys, KeyHelp{binding.Help().Key, binding.Help().Desc})
		}
	}
	return keys
}
