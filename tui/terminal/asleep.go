package terminal

import (
	"bytes"
	"fmt"
	"os"
)

// asleep reports whether no thread of a process has anything to do, true where the
// system has no such information.
func asleep(pid int) bool {
	threads := fmt.Sprintf("/proc/%d/task", pid)
	entries, err := os.ReadDir(threads)
	if err != nil {
		return true
	}
	for _, entry := range entries {
		stat, err := os.ReadFile(threads + "/" + entry.Name() + "/stat")
		if err != nil {
			continue
		}
		// The name in parentheses may hold anything; the state comes after it.
		_, state, _ := bytes.Cut(stat[bytes.LastIndexByte(stat, ')'):], []byte(" "))
		if bytes.HasPrefix(state, []byte("R")) || bytes.HasPrefix(state, []byte("D")) {
			return false
		}
	}
	return true
}
