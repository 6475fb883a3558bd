package command_test

import (
	"testing"

	"credscope/store/demo"
	"credscope/tui/terminal"
)

func TestSuspendAndBackUnderAShell(t *testing.T) {
	term := terminal.Start(t, wide("PS1=shell> "), "sh", "-i")
	term.See("shell>")
	term.Type(program + " --demo\n")
	term.SeeAll("All buckets 13", "claudecode")
	for range 2 {
		term.Press("ctrl+z")
		term.SeeFunc("the shell's screen", func(string) bool { return !term.Modes().AltScreen })
		term.See("Stopped")
		if _, _, visible := term.Cursor(); !visible {
			t.Error("the cursor is hidden from the shell")
		}
		term.Type("fg\n")
		term.SeeAll("All buckets 13", "claudecode")
	}
	term.Press("1", "j")
	term.See("Buckets of anthropic")
	term.Press("q")
	term.SeeFunc("the shell's screen", func(string) bool { return !term.Modes().AltScreen })
	term.Type("echo status $?; exit\n")
	term.See("status 0")
	term.Wait()
}

func TestNoSuspensionWithoutAShell(t *testing.T) {
	t.Parallel()
	term := open(t, host(t, demo.Options{}).Path())
	term.Press("ctrl+z")
	term.See("no shell to return to")
	leave(t, term, 0)
}
