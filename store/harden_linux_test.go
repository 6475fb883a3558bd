package store_test

import (
	"fmt"
	"io"
	"syscall"
	"testing"

	"credscope/store"
)

func init() { children["hardened"] = harden }

// harden is the child: it calls Harden and prints the resulting limits.
func harden(out io.Writer) error {
	if err := store.Harden(); err != nil {
		return err
	}
	dumpable, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_GET_DUMPABLE, 0, 0)
	if errno != 0 {
		return errno
	}
	var core syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &core); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "dumpable %d, core files %d %d\n", dumpable, core.Cur, core.Max)
	return err
}

func TestAHardenedProcessCannotBeDumped(t *testing.T) {
	if got := runChild(t, "hardened", nil); got != "dumpable 0, core files 0 0\n" {
		t.Errorf("got %q", got)
	}
}
