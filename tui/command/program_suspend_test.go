package command_test

import (
	"testing"

	"credscope/tui/terminal"
)

func TestSuspendAndBackUnderAShell(t *testing.T) {
	term := terminal.Start(t, wide("PS1=shell> "), "sh", "-i")
	term.See("shell>")
	term.Type(program + " --demo\n")
	term.SeeAll("Providers 5", "claudecode")
	for range 2 {
		term.Press("ctrl+z")
		term.SeeFunc("the shell's screen", func(string) bool { return !term.Modes().AltScreen })
		term.See("Stopped")
		if _, _, visible := term.Cursor(); !visible {
			t.Error("the cursor is hidden from the shell")
		}
		term.Type("fg\n")
		term.SeeAll("Providers 5", "claudecode")
	}
	term.Press("j")
	term.See("Buckets of claudecode")
	term.Press("q")
	term.SeeFunc("the shell's screen", func(string) bool { return !term.Modes().AltScreen })
	term.Type("echo status $?; exit\n")
	term.See("status 0")
	term.Wait()
}
