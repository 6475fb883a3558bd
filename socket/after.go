package socket

import (
	"context"
	"io"
)

// closeAfter closes c when ctx ends, unless it is called off before. Reads and
// writes under way, and Accept, return then.
func closeAfter(ctx context.Context, c io.Closer) (callOff func() bool) {
	return context.AfterFunc(ctx, func() {
		defer func() { _ = recover() }() // c may be anybody's, by Options.Dial or Serve
		_ = c.Close()
	})
}
