package command

import (
	"context"
	"fmt"

	"credscope/store"
	"credscope/tui/text"
)

// Host writes the path of a host that main has started, alone on its line, and for
// people how to connect and to stop. It lets the host serve until ctx ends.
func (e *Env) Host(ctx context.Context, path, scenario string) error {
	_, _ = fmt.Fprintf(e.Errs, "Serves the made-up credentials of the scenario %s until ctrl+c.\nTo connect, in another terminal: %s=%s credscope\n",
		scenario, store.SocketVariable, e.safe(text.Free(path)))
	if _, err := fmt.Fprintln(e.Out, path); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
