package command_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"credscope/store/demo"
	"credscope/tui/terminal"
)

// The README's table is filled from the benchmarks with a ratio.
//
//go:generate go run ./testdata/speed

const minimalSight = "minimal: 0 keys"

// release builds a program with the flags of a release.
func release(b *testing.B, pkg string) (path string) {
	b.Helper()
	path = filepath.Join(b.TempDir(), "program")
	c := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-o", path, pkg)
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return path
}

// releases builds credscope and the smallest Bubble Tea program that fills a screen.
func releases(b *testing.B) (credscope, minimal string) {
	b.Helper()
	return release(b, "credscope"), release(b, "./testdata/minimal")
}

// benchScreen starts a program and returns when it shows the sight.
func benchScreen(b *testing.B, sight string, env []string, path string, args ...string) *terminal.Terminal {
	b.Helper()
	term := terminal.Start(b, terminal.Options{Cols: 120, Rows: 35, Env: env, Deadline: time.Minute}, path, args...)
	term.See(sight)
	return term
}

// quit ends the program and returns the peak of its resident memory in bytes.
func quit(b *testing.B, term *terminal.Terminal) (peak float64) {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", term.PID()))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := bytes.Cut(status, []byte("VmHWM:"))
	kib, err := strconv.ParseFloat(string(bytes.Fields(rest)[0]), 64)
	if err != nil {
		b.Fatal(err)
	}
	term.Press("q")
	term.Wait()
	return kib * 1024
}

// benchStarts starts credscope and the minimal program in turn. The time per operation
// is from credscope's start to the sight.
func benchStarts(b *testing.B, scenario, sight string, args ...string) {
	b.Helper()
	host, err := demo.Start(demo.Options{Scenario: scenario})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = host.Close() })
	credscope, minimal := releases(b)
	var reference time.Duration
	var peak, referencePeak float64
	for b.Loop() {
		term := benchScreen(b, sight, from(host.Path()), credscope, args...)
		b.StopTimer()
		peak = max(peak, quit(b, term))
		started := time.Now()
		term = benchScreen(b, minimalSight, nil, minimal)
		reference += time.Since(started)
		referencePeak = max(referencePeak, quit(b, term))
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed())/float64(reference), "x/minimal")
	b.ReportMetric(peak/(1<<20), "peak-MiB")
	b.ReportMetric(peak/referencePeak, "peak-x/minimal")
}

// BenchmarkFirstList is the time to the first painted list.
func BenchmarkFirstList(b *testing.B) {
	benchStarts(b, "default", "All buckets 13", "--no-check")
}

// BenchmarkFirstStatuses is the time until every bucket was checked and ordered.
func BenchmarkFirstStatuses(b *testing.B) { benchStarts(b, "default", "━ worst first") }

// BenchmarkFirstListOf10000 is the time until the list of 10,000 buckets is complete.
func BenchmarkFirstListOf10000(b *testing.B) {
	benchStarts(b, "large", "All buckets 10000", "--no-check")
}

// processorTime returns what a process has used so far. /proc counts in hundredths of
// a second.
func processorTime(b *testing.B, term *terminal.Terminal) time.Duration {
	b.Helper()
	const ofProcess = 2 // CPUCLOCK_SCHED of the kernel
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^term.PID()<<3|ofProcess), &t); err != nil {
		b.Fatal(err)
	}
	return time.Duration(t.Nano())
}

// BenchmarkIdle is a second in which no key is pressed.
func BenchmarkIdle(b *testing.B) {
	host, err := demo.Start(demo.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = host.Close() })
	credscope, minimal := releases(b)
	ours := benchScreen(b, "All buckets 13", from(host.Path()), credscope, "--no-check")
	reference := benchScreen(b, minimalSight, nil, minimal)
	time.Sleep(time.Second) // the start is over
	used, referenceUsed, written := -processorTime(b, ours), -processorTime(b, reference), len(ours.Raw())
	for b.Loop() {
		time.Sleep(time.Second)
	}
	used, referenceUsed = used+processorTime(b, ours), referenceUsed+processorTime(b, reference)
	b.ReportMetric(float64(used.Nanoseconds())/b.Elapsed().Seconds(), "cpu-ns/s")
	b.ReportMetric(float64(used)/float64(referenceUsed), "cpu-x/minimal")
	b.ReportMetric(float64(len(ours.Raw())-written)/b.Elapsed().Seconds(), "written-B/s")
}

// BenchmarkVersion is the time of a run without a host. The size is the binary's.
func BenchmarkVersion(b *testing.B) {
	credscope, minimal := releases(b)
	for b.Loop() {
		if err := exec.Command(credscope, "--version").Run(); err != nil {
			b.Fatal(err)
		}
	}
	var sizes [2]float64
	for i, path := range []string{credscope, minimal} {
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		sizes[i] = float64(info.Size())
	}
	b.ReportMetric(sizes[0]/(1<<20), "size-MiB")
	b.ReportMetric(sizes[0]/sizes[1], "size-x/minimal")
}
