package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// lab has the programs that are measured, each built as it is released, and a
// folder that goes with everything in it.
type lab struct {
	dir, readme                     string
	quick                           bool
	credscope, minimal, empty, bare string
	hosts                           int // started so far
}

func newLab(quick bool) (*lab, error) {
	module, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return nil, fmt.Errorf("where is the module? %w", err)
	}
	dir, err := os.MkdirTemp("", "credscope-bench-")
	if err != nil {
		return nil, err
	}
	l := &lab{dir: dir, quick: quick, readme: filepath.Join(filepath.Dir(strings.TrimSpace(string(module))), "README.md")}
	for name, at := range map[string]*string{
		"credscope": &l.credscope, "credscope/tui/bench/minimal": &l.minimal,
		"credscope/tui/bench/empty": &l.empty, "credscope/tui/bench/bare": &l.bare,
	} {
		*at = filepath.Join(dir, filepath.Base(name))
		if err := l.goTool("build", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", *at, name); err != nil {
			l.close()
			return nil, err
		}
	}
	return l, nil
}

func (l *lab) close() { _ = os.RemoveAll(l.dir) }

// goTool runs go with the flags of a release.
func (l *lab) goTool(verb string, args ...string) error {
	c := exec.Command("go", append([]string{verb, "-trimpath"}, args...)...)
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", verb, err, out)
	}
	return nil
}

// times is how often something is measured.
func (l *lab) times(full, quick int) int {
	if l.quick {
		return quick
	}
	return full
}
