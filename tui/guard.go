package tui

import (
	tea "charm.land/bubbletea/v2"

	"credscope/tui/words"
)

// panicMsg is the result of a command that panicked.
type panicMsg struct{}

// guarded is the model as Run hands it to the framework, which would write the value
// of a panic and a trace to stderr. A panic of a command becomes a message; that
// message and a panic of the model end run.
type guarded struct{ *Model }

func (g guarded) Init() tea.Cmd { return guard(g.Model.Init()) }

func (g guarded) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, failed := msg.(panicMsg); failed {
		panic(words.ErrPanic)
	}
	_, cmd := g.Model.Update(msg)
	return g, guard(cmd)
}

// guard returns a command whose panic, or that of a command in its batch, is a
// panicMsg.
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

// run runs the program to its end. A panic ends it too, with [words.ErrPanic] and the
// terminal restored.
func run(program *tea.Program) (err error) {
	defer func() {
		if recover() != nil {
			program.Kill()
			err = words.ErrPanic
		}
	}()
	_, err = program.Run()
	return err
}
