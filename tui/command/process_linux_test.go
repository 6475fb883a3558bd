package command_test

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

// ofProcess returns what the kernel lets others read about a process: its
// arguments and its environment.
func ofProcess(t *testing.T, pid int) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	for _, name := range []string{"cmdline", "environ"} {
		content, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, name))
		if err != nil {
			t.Fatal(err)
		}
		found[name] = content
	}
	return found
}

// inMemory searches the memory of another process and returns how much was read.
func inMemory(t *testing.T, pid int, s scanner) (found map[string]int, size int) {
	t.Helper()
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = memory.Close() }()
	const chunk = 4 << 20
	found = map[string]int{}
	buffer, overlap := make([]byte, chunk), s.longest()-1
	for _, r := range resident(t, pid) {
		for at := r.start; at < r.end; at += int64(chunk - overlap) {
			n, err := memory.ReadAt(buffer[:min(chunk, r.end-at)], at)
			size += n
			for name, hits := range s.hits(buffer[:n]) {
				found[fmt.Sprintf("%s in %s", name, r.name)] += hits
			}
			if err != nil {
				break // unmapped meanwhile
			}
		}
	}
	return found, size
}

// region is memory that a process has.
type region struct {
	start, end int64
	name       string
}

// resident returns the pages of a process that are in memory or swapped out,
// the kernel's own left aside.
func resident(t *testing.T, pid int) (found []region) {
	t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := os.Open(fmt.Sprintf("/proc/%d/pagemap", pid))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pages.Close() }()
	for line := range strings.Lines(string(maps)) {
		if strings.Contains(line, "[v") {
			continue
		}
		var r region
		var mode string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &r.start, &r.end, &mode); err != nil {
			t.Fatal(err)
		}
		if mode[0] != 'r' {
			continue
		}
		if fields := strings.Fields(line); len(fields) > 5 {
			r.name = fields[5]
		}
		found = append(found, r.present(pages)...)
	}
	return found
}

// present returns the parts of r whose pages exist.
func (r region) present(pages io.ReaderAt) (parts []region) {
	size := int64(os.Getpagesize())
	entries := make([]byte, 8*(r.end-r.start)/size)
	if _, err := pages.ReadAt(entries, 8*r.start/size); err != nil {
		return []region{r}
	}
	for at := r.start; at < r.end; at += size {
		const swappedOrThere = 62
		if binary.LittleEndian.Uint64(entries[8*(at-r.start)/size:])>>swappedOrThere == 0 {
			continue
		}
		if last := len(parts) - 1; last >= 0 && parts[last].end == at {
			parts[last].end += size
		} else {
			parts = append(parts, region{at, at + size, r.name})
		}
	}
	return parts
}
