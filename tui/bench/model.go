package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// benchmarks runs the benchmarks of a room n times over, all of them in each
// round, and returns the medians by name.
func (l *lab) benchmarks(room, pattern, time string, n int) (map[string]float64, error) {
	binary := filepath.Join(l.dir, filepath.Base(room)+".test")
	if err := l.goTool("test", "-c", "-o", binary, "credscope/"+room); err != nil {
		return nil, err
	}
	samples := map[string][]float64{}
	for range n {
		c := exec.Command(binary, "-test.run", "^$", "-test.bench", pattern, "-test.benchtime", time)
		c.Dir = l.dir
		out, err := c.CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("%s: %w\n%s", room, err, out)
		}
		for name, p50 := range readBenchmarks(out) {
			samples[name] = append(samples[name], p50)
		}
	}
	medians := map[string]float64{}
	for name, s := range samples {
		medians[name] = median(s)
	}
	return medians, nil
}

// readBenchmarks reads the "p50-ns" of each line of a benchmark's output, under
// its name without "Benchmark" and the number of processors.
func readBenchmarks(output []byte) map[string]float64 {
	found := map[string]float64{}
	for lines := bufio.NewScanner(bytes.NewReader(output)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name := strings.TrimPrefix(fields[0], "Benchmark")
		if dash := strings.LastIndexByte(name, '-'); dash > 0 {
			name = name[:dash]
		}
		for i := 1; i < len(fields); i++ {
			if value, err := strconv.ParseFloat(fields[i-1], 64); err == nil && fields[i] == "p50-ns" {
				found[name] = value
			}
		}
	}
	return found
}

// layouts are the two ways in which buckets are spread, and how many there are.
var layouts = []struct {
	name, words string
	sizes       []int
}{
	{"one", "one provider", []int{10, 1_000, 10_000, 100_000}},
	{"many", "500 a provider", []int{1_000, 10_000, 100_000}},
}

const perProvider = 500

// at is the name of a benchmark's case. A list that fits into one provider has
// one layout.
func at(bench, layout string, rows int) string {
	if rows <= perProvider {
		layout = "one"
	}
	return fmt.Sprintf("%s/%s/rows=%d", bench, layout, rows)
}

// measureModel takes the costs of the model alone: no host, no terminal.
func measureModel(l *lab, t *table) error {
	p50, err := l.benchmarks("tui", "^Benchmark((Provider)?Key(OnTenRows)?|FilterLetter)$", l.benchTime(), l.times(5, 1))
	if err != nil {
		return err
	}
	const most = 100_000
	for _, layout := range layouts {
		for _, key := range []struct{ bench, pane string }{{"Key", "bucket to bucket"}, {"ProviderKey", "provider to provider"}} {
			large, small := p50[at(key.bench, layout.name, most)], p50[at(key.bench, layout.name, 10)]
			what := fmt.Sprintf("Update and View of a key, %s, 100,000 buckets, %s", key.pane, layout.words)
			t.ratio(what, "10 buckets", "time", large, small, atMost(1.3, "x"))
			ten := key.bench + "OnTenRows"
			t.ratio(what+", ten rows in view", "10 buckets", "time", p50[at(ten, layout.name, most)], p50[at(ten, layout.name, 10)], atMost(1.3, "x"))
			t.figure(what+", p50", large, atMost(150_000, "time"))
		}
		t.figure("filter, one typed letter, 100,000 buckets, "+layout.words, p50[at("FilterLetter", layout.name, most)], atMost(10e6, "time"))
		for _, rows := range layout.sizes {
			t.grow(layout.words, rows, 1, quantity(max(p50[at("Key", layout.name, rows)], p50[at("ProviderKey", layout.name, rows)]), "time"))
			t.grow(layout.words, rows, 2, quantity(p50[at("FilterLetter", layout.name, rows)], "time"))
		}
	}
	return nil
}

// benchTime is how long each case of a benchmark runs in one round.
func (l *lab) benchTime() string {
	if l.quick {
		return "100ms"
	}
	return "500ms"
}
