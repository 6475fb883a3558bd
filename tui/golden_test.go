package tui

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden frames anew; look at them before committing")

// golden compares the screen with the frame kept under name.
func (s *screen) golden(name string) {
	s.t.Helper()
	compareGolden(s.t, name, s.text()+"\n")
}

func compareGolden(t testing.TB, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s has changed; if the new one is right, look at it and run go test ./tui -update\n--- want\n%s--- got\n%s", path, want, got)
	}
}
