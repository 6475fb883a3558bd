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

// Streams are the standard streams, and what is at their other ends.
type Streams struct {
	In      io.Reader
	Out     io.Writer
	Errs    io.Writer
	Screen  bool                 // In and Out are a terminal that the inspector can draw on
	Answers bool                 // In and Errs are a terminal, so that a question can be answered
	Watched bool                 // Errs is a terminal on which a line can be erased
	Profile colorprofile.Profile // of Out; NoTTY if it is no terminal
	ASCII   bool                 // write nothing beyond ASCII
}

// NewEnv returns an Env of these streams. What is at their other ends follows from
// them and from the environment alone.
func NewEnv(in, out, errs *os.File, environ []string) Env {
	getenv := func(name string) string {
		for _, variable := range environ {
			if value, found := strings.CutPrefix(variable, name+"="); found {
				return value
			}
		}
		return ""
	}
	inTerminal, outTerminal, errsTerminal := isTerminal(in), isTerminal(out), isTerminal(errs)
	dumb := getenv("TERM") == "dumb"
	s := Streams{
		In: in, Out: &output{Writer: out}, Errs: errs,
		Screen: inTerminal && outTerminal && !dumb, Answers: inTerminal && errsTerminal, Watched: errsTerminal && !dumb,
		Profile: colorprofile.NoTTY, ASCII: theme.OnlyASCII(getenv),
	}
	if outTerminal && !dumb {
		s.Profile = theme.Profile(environ)
	}
	return Env{Streams: s}
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// ErrUnread is an output whose reader has closed it.
var ErrUnread = errors.New("the reader of the output has closed it")

// output distinguishes its own closed pipe from those of connections, and keeps the
// first error for callers that ignore it.
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
func (s Streams) Unwritten() error {
	if o, ok := s.Out.(*output); ok {
		return o.failed
	}
	return nil
}
