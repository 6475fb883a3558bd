// Command bench measures how fast credscope is at any size and prints a table.
//
//	go run ./tui/bench            everything, in some minutes
//	go run ./tui/bench -quick     fewer samples, for a look
//	go run ./tui/bench -run key   the rows whose group matches
//	go run ./tui/bench -readme    everything, into the README's section
//
// Every figure is a ratio to a program that does the least possible, or to the
// same work at another size, measured by turns in one run, so that a slow or a
// busy machine slows both sides. It exits with 1 if a row misses its mark and
// no reason is recorded for it in reasons.go.
//
// What is measured is the release build. Hosts run as processes of their own:
// this program again, with -serve. It runs on Linux; see process_linux.go.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

func main() {
	code, err := run(os.Args[1:], os.Stdin, os.Stdout)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		_, _ = fmt.Fprintln(os.Stderr, "bench:", err)
		code = 1
	}
	os.Exit(code)
}

func run(args []string, in io.Reader, out io.Writer) (code int, err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	quick := flags.Bool("quick", false, "fewer samples")
	only := flags.String("run", "", "only the groups of rows that `regexp` matches")
	readme := flags.Bool("readme", false, "put the table into README.md")
	serve := flags.String("serve", "", "be a host at `path`, described by JSON on the standard input")
	if err := flags.Parse(args); err != nil {
		return 1, err
	}
	if *serve != "" {
		return 0, serveAt(*serve, in, out)
	}
	wanted, err := regexp.Compile(*only)
	if err != nil {
		return 1, err
	}
	l, err := newLab(*quick)
	if err != nil {
		return 1, err
	}
	defer l.close()
	t, err := measure(l, wanted)
	if err != nil {
		return 1, err
	}
	section := t.markdown(machine(), "go run ./tui/bench "+strings.Join(args, " "))
	if _, err := io.WriteString(out, section); err != nil {
		return 1, err
	}
	if *readme {
		if err := rewriteFile(l.readme, section); err != nil {
			return 1, err
		}
	}
	if stale := t.stale(); *only == "" && len(stale) > 0 {
		return 1, fmt.Errorf("reasons.go excuses what is reached or not measured: %q", stale)
	}
	if !t.fine() {
		return 1, nil
	}
	return 0, nil
}

// groups are the measurements in the table's order.
var groups = []struct {
	name    string
	measure func(*lab, *table) error
}{
	{"calls", measureCalls},
	{"allocations", measureAllocations},
	{"list", measureList},
	{"version", measureVersion},
	{"start", measureStart},
	{"key", measureKeys},
	{"model", measureModel},
	{"answers", measureAnswers},
	{"idle", measureIdle},
	{"memory", measureMemory},
	{"size", measureSize},
	{"progressive", measureProgressive},
	{"fill", measureFill},
}

func measure(l *lab, wanted *regexp.Regexp) (*table, error) {
	t := &table{}
	for _, g := range groups {
		if !wanted.MatchString(g.name) {
			continue
		}
		_, _ = fmt.Fprintln(os.Stderr, "measuring:", g.name)
		if err := g.measure(l, t); err != nil {
			return nil, fmt.Errorf("%s: %w", g.name, err)
		}
	}
	return t, nil
}
