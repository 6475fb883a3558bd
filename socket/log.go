package socket

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"syscall"
	"time"
)

// OpenLog returns a logger for [Options] that writes to a new file, readable by
// its owner only. The caller closes the file.
//
// A Client logs operations, sizes, durations and the codes of released hosts. It
// logs no frame, no name, no secret and no other text from the host.
func OpenLog(path string) (*slog.Logger, *os.File, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, nil, err
	}
	return slog.New(slog.NewTextHandler(file, &slog.HandlerOptions{Level: slog.LevelDebug})), file, nil
}

func (c *Client) logRequest(ctx context.Context, id, op string, size int, started time.Time, err error) {
	if !c.o.Log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	const shortID = 6
	took := time.Since(started).Round(time.Microsecond)
	c.o.Log.Debug("request", "id", id[:shortID], "op", op, "bytes", size, "took", took, "result", outcomeWord(err))
}

// outcomeWord describes an outcome without quoting the host.
func outcomeWord(err error) string {
	refusal, refused := errors.AsType[*ResponseError](err)
	switch {
	case refused && isReleasedCode(refusal.Code):
		return "refused " + refusal.Code
	case refused:
		return "refused with another code"
	case err != nil:
		return "failed"
	}
	return "ok"
}
