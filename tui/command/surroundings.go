package command

import (
	"cmp"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"

	"github.com/charmbracelet/colorprofile"
	"golang.org/x/term"

	"credscope/tui/theme"
)

// Surroundings are the streams and what is at their other ends.
type Surroundings struct {
	In      io.Reader
	Out     io.Writer
	Errs    io.Writer
	Screen  bool                 // In and Out are a terminal that the inspector can draw on
	Answers bool                 // somebody reads Errs and can answer on In
	Watched bool                 // Errs is a terminal on which a line can be erased
	Profile colorprofile.Profile // of Out; NoTTY if it is no terminal
	ASCII   bool                 // write nothing beyond ASCII
}

// Around finds out about the streams, from them and the environment alone.
func Around(in, out, errs *os.File, environ []string) Env {
	getenv := func(name string) string {
		for _, variable := range environ {
			if value, found := strings.CutPrefix(variable, name+"="); found {
				return value
			}
		}
		return ""
	}
	asks, shows, tells := isTerminal(in), isTerminal(out), isTerminal(errs)
	dumb := getenv("TERM") == "dumb"
	s := Surroundings{
		In: in, Out: &output{Writer: out}, Errs: errs,
		Screen: asks && shows && !dumb, Answers: asks && tells, Watched: tells && !dumb,
		Profile: colorprofile.NoTTY, ASCII: theme.OnlyASCII(getenv),
	}
	if shows && !dumb {
		s.Profile = theme.Profile(environ)
	}
	return Env{Surroundings: s}
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// ErrUnread is an output that nobody reads any more.
var ErrUnread = errors.New("nobody reads the output")

// output tells its own closed pipe from those of connections, and remembers the
// first error, which not everybody who writes looks at.
type output struct {
	io.Writer
	failed error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	if errors.Is(err, syscall.EPIPE) {
		err = ErrUnread
	}
	o.failed = cmp.Or(o.failed, err)
	return n, err
}

// Unwritten returns the first error of a write to Out, nil if there was none.
func (s Surroundings) Unwritten() error {
	if o, ok := s.Out.(*output); ok {
		return o.failed
	}
	return nil
}
