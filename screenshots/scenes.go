package main

import (
	"time"

	"credscope/tui"
)

// scene is one picture: what is done, and on what.
type scene struct {
	name, title   string
	host          string // the demo's scenario; "" is the default one
	width, height int    // of the terminal, in cells
	options       tui.Options
	held          []string // calls that the host answers only when a step lets it
	steps         []step
	film          bool   // the steps take the shots of an animation
	command       string // a command line to be run, in place of steps
}

func (s scene) window() window {
	if s.options.Theme == tui.ThemeLight {
		return lightWindow
	}
	return darkWindow
}

const readTime = 400 * time.Millisecond // until a dialog takes an answer

// overview looks at everything and goes to codex.
var overview = []step{
	see("41d 00:00 ago"), press("j"), see("in 00:58:40"), press("j"), see("2d 00:00 ago"),
	press("j"), see("203d 00:00 ago"), press("j"), see("no expiry"), press("g", "j", "j"), press("enter"), see("for long"),
}
