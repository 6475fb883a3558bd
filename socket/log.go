package socket

import (
	"log/slog"
	"os"
	"syscall"
)

// OpenLog makes a log for [Options] in a new file that only its owner can read.
// A log holds operations, sizes, codes and durations: no frame, no name, no
// secret. Closing the file is the caller's part.
func OpenLog(path string) (*slog.Logger, *os.File, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, nil, err
	}
	return slog.New(slog.NewTextHandler(file, &slog.HandlerOptions{Level: slog.LevelDebug})), file, nil
}
