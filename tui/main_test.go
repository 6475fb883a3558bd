package tui

import (
	"flag"
	"os"
	"testing"

	"credscope/socket/leaktest"
)

// TestMain lets many tests wait at once, whatever the cores, unless the command
// line says otherwise. It fails if they leave anything behind.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", "16"); err != nil {
		panic(err)
	}
	os.Exit(leaktest.Main(m))
}
