// Command speed runs the benchmarks whose results the README shows and fills its table
// from their output. It is run by go generate in tui/command.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
)

const root = "../.."

// rows are the table: what is measured, by which benchmark, and which two of its metrics
// are shown.
var rows = []struct{ what, against, benchmark, measured, ratio string }{
	{"start to the first painted list", "a minimal Bubble Tea program", "BenchmarkFirstList", "ns/op", "x/minimal"},
	{"start to every stale bucket of thirteen in view, checked and ordered", "a minimal Bubble Tea program", "BenchmarkFirstStatuses", "ns/op", "x/minimal"},
	{"start to the list of 10,000 buckets of 200 providers", "a minimal Bubble Tea program", "BenchmarkFirstListOf10000", "ns/op", "x/minimal"},
	{"peak memory with 10,000 buckets", "a minimal Bubble Tea program", "BenchmarkFirstListOf10000", "peak-MiB", "peak-x/minimal"},
	{"check of 10,000 tokens", "a bare loop on the same host", "BenchmarkCheckAll", "ns/op", "x/bare"},
	{"a key at 100,000 buckets, update and drawing", "40 buckets", "BenchmarkKey/100000", "ns/op", "x/40"},
	{"processor time of an idle second", "a minimal Bubble Tea program", "BenchmarkIdle", "cpu-ns/s", "cpu-x/minimal"},
	{"stripped static binary", "a minimal Bubble Tea program", "BenchmarkVersion", "size-MiB", "size-x/minimal"},
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(1)
	}
}

func run() error {
	c := exec.Command("go", "test", "-run", "^$", "-bench", "FirstList|FirstStatuses|CheckAll|Idle|Version|Key/100000", "-benchtime", "5s", "./store", "./tui", "./tui/command")
	c.Dir, c.Stderr = root, os.Stderr
	output, err := c.Output()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, output)
	}
	var table strings.Builder
	fmt.Fprintf(&table, "<!-- speed -->\nMeasured on %s, %s/%s, %d cores, %s, by `go generate ./tui/command`:\n\n| what | measured | against | ratio |\n| --- | --- | --- | --- |\n",
		time.Now().Format(time.DateOnly), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	for _, row := range rows {
		measured, err := metric(output, row.benchmark, row.measured)
		if err != nil {
			return err
		}
		ratio, err := metric(output, row.benchmark, row.ratio)
		if err != nil {
			return err
		}
		fmt.Fprintf(&table, "| %s | %s | %s | %.1fx |\n", row.what, quantity(measured, row.measured), row.against, ratio)
	}
	table.WriteString("<!-- /speed -->")
	readme, err := os.ReadFile(root + "/README.md")
	if err != nil {
		return err
	}
	section := regexp.MustCompile(`(?s)<!-- speed -->.*<!-- /speed -->`)
	if !section.Match(readme) {
		return fmt.Errorf("the README has no section of that name")
	}
	return os.WriteFile(root+"/README.md", section.ReplaceAllLiteral(readme, []byte(table.String())), 0o644)
}

// metric returns a metric of a benchmark from the output of go test.
func metric(output []byte, benchmark, unit string) (float64, error) {
	name := regexp.MustCompile("^" + benchmark + `(-\d+)?$`)
	for line := range bytes.Lines(output) {
		fields := strings.Fields(string(line))
		for i, field := range fields {
			if field == unit && name.MatchString(fields[0]) {
				return strconv.ParseFloat(fields[i-1], 64)
			}
		}
	}
	return 0, fmt.Errorf("%s has not reported %s in\n%s", benchmark, unit, output)
}

// quantity formats a value in ns or MiB.
func quantity(value float64, unit string) string {
	switch {
	case strings.HasSuffix(unit, "MiB"):
		return fmt.Sprintf("%.1f MiB", value)
	case value < 10e6:
		return fmt.Sprintf("%.1f ms", value/1e6)
	}
	return fmt.Sprintf("%.0f ms", value/1e6)
}
