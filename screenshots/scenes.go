package main

import (
	"time"

	"credscope/tui"
	"credscope/tui/theme"
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
	if s.options.Theme == theme.Light {
		return lightWindow
	}
	return darkWindow
}

const readTime = 400 * time.Millisecond // until a dialog takes an answer

// opened is the first screen, once every bucket was checked.
var opened = see("worst first")

// find moves the cursor to the one bucket that a filter lets through.
func find(filter, sight string) []step {
	return []step{opened, press("/"), write(filter), press("enter"), see(sight)}
}
