package command_test

import "testing"

// Scripts pass names of the host as arguments.
func TestAnArgumentThatIsRefusedDoesNotAct(t *testing.T) {
	t.Parallel()
	for _, argument := range []string{"--x\x1b]0;owned\a", "-\u202eab", "--log=/absent/\x1b[2J\u3164", "--demo=\u009b31m", "\x1b[2J"} {
		stdout, stderr, code := piped(t, nil, argument)
		if found := acts(stdout+stderr, false); found != "" || code != 2 || stderr == "" {
			t.Errorf("%q: exit status %d, %q", argument, code, stderr)
		}
	}
}
