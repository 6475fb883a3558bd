package tui

import (
	"errors"

	tea "charm.land/bubbletea/v2"
)

// ErrPanic is all that is said of a panic of ours: its value may hold anything,
// and a trace of the stack helps no one who reads it on a terminal.
var ErrPanic = errors.New("credscope itself has failed")

// panicMsg is what a command comes to that panicked.
type panicMsg struct{}

// guarded is the inspector as Run hands it to the framework, which would write
// a panic's value and a trace to stderr. So no panic reaches it: a command's
// becomes a message, that message and the model's own end run.
type guarded struct{ *Model }

func (g guarded) Init() tea.Cmd { return guard(g.Model.Init()) }

func (g guarded) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, failed := msg.(panicMsg); failed {
		panic(ErrPanic)
	}
	_, cmd := g.Model.Update(msg)
	return g, guard(cmd)
}

// guard returns a command whose panic, or that of a command in its batch, comes
// as a panicMsg.
func guard(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if recover() != nil {
				msg = panicMsg{}
			}
		}()
		msg = cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for i := range batch {
				batch[i] = guard(batch[i])
			}
		}
		return msg
	}
}

// run runs the program until its end. A panic ends it too, with ErrPanic and the
// terminal restored.
func run(program *tea.Program) (err error) {
	defer func() {
		if recover() != nil {
			program.Kill()
			err = ErrPanic
		}
	}()
	_, err = program.Run()
	return err
}
