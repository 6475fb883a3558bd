package inventory_test

import (
	"os"
	"testing"

	"credscope/socket/leaktest"
)

// TestMain fails if the tests leave anything behind.
func TestMain(m *testing.M) { os.Exit(leaktest.Main(m)) }
