package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

const begin, end = "<!-- speed -->\n", "<!-- /speed -->\n"

var errNoSection = errors.New("no section between <!-- speed --> and <!-- /speed -->")

// rewrite puts section between the marks of a text.
func rewrite(text, section string) (string, error) {
	before, rest, opened := strings.Cut(text, begin)
	_, after, closed := strings.Cut(rest, end)
	if !opened || !closed {
		return "", errNoSection
	}
	return before + begin + section + end + after, nil
}

func rewriteFile(path, section string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	changed, err := rewrite(string(text), section)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, []byte(changed), 0o644)
}

// machine is the day and the class of machine, which no name of it tells.
func machine() string {
	return fmt.Sprintf("%s, %s, %d cores, %s/%s, %s", time.Now().UTC().Format(time.DateOnly), processor(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// processor is the model that the kernel tells, and what it is called on Linux.
func processor() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "an unnamed processor"
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if name, value, found := strings.Cut(lines.Text(), ":"); found && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "an unnamed processor"
}
