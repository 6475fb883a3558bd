package command

import (
	"context"
	"fmt"
	"io"
)

// Host writes the path of a host that main has started, alone on its line, and
// lets it serve until ctx ends.
func Host(ctx context.Context, out io.Writer, host interface{ Path() string }) error {
	if _, err := fmt.Fprintln(out, host.Path()); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
