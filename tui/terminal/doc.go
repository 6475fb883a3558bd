// Package terminal runs a program on a pseudo-terminal that has a screen, so
// that a test can drive the built program as a person would: press keys, look at
// what stands there, resize the window, and see what is left when it is gone.
//
//	t := terminal.Start(tb, terminal.Options{Background: "#1e1e2e"}, binary)
//	t.See("Accounts")
//	t.Press("down", "enter")
//	t.SeeAll("Details", "alice")
//
// Nothing here polls or waits for a time: the goroutine that reads the
// pseudo-terminal wakes whoever waits for the screen. The one exception is a
// lone escape, which a program tells from the start of a key's sequence only by
// the silence that follows it.
//
// The screen behaves as xterm does. A program that asks the terminal something
// is answered if Options.Background is set; without it the terminal is mute, as
// the old and the detached ones are.
package terminal
