package main

import (
	"os"
	"time"
)

// bareEnvironment is for a program that asks nobody.
var bareEnvironment = []string{"PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "LANG=C.UTF-8"}

// toExits runs two programs by turns to their ends.
func toExits(n int, ours, theirs func() (time.Duration, error)) (a, b float64, err error) {
	took, err := byTurns(n, ours, theirs)
	if err != nil {
		return 0, 0, err
	}
	return medianOf(took[0]), medianOf(took[1]), nil
}

func measureList(l *lab, t *table) error {
	h, err := l.host(spec{Providers: 200, Buckets: 50, Token: realToken})
	if err != nil {
		return err
	}
	defer h.close()
	ours, theirs, err := toExits(l.times(61, 15),
		func() (time.Duration, error) { return toExit(h.environment(), l.credscope, "list", "--no-check") },
		func() (time.Duration, error) { return toExit(h.environment(), l.bare, h.path) })
	if err != nil {
		return err
	}
	t.ratio("`list --no-check` of 200 x 50, start to exit", loopName+" as a process", "time", ours, theirs, atMost(1.5, "x"))
	return nil
}

func measureVersion(l *lab, t *table) error {
	ours, theirs, err := toExits(l.times(201, 31),
		func() (time.Duration, error) { return toExit(bareEnvironment, l.credscope, "--version") },
		func() (time.Duration, error) { return toExit(bareEnvironment, l.empty) })
	if err != nil {
		return err
	}
	t.ratio("`--version`, start to exit", "empty Go program", "time", ours, theirs, atMost(3, "x"))
	return nil
}

func measureSize(l *lab, t *table) error {
	built, err := os.Stat(l.credscope)
	if err != nil {
		return err
	}
	t.figure("stripped static binary", float64(built.Size()), atMost(9<<20, "bytes"))
	return nil
}
