package tui

import (
	"os"
	"testing"

	"credscope/socket/leaktest"
)

// TestMain fails if the tests leave anything behind but the framework's waits
// for a time, which nobody can end.
func TestMain(m *testing.M) { os.Exit(leaktest.Main(m, "charm.land/bubbletea/v2.Tick.func1(")) }
