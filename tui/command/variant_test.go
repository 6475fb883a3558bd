package command_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// change is a place in the source that a variant of the program has otherwise.
// Old must stand there exactly once, so that a variant cannot silently become
// the program itself.
type change struct {
	file     string // from the module's root
	old, new string
}

// variants are those that were built, by their changes. One is built at a time: the
// linker alone fills a machine.
var (
	building sync.Mutex // guards variants
	variants = map[string]string{}
)

// variant builds the program with changes laid over its source, which stays as
// it is. Several changes of one file apply one after the other. The same changes are
// built once.
func variant(t *testing.T, changes ...change) (path string) {
	t.Helper()
	ofThisSource(t)
	building.Lock()
	defer building.Unlock()
	name := fmt.Sprintf("%q", changes)
	if variants[name] == "" {
		variants[name] = buildVariant(t, changes)
	}
	return variants[name]
}

func buildVariant(t *testing.T, changes []change) (path string) {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]string{}
	for _, c := range changes {
		file := filepath.Join(root, c.file)
		if _, changed := sources[file]; !changed {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sources[file] = string(source)
		}
		if n := strings.Count(sources[file], c.old); n != 1 {
			t.Fatalf("%s holds %d times, not once:\n%s", c.file, n, c.old)
		}
		sources[file] = strings.Replace(sources[file], c.old, c.new, 1)
	}
	dir, err := os.MkdirTemp(filepath.Dir(program), "variant-") // it may outlive the test
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, "credscope")
	if out, err := build(path, "-overlay", overlay(t, dir, sources)); err != nil {
		t.Fatalf("%s%v", out, err)
	}
	return path
}

// overlay writes what go build reads in place of the sources.
func overlay(t *testing.T, dir string, sources map[string]string) (path string) {
	t.Helper()
	replace := map[string]string{}
	for file, source := range sources {
		copied, err := os.CreateTemp(dir, "*-"+filepath.Base(file))
		if err != nil {
			t.Fatal(err)
		}
		_, err = copied.WriteString(source)
		if closeErr := copied.Close(); err != nil || closeErr != nil {
			t.Fatal(err, closeErr)
		}
		replace[file] = copied.Name()
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(path, list, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
