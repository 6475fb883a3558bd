package main

import (
	"fmt"
	"os"
	"time"
)

// toExit starts a program with its streams closed and takes the time until it
// has ended, without an error.
func toExit(env []string, name string, args ...string) (time.Duration, error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer func() { _ = null.Close() }()
	started := time.Now()
	p, err := os.StartProcess(name, append([]string{name}, args...), &os.ProcAttr{Env: env, Files: []*os.File{null, null, os.Stderr}})
	if err != nil {
		return 0, err
	}
	state, err := p.Wait()
	took := time.Since(started)
	if err == nil && !state.Success() {
		err = fmt.Errorf("%s: %v", name, state)
	}
	return took, err
}
